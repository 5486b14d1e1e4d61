"""What cannot stay on disk is refused with a message before it fills the memory."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnnkit.data import ram
from rnnkit.data.cache import Place
from rnnkit.errors import DataError
from rnnkit.tasks import load_config, task_of
from tests.hostile.test_tasks import LAYERS

ROWS = 20_000
EVENTS = pd.DataFrame({"s": np.arange(ROWS) % (ROWS - 1), "w": [f"w{n % 7}" for n in range(ROWS)]})
SERIES = pd.DataFrame({"y": np.arange(ROWS) % 9})
TEXTS = pd.DataFrame({"w": [f"one two {n}" for n in range(ROWS)]})
BLOCKS = "".join(f"one two {n}\n\n" for n in range(ROWS))


def write(folder: Path, kind: str, content: pd.DataFrame | str) -> Path:
    path = folder / f"t{kind}"
    if isinstance(content, str):
        path.write_text(content)
    elif kind == ".csv":
        content.to_csv(path, index=False)
    elif kind == ".jsonl":
        content.to_json(path, orient="records", lines=True)
    else:
        content.to_parquet(path, index=False)
    return path


@pytest.mark.parametrize(
    ("task", "kind", "content", "data"),
    [
        *(("forecasting", kind, SERIES, {"target": "y", "lookback": 2, "horizon": 1})
          for kind in (".csv", ".jsonl", ".parquet")),
        *(("next_token", kind, EVENTS, {"level": "item", "token": "w", "sequence": "s"})
          for kind in (".csv", ".jsonl", ".parquet")),
        *(("next_token", kind, TEXTS, {"level": "word", "token": "w"})
          for kind in (".csv", ".jsonl", ".parquet")),
        ("next_token", ".abc", BLOCKS, {"level": "character", "separator": "blank_line"}),
    ],
)  # fmt: skip
def test_refused_in_time(tmp_path, monkeypatch, task, kind, content, data: dict[str, Any]):
    path = write(tmp_path, kind, content)
    values = {
        "version": 1,
        "name": "large",
        "task": task,
        "data": {"source": str(path), **data, "split": {"validation": 0.2}},
        "model": {"layers": LAYERS[task]},
        "training": {"epochs": 1, "batch_size": 4, "optimizer": "adam"},
    }
    config = load_config(values, environment={}).config
    asked = task_of(config)
    assert asked.outline(config)
    size = 3_000_000  # bytes
    # ram last: a module that is imported here first must get the real function
    for module in ("files", "tables.table", "tokens.pieces", "ram"):
        monkeypatch.setattr(f"rnnkit.data.{module}.ram_size", lambda: size)
    assert ram.ram_size() == size
    place = Place(tmp_path / "cache")
    # of a large forecasting table a check reads the header alone
    for read in (asked.load, *([asked.outline] if task != "forecasting" else [])):
        with pytest.raises(DataError, match=r"(rows|tokens) take about [\d,]+ bytes of RAM"):
            read(config, place)


def test_more_rows_than_memory_holds_are_refused(tmp_path, monkeypatch):
    path = write(tmp_path, ".csv", SERIES)
    config = {"target": "y", "lookback": 2, "horizon": 1, "source": str(path)}
    values = {
        "version": 1, "name": "large", "task": "forecasting", "data": config,
        "model": {"layers": LAYERS["forecasting"]}, "training": {"epochs": 1, "batch_size": 4},
    }  # fmt: skip
    loaded = load_config(json.loads(json.dumps(values)), environment={}).config
    monkeypatch.setattr("rnnkit.data.tables.table.ram_size", lambda: 1_000_000)
    with pytest.raises(DataError, match="its 20,000 rows take about"):
        task_of(loaded).load(loaded)
