"""What an epoch logs: the names, which of them are to grow, and the epoch as one plain line."""

from __future__ import annotations

from collections.abc import Mapping

from rnnkit.words import measured

EPOCH = "epoch"
LEARNING_RATE = "learning_rate"
VALIDATION_PREFIX = "val_"
BOOKKEEPING = (EPOCH, LEARNING_RATE, "seconds", "samples_per_second")  # measured, not learned
LARGER_IS_BETTER = ("accuracy", "auc", "precision", "recall", "f1", "r2", "skill", "close")


def ordered(logs: Mapping[str, float]) -> dict[str, float]:
    """The loss first, then metrics, the same of the validation part, then what was only measured.

    Keras hands logs to callbacks in the order of the alphabet.
    """
    learned = [name for name in logs if name not in BOOKKEEPING]
    learned.sort(key=lambda name: (name.startswith("val_"), not name.endswith("loss"), name))
    return {name: logs[name] for name in (*learned, *BOOKKEEPING) if name in logs}


def epoch_line(epoch: int, epochs: int, logs: Mapping[str, float]) -> str:
    """`epoch 1/4  loss 0.8912  accuracy 0.7023  ...  lr 1.00e-04  98.2 s  611 samples/s`."""
    width = len(str(epochs))
    parts = [f"epoch {epoch:>{width}}/{epochs}"]
    learned = {name: value for name, value in ordered(logs).items() if name not in BOOKKEEPING}
    parts += [f"{name} {measured(value)}" for name, value in learned.items()]
    parts.append(f"lr {logs['learning_rate']:.2e}")
    seconds = logs["seconds"]
    parts.append(f"{seconds:.1f} s" if seconds >= 10 else f"{seconds:.2f} s")
    parts.append(f"{logs['samples_per_second']:,.0f} samples/s")
    return "  ".join(parts)


def larger_is_better(name: str) -> bool:
    """Whether a column of this name is to grow, as accuracies are, or to shrink, as losses are."""
    return any(word in name for word in LARGER_IS_BETTER)
