"""`rnnkit inspect`: runs or configs -> gradients through time, gates and states, with pictures."""

from __future__ import annotations

import contextlib
import dataclasses
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rnnkit.config.root import Config
from rnnkit.diagnostics.advice import advise
from rnnkit.diagnostics.inspected import Comparison, Inspected
from rnnkit.diagnostics.inspection import inspect_model
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
from rnnkit.run import Run
from rnnkit.runtime import keras
from rnnkit.training.devices import select_device
from rnnkit.workflows.begin import begun_model, started
from rnnkit.workflows.build import plain_model
from rnnkit.workflows.check import AnyDataset, Checked, load, read
from rnnkit.workflows.configs import means_config
from rnnkit.workflows.kept import read_run
from rnnkit.workflows.load import load_unfinished

EXAMPLES = 128
FOLDER = Path("inspect")  # under the current folder: where configs have no run folder


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
        on_message: called with what could not be written into the default folder, and with where
            a run's data were found or how they have grown; None warns.

    Raises:
        ConfigError, DataError, RunError: as `check` and `evaluate`; the model has no recurrent
            layer; the pictures cannot be written into `output`.
    """
    subject = _subject(target, overrides, device, on_message)
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

    Args, Raises: as `inspect`; the picture is comparison.svg in `output`, or in inspect/ here.
    """
    found = tuple(_look(_subject(t, overrides, device, on_message), examples) for t in targets)
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
            folder / "comparison.svg",
        )
        path = folder / "comparison.svg"
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
    dataset: AnyDataset
    run: Run | None

    @property
    def config(self) -> Config:
        return self.checked.config

    @property
    def name(self) -> str:
        return self.config.name


def _subject(
    target: str | Path | Run,
    overrides: Sequence[str],
    device: str | None,
    on_message: Callable[[str], None] | None,
) -> _Subject:
    if not isinstance(target, Run) and means_config(target):
        ready = started(read(load(str(target), overrides=overrides, smoke=False)))
        checked, dataset, run = ready.checked, ready.dataset, None
        select_device(device or checked.config.device)
        source = begun_model(checked, device=device)
    else:
        if overrides:
            raise OptionError(f"{target}: a run's config cannot be changed: --set is for configs")
        named = target if isinstance(target, Run) else str(target)
        trained = load_unfinished(named, device=device, on_message=on_message)
        source, run = trained.model, trained.run
        checked, dataset = read_run(run)[0], trained.own_data(on_message)
    model = plain_model(checked)
    model.set_weights(source.get_weights())
    return _Subject(checked, model, dataset, run)


def _look(subject: _Subject, examples: int) -> Inspected:
    config, stack = subject.config, subject.checked.stack
    inspection = inspect_model(
        subject.model,
        subject.checked.task.objective(config, stack),
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
    paths = [folder / name for name in ("gradient_flow.svg", "states.svg", "state_example.svg")]
    plot_flow(found.title, layers, paths[0])
    plot_sizes(found.title, layers, paths[1])
    plot_example(found.title, layers, paths[2])
    if any(layer.gates for layer in layers):
        paths.append(folder / "gates.svg")
        plot_gates(found.title, layers, paths[-1])
    if found.recorded:
        paths.append(folder / "gradients.svg")
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
