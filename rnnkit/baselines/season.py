"""Training rows and the seasons that their frequency makes possible -> the clearest, if any is."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float64]  # (n,)

CYCLES = 3  # of a season that rows must have, to speak for it
MOST_ROWS = 5_000  # the last of more: 30 weeks of hours
MOST_SERIES = 20  # of more that many are asked, spread evenly
CLEAR = 0.5  # seasonal strength; noise comes to 0.43 (60 rows, season 12), to 0.2 in long series
REPEATS = 0.3  # autocorrelation a season apart; noise comes to 0.16 in 60 rows
_WINDOW = 13  # seasons that STL smooths the season over, as R's feasts does


@dataclasses.dataclass(frozen=True)
class Season:
    """A season of m rows and how clear it is."""

    rows: int
    strength: float  # Decomposition.strength
    autocorrelation: float  # of the detrended rows, a season apart
    error: float  # of the seasonal naive forecast: its mean square, of the rows' variance


@dataclasses.dataclass(frozen=True, eq=False)
class Decomposition:
    """observed = trend + season + remainder, each (n,)."""

    observed: Row
    trend: Row
    season: Row
    remainder: Row

    @property
    def strength(self) -> float:
        """Seasonal strength, 0 to 1: what of the detrended rows' variance is the season's.

        max(0, 1 - Var(remainder) / Var(season + remainder)): Wang, Smith and Hyndman (2006),
        Characteristic-based clustering for time series data.
        """
        varied = float(np.var(self.season + self.remainder))
        return max(0.0, 1 - float(np.var(self.remainder)) / varied) if varied > 0 else 0.0


def find_season(rows: Sequence[Row], candidates: Sequence[int]) -> Season | None:
    """The clear season whose seasonal naive forecast is best; None where no candidate is clear.

    Args:
        rows: of one series or of several, (n,) each; their means count.
        candidates: rows in a season, for each.
    """
    likely = [m for m in candidates if _repeats(_asked(rows, m), m) >= REPEATS]
    found = [season for m in likely if (season := measure_season(rows, m)) is not None]
    clear = [season for season in found if season.strength >= CLEAR]
    return min(clear, key=lambda season: season.error, default=None)


def measure_season(rows: Sequence[Row], season: int) -> Season | None:
    """How clear a season of some rows is; None where no series has CYCLES of it.

    Args:
        rows: as for `find_season`.
        season: rows in a season.
    """
    some = _asked(rows, season)
    if not some:
        return None
    again = _repeats(some, season)
    # a decomposition costs a hundred times as much
    strength = np.mean([decompose(row, season).strength for row in some]) if again > 0 else 0.0
    error = np.mean([np.mean((row[season:] - row[:-season]) ** 2) / row.var() for row in some])
    return Season(season, float(strength), again, float(error))


def _asked(rows: Sequence[Row], season: int) -> list[Row]:
    """Those that have CYCLES of a season; of many some."""
    long = [row for row in rows if len(row) >= CYCLES * season and np.ptp(row) > 0]
    if not long:
        return []
    asked = np.unique(np.linspace(0, len(long) - 1, MOST_SERIES).astype(int))
    return [long[number][-MOST_ROWS:] for number in asked]


def _repeats(rows: Sequence[Row], season: int) -> float:
    """The autocorrelation of detrended rows a season apart, the mean over series; 0 of none."""
    found = [autocorrelations(_detrended(row, season), season)[-1] for row in rows]
    return float(np.mean(found)) if found else 0.0


def decompose(row: Row, season: int) -> Decomposition:
    """STL: Cleveland, Cleveland, McRae and Terpenning (1990), by statsmodels.

    Args:
        row: (n,) at least two seasons.
        season: rows in a season.
    """
    from statsmodels.tsa.seasonal import STL

    found = STL(row, period=season, seasonal=_WINDOW).fit()
    return Decomposition(row, found.trend, found.seasonal, found.resid)


def autocorrelations(row: Row, lags: int) -> Row:
    """Of (n,) at the lags 0 to `lags`, (lags + 1,); zeros for a constant."""
    centred = row - row.mean()
    total = float(centred @ centred)
    if total == 0:
        return np.zeros(lags + 1)
    size = 1 << (2 * len(row) - 1).bit_length()  # by a transform: all lags at once
    found: Row = np.fft.irfft(np.abs(np.fft.rfft(centred, size)) ** 2, size)[: lags + 1] / total
    return found


def _detrended(row: Row, season: int) -> Row:
    """Without the moving average over a season, (n - season + 1,) or one less where it is even."""
    ends = [0.5, *np.ones(season - 1), 0.5] if season % 2 == 0 else np.ones(season)
    weights = np.asarray(ends) / season
    trend = np.convolve(row, weights, "valid")
    first = len(weights) // 2
    detrended: Row = row[first : first + len(trend)] - trend
    return detrended
