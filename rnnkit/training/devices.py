"""`--device auto|cpu|gpu|gpu:N` -> what TensorFlow may use in this process."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import platform
from collections.abc import Iterator
from pathlib import Path

from rnnkit.errors import DeviceError, RunError
from rnnkit.runtime import tf


@dataclasses.dataclass(frozen=True)
class Device:
    """The device that a run computes on."""

    name: str  # "cpu", "gpu:0" or "gpus"
    description: str
    cores: int

    @property
    def is_gpu(self) -> bool:
        return self.name.startswith("gpu")


def select_device(wanted: str) -> Device:
    """Make one device visible to TensorFlow; call before anything is computed.

    Args:
        wanted: `auto` takes the first GPU, or the CPU where there is none; `gpus` all of them.

    Raises:
        DeviceError: the GPU asked for is not there, or TensorFlow has already started on others.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if wanted == "cpu" or (wanted == "auto" and not gpus):
        _show_only([])
        return Device("cpu", _cpu_name(), available_cores())
    number = int(wanted.partition(":")[2] or 0)
    if number >= len(gpus):
        seen = f"it sees {len(gpus)} GPU" + ("s" if len(gpus) != 1 else "")
        raise DeviceError(
            f"device {wanted}: TensorFlow {tf.__version__} cannot use it, {seen}. "
            "Use --device cpu, or install rnnkit[cuda]; `rnnkit doctor` shows more."
        )
    chosen = gpus if wanted == "gpus" else [gpus[number]]
    _show_only(chosen)
    # Same seed, same weights: some GPU kernels add in no fixed order unless asked to.
    tf.config.experimental.enable_op_determinism()
    details = tf.config.experimental.get_device_details(gpus[number])
    description = details.get("device_name", "GPU")
    if len(chosen) > 1:
        return Device("gpus", f"{len(chosen)} x {description}", available_cores())
    return Device(f"gpu:{number}", description, available_cores())


@contextlib.contextmanager
def out_of_memory_explained(batch_size: int) -> Iterator[None]:
    """Turn TensorFlow's error of exhausted RAM into one that says what to do.

    Raises:
        RunError: a batch does not fit on the device, or TensorFlow itself ran out of disk.
    """
    try:
        yield
    except tf.errors.ResourceExhaustedError as error:
        if "No space left" in str(error):  # TensorFlow has one error for both
            raise RunError(f"the disk is full: {_first_line(error)}") from None
        if batch_size > 1:
            half = f"set training.batch_size to {batch_size // 2}, half of it, which about halves"
            advice = f"In a new run, {half} what a step needs"
        else:
            advice = "Use shorter sequences or fewer units"
        raise RunError(
            f"the device has too little RAM for batches of {batch_size}. {advice}. "
            f"The checkpoints written so far are kept. TensorFlow said: {_first_line(error)}"
        ) from None


def _first_line(error: tf.errors.OpError) -> str:
    return str(error.message).strip().partition("\n")[0][:200]


def available_cores() -> int:
    """Cores that this process may run on, which a container can limit below the machine's."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _show_only(gpus: list[object]) -> None:
    try:
        tf.config.set_visible_devices(gpus, "GPU")
    except RuntimeError:  # already started: fine if it started with the same devices
        if tf.config.get_visible_devices("GPU") != gpus:
            raise DeviceError(
                "the device cannot change after TensorFlow has started: use a new process"
            ) from None


def _cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
