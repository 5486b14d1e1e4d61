"""The sections of `task: classification`."""

from tests.config.small import SMALL, block, load, refusal


def test_classes_are_weighted_by_label() -> None:
    weights = "  class_weight: {0: 1, cat: 2.5, yes: 3, 1.0: 4}\n"
    training = load(SMALL + weights).config.model_dump()["training"]
    assert training["class_weight"] == {0: 1.0, "cat": 2.5, "yes": 3.0, "1.0": 4.0}


def test_time_without_id() -> None:
    assert refusal(SMALL.replace("source: mnist", "source: x.csv\n  time: when")) == block(
        """
        c.yaml:6:3: data: time sorts the rows of a long table: it needs `id` as well
          6 |   time: when
            |   ^^^^
        """
    )
