"""One random config from `check` to `resume`, and what went wrong on the way."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import shutil
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from rnnkit.cli.app import run
from rnnkit.config.document import dump_document
from rnnkit.config.tasks import CONFIGS
from tests.guard.data import Base, bases, config_of
from tests.guard.schema import Key, Values, keys_of, shown

FIXED = ("version", "task", "data", "model", "training")  # whole: they are the bases'
ATTEMPTS = 4  # configs drawn until `check` accepts one
WORDS = {
    "name": ["guard", "input", "x-1", "a.b"],
    "device": ["auto", "cpu"],  # others depend on the machine
    "every": ["0s", "1.5m", "9h"],
    "monitor": ["loss", "val_loss", "accuracy", "val_accuracy", "mean_absolute_error",
                "val_mean_absolute_error", "bits_per_dim", "val_recall", "val_top_5_accuracy"],
    "trace": ["so it is", "a", ""],
}  # fmt: skip
# What can rightly be refused of a run that `check` and `train` let pass.
REFUSALS = ("kept no examples back",)


@dataclasses.dataclass(frozen=True)
class Ended:
    """How one command ended."""

    command: tuple[str, ...]
    code: int
    output: str
    warnings: tuple[str, ...]

    @property
    def is_broken(self) -> bool:
        bug = "this is a bug in rnnkit" in self.output or "Traceback" in self.output
        return bug or bool(self.warnings) or self.code not in (0, 1, 2, 3)


@dataclasses.dataclass(frozen=True)
class Trial:
    """A config and how far it came."""

    number: int
    keys: tuple[str, ...]  # those that were given a value
    text: str  # the config, as YAML
    refused: tuple[Ended, ...]  # by `check`, before this one
    ended: tuple[Ended, ...]
    fault: Ended | None
    seconds: float

    @property
    def accepted(self) -> bool:
        return self.ended[0].code == 0


class Guard:
    """Configs that are drawn from a seed, each by its number."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.seed = seed
        (folder / "data").mkdir(parents=True, exist_ok=True)
        self.bases = bases(folder / "data")
        self.tasks = sorted({base.task for base in self.bases})
        self.own, self.shared = _dealt(self.tasks, seed)

    def trial(self, number: int) -> Trial:
        """Draw the config of this number and take it through every verb."""
        began = time.monotonic()
        random = Random(f"{self.seed}-{number}")
        path, runs = self.folder / "guard.yaml", self.folder / "runs"
        refused: list[Ended] = []
        for _ in range(ATTEMPTS):
            base, keys, config = self._draw(number, random)
            path.write_text(dump_document(config), encoding="utf-8")
            checked = _run("check", str(path))
            if checked.code == 0 or checked.is_broken:
                break
            refused.append(checked)
        else:
            refused.pop()
        shutil.rmtree(runs, ignore_errors=True)
        ended = [checked]
        fault = next((end for end in refused if end.is_broken), None)
        if checked.is_broken or checked.code not in (0, 2):
            fault = checked
        if fault is None and checked.code == 0:
            for command in self._commands(base, config, path, random):
                ended.append(end := _run(*command))
                if end.is_broken or not self._may_end_so(end):
                    fault = end
                if (end.code != 0 and command[0] == "train") or fault:
                    break
        names = tuple(map(shown, keys))
        text = path.read_text(encoding="utf-8")
        return Trial(number, names, text, tuple(refused), tuple(ended), fault,
                     time.monotonic() - began)  # fmt: skip

    def _draw(self, number: int, random: Random) -> tuple[Base, list[Key], dict[str, Any]]:
        """A base with one to four keys changed: two in their turn, the others at random."""
        task = self.tasks[number % len(self.tasks)]
        own, shared = self.own[task], self.shared
        turn = number // len(self.tasks)
        keys = [own[turn % len(own)], shared[number % len(shared)]]
        keys += random.sample([*own, *shared], random.choice([0, 0, 1, 2]))
        if random.random() < 0.2:
            keys = keys[:1]
        base = random.choice([base for base in self.bases if base.task == task])
        config = config_of(base)
        words = {**WORDS, "source": [base.data["source"]], **base.words}
        values = Values(random, words)
        for key in keys:
            values.plant(CONFIGS[task], config, key)
        if config["training"].get("jit_compile") and random.random() < 0.8:
            config["training"]["jit_compile"] = False  # XLA's compilation takes seconds
        return base, keys, config

    def _commands(
        self, base: Base, config: dict[str, Any], path: Path, random: Random
    ) -> Iterator[tuple[str, ...]]:
        """Training, and then one of the verbs for a trained run: each takes seconds."""
        yield ("train", str(path), "--smoke", "--runs", str(self.folder / "runs"))
        trained = str(self.folder / "runs" / f"{config['name']}-smoke" / "latest")
        out = str(self.folder / "out")
        source = Path(config["data"]["source"])
        new = source.with_name(f"new-{source.name}") if source.suffix == ".npz" else source
        asked: dict[str, list[tuple[str, ...]]] = {
            "classification": [("predict", trained, "--data", str(new))],
            "forecasting": [("predict", trained, "--steps", "2", "--plot", f"{out}.png")],
            "memory": [],
            "next_frame": [
                ("generate", trained, "--count", "2", "--image", f"{out}.png"),
                ("generate", trained, "--count", "2", "--output", f"{out}.npz", "--complete"),
            ],
            "next_token": [
                ("predict", trained, "--prompt", "", "--k", "2"),
                ("generate", trained, "--length", "5", "--count", "2"),
            ],
        }
        yield random.choice([
            ("evaluate", trained),
            ("inspect", trained, "--examples", "8"),
            ("resume", trained, "--set", "training.epochs=2"),
            *asked[base.task],
        ])  # fmt: skip

    def _may_end_so(self, end: Ended) -> bool:
        if end.code == 0 or (end.code == 2 and any(words in end.output for words in REFUSALS)):
            return True
        return end.code == 1 and any(
            json.loads(file.read_text(encoding="utf-8"))["status"] == "diverged"
            for file in self.folder.glob("runs/*/latest/run.json")
        )


def _dealt(tasks: Sequence[str], seed: int) -> tuple[dict[str, list[Key]], list[Key]]:
    """The keys of each task alone, and those that all tasks have, in the order of their turns."""
    found = {task: {shown(key): key for key in keys_of(CONFIGS[task])} for task in tasks}
    for fixed in FIXED:
        for keys in found.values():
            del keys[fixed]
    everywhere = set.intersection(*(set(keys) for keys in found.values()))
    shared = [key for name, key in found[tasks[0]].items() if name in everywhere]
    own = {
        task: [key for name, key in keys.items() if name not in everywhere or key[0] == "data"]
        for task, keys in found.items()
    }
    for keys in (shared, *own.values()):
        Random(seed).shuffle(keys)
    return own, shared


def _run(*command: str) -> Ended:
    output = io.StringIO()
    with (
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
    ):
        warnings.simplefilter("always")
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="tensorflow|keras")
        code = run(list(command))
    said = tuple(f"{w.filename}:{w.lineno}: {w.category.__name__}: {w.message}" for w in caught)
    return Ended(command, code, output.getvalue(), said)
