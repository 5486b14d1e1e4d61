"""Damaged data files of every kind are read or refused, and nothing else."""

import io
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnkit.config.classification import ClassificationData
from rnnkit.data.labelled.load import input_facts, load_dataset
from rnnkit.errors import DataError

FRAME = pd.DataFrame({"a": [1.0, 2, 3, 4] * 3, "b": [0.5, 1, 2, 3] * 3, "y": ["u", "v"] * 6})
X = np.arange(24.0, dtype=np.float32).reshape(6, 2, 2)


def saved(save) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


WHOLE = {
    ".npz": saved(lambda file: np.savez(file, x_train=X, y_train=[0, 1] * 3)),
    ".NPZ": saved(lambda file: np.savez_compressed(file, x_train=X, y_train=[0, 1] * 3)),
    ".csv": FRAME.to_csv(index=False).encode(),
    ".parquet": saved(FRAME.to_parquet),
    ".jsonl": FRAME.to_json(orient="records", lines=True).encode(),
}
pieces = st.binary(max_size=6) | st.sampled_from(
    [b"\n", b",", b'"', b"\x00", b"{", b"]", b"nan", b"-1", b"1e400", b"\xff" * 4, b"\x7f" * 8]
)
changes = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), pieces), min_size=1, max_size=4)


def changed(raw: bytes, edits) -> bytes:
    for where, removed, piece in edits:
        place = int(where * len(raw))
        raw = raw[:place] + piece + raw[place + removed :]
    return raw


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.filterwarnings("ignore")  # numpy's and pandas's, of damaged headers
@settings(derandomize=True, max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=changes)
def test_damaged_files(kind, edits):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"t{kind}"
        path.write_bytes(changed(WHOLE[kind], edits))
        options = {} if kind.lower() == ".npz" else {"label": "y"}
        data = ClassificationData.model_validate({"source": str(path), **options})
        for read in (input_facts, lambda data, ids: load_dataset(data, seed=0, ids=ids)):
            try:
                read(data, ids=False)
            except DataError as error:
                assert str(error)
