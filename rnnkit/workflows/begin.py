"""`start_from`: a checked config and the run that it names -> a model that begins with its weights.

What is taken follows from both configs and from what both know of their data, without TensorFlow.
The weights are read when the model is built. A run that has begun needs the other one no more: its
first checkpoint holds them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rnnkit.config.loading import LoadedConfig
from rnnkit.config.root import Config
from rnnkit.data.npz import DAMAGED
from rnnkit.data.preprocessing import Names
from rnnkit.errors import ConfigError, RunError
from rnnkit.files import open_regular
from rnnkit.models.start import Start
from rnnkit.models.transfer import Model, beginnings
from rnnkit.run import Run
from rnnkit.runs import find_run
from rnnkit.tasks import load_config
from rnnkit.training.cluster import cluster_from_environment
from rnnkit.words import named
from rnnkit.workflows.check import Checked, Ready, read
from rnnkit.workflows.kept import read_run
from rnnkit.workflows.vectors import vector_beginnings, with_vectors

if TYPE_CHECKING:
    from rnnkit.runtime import keras

_KEY = ("start_from",)


def started(ready: Ready, *, runs: str | Path = "runs") -> Ready:
    """A config and its data, with what its weights begin with.

    Args:
        ready: the config and the data.
        runs: the folder of the runs, one of which it may name.

    Raises:
        ConfigError: what it names is no trained run or has no layer that fits, or its word vectors
            cannot be used.
    """
    checked, cluster = ready.checked, cluster_from_environment()
    others = cluster is not None and not cluster.is_chief  # which the chief sends its weights
    if others or not begins_elsewhere(checked):
        return ready
    names = checked.task.names(checked.config, ready.dataset.preprocessing)
    start, notes = _of_run(ready, names, Path(runs))
    found = list(vector_beginnings(checked, names))
    start = dataclasses.replace(
        start,
        layers=(*start.layers, *(layer for layer, _, _ in found)),
        vectors={path: sha256 for _, path, sha256 in found},
    )
    card = ready.card.model_copy(update={"notes": (*ready.card.notes, *notes)})
    checked = dataclasses.replace(checked, start=start, card=card)
    return dataclasses.replace(ready, checked=checked, card=card)


def begins_elsewhere(checked: Checked) -> bool:
    """Whether weights begin with something else than what the seed draws."""
    return checked.config.start_from is not None or bool(with_vectors(checked))


def _of_run(ready: Ready, names: Names, runs: Path) -> tuple[Start, Sequence[str]]:
    """What is taken from the run that the config names, if any, and notes on its data."""
    checked, source = ready.checked, ready.checked.config.start_from
    if source is None:
        return Start(()), ()
    try:
        run = _trained(find_run(source, root=runs))
        old, kept = read_run(run)
    except RunError as error:
        raise _refused(checked.loaded, str(error)) from None
    before = Model(old.stack, old.task.names(old.config, kept))
    layers = beginnings(before, Model(checked.stack, names), without=with_vectors(checked))
    start = Start(tuple(layers), run, _sha256(run.model))
    if not any(one.taken for one in layers):
        raise _refused(checked.loaded, _nothing_fits(start, before))
    return start, tuple(_notes(ready, run, old.config, before.names, names))


def check_start(checked: Checked, *, runs: str | Path = "runs") -> Checked:
    """As `started`, of a config alone: its data are read for what they call their ids and outputs.

    Raises:
        As `started`; DataError as `read`.
    """
    if not begins_elsewhere(checked):
        return checked
    return started(read(checked.loaded), runs=runs).checked


def fixed(loaded: LoadedConfig, *, runs: str | Path = "runs") -> LoadedConfig:
    """A config with the folder of the run that it starts from: a name may mean another run later.

    Raises:
        ConfigError: there is no such run.
    """
    if (source := loaded.config.start_from) is None:
        return loaded
    try:
        path = find_run(source, root=Path(runs)).path.absolute()
    except RunError as error:
        raise _refused(loaded, str(error)) from None
    return load_config(loaded, overrides=[f"start_from={json.dumps(str(path))}"])


def begun_model(checked: Checked, *, device: str | None = None) -> keras.Model:
    """The model to train, its weights drawn from the config's seed or taken from elsewhere.

    Args:
        checked: its config.
        device: that was chosen already; None: the config's.

    Raises:
        RunError: the weights that it begins with cannot be read.
    """
    from rnnkit.workflows.build import new_model
    from rnnkit.workflows.load import load

    start = checked.start
    if start is None:
        return new_model(checked)
    device = device or checked.config.device
    source = None if start.run is None else load(start.run, device=device).model
    model = new_model(checked)
    start.set_weights(model, source)
    return model


def _trained(run: Run) -> Run:
    if not run.model.is_file():
        status = run.read_metadata().get("status", "unknown")
        raise RunError(f"{run.path}: it has no {run.model.name} yet; its status is '{status}'")
    try:
        with zipfile.ZipFile(run.model) as file:
            damaged = file.testzip()
    except DAMAGED as error:
        damaged = str(error)
    if damaged is not None:  # else it would be noticed once the new run has its folder
        raise RunError(f"{run.model}: damaged ({damaged}): train it anew, or name another run")
    return run


def _refused(loaded: LoadedConfig, reason: str) -> ConfigError:
    return ConfigError([loaded.problem(_KEY, f"start_from: {reason}", key=False)])


def _nothing_fits(start: Start, before: Model) -> str:
    """Layer by layer, and what the run has."""
    reasons = "; ".join(text for label, text in start.lines if label == "new")
    its = ", ".join(row.name for row in before.stack.summaries if row.parameters)
    return (
        f"no layer can take its weights from {start.run.path if start.run else ''}: {reasons}. "
        f"It has {its}: give layers that are to begin alike the same `name`"
    )


def _notes(ready: Ready, run: Run, old: Config, there: Names, here: Names) -> Iterator[str]:
    """What of the two runs' data should be known."""
    new = ready.checked.config
    data = run.read_metadata().get("data", {})
    same_parts = (old.task, old.seed, old.data) == (new.task, new.seed, new.data)
    if data.get("sha256") == ready.dataset.sha256 and not same_parts:
        yield (
            f"{run.name} was trained on the same source, in other parts: what is held back here "
            "may be among what it has learnt from"
        )
    if there.features and here.features and there.features != here.features:
        yield (
            f"the features that {run.name} reads are {named(there.features)}, here they are "
            f"{named(here.features)}: the first layer's weights are taken by place"
        )


def _sha256(path: Path) -> str:
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
