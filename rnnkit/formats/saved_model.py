"""A network -> a TensorFlow SavedModel of plain operations, for whoever has no Keras."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.errors import RunError
from rnnkit.formats.network import Arrays, Ask, Network
from rnnkit.runtime import tf

SIGNATURE = "serving_default"  # the name that programs look for

EXAMPLE = {
    "runtime": "tensorflow",
    "imports": "import numpy as np\nimport tensorflow as tf",
    "opening": """\
model = tf.saved_model.load(str(here / "model"))
answer_to = model.signatures["serving_default"]


def ask(inputs):
    \"\"\"Inputs by name -> outputs by name.\"\"\"
    found = answer_to(**{name: tf.constant(x) for name, x in inputs.items()})
    return {name: y.numpy() for name, y in found.items()}

""",
}


def write(network: Network, path: Path, quantize: str | None) -> None:
    """Write it with one signature: its inputs by name in, its outputs by name out.

    Raises:
        RunError: the disk is full.
    """

    @tf.function(autograph=False)
    def answer(**values: tf.Tensor) -> dict[str, tf.Tensor]:
        return network.call(values)

    specs = {
        port.name: tf.TensorSpec(port.shape, port.dtype, name=port.name) for port in network.inputs
    }
    module = tf.Module()
    module.weights_of_model = [variable.value for variable in network.model.weights]
    signatures = {SIGNATURE: answer.get_concrete_function(**specs)}
    try:
        tf.saved_model.save(module, path, signatures)
    except tf.errors.OpError as error:  # as TensorFlow says that a disk is full
        raise RunError(f"{path}: cannot be written: {error.message}") from None


def opened(path: Path, network: Network) -> Ask:
    """What answers from the folder."""
    module: Any = tf.saved_model.load(path)
    answer = module.signatures[SIGNATURE]

    def ask(values: Arrays, _keep: Any = module) -> Arrays:
        found = answer(**{name: tf.constant(value) for name, value in values.items()})
        return {name: np.asarray(value) for name, value in found.items()}

    return ask
