"""What is said of how the parts were made."""

from rnnkit.config.shares import Shares
from rnnkit.data.splits import separation


def test_parts_that_come_and_parts_that_are_drawn():
    assert separation(["train"], Shares(), "drawn") == "everything trains"
    assert separation(["train", "test"], Shares(validation=0.1), "drawn by id") == (
        "the source brings its own test part; validation: drawn by id"
    )
    assert separation(["train"], Shares(validation=0.1, test=0.2), "drawn") == (
        "test and validation: drawn"
    )
