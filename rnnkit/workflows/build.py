"""A checked config -> its model; a run folder -> its trained model. Shared by the other verbs."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.config.checks import check_config
from rnnkit.config.document import dump_document
from rnnkit.config.layers import Embedding
from rnnkit.config.loading import load_config
from rnnkit.config.root import Config
from rnnkit.config.section import Section
from rnnkit.config.stack import Stack
from rnnkit.data.cache import conversions_in
from rnnkit.data.dataset import Dataset
from rnnkit.data.load import load_dataset, read_preprocessing
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.errors import ConfigError, RunError
from rnnkit.files import read_regular
from rnnkit.models.build import build_model
from rnnkit.runs import Run, find_run
from rnnkit.runtime import keras
from rnnkit.tasks import TASKS
from rnnkit.tasks.task import Task
from rnnkit.training.checkpoints import load_checkpoint
from rnnkit.training.devices import Device, select_device
from rnnkit.training.inference import Inference
from rnnkit.training.shards import default_shards
from rnnkit.workflows.check import Checked

_OTHER_SHAPE = re.compile(  # in what Keras says
    r"variable\.shape=(?P<wanted>\(.*?\)), Received: value\.shape=(?P<found>\(.*?\))"
)


@dataclasses.dataclass(frozen=True)
class TrainedModel:
    """What a finished run learned, ready to be asked."""

    run: Run
    checked: Checked
    task: Task
    preprocessing: Any  # the Preprocessing of the task's data
    model: keras.Model
    device: Device

    @property
    def config(self) -> Any:
        return self.checked.loaded.config

    @property
    def inference(self) -> Inference:
        """The model and how to compute with it."""
        return inference_of(self.config, self.device, self.model)


def own_data(trained: TrainedModel) -> Dataset:
    """The data that a run was trained on; what was converted for it is not converted again.

    Raises:
        DataError: they are not there any more, or cannot be used.
    """
    with conversions_in(trained.run.cache):
        return load_dataset(trained.config)


def new_model(checked: Checked) -> keras.Model:
    """The model to train: rnnkit's kernels, weights drawn from the config's seed."""
    config = checked.loaded.config
    keras.utils.set_random_seed(config.seed)
    return build_model(
        checked.stack.layers,
        checked.facts,
        use_kernels=config.model.kernels == "rnnkit",
        dtype_policy=config.training.dtype_policy,
        name=model_name(config),
        carry_state=config.carries_state,
    )


def plain_model(checked: Checked) -> keras.Model:
    """The same model of Keras's own layers, in float32: what is saved for everybody to load."""
    return build_model(
        checked.stack.layers,
        checked.facts,
        use_kernels=False,
        name=model_name(checked.loaded.config),
    )


def model_name(config: Config) -> str:
    """A name that Keras accepts for the model of a config."""
    return config.name.replace(".", "_").replace("-", "_")


