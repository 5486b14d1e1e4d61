"""Damaged data files of every task and kind are read or refused, in memory and on disk."""

import contextlib
import gzip
import io
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.feather
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnkit.data import cache, ram
from rnnkit.errors import DataError, RunError
from rnnkit.tasks import load_config, task_of
from tests.hostile.test_tasks import LAYERS

DAYS = [f"2020-01-{day:02}" for day in range(1, 13)]
FRAME = pd.DataFrame({"a": [1.0, 2, 3, 4] * 3, "b": [0.5, 1, 2, 3] * 3, "y": ["u", "v"] * 6})
LONG = FRAME.assign(i=np.arange(12) // 3, t=DAYS)
EVENTS = pd.DataFrame({"s": np.arange(12) // 4, "t": DAYS, "w": list("abcabcabdabe")})
SERIES = pd.DataFrame({"t": DAYS * 2, "y": np.arange(24.0), "s": ["p"] * 12 + ["q"] * 12})
SAID = pd.DataFrame({"w": ["so it is", "à la – «so» 𝄞", "so, so", "it"] * 3, "y": ["u", "v"] * 6})
TEXTS = {"text": "w", "label": "y", "min_count": 1}
X = np.arange(24.0, dtype=np.float32).reshape(6, 2, 2)
PROSE = "so it is, and so\r\nwas it.\n\nà la – «so» 𝄞\n".encode() * 4
TUNES = b"X:1\nK:G\nGABc|d2\n\n%%x\nX:2\nM:4/4\nK:D\ndefg|a2f2|\n\n" * 2
TABLES = (".csv", ".tsv", ".jsonl", ".parquet", ".json", ".arrow", ".xlsx", ".sqlite", ".csv.gz")
TS = b"@classLabel true u v\n@data\n1,2.5:3,?:u\n3,4,5:6,7,8:v\n1,2:3,4:u\n0,1:1,0:v\n"
ARFF = b"@relation r\n@attribute 'x y' numeric\n@attribute y {u,v}\n@data\n1.5,u\n?,v\n2,u\n3,'v'\n"
CONLL = b"a DT O\nb NN X\n\nc NN O\n\na NN O\n\nb DT X\n"
CONLLU = b"".join(
    b"# s\n1\tdo\tdo\tAUX\t_\t_\t0\troot\t_\t_\n2\tgo\tgo\tVERB\t_\t_\t1\tx\t_\t_\n\n"
    for _ in range(4)
)


def saved(save) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


def as_table(frame: pd.DataFrame, kind: str) -> bytes:
    if kind == ".csv":
        return frame.to_csv(index=False).encode()
    if kind == ".tsv":
        return frame.to_csv(index=False, sep="\t").encode()
    if kind in (".jsonl", ".json"):
        return frame.to_json(orient="records", lines=kind == ".jsonl").encode()
    if kind == ".csv.gz":
        return gzip.compress(frame.to_csv(index=False).encode(), mtime=0)
    if kind == ".arrow":
        return saved(lambda file: pyarrow.feather.write_feather(frame, file))
    if kind == ".xlsx":
        return saved(lambda file: frame.to_excel(file, index=False))
    if kind == ".sqlite":
        with contextlib.closing(sqlite3.connect(":memory:")) as database:
            frame.to_sql("t", database, index=False)
            return database.serialize()
    return saved(lambda file: frame.to_parquet(file, index=False))


LABELLED = {"x_train": X, "y_train": [0, 1] * 3}
RAGGED = {"values": X.reshape(-1, 2), "offsets": [0, 3, 7, 12]}
HALF = {"split": {"validation": 0.4}}
AHEAD = {"time": "t", "target": "y", "lookback": 2, "horizon": 1}
MACHINES = FRAME.assign(i=np.arange(12) // 6, t=DAYS, n=np.linspace(0, 1, 12))
CUT = {"target": "n", "features": ["a", "b"], "id": "i", "time": "t", "window": 3}
Case = tuple[str, str, bytes, dict[str, Any]]  # task, suffix, content, data section
WHOLE: list[Case] = [
    ("classification", ".npz", saved(lambda file: np.savez(file, **LABELLED)), {}),
    ("classification", ".NPZ", saved(lambda file: np.savez_compressed(file, **LABELLED)), {}),
    *(("classification", k, as_table(FRAME, k), {"label": "y"}) for k in TABLES),
    *(
        ("classification", k, as_table(LONG, k), {"label": "y", "id": "i", "time": "t"})
        for k in TABLES
    ),
    *(
        (
            "next_token",
            k,
            as_table(EVENTS, k),
            {"level": "item", "token": "w", "sequence": "s", "time": "t", **HALF},
        )
        for k in TABLES
    ),
    ("classification", ".ts", TS, {"label": "label"}),
    ("classification", ".arff", ARFF, {"label": "y"}),
    *(
        ("next_token", k, raw, {"level": "item", "token": t, "sequence": "sentence", **HALF})
        for k, raw, t in ((".conll", CONLL, "column1"), (".conllu", CONLLU, "form"))
    ),
    *(
        ("tagging", k, raw, {"token": t, "tag": g, "min_count": 1, **HALF})
        for k, raw, t, g in (
            (".conll", CONLL, "column1", "column2"),
            (".conllu", CONLLU, "form", "upos"),
        )
    ),
    *(
        ("tagging", k, as_table(LONG, k), {"tag": "y", "sequence": "i", "time": "t"})
        for k in TABLES
    ),
    ("tagging", ".txt", PROSE, {"min_count": 1, "characters": True}),
    ("next_token", ".txt", PROSE, {"level": "character", **HALF}),
    ("next_token", ".txt", PROSE, {"level": "word", **HALF}),
    ("next_token", ".txt", PROSE, {"level": "word", "separator": "line", **HALF}),
    ("next_token", ".abc", TUNES, {"level": "character", "separator": "blank_line", **HALF}),
    *(("classification", k, as_table(SAID, k), TEXTS) for k in TABLES),
    *(("forecasting", k, as_table(SERIES, k), {**AHEAD, "series": "s"}) for k in TABLES),
    *(("regression", k, as_table(MACHINES, k), CUT) for k in TABLES),
    ("regression", ".csv", as_table(MACHINES, ".csv"), {"target": "n", "features": ["a", "b"]}),
    ("regression", ".npz", saved(lambda f: np.savez(f, x_train=X, y_train=np.arange(6.0))), {}),
    ("next_frame", ".npz", saved(lambda file: np.savez(file, x=X / 100)), HALF),
    ("next_frame", ".npz", saved(lambda file: np.savez(file, **RAGGED)), {"output": "gaussian"}),
    ("next_frame", ".npy", saved(lambda file: np.save(file, X / 100)), HALF),
]
pieces = st.binary(max_size=6) | st.sampled_from(
    [b"\n", b",", b'"', b"\x00", b"{", b"]", b"nan", b"-1", b"1e400", b"\xff" * 4, b"\x7f" * 8,
     b"(", b"'", b"O", b"|S0", b"9" * 30, b"\r", b"null", b"[[", b"9999-12-31", b"\\ud800"]
)  # fmt: skip
changes = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), pieces), min_size=1, max_size=4)


def changed(raw: bytes, edits) -> bytes:
    for where, removed, piece in edits:
        place = int(where * len(raw))
        raw = raw[:place] + piece + raw[place + removed :]
    return raw


@pytest.mark.parametrize("count", [5, pytest.param(400, marks=pytest.mark.slow)])
@pytest.mark.parametrize("share", [4, 1 << 60], ids=["memory", "disk"])
@pytest.mark.parametrize(
    ("task", "kind", "whole", "data"),
    WHOLE,
    ids=[f"{number}-{case[0]}{case[1]}" for number, case in enumerate(WHOLE)],
)
@pytest.mark.filterwarnings("ignore")  # numpy's and pandas's, of damaged headers
def test_damaged_files(request, monkeypatch, count, share, task, kind, whole, data):
    count = 3 if request.config.getoption("fast") else count
    monkeypatch.setattr(ram, "SHARE", share)

    @settings(max_examples=count, suppress_health_check=list(HealthCheck))
    @given(edits=changes)
    def read(edits):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"t{kind}"
            path.write_bytes(changed(whole, edits))
            config = {
                "version": 1,
                "name": "damaged",
                "task": task,
                "data": {"source": str(path), **data},
                "model": {"layers": LAYERS["texts" if "text" in data else task]},
                "training": {"epochs": 1, "batch_size": 2, "optimizer": "adam"},
            }
            if task == "next_token" and kind == ".txt" and "separator" not in data:
                config["training"] |= {"window": 4}  # type: ignore[operator]
            found = load_config(config, environment={}).config
            asked, place = task_of(found), cache.Place(Path(folder) / "cache")
            for reader in (asked.outline, asked.load):
                try:
                    reader(found, place)
                except (DataError, RunError) as error:
                    assert str(error)

    read()
