"""A network -> model.tflite for phones and small devices, one example at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rnnkit.errors import OptionError
from rnnkit.formats import FLOAT16
from rnnkit.formats.network import Arrays, Ask, Network
from rnnkit.runtime import native_stderr_held_back, tf
from rnnkit.words import brief

BATCH = 1  # with more than one, loops over time would need TensorFlow beside LiteRT
MOST = 300  # characters of what the converter says

EXAMPLE = {
    "runtime": "ai_edge_litert",
    "imports": "import numpy as np\nfrom ai_edge_litert.interpreter import Interpreter",
    "opening": """\
runner = Interpreter(str(here / "model.tflite")).get_signature_runner()


def ask(inputs):
    \"\"\"Inputs by name -> outputs by name; the file reads one example at a time.\"\"\"
    rows = range(len(inputs["input"]))
    each = [runner(**{name: x[row : row + 1] for name, x in inputs.items()}) for row in rows]
    return {name: np.concatenate([found[name] for found in each]) for name in each[0]}

""",
}


def write(network: Network, path: Path, quantize: str | None) -> None:
    """Write it of LiteRT's own operations alone.

    Raises:
        OptionError: an operation of it is none of these.
    """

    @tf.function(autograph=False)
    def answer(**values: tf.Tensor) -> dict[str, tf.Tensor]:
        return network.call(values, constant=True)

    specs = {
        port.name: tf.TensorSpec((BATCH, *port.shape[1:]), port.dtype, name=port.name)
        for port in network.inputs
    }
    concrete = answer.get_concrete_function(**specs)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], network.model)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    if quantize is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if quantize == FLOAT16:
        converter.target_spec.supported_types = [tf.float16]
    try:
        path.write_bytes(converter.convert())
    except Exception as error:  # the converter raises whatever it comes upon
        reason = " ".join(str(error).split())
        raise OptionError(f"--to litert: LiteRT has no form of it: {brief(reason, MOST)}") from None


def opened(path: Path, network: Network) -> Ask:
    """What answers from the file, row by row."""
    from ai_edge_litert.interpreter import Interpreter

    # nothing is allocated before the first call: at length 1, which the file has, a convolution over
    # several steps has no output
    runner = Interpreter(str(path)).get_signature_runner()

    def ask(values: Arrays) -> Arrays:
        rows = len(next(iter(values.values())))
        with native_stderr_held_back():  # it tells which of its kernels it takes
            each = [
                runner(**{name: one[row : row + 1] for name, one in values.items()})
                for row in range(rows)
            ]
        return {name: np.concatenate([found[name] for found in each]) for name in each[0]}

    return ask
