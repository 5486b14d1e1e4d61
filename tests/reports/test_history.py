"""What is read out of history.csv's rows."""

from __future__ import annotations

import math
from typing import get_args

import pytest

from rnnkit.reports.history import Best, best_epoch, column, curves, epochs
from rnnkit.tasks import CONFIGS
from rnnkit.training.lines import larger_is_better

ROWS = [
    {"epoch": 1, "loss": 0.9, "accuracy": 0.5, "val_loss": 0.8, "seconds": 2.0},
    {"epoch": 2, "loss": 0.5, "accuracy": 0.7, "val_loss": 0.6, "seconds": 2.0},
    {"epoch": 3, "loss": 0.3, "accuracy": 0.6, "val_loss": 0.6, "seconds": 2.0},
]


def test_curves_pair_train_with_validation() -> None:
    loss, accuracy = curves(ROWS)
    assert (loss.name, accuracy.name) == ("loss", "accuracy")
    assert loss.train is not None and loss.train.tolist() == [0.9, 0.5, 0.3]
    assert loss.validation is not None and loss.validation.tolist() == [0.8, 0.6, 0.6]
    assert accuracy.validation is None


def test_best_epoch_is_the_first_of_equals() -> None:
    assert best_epoch(ROWS) == Best(epoch=2, monitor="val_loss", value=0.6, index=1)


def test_best_epoch_by_a_metric_that_grows() -> None:
    assert best_epoch(ROWS, "accuracy") == Best(epoch=2, monitor="accuracy", value=0.7, index=1)


def test_best_epoch_without_validation_goes_by_loss() -> None:
    best = best_epoch([{"loss": 0.9}, {"loss": math.nan}, {"loss": 0.4}])
    assert best == Best(epoch=3, monitor="loss", value=0.4, index=2)


@pytest.mark.parametrize("rows", [[], [{"loss": math.nan}], [{"loss": ""}]])
def test_no_best_epoch(rows: list[dict[str, object]]) -> None:
    assert best_epoch(rows) is None


def test_cells_that_are_no_numbers() -> None:
    values = column([{"loss": "0.5"}, {"loss": ""}, {"loss": math.inf}, {}], "loss")
    assert values is not None
    assert values[0] == 0.5 and all(map(math.isnan, values[1:]))


def test_epochs_are_counted_where_the_rows_do_not_say() -> None:
    assert epochs([{"loss": 1.0}, {"loss": 0.5}]).tolist() == [1, 2]


def test_direction() -> None:
    assert larger_is_better("val_top_3_accuracy")
    assert larger_is_better("close")  # the share of sums that a memory problem counts as solved
    assert not larger_is_better("val_loss")


GROW = {"accuracy", "top_3_accuracy", "top_5_accuracy", "precision", "recall", "f1_score", "auc"}
SHRINK = {"mean_absolute_error", "mean_squared_error", "bits_per_dim"}


@pytest.mark.parametrize("task", CONFIGS)
def test_the_direction_of_every_metric(task: str) -> None:
    """One that is in neither set is new: its direction has to be known as well."""
    training = CONFIGS[task].model_fields["training"].annotation
    [names] = get_args(training.model_fields["metrics"].annotation)
    for name in get_args(names):
        assert (name in GROW) != (name in SHRINK)
        assert larger_is_better(f"val_{name}") == (name in GROW)
