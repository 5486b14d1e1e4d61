"""Small data for every task, and for each a config that trains on them."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

TABLES = (".csv", ".jsonl", ".parquet")
_EMBEDDED = [{"embedding": {"output_dim": 2}}]
TEXT = "so it is,\nand so was it; é was not.\n\n"


@dataclasses.dataclass(frozen=True)
class Base:
    """A config that works, and the words that its data give a meaning."""

    task: str
    data: dict[str, Any]
    words: Mapping[str, Sequence[Any]] = dataclasses.field(default_factory=dict)
    reads_ids: bool = False
    training: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    joins: Sequence[str] = ()  # inputs beside the first


def bases(folder: Path) -> list[Base]:
    """Write the data into a folder; several bases a task."""
    for write in (_write_examples, _write_texts, _write_frames, _write_series):
        write(folder)
    at = {path.name: str(path) for path in folder.iterdir()}
    long = {"id": "id", "time": "t", "label": "kind", "features": ["a", "b"]}
    days = {"time": "day", "target": "y", "lookback": 4, "split": {"validation": 0.2, "test": 0.2}}
    shares = {"validation": 0.25, "test": 0.2}

    def forms(name: str) -> dict[str, Sequence[Any]]:
        return {"source": [at[name + suffix] for suffix in TABLES]}

    columns = {
        "id": ["id", "t"], "time": ["t", "id"], "label": ["kind", "a"], "column": ["part", "kind"],
        "features": ["a", "b", "t"], "static": ["age", "site", "*e*"],
        "class_weight": [0, 1, "no", "yes", "maybe"],
    }  # fmt: skip
    whole = {key: long[key] for key in ("id", "time", "features")}
    numbers = {**columns, "target": ["c", "a"]}
    said = {"text": ["said", "kind"], "label": ["kind"], "id": ["id"], "column": ["part"],
            "group": ["id"], "class_weight": ["no", "yes"]}  # fmt: skip
    series = {
        "time": ["day"], "target": ["y", "z"], "features": ["z", "flag"], "series": ["shop"],
        "time_format": ["%Y-%m-%d", "%d.%m.%Y"], "validation": ["2001-02-20", "2001-03-01"],
        "test": ["2001-03-10", "2001-04-01"],
    }  # fmt: skip
    quiet = {"sample": None}
    running = {**quiet, "window": 8}
    events = {"token": ["move"], "sequence": ["game"], "time": ["at"]}
    tagged = {
        "token": ["word"], "tag": ["tag", "kind"], "sequence": ["line", "at"], "time": ["at"],
        "features": ["a", "b"], "column": ["part", "tag"], "group": ["line", "who"],
        "class_weight": ["X", "Y", "Z"],
    }  # fmt: skip
    return [
        Base("classification", {"source": at["steps.npz"], "split": shares}, columns),
        Base("classification", {"source": at["parts.npz"], "scale": "standard"}, columns),
        Base("classification", {"source": at["images.npz"], "split": shares}, columns),
        Base("classification", {"source": at["ids.npz"], "split": shares}, columns, reads_ids=True),
        Base("classification", {"source": at["long.csv"], **long, "split": shares},
             {**columns, **forms("long")}),
        Base("classification", {"source": at["wide.csv"], "label": "kind", "features": ["a", "b"],
             "split": shares}, {**columns, **forms("wide")}),
        Base("classification", {"source": at["long.csv"], **long, "split": shares,
             "static": ["age", "site"]}, {**columns, **forms("long")}, joins=("static", "site")),
        Base("regression", {"source": at["long.csv"], **whole, "target": "c", "window": 3,
             "split": shares, "static": ["site", "age"]}, {**numbers, **forms("long")},
             joins=("static", "site")),
        Base("classification", {"source": at["wide.csv"], "label": "kind", "features": ["a", "b"],
             "static": "site", "split": shares}, {**columns, **forms("wide")}, joins=("site",)),
        Base("regression", {"source": at["numbers.npz"], "split": shares}, numbers),
        Base("regression", {"source": at["long.csv"], **whole, "target": "c", "window": 3,
             "split": shares}, {**numbers, **forms("long")}),
        Base("regression", {"source": at["wide.csv"], "target": ["c", "t"], "features": ["a", "b"],
             "split": shares}, {**numbers, **forms("wide")}),
        Base("classification", {"source": at["said.csv"], "text": "said", "label": "kind",
             "split": shares}, {**said, **forms("said")}, reads_ids=True),
        Base("classification", {"source": at["kinds"], "level": "character", "split": shares},
             said, reads_ids=True),
        Base("next_token", {"source": at["prose.txt"], "level": "character", "split": shares},
             events, reads_ids=True, training=running),
        Base("next_token", {"source": at["texts"], "level": "word", "split": shares},
             events, reads_ids=True, training=running),
        Base("next_token", {"source": at["lines.txt"], "level": "item", "separator": "line",
             "split": shares}, events, reads_ids=True, training=quiet),
        Base("next_token", {"source": at["events.csv"], "level": "item", "token": "move",
             "sequence": "game", "split": shares}, {**events, **forms("events")},
             reads_ids=True, training=quiet),
        Base("next_token", {"source": "jazz", "level": "character"}, events, reads_ids=True,
             training=quiet),
        Base("tagging", {"source": at["tagged.csv"], "token": "word", "tag": "tag",
             "sequence": "line", "split": shares}, {**tagged, **forms("tagged")}, reads_ids=True),
        Base("tagging", {"source": at["tagged.csv"], "features": ["a", "b"], "tag": "tag",
             "sequence": "line", "split": shares}, {**tagged, **forms("tagged")}),
        Base("tagging", {"source": at["speech.txt"], "split": shares}, tagged, reads_ids=True),
        Base("next_frame", {"source": at["bits.npz"], "split": shares}),
        Base("next_frame", {"source": at["ragged.npz"], "split": shares}),
        Base("next_frame", {"source": at["real.npy"], "output": "gaussian", "scale": "standard",
             "split": shares}),
        Base("next_frame", {"source": at["images.npz"], "order": "pixels", "scale": "pixels",
             "split": shares}),
        Base("next_frame", {"source": at["rolls"], "split": shares}),
        Base("forecasting", {"source": "ar1", "lookback": 4, "simulation": {"length": 100}},
             series),
        Base("forecasting", {"source": "threshold", "lookback": 4, "horizon": 2,
             "simulation": {"length": 100}}, series),
        Base("forecasting", {"source": at["days.csv"], **days}, {**series, **forms("days")}),
        Base("forecasting", {"source": at["shops.csv"], **days, "series": "shop", "horizon": 2,
             "features": ["flag"]}, {**series, **forms("shops")}),
        Base("forecasting", {"source": "wti", "lookback": 5, "missing": "drop"}),
        Base("memory", {"source": "adding", "length": 6}, {"source": ["adding", "copy"]}),
        Base("memory", {"source": "copy", "length": 6}, {"source": ["adding", "copy"]}),
    ]  # fmt: skip


def config_of(base: Base) -> dict[str, Any]:
    """The smallest model on a base's data."""
    embedding = [{"embedding": {"output_dim": 3}}] if base.reads_ids else []
    joins = [
        {"concatenate": {"input": name, "layers": _EMBEDDED if name == "site" else []}}
        for name in base.joins
    ]
    return {
        "version": 1,
        "name": "guard",
        "task": base.task,
        "data": copy.deepcopy(base.data),
        "model": {"layers": [*embedding, *joins, {"lstm": {"units": 3}}, {"dense": {}}]},
        "training": {"epochs": 1, "batch_size": 16, "jit_compile": False, **base.training},
    }


