"""A network -> the layout of its recurrent steps that this processor computes faster.

Only a large LSTM tells them apart: its weights do not fit a core's own cache, and on a processor
with AVX2 alone `W^T x` then takes a quarter less than `x W` (benchmarks/NOTES.md). It is timed once
for a machine and a shape; what was found is kept in the user's cache folder.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import os
import platform
import re
import time
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from rnnkit import layers, stages
from rnnkit.config.layers.lstm import LSTM
from rnnkit.config.root import Config
from rnnkit.config.section import PositiveFloat
from rnnkit.config.stack import Stack
from rnnkit.config.training import LayoutName
from rnnkit.errors import RunError
from rnnkit.files import read_regular, write_json
from rnnkit.layers.kernel_layer import KernelLayer
from rnnkit.layers.layout import LAYOUTS
from rnnkit.runtime import keras, tf
from rnnkit.training.devices import Device

DEFAULT: LayoutName = "features_last"
LARGE = 1 << 20  # bytes of one LSTM's weights; of fewer, both layouts take alike
GAIN = 0.95  # of the default's time that the other one may take: nearer to it, noise would choose
_STEPS, _TIMES = 16, 20


@dataclasses.dataclass(frozen=True)
class Seconds:
    """What an LSTM takes in each layout, of all cores together."""

    features_last: PositiveFloat
    features_first: PositiveFloat

    @property
    def faster(self) -> LayoutName:
        """The layout to take."""
        gains = self.features_first < GAIN * self.features_last
        return "features_first" if gains else "features_last"


_FOUND = TypeAdapter(dict[str, Seconds])


@dataclasses.dataclass(frozen=True)
class Shape:
    """An LSTM as it is timed."""

    rows: int  # of a shard
    features: int
    units: int

    @property
    def size(self) -> int:
        """Bytes of its weights."""
        return 4 * 4 * self.units * (self.features + self.units)

    def __str__(self) -> str:
        return f"LSTM of {self.units} units, {self.features} features, {self.rows} rows"


def layout_of(config: Config, stack: Stack, device: Device, *, rows: int) -> LayoutName:
    """The config's `layout`, or the faster one for the largest LSTM.

    Args:
        config: what is trained.
        stack: its layers.
        device: that it is trained on.
        rows: of a shard.
    """
    if config.training.layout is not None:
        return config.training.layout
    training = config.training
    as_timed = training.jit_compile and training.dtype_policy == "float32"
    if device.is_gpu or not as_timed or config.model.kernels != "rnnkit":
        return DEFAULT
    found = max(_lstms(stack, rows), key=lambda shape: shape.size, default=None)
    return DEFAULT if found is None else suited(found)


def suited(shape: Shape) -> LayoutName:
    """The faster layout for an LSTM, timed where it is large."""
    return DEFAULT if shape.size < LARGE else measured(shape).faster


def _lstms(stack: Stack, rows: int) -> Iterator[Shape]:
    for row in stack.summaries:
        layer = getattr(row.layer, "layer", row.layer)
        if isinstance(layer, LSTM) and not layer.unroll:  # unrolled, it runs Keras's own code
            directions = 1 if layer is row.layer else 2
            inputs = row.parameters // directions // (4 * layer.units)
            yield Shape(rows, inputs - layer.units - layer.use_bias, layer.units)


@functools.cache
def measured(shape: Shape) -> Seconds:
    """How long a few steps of an LSTM take here, forwards and backwards."""
    key = f"{shape}; {_processor()}; TensorFlow {tf.__version__}"
    known = _known()
    if key not in known:
        stages.begin("timing an LSTM's layouts on this processor")
        known = {**_known(), key: _timed(shape)}
        with contextlib.suppress(RunError, OSError, RuntimeError):  # it is timed anew the next time
            _file().parent.mkdir(parents=True, exist_ok=True)
            write_json(_file(), {name: dataclasses.asdict(one) for name, one in known.items()})
    return known[key]


def unheeded(model: keras.Model, name: LayoutName | None) -> list[str]:
    """A sentence where a layout other than the default was asked for that no layer has."""
    if name in (None, DEFAULT) or any(isinstance(x, KernelLayer) for x in model._flatten_layers()):
        return []
    return [f"training.layout: {name} changes nothing: no layer runs rnnkit's kernels"]


def with_layout(model: keras.Model, name: LayoutName) -> keras.Model:
    """Compute a model's recurrent steps in a layout; before it is traced."""
    for layer in model._flatten_layers():
        if isinstance(layer, KernelLayer):
            layer.layout = LAYOUTS[name]
    return model


def _timed(shape: Shape) -> Seconds:
    x = tf.zeros((shape.rows, _STEPS, shape.features))
    runs = {}
    for name, layout in LAYOUTS.items():
        layer = layers.LSTM(shape.units, return_sequences=True)
        layer.build(x.shape)
        layer.layout = layout

        @tf.function(jit_compile=True)
        def run(layer: KernelLayer = layer) -> list[tf.Tensor]:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = layer(x)
            return [y[0, 0, 0], *tape.gradient(y, [x, *(w.value for w in layer.weights)])]

        run()[0].numpy()  # compiled, outside the time
        runs[name] = run
    taken: dict[str, float] = dict.fromkeys(runs, float("inf"))
    for _ in range(_TIMES):  # in turn: a slow moment of the machine meets both
        for name, run in runs.items():
            began = time.process_time()
            run()[0].numpy()
            taken[name] = min(taken[name], time.process_time() - began)
    return Seconds(**taken)


def _known() -> dict[str, Seconds]:
    """What was found before; nothing of a file that is damaged."""
    with contextlib.suppress(OSError, ValueError, RuntimeError):
        return _FOUND.validate_json(read_regular(_file()))
    return {}


def _file() -> Path:
    """The file that keeps it.

    Raises:
        RuntimeError: nobody's home is known, as of a user that a container does not list.
    """
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(base or Path.home() / ".cache", "rnnkit", "layouts.json")


def _processor() -> str:
    """What tells two processors apart: their flags too, which a virtual machine may take away."""
    info = Path("/proc/cpuinfo")
    text = info.read_text(encoding="utf-8", errors="replace") if info.is_file() else ""
    first = text.partition("\n\n")[0]
    told = re.findall(
        r"^(?:vendor_id|cpu family|model|model name|flags|CPU \w+|Features)\s*:.*", first, re.M
    )
    known = "\n".join(told) or platform.processor()
    return f"{platform.machine()} {hashlib.sha256(known.encode()).hexdigest()[:12]}"
