"""The training part -> the Scale that every part, and later all new data, is scaled with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from rnnkit.config.section import Section
from rnnkit.data.quantiles import quantiles
from rnnkit.errors import DataError
from rnnkit.words import brief

PIECE = 1 << 21  # values that are looked at together; 16 MB of float64
LOST = 1e-3  # of a feature's range: what float32 may be off before it is pointed out
_QUARTERS = (0.25, 0.5, 0.75)

Floats = NDArray[np.float64]


class Table(Protocol):
    """What a scale is fitted on: an array (..., F), or what reads one from disk."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice, /) -> NDArray[Any]: ...


class Scale(Section):
    """x' = (x - offset) / divisor, each feature its own; fitted on the training part alone."""

    name: str  # as in the config
    offset: tuple[float, ...]  # (F,)
    divisor: tuple[float, ...]  # (F,), never 0

    @model_validator(mode="after")
    def _divides(self) -> Self:
        if 0 in self.divisor:
            raise ValueError("divisor: 0 divides nothing")
        return self

    def lengths(self, features: int) -> list[tuple[str, int, int]]:
        """As `Preprocessing.lengths`, for data of so many features."""
        sides = {"scale.offset": self.offset, "scale.divisor": self.divisor}
        return [(name, len(values), features) for name, values in sides.items()]

    def apply(self, x: NDArray[Any]) -> NDArray[np.float32]:
        """Scale `x` (..., F) in float64, in which it still has its digits."""
        scaled = x.astype(np.float64)
        scaled -= np.array(self.offset)
        scaled /= np.array(self.divisor)
        return scaled.astype(np.float32)


def fit_scale(name: str, store: Table) -> Scale | None:
    """Fit one scale a feature, in pieces, so that a store on disk gives the same to the bit.

    Args:
        name: `none`; `pixels`, x / 255; `standard`, (x - mean) / standard deviation; `min_max`,
            to 0..1; `robust`, (x - median) / interquartile range.
        store: the training part, (..., F); NaN marks padded steps and is left out.

    Returns:
        None for `none`. A constant feature gets its own value as offset and divisor 1, so that
        it scales to exactly 0.

    Raises:
        DataError: values are so large that their scale is not finite.
    """
    if name == "none":
        return None
    features = store.shape[-1]
    if name == "pixels":
        return Scale(name=name, offset=(0.0,) * features, divisor=(255.0,) * features)
    pieces = _Pieces(store)
    low, high = _extremes(pieces)
    fit = {"standard": _standard, "min_max": lambda _: (low, high - low), "robust": _robust}[name]
    with np.errstate(over="ignore"):  # found below
        offset, divisor = fit(pieces)
    if (wrong := ~(np.isfinite(offset) & np.isfinite(divisor))).any():
        feature = int(np.argmax(wrong))
        raise DataError(
            f"data.scale (={name}): feature {feature} goes from {low[feature]:g} to "
            f"{high[feature]:g} in the training part, too far to be scaled: give it another unit"
        )
    constant = low == high  # the deviation of equal numbers can round to 1e-17 instead of 0
    offset = np.where(constant, low, offset)
    divisor = np.where(constant | (divisor == 0), 1.0, divisor)
    return Scale(name=name, offset=tuple(offset.tolist()), divisor=tuple(divisor.tolist()))


def narrowed(store: NDArray[Any], scale: Scale | None) -> NDArray[np.float32]:
    """A store in RAM as the model reads it, scaled; half as large as in float64."""
    result = np.empty(store.shape, np.float32)
    pieces = _Pieces(store)
    for start in range(0, len(store), pieces.step):
        piece = store[start : start + pieces.step]
        result[start : start + pieces.step] = piece if scale is None else scale.apply(piece)
    return result


def rounding_notes(pieces: Iterable[NDArray[Any]], names: Sequence[str] = ()) -> tuple[str, ...]:
    """A sentence where float32, which a model reads, takes the differences between numbers away.

    Args:
        pieces: (rows, F) each, unscaled.
        names: of the F features, where they have some.
    """
    seen = []
    for piece in pieces:
        if np.can_cast(piece.dtype, np.float32):
            return ()
        if len(piece):
            error = np.abs(piece - piece.astype(np.float32))
            seen.append((np.fmin.reduce(piece), np.fmax.reduce(piece), np.fmax.reduce(error)))
    if not seen:  # an outline has the values of few rows
        return ()
    lows, highs, errors = zip(*seen, strict=True)
    low, high, lost = np.fmin.reduce(lows), np.fmax.reduce(highs), np.fmax.reduce(errors)
    notes = []
    for feature in np.flatnonzero((high > low) & (lost > LOST * (high - low))).tolist():
        name = f"'{brief(names[feature])}'" if names else f"{feature}"
        notes.append(
            f"feature {name} goes from {low[feature]:.12g} to {high[feature]:.12g}, and float32, "
            f"which a model reads, is up to {lost[feature]:.2g} off: data.scale: standard is "
            "applied before that"
        )
    return tuple(notes)


class _Pieces:
    """A store as tables (rows, F) in the dtype that it has, cut where its shape says."""

    def __init__(self, store: Table) -> None:
        self.store = store
        self.features = store.shape[-1]
        self.step = max(1, PIECE // max(1, int(np.prod(store.shape[1:], dtype=np.int64))))

    def __iter__(self) -> Iterator[NDArray[Any]]:
        for start in range(0, len(self.store), self.step):
            yield self.store[start : start + self.step].reshape(-1, self.features)


def _extremes(pieces: _Pieces) -> tuple[Floats, Floats]:
    lows, highs = zip(
        *((np.fmin.reduce(piece), np.fmax.reduce(piece)) for piece in pieces), strict=True
    )
    return np.fmin.reduce(lows).astype(np.float64), np.fmax.reduce(highs).astype(np.float64)


def _standard(pieces: _Pieces) -> tuple[Floats, Floats]:
    """Mean, and then the deviation from it: two passes lose no digits where the mean is large."""
    count = sum(np.count_nonzero(piece == piece, axis=0) for piece in pieces)
    mean = sum(np.nansum(piece, axis=0, dtype=np.float64) for piece in pieces) / count
    squares = sum(np.nansum((piece - mean) ** 2, axis=0) for piece in pieces)
    return mean, np.sqrt(squares / count)


def _robust(pieces: _Pieces) -> tuple[Floats, Floats]:
    store = pieces.store
    if isinstance(store, np.ndarray):
        found = [
            np.nanquantile(store[..., f].astype(np.float64), _QUARTERS)
            for f in range(store.shape[-1])
        ]
        first, median, third = np.stack(found, axis=1)
    else:
        first, median, third = quantiles(pieces, pieces.features, _QUARTERS)
    return median, third - first
