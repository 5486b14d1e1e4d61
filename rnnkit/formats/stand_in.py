"""An exported network in the place of a run's model, so that its task judges it as it is."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from rnnkit.data.batch import INPUT
from rnnkit.formats.network import Ask, Network
from rnnkit.runtime import keras, tf


class StandIn:
    """Called as the run's model is; everything else that is asked of it, that model answers.

    Args:
        model: the run's.
        network: what was exported.
        ask: what answers from the file.
    """

    def __init__(self, model: keras.Model, network: Network, ask: Ask) -> None:
        self._model = model
        self._network = network
        self._ask = ask

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def __call__(self, x: Any, training: bool = False) -> Any:
        like = keras.tree.flatten(self._model(x, training=False))  # for the shapes alone
        inputs = x if isinstance(x, dict) else dict(
            zip([INPUT, *(one.name for one in self._network.states)],
                x if isinstance(x, list) else [x], strict=False)
        )  # fmt: skip
        names = [port.name for port in self._network.outputs][: len(like)]

        def answer(*values: Any) -> list[Any]:
            given = {name: np.asarray(one) for name, one in zip(inputs, values, strict=True)}
            given = {**self._network.zeros(len(given[INPUT])), **given}
            found = self._ask(given)
            return [found[name].astype(one.dtype.as_numpy_dtype) for name, one in
                    zip(names, like, strict=True)]  # fmt: skip

        found = tf.numpy_function(answer, list(inputs.values()), [one.dtype for one in like])
        shaped = [tf.ensure_shape(one, y.shape) for one, y in zip(found, like, strict=True)]
        return shaped if len(shaped) > 1 else shaped[0]


def judged_by(trained: Any, network: Network, ask: Ask) -> Any:
    """The trained run, whose answers the exported network gives."""
    training = trained.config.training.model_copy(update={"jit_compile": False, "shards": 1})
    return dataclasses.replace(
        trained,
        model=StandIn(trained.model, network, ask),
        config=trained.config.model_copy(update={"training": training}),
    )
