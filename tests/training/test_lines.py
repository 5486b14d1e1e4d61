"""An epoch as one line."""

from rnnkit.training.lines import epoch_line, ordered

LOGS = {
    "accuracy": 0.75, "learning_rate": 1e-4, "loss": 0.5, "samples_per_second": 1234.5,
    "seconds": 9.87, "val_accuracy": 0.7, "val_loss": 0.6,
}  # fmt: skip


def test_the_loss_stands_first_and_bookkeeping_last() -> None:
    assert list(ordered(LOGS)) == [
        "loss", "accuracy", "val_loss", "val_accuracy",
        "learning_rate", "seconds", "samples_per_second",
    ]  # fmt: skip


def test_epoch_line() -> None:
    assert epoch_line(3, 10, LOGS) == (
        "epoch  3/10  loss 0.5000  accuracy 0.7500  val_loss 0.6000  val_accuracy 0.7000  "
        "lr 1.00e-04  9.87 s  1,234 samples/s"
    )


def test_a_loss_of_any_size_can_be_read() -> None:
    assert "loss 3.95e+29  accuracy" in epoch_line(1, 1, {**LOGS, "loss": 3.9453e29})
    assert "loss 2.5e-07  accuracy" in epoch_line(1, 1, {**LOGS, "loss": 2.5e-7})