def shards_of(config: Config, device: Device, *, replicas: int = 1) -> int:
    """The config's `shards`, or what suits the device, equally many for each replica."""
    training = config.training
    each = default_shards(training.batch_size // replicas, device.cores)
    return training.shards or replicas * each


def inference_of(config: Config, device: Device, model: keras.Model) -> Inference:
    """How a config computes with its model outside training."""
    return Inference(
        model,
        batch_size=config.training.batch_size,
        shards=shards_of(config, device),
        jit_compile=config.training.jit_compile,
    )


def task_of(config: Config, stack: Stack) -> Task:
    """The task object of a checked config."""
    return TASKS[config.task](config, stack)


def resolved_text(checked: Checked) -> str:
    """The config as YAML, defaults and derived arguments filled in; reads back as a config."""
    values = checked.loaded.config.model_dump(exclude_none=True)
    _keep_nulls(checked.loaded.config, values)
    values["model"]["layers"] = [
        layer.model_dump(exclude_none=True) for layer in checked.stack.layers
    ]
    return dump_document(values)


def _keep_nulls(section: Section, values: dict[str, Any]) -> None:
    """Put back each `key: null` that stands for something else than leaving the key out."""
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        default = None if field.is_required() else field.get_default(call_default_factory=True)
        if isinstance(value, Section):
            _keep_nulls(value, values[name])
        elif value is None and default is not None:
            values[name] = None


def open_run(run: str | Run, *, device: str | None = None) -> TrainedModel:
    """Rebuild the model of a run from its own config and load its weights.

    Only weights are read from `model.keras`: nothing that a foreign file could carry is executed.

    Raises:
        RunError: the run is not there, did not get as far as a model, or is damaged.
    """
    run = run if isinstance(run, Run) else find_run(run)
    if not run.model.is_file():
        status = run.read_metadata().get("status", "unknown")
        raise RunError(f"{run.path}: it has no {run.model.name} yet; its status is '{status}'")
    return _opened(run, device, lambda model: _load_weights(model, run.model))


def open_unfinished(run: str | Run, *, device: str | None = None) -> TrainedModel:
    """As `open_run`; of a run without a model, which may have diverged, its last checkpoint."""
    run = run if isinstance(run, Run) else find_run(run)
    checkpoint = max(run.checkpoints.glob("step-*"), default=None)
    if run.model.is_file() or checkpoint is None:
        return open_run(run, device=device)
    return _opened(run, device, lambda model: load_checkpoint(checkpoint, model))


def _opened(run: Run, device: str | None, load: Callable[[keras.Model], object]) -> TrainedModel:
    checked, preprocessing = read_run(run)
    config = checked.loaded.config
    chosen = select_device(device or config.device)
    model = new_model(checked)
    load(model)
    for variable in model.weights:
        if not np.isfinite(variable.numpy()).all():
            raise RunError(
                f"{run.path}: {variable.path} is NaN or infinite, so that every answer would be: "
                "train the model again"
            )
    task = task_of(config, checked.stack)
    return TrainedModel(run, checked, task, preprocessing, model, chosen)


def _load_weights(model: keras.Model, path: Path) -> None:
    try:
        model.load_weights(path)
    except Exception as error:  # Keras raises whatever zipfile, h5py and it itself come upon
        reason = str(error)
        if other := _OTHER_SHAPE.search(reason):
            reason = (
                f"an array of {other['found']} stands where config.resolved.yaml and "
                f"preprocessing.json ask for {other['wanted']}"
            )
        raise RunError(f"{path}: its weights cannot be read: {reason}") from None


def read_run(run: Run) -> tuple[Checked, Preprocessing]:
    """The config of a run and what it kept of its data.

    Raises:
        RunError: the run is damaged.
    """
    try:
        loaded = load_config(run.resolved_config, environment={})
        text = read_regular(run.preprocessing).decode()
        preprocessing = read_preprocessing(loaded.config, text)
    except (OSError, ValueError, ConfigError) as error:
        raise RunError(f"{run.path}: damaged: {error}") from None
    except RunError as error:
        raise RunError(f"{run.preprocessing}: {error}") from None
    facts = preprocessing.facts
    checked = Checked(loaded, facts, check_config(loaded, facts))
    for name, kept, wanted in _lengths(checked, preprocessing):
        raise RunError(
            f"{run.preprocessing}: it is of another model: {name} {kept}, but "
            f"{run.resolved_config.name} has {wanted}"
        )
    return checked, preprocessing


def _lengths(checked: Checked, kept: Preprocessing) -> Iterator[tuple[str, Any, Any]]:
    """What a run kept of its data, where the model is not as long: a name and both lengths."""
    facts, width = checked.facts, checked.stack.output_shape[-1]
    # one number tells two classes apart
    if facts.outputs != width and (facts.outputs, width) != (2, 1):
        yield "outputs (classes, tokens, targets):", facts.outputs, width
    for layer in checked.stack.layers:
        if isinstance(layer, Embedding) and (layer.input_dim or 0) < (facts.vocabulary or 0):
            yield "vocabulary:", facts.vocabulary, layer.input_dim
    for key in ("lookback", "horizon", "length", "max_length", "context"):
        asked = getattr(checked.loaded.config.data, key, None)
        if isinstance(asked, int) and getattr(kept, key, asked) != asked:
            yield f"{key}:", getattr(kept, key), asked
