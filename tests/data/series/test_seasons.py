"""Which seasons a frequency makes possible."""

import pytest

from rnnkit.data.series.cards import possible_seasons
from rnnkit.data.series.dates import DAY, Frequency


@pytest.mark.parametrize(
    ("unit", "step", "seasons"),
    [
        ("nanosecond", DAY // 24, [24, 168]),
        ("nanosecond", DAY // 96, [4, 96, 672]),
        ("nanosecond", DAY, [7, 365]),
        ("nanosecond", 7 * DAY, [52]),
        ("month", 1, [12]),
        ("month", 3, [4]),
        ("month", 12, []),
        ("business_day", 1, [5]),
        ("number", 1, []),
        ("irregular", DAY, []),
    ],
)
def test_seasons_of_the_calendar(unit: str, step: int, seasons: list[int]) -> None:
    frequency = Frequency.model_validate({"unit": unit, "step": step})
    assert possible_seasons(frequency) == seasons
