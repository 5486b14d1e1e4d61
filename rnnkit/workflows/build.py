"""A checked config -> its model: rnnkit's kernels to train, plain Keras to keep."""

from __future__ import annotations

from typing import Any

from rnnkit.config.document import dump_document
from rnnkit.config.root import Config
from rnnkit.config.section import Section
from rnnkit.models.build import build_model
from rnnkit.runtime import keras
from rnnkit.workflows.check import Checked


def new_model(checked: Checked) -> keras.Model:
    """The model to train: rnnkit's kernels, weights drawn from the config's seed."""
    config = checked.config
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
        name=model_name(checked.config),
    )


def model_name(config: Config) -> str:
    """A name that Keras accepts for the model of a config."""
    return config.name.replace(".", "_").replace("-", "_")


def resolved_text(checked: Checked) -> str:
    """The config as YAML, defaults and derived arguments filled in; reads back as a config."""
    values = checked.config.model_dump(exclude_none=True)
    _keep_nulls(checked.config, values)
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