def _write_examples(folder: Path) -> None:
    """Three classes told by their mean; sequences of equal and of unequal lengths."""
    rng = np.random.default_rng(0)
    y = np.arange(48) % 3
    x = rng.normal(size=(48, 5, 2)) + y[:, None, None]
    np.savez(folder / "steps.npz", x_train=x, y_train=y)
    np.savez(folder / "numbers.npz", x_train=x, y_train=np.stack([y / 2, x.mean((1, 2))], axis=1))
    np.savez(folder / "parts.npz", x_train=x[:24], y_train=y[:24] % 2, x_validation=x[24:36],
             y_validation=y[24:36] % 2, x_test=x[36:], y_test=y[36:] % 2)  # fmt: skip
    images = rng.integers(0, 256, size=(48, 4, 4)).astype(np.uint8)
    np.savez(folder / "images.npz", x_train=images, y_train=y)
    ids = rng.integers(0, 7, size=(48, 6))
    np.savez(folder / "ids.npz", x_train=ids, y_train=y)
    for name, new in (("steps", x), ("parts", x), ("numbers", x), ("images", images), ("ids", ids)):
        np.savez(folder / f"new-{name}.npz", x=new[:4])
    kinds, parts = (
        np.array(["no", "yes", "maybe"]),
        np.array(["train", "train", "test", "validation"]),
    )
    rows = [
        {"id": f"r{n}", "t": t, "a": x[n, t % 5, 0], "b": x[n, t % 5, 1], "kind": kinds[n % 3],
         "part": parts[n // 3 % 4], "c": t + x[n, t % 5].sum(), "age": n * 7 % 36 / 3,
         "site": ["east", "west"][n // 3 % 2]}
        for n in range(36) for t in range(3 + n % 4)
    ]  # fmt: skip
    _write_tables(folder / "long", rows)
    _write_tables(folder / "wide", [row for row in rows if row["t"] == 0])


def _write_texts(folder: Path) -> None:
    (folder / "prose.txt").write_text(TEXT * 40, encoding="utf-8")
    words = ["the", "cat", "sat", "on", "a", "mat", "and", "saw", "two", "dogs", "run"]
    speeches = (" ".join(words[(i * k) % 11] for k in range(1, 8)).capitalize() for i in range(60))
    (folder / "speech.txt").write_text(".\n\n".join(speeches) + ".", encoding="utf-8")
    (folder / "lines.txt").write_text("a b c\na b d e\nb a c\n\nb a d\n" * 10, encoding="utf-8")
    said = {
        kind: [f"{n} so {word} it is {'é' * (n % 3)}" for n in range(16)]
        for kind, word in (("no", "bad"), ("yes", "fine"))
    }
    _write_tables(folder / "said", [
        {"id": f"{kind}{n}", "said": text, "kind": kind, "part": ("train", "test")[n % 4 // 3]}
        for kind, texts in said.items() for n, text in enumerate(texts)
    ])  # fmt: skip
    (folder / "kinds").mkdir()
    for kind, texts in said.items():
        (folder / "kinds" / f"{kind}.txt").write_text("\n".join(texts), encoding="utf-8")
    (folder / "texts").mkdir()
    for name in ("one.txt", "two.txt"):
        (folder / "texts" / name).write_text(TEXT * 20, encoding="utf-8")
    rows = [
        {"game": n, "at": t, "move": "abcd"[(n + t) % 4]}
        for n in range(30) for t in range(2 + n % 5)
    ]  # fmt: skip
    _write_tables(folder / "events", rows)
    tagged = [
        {"line": n, "at": t, "word": "abcde"[(n * t) % 5], "tag": "XYZ"[(n * t) % 3], "a": t / 3,
         "b": n * t % 7, "who": n % 9, "part": ["train", "train", "test", "validation"][n % 9 % 4]}
        for n in range(40) for t in range(1 + n % 6)
    ]  # fmt: skip
    _write_tables(folder / "tagged", tagged)


def _write_frames(folder: Path) -> None:
    rng = np.random.default_rng(1)
    np.savez(folder / "bits.npz", x_train=rng.integers(0, 2, size=(40, 5, 3)).astype(float))
    np.save(folder / "real.npy", rng.normal(size=(40, 6, 2)))
    lengths = 2 + np.arange(30) % 5
    values = rng.integers(0, 2, size=(lengths.sum(), 3)).astype(float)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    np.savez(folder / "ragged.npz", values_train=values, offsets_train=offsets)
    (folder / "rolls").mkdir()
    import mido

    for n in range(6):
        notes = [
            mido.Message(kind, note=60 + (n + step) % 5, time=120)
            for step in range(5)
            for kind in ("note_on", "note_off")
        ]
        file = mido.MidiFile()
        file.tracks.append(mido.MidiTrack(notes))
        file.save(folder / "rolls" / f"{n}.mid")


def _write_series(folder: Path) -> None:
    """Two shops, a hundred days each."""
    rng = np.random.default_rng(2)
    days = pd.date_range("2001-01-01", periods=100).strftime("%Y-%m-%d")
    rows = [
        {"day": day, "shop": shop, "y": 10 + abs(rng.normal()), "z": rng.normal(), "flag": n % 7}
        for shop in ("east", "west") for n, day in enumerate(days)
    ]  # fmt: skip
    _write_tables(folder / "shops", rows)
    _write_tables(folder / "days", rows[:100])


def _write_tables(path: Path, rows: list[dict[str, Any]]) -> None:
    frame = pd.DataFrame(rows)
    frame.to_csv(path.with_suffix(".csv"), index=False)
    frame.to_parquet(path.with_suffix(".parquet"))
    lines = [json.dumps(row, default=lambda number: number.item()) for row in rows]
    path.with_suffix(".jsonl").write_text("\n".join(lines), encoding="utf-8")
