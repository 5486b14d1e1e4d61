"""A finished run -> what must be the same, bit for bit, however often it was stopped."""

import csv
import hashlib
import json
import zipfile
from pathlib import Path

import h5py
import numpy as np

MEASURED = {"seconds", "samples_per_second"}


def fingerprint(run: Path) -> dict[str, object]:
    """SHA-256 of weights, optimizer and saved model; the history and the evaluation as they are."""
    last = run / "checkpoints" / "last"
    with np.load(last / "state.npz") as arrays:
        state = {name: arrays[name] for name in sorted(arrays.files)}
    progress = json.loads((last / "progress.json").read_text())
    with zipfile.ZipFile(run / "model.keras") as archive, archive.open("model.weights.h5") as file:
        model = _weights(h5py.File(file))
    with (run / "history.csv").open() as file:
        rows = [{k: v for k, v in row.items() if k not in MEASURED} for row in csv.DictReader(file)]
    return {
        "weights and optimizer": _digest(state),
        "model.keras": _digest(model),
        "history": rows,
        "evaluation": json.loads((run / "evaluation.json").read_text()),
        "best": (run / "checkpoints" / "best").resolve().name,
        **{key: progress[key] for key in ("epoch", "step", "stopped", "best")},
    }


def _weights(file: h5py.File) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}

    def keep(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = item[()]

    file.visititems(keep)
    return found


def _digest(arrays: dict[str, np.ndarray]) -> str:
    digest = hashlib.sha256()
    for name, array in arrays.items():
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
