"""`rnnkit doctor`: this machine -> what rnnkit finds on it, and whether it works."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import os
import platform
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from rnnkit.datasets import EMBEDDED, FOLDER
from rnnkit.errors import ConfigError
from rnnkit.training.cluster import VARIABLE, cluster_from_environment
from rnnkit.version import __version__
from rnnkit.words import counted


@dataclasses.dataclass(frozen=True)
class Finding:
    """One line of the diagnosis."""

    name: str
    ok: bool | None  # False: something needed is missing or broken; None: fine without
    detail: str

    @property
    def mark(self) -> str:
        """How the line begins."""
        return {True: "ok", False: "FAILED", None: "-"}[self.ok]


def examine() -> list[Finding]:
    """Look at everything; a check that fails becomes a finding, never an exception."""
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("python", _python),
        ("packages", _packages),
        ("embedded data", _embedded_data),
        ("devices", _devices),
        (VARIABLE, _workers),
        ("XLA", _xla),
        ("layout", _layout),
        ("cuDNN", _cudnn),
        ("places", _places),
    ]
    findings: list[Finding] = []
    for name, look in checks:
        try:
            findings += look()
        except Exception as error:  # a broken TensorFlow can raise anything at all
            findings.append(Finding(name, False, f"{type(error).__name__}: {error}"))
    return findings


def _python() -> Iterator[Finding]:
    yield Finding("rnnkit", True, __version__)
    yield Finding("python", True, f"{platform.python_version()} on {platform.platform()}")


def _packages() -> Iterator[Finding]:
    """Every package that rnnkit requires, as its own metadata lists them."""
    for requirement in importlib.metadata.requires("rnnkit") or []:
        if "extra ==" in requirement:
            continue
        name = re.split(r"[^\w.-]", requirement)[0]
        try:
            yield Finding(name, True, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, False, f"not installed: pip install '{requirement}'")


def _embedded_data() -> Iterator[Finding]:
    for name, entry in EMBEDDED.items():
        file = FOLDER / entry.file
        whole = file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == entry.sha256
        yield Finding(f"data {name}", whole, str(file) if whole else f"{file}: missing or damaged")


def _devices() -> Iterator[Finding]:
    from rnnkit.runtime import tf
    from rnnkit.training.devices import select_device

    gpus = tf.config.list_physical_devices("GPU")
    cpu = select_device("cpu") if not gpus else None
    if cpu is not None:
        yield Finding(
            "cpu", True, f"{cpu.description}, {counted(cpu.cores, 'core')} for this process"
        )
    for gpu in gpus:
        details = tf.config.experimental.get_device_details(gpu)
        yield Finding(gpu.name, True, str(details.get("device_name", "GPU")))
    if not gpus:
        yield Finding(
            "gpu", None, "none that TensorFlow can use; pip install 'rnnkit[cuda]' brings CUDA"
        )


def _workers() -> Iterator[Finding]:
    """Which worker `rnnkit train` would be here."""
    if not os.environ.get(VARIABLE, "").strip():
        yield Finding(VARIABLE, None, "not set: one worker")
        return
    try:
        cluster = cluster_from_environment()
    except ConfigError as error:
        yield Finding(VARIABLE, False, error.problems[0].message)
        return
    if cluster is None:
        yield Finding(VARIABLE, True, "names this worker alone")
        return
    count = len(cluster.addresses)
    detail = f"worker {cluster.rank} of {count}, from 0; the chief is at {cluster.addresses[0]}"
    yield Finding(VARIABLE, True, detail)


def _xla() -> Iterator[Finding]:
    from rnnkit.runtime import tf

    doubled = tf.function(lambda x: x + x, jit_compile=True)(tf.constant([1.0, 2.0]))
    works = doubled.numpy().tolist() == [2.0, 4.0]
    yield Finding("XLA", works, "compiles and computes" if works else f"wrong result: {doubled}")


def _layout() -> Iterator[Finding]:
    from rnnkit.runtime import tf
    from rnnkit.training.layouts import Shape, measured

    if tf.config.list_physical_devices("GPU"):
        yield Finding("layout", None, "features_last: measured where there is no GPU")
        return
    shape = Shape(rows=16, features=256, units=256)
    taken = measured(shape)
    times = f"{1e3 * taken.features_last:.1f} and {1e3 * taken.features_first:.1f} ms"
    detail = f"{taken.faster}: an {shape} takes {times} with features last and first"
    yield Finding("layout", True, detail)


def _cudnn() -> Iterator[Finding]:
    from rnnkit.runtime import keras, tf

    if not tf.config.list_physical_devices("GPU"):
        yield Finding("cuDNN", None, "not used without a GPU")
        return
    keras.layers.LSTM(2, use_cudnn=True)(tf.ones((1, 3, 2)))
    version = tf.sysconfig.get_build_info().get("cudnn_version", "?")
    yield Finding("cuDNN", True, f"built for version {version}; an LSTM runs on it")


def _places() -> Iterator[Finding]:
    here = Path.cwd()
    free = shutil.disk_usage(here).free / 1e9
    writable = os.access(here, os.W_OK)
    yield Finding("installed in", True, str(Path(__file__).parents[1]))
    yield Finding("runs go to", writable, f"{here / 'runs'}, {free:.0f} GB free")
