"""`rnnkit inspect`: runs or configs -> gradients through time, gates and states, with pictures."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rnnkit.data.dataset import Dataset
from rnnkit.data.load import load_dataset
from rnnkit.diagnostics.advice import advise
from rnnkit.diagnostics.inspection import Inspection, inspect_model
from rnnkit.errors import OptionError, RunError
from rnnkit.reports.plots.gradients import plot_gradients
from rnnkit.reports.plots.inspection import (
    STATE_NAMES,
    plot_comparison,
    plot_example,
    plot_flow,
    plot_gates,
    plot_sizes,
)
from rnnkit.runs import Run
from rnnkit.runtime import keras
from rnnkit.training.devices import select_device
from rnnkit.workflows.build import new_model, open_unfinished, own_data, plain_model, task_of
from rnnkit.workflows.check import Checked, check

EXAMPLES = 128
FOLDER = Path("inspect")  # under the current folder: where configs have no run folder


@dataclasses.dataclass(frozen=True, eq=False)
class Inspected:
    """One run or config, looked into."""

    name: str  # the config's
    task: str
    trained: bool
    inspection: Inspection
    advice: tuple[str, ...]
    recorded: tuple[dict[str, float], ...]  # the rows of the run's gradients.csv; empty without
    plots: tuple[Path, ...] = ()

    @property
    def title(self) -> str:
        return self.name if self.trained else f"{self.name}, before training"

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "task": self.task,
            "trained": self.trained,
            **self.inspection.as_dict(),
            "recorded": [
                {name: value if math.isfinite(value) else None for name, value in row.items()}
                for row in self.recorded
            ],
            "advice": list(self.advice),
            "plots": [str(path) for path in self.plots],
        }


@dataclasses.dataclass(frozen=True, eq=False)
class Comparison:
    """Several, side by side."""

    inspected: tuple[Inspected, ...]
    labels: tuple[str, ...]  # one a model, all different
    plot: Path | None  # None where it could not be written

    def as_dict(self) -> dict[str, Any]:
        pairs = zip(self.labels, self.inspected, strict=True)
        compared = [{"label": label, **one.as_dict()} for label, one in pairs]
        return {"compared": compared, "plot": self.plot and str(self.plot)}


def inspect(
    target: str | Path | Run,
    *,
    overrides: Sequence[str] = (),
    examples: int = EXAMPLES,
    output: str | Path | None = None,
    device: str | None = None,
    on_message: Callable[[str], None] | None = None,
) -> Inspected:
    """Look into a run's model, or into that of a config before it is trained.

    Args:
        target: a run (folder, name, `latest`) or a config file.
        overrides: `key.path=value` texts, for configs.
        examples: training examples to look at, at most.
        output: the folder for the pictures; None: the run's plots/, or inspect/<name>/ here.
        device: as `rnnkit train --device`.
        on_message: called with what could not be written into the default folder; None warns.

    Raises:
        ConfigError, DataError, RunError: as `check` and `evaluate`; the model has no recurrent
            layer; the pictures cannot be written into `output`.
    """
    subject = _subject(target, overrides, device)
    found = _look(subject, examples)
    own = subject.run.plots if subject.run is not None else FOLDER / subject.name
    with _asked_for(output, on_message):
        folder = _made(own if output is None else Path(output))
        found = dataclasses.replace(found, plots=tuple(_draw(found, folder)))
    return found


def compare(
    targets: Sequence[str | Path | Run],
    *,
    overrides: Sequence[str] = (),
    examples: int = EXAMPLES,
    output: str | Path | None = None,
    device: str | None = None,
    on_message: Callable[[str], None] | None = None,
) -> Comparison:
    """Look into several and draw how far back their losses reach, in one picture.

    Args, Raises: as `inspect`; the picture is comparison.png in `output`, or in inspect/ here.
    """
    found = tuple(_look(_subject(t, overrides, device), examples) for t in targets)
    labels = _labels(found, targets)
    firsts = [one.inspection.layers[0] for one in found]
    path = None
    with _asked_for(output, on_message):
        folder = _made(FOLDER if output is None else Path(output))
        plot_comparison(
            [
                (f"{label}: {STATE_NAMES[layer.carrier]}", layer.flow.norms)
                for label, layer in zip(labels, firsts, strict=True)
            ],
            folder / "comparison.png",
        )
        path = folder / "comparison.png"
    return Comparison(found, labels, path)


def _labels(found: Sequence[Inspected], targets: Sequence[str | Path | Run]) -> tuple[str, ...]:
    """The names; where two are alike with what was given, so that nobody mistakes one."""
    stages = {one.trained for one in found}
    names = [one.name if len(stages) == 1 else one.title for one in found]
    if len(set(names)) == len(names):
        return tuple(names)
    return tuple(str(t.path if isinstance(t, Run) else t) for t in targets)


@dataclasses.dataclass(frozen=True)
class _Subject:
    checked: Checked
    model: keras.Model  # of Keras's own layers, in float32
    dataset: Dataset
    run: Run | None

    @property
    def config(self) -> Any:
        return self.checked.loaded.config

    @property
    def name(self) -> str:
        return str(self.config.name)


def _subject(target: str | Path | Run, overrides: Sequence[str], device: str | None) -> _Subject:
    if _is_config(target):
        checked = check(str(target), overrides=overrides)
        select_device(device or checked.loaded.config.device)
        source, run = new_model(checked), None
        dataset = load_dataset(checked.loaded.config)
    else:
        if overrides:
            raise OptionError(f"{target}: a run's config cannot be changed: --set is for configs")
        named = target if isinstance(target, Run) else str(target)
        trained = open_unfinished(named, device=device)
        checked, source, run = trained.checked, trained.model, trained.run
        dataset = own_data(trained)
    model = plain_model(checked)
    model.set_weights(source.get_weights())
    return _Subject(checked, model, dataset, run)


def _is_config(target: str | Path | Run) -> bool:
    return not isinstance(target, Run) and Path(target).suffix.lower() in {".yaml", ".yml"}


def _look(subject: _Subject, examples: int) -> Inspected:
    config, stack = subject.config, subject.checked.stack
    inspection = inspect_model(
        subject.model,
        task_of(config, stack).objective(),
        subject.dataset.train,
        examples=examples,
        seed=config.seed,
        sequence_output=config.sequence_output,
    )
    trained = subject.run is not None
    advice = advise(inspection, stack.layers, config.training.optimizer, trained=trained)
    recorded = [] if subject.run is None else subject.run.read_gradients()
    return Inspected(subject.name, config.task, trained, inspection, tuple(advice), tuple(recorded))


def _draw(found: Inspected, folder: Path) -> list[Path]:
    layers = found.inspection.layers
    paths = [folder / name for name in ("gradient_flow.png", "states.png", "state_example.png")]
    plot_flow(found.title, layers, paths[0])
    plot_sizes(found.title, layers, paths[1])
    plot_example(found.title, layers, paths[2])
    if any(layer.gates for layer in layers):
        paths.append(folder / "gates.png")
        plot_gates(found.title, layers, paths[-1])
    if found.recorded:
        paths.append(folder / "gradients.png")
        plot_gradients(found.recorded, paths[-1], title=found.title)
    return paths


@contextlib.contextmanager
def _asked_for(
    output: str | Path | None, on_message: Callable[[str], None] | None
) -> Iterator[None]:
    """Pictures that nobody asked for need not be written: what was measured is for reading."""
    try:
        yield
    except RunError as error:
        if output is not None:
            raise
        (on_message or warnings.warn)(str(error))


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"{folder}: cannot be made: {error.strerror}") from None
    return folder
