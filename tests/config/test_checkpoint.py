"""`checkpoint:`: durations as people write them."""

import pytest

from rnnkit.config.root import CheckpointConfig
from tests.config.small import SMALL, refusal


@pytest.mark.parametrize(
    ("every", "seconds"), [("30s", 30), ("5m", 300), ("2h", 7200), ("1.5h", 5400), ("0s", 0)]
)
def test_durations(every: str, seconds: float) -> None:
    assert CheckpointConfig(every=every).seconds == seconds


def test_the_default() -> None:
    assert (CheckpointConfig().seconds, CheckpointConfig().keep) == (300, 2)


@pytest.mark.parametrize("every", ["5", "5 minutes", "-1s", "m", "1e9h"])
def test_other_texts_are_refused(every: str) -> None:
    text = refusal(SMALL + f"checkpoint: {{every: '{every}'}}\n")
    assert "must be a duration: seconds, minutes or hours, as in 30s, 5m or 2h" in text
    assert text.startswith("c.yaml:")
