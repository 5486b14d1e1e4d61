"""`logging:` -> what follows a training for other programs, a file each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping

from rnnkit.config.root import LoggingConfig
from rnnkit.run import Run
from rnnkit.runtime import keras
from rnnkit.training.trackers.mlflow import tracked
from rnnkit.training.trackers.tensorboard import TensorBoard


@contextlib.contextmanager
def trackers(
    section: LoggingConfig,
    run: Run,
    *,
    experiment: str,
    parameters: Mapping[str, object],
    say: Callable[[str], None],
) -> Iterator[list[keras.callbacks.Callback]]:
    """Those that a config asks for, until the run's folder is as it stays.

    Args:
        section: which.
        run: what is trained.
        experiment: what runs of its kind are called together.
        parameters: what it is trained with, by key.
        say: hears where to look, and that one failed: none of them stops a training.
    """
    with contextlib.ExitStack() as stack:
        found: list[keras.callbacks.Callback] = []
        if section.tensorboard:
            found.append(TensorBoard(run.tensorboard))
        if section.mlflow:
            found.append(stack.enter_context(tracked(run, experiment, parameters, say)))
        yield found
