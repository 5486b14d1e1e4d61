"""A run folder -> its config, checked, and what it kept of its data. Imports no TensorFlow."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rnnkit.config.checks import check_config
from rnnkit.config.layers import Embedding
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.errors import RunError
from rnnkit.files import read_regular
from rnnkit.run import Run
from rnnkit.tasks import task_of
from rnnkit.workflows.check import Checked, config_of


def read_run(run: Run) -> tuple[Checked, Preprocessing]:
    """The config of a run and what it kept of its data.

    Raises:
        RunError: the run is damaged.
    """
    loaded = config_of(run)
    task = task_of(loaded.config)
    try:
        kept = task.kept.from_json(read_regular(run.preprocessing).decode())
    except (OSError, ValueError) as error:
        raise RunError(f"{run.path}: damaged: {error}") from None
    except RunError as error:
        raise RunError(f"{run.preprocessing}: {error}") from None
    facts = task.facts(loaded.config, kept)
    checked = Checked(loaded, facts, check_config(loaded, facts))
    for name, found, wanted in [*task.lengths(loaded.config, kept), *_widths(checked)]:
        if found != wanted:
            raise RunError(
                f"{run.preprocessing}: it is of another model: {name}: {found}, but "
                f"{run.resolved_config.name} has {wanted}"
            )
    return checked, kept


def _widths(checked: Checked) -> Iterator[tuple[str, int | None, int | None]]:
    """What a run kept of its data that the model must be as wide as: a name and both."""
    facts, shape = checked.facts, checked.stack.output_shape
    width = math.prod(shape) if facts.answered else shape[-1]  # type: ignore[arg-type]
    if (facts.outputs, width) != (2, 1):  # one number tells two classes apart
        yield "outputs (classes, tokens, targets)", facts.outputs, width
    for layer in checked.stack.layers:
        if isinstance(layer, Embedding) and (layer.input_dim or 0) < (facts.vocabulary or 0):
            yield "vocabulary", facts.vocabulary, layer.input_dim
