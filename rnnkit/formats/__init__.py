"""A trained network -> a file that other programs run: a format is a file and a line here."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from typing import NamedTuple

from rnnkit.errors import OptionError
from rnnkit.words import listed

QUANTIZED = FLOAT16, INT8 = "float16", "int8"


class Format(NamedTuple):
    """What there is to say of a format before anything heavy is imported.

    Args:
        module: has `write(network, path, quantize)` and `opened(path, network)`, which gives an
            `Ask`.
        file: its file, or its folder, in the folder of an export.
        packages: what it is written and checked with, beside TensorFlow.
        quantized: how its weights may be stored, beside float32.
        why_not: why no more of these.
    """

    module: str
    file: str
    packages: tuple[str, ...]
    quantized: Mapping[str, str]  # by the word, what it does
    why_not: str = ""


FORMATS = {
    "onnx": Format(
        "rnnkit.formats.onnx.file", "model.onnx", ("onnx", "onnxruntime"),
        {FLOAT16: "weights in float16", INT8: "weights in int8, a scale each unit"},
    ),
    "saved_model": Format(
        "rnnkit.formats.saved_model", "model", (), {},
        "a SavedModel keeps its weights as the variables of float32 that TensorFlow computes with",
    ),
    "litert": Format(
        "rnnkit.formats.litert", "model.tflite", ("ai_edge_litert",),
        {FLOAT16: "weights in float16", INT8: "weights in int8, products in int8 too"},
    ),
}  # fmt: skip


def find_format(name: str, quantize: str | None) -> Format:
    """A format that can be written here.

    Raises:
        OptionError: it cannot store weights so, or a package is missing.
    """
    found = FORMATS[name]
    if quantize is not None and quantize not in found.quantized:
        raise OptionError(f"--quantize {quantize}: not for {name}: {found.why_not}")
    missing = [one for one in found.packages if importlib.util.find_spec(one) is None]
    if missing:
        raise OptionError(
            f"--to {name} needs {listed(missing, 'and')}, which "
            f"{'is' if len(missing) == 1 else 'are'} not installed: pip install 'rnnkit[{name}]'"
        )
    return found
