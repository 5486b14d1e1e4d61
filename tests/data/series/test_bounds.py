"""What must not be negative, and what must be counts."""

import numpy as np
import pytest

from rnnkit.errors import DataError
from tests.data.series.small import dataset_of

RISING = np.arange(30.0)


def test_forecasts_are_bounded_at_0() -> None:
    part = dataset_of(RISING, positive=True).train
    assert part.invert(np.full((len(part), 1), -9.0)).max() == 0
    assert dataset_of(RISING).train.invert(np.full((len(part), 1), -9.0)).max() < 0


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        (RISING - 1, {"positive": True}, "data.positive: row 1: y (=-1) is below 0 (1 such value)"),
        (RISING - 2, {"counts": True}, "data.counts: row 1: y (=-2) is below 0 (2 such values)"),
        (RISING / 2, {"counts": True}, "data.counts: row 2: y (=0.5) is no whole number (15 such"),
        (
            RISING % 7,
            {"positive": True, "quantity": "difference"},
            "y (=-6) after data.quantity is below 0",
        ),
    ],
)
def test_what_is_refused(values: np.ndarray, options: dict[str, object], message: str) -> None:
    with pytest.raises(DataError) as refused:
        dataset_of(values, **options)
    assert message in str(refused.value)


def test_counts_know_their_scale() -> None:
    dataset = dataset_of(RISING, counts=True, horizon=2)
    y = dataset.train.y()
    assert y.shape == (len(dataset.train), 2, 3)
    scaled, zero, unit = np.moveaxis(y, -1, 0)
    assert np.allclose((scaled - zero) / unit, dataset.train.actual[:, :, 0], atol=1e-4)
    assert y[3:4].tolist() == dataset.train.y(slice(3, 4)).tolist()


def test_missing_values_are_none_of_these() -> None:
    values = RISING.copy()
    values[12] = np.nan
    assert len(dataset_of(values, counts=True).train)


@pytest.mark.parametrize("by", ["series", "window"])
def test_counts_know_the_scale_of_their_own(by: str) -> None:
    part = dataset_of(RISING, 100 * RISING, counts=True, horizon=2, scale={"by": by}).train
    scaled, zero, unit = np.moveaxis(part.y(), -1, 0)
    assert np.allclose((scaled - zero) / unit, part.actual[:, :, 0], atol=0.01)
