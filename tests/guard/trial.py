"""One random config from `check` to a trained run's verbs, and what went wrong on the way."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import shutil
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from rnnkit.cli.app import run
from rnnkit.config.document import dump_document
from rnnkit.tasks import CONFIGS
from tests.guard.data import Base, bases, config_of
from tests.guard.schema import Key, Values, keys_of, shown

FIXED = (
    "version",
    "task",
    "data",
    "model",
    "training",
)  # they are the bases'; what is in them is not
DRAWS = 4  # configs drawn until `check` accepts one
WORDS = {
    "name": ["guard", "input", "x-1", "a.b"],
    "device": ["auto", "cpu"],  # others depend on the machine
    "every": ["0s", "1.5m", "9h"],
    "monitor": ["loss", "val_loss", "accuracy", "val_accuracy", "mean_absolute_error",
                "val_mean_absolute_error", "bits_per_dim", "val_recall", "val_f1_score", "val_auc",
                "val_top_5_accuracy"],
    "trace": ["so it is", "a", ""],
}  # fmt: skip
# What can rightly be refused of a run that `check` and `train` let pass.
REFUSALS = (
    "kept no examples back",
    ": training.schedule.",  # a cosine ends with the last epoch
    "nobody forecasts its features",  # for more steps than the model gives at once
)
DIVERGED = ("NaN or infin",)  # while running: the loss, a weight, what it answers


@dataclasses.dataclass(frozen=True)
class Ended:
    """How one command ended."""

    command: tuple[str, ...]
    code: int
    output: str
    warnings: tuple[str, ...]

    @property
    def is_broken(self) -> bool:
        """Whether no command may end so, whatever it was asked."""
        bug = "this is a bug in rnnkit" in self.output or "Traceback" in self.output
        return bug or bool(self.warnings) or self.code not in (0, 1, 2, 3)


@dataclasses.dataclass(frozen=True)
class Drawn:
    """A config with the keys that were given a value, and the draws that `check` refused."""

    base: Base
    keys: tuple[Key, ...]
    config: dict[str, Any]
    checked: tuple[Ended, ...]  # of this config last


@dataclasses.dataclass(frozen=True)
class Trial:
    """A config and how far it came."""

    number: int
    seed: int
    drawn: Drawn
    ended: tuple[Ended, ...]
    fault: Ended | None
    seconds: float

    @property
    def accepted(self) -> bool:
        return self.drawn.checked[-1].code == 0

    def report(self) -> str:
        """The config, what went wrong with it, and the command that repeats it."""
        lines = [dump_document(self.drawn.config), ", ".join(map(shown, self.drawn.keys))]
        if self.fault is not None:
            lines += [" ".join(self.fault.command), f"exit code {self.fault.code}"]
            lines += [self.fault.output, *self.fault.warnings]
        return "\n".join([*lines, f"python -m tests.guard --seed {self.seed} --only {self.number}"])


class Guard:
    """Configs that are drawn from a seed, each by its number."""

    def __init__(self, folder: Path, seed: int, *, every_verb: bool = True) -> None:
        self.folder = folder
        self.seed = seed
        self.every_verb = every_verb  # or one, drawn by the config's number: each takes seconds
        self.path = folder / "guard.yaml"
        (folder / "data").mkdir()
        self.bases = bases(folder / "data")
        self.tasks = sorted({base.task for base in self.bases})
        self.own, self.shared = _dealt(self.tasks, seed)

    def trial(self, number: int) -> Trial:
        """Take the config of this number through `check`, `train` and verbs for what it gave."""
        began = time.monotonic()
        drawn = self.draw(number)
        fault = next((end for end in drawn.checked if end.is_broken or end.code == 1), None)
        ended: list[Ended] = []
        if fault is None and drawn.checked[-1].code == 0:
            shutil.rmtree(self.folder / "runs", ignore_errors=True)
            for command in self._commands(drawn, Random(f"{self.seed} {number} verbs")):
                ended.append(end := self.run(*command))
                fault = None if self.may_end_so(end) else end
                if fault is not None or (end.code != 0 and end.command[0] == "train"):
                    break
        seconds = time.monotonic() - began
        return Trial(number, self.seed, drawn, (*drawn.checked, *ended), fault, seconds)

    def turn(self, number: int) -> tuple[str, list[Key]]:
        """The task of a number, and the two keys whose turn it is: one of the task, one of all."""
        task = self.tasks[number % len(self.tasks)]
        own = self.own[task]
        return task, [own[number // len(self.tasks) % len(own)],
                      self.shared[number % len(self.shared)]]  # fmt: skip

    def draw(self, number: int) -> Drawn:
        """A base with one to four keys changed, anew while `check` refuses it."""
        random = Random(f"{self.seed} {number}")
        task, turn = self.turn(number)
        checked: list[Ended] = []
        for _ in range(DRAWS):
            others = random.sample([*self.own[task], *self.shared], random.choice([0, 0, 1, 2]))
            keys = (*turn[random.choice([0, 0, 0, 1]) :], *others)
            base = random.choice([base for base in self.bases if base.task == task])
            config = config_of(base)
            values = Values(random, {**WORDS, "source": [base.data["source"]], **base.words})
            for key in keys:
                values.plant(CONFIGS[task], config, key)
            if random.random() < 0.9:
                config["training"]["jit_compile"] = False  # XLA's compilation takes seconds
            self.path.write_text(dump_document(config), encoding="utf-8")
            checked.append(self.run("check", str(self.path)))
            if checked[-1].code != 2 or checked[-1].is_broken:
                break
        return Drawn(base, keys, config, tuple(checked))

    def run(self, *command: str) -> Ended:
        """One command in this process, with what it printed and warned of."""
        output = io.StringIO()
        with (
            warnings.catch_warnings(record=True) as caught,
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(output),
        ):
            warnings.simplefilter("always")
            warnings.filterwarnings("ignore", "", DeprecationWarning, "tensorflow|keras")
            code = run(list(command))
        if code in (130, 143):  # the signal meant the guard itself
            sys.exit(code)
        said = tuple(f"{w.filename}:{w.lineno}: {w.category.__name__}: {w.message}" for w in caught)
        return Ended(command, code, output.getvalue(), said)

    def may_end_so(self, end: Ended) -> bool:
        """Whether what follows an accepting `check` may end so: done, or the loss diverged."""
        if end.is_broken:
            return False
        allowed = {0: ("",), 1: DIVERGED, 2: REFUSALS}.get(end.code, ())
        return any(words in end.output for words in allowed)

    def _commands(self, drawn: Drawn, random: Random) -> Iterator[tuple[str, ...]]:
        """Training, and the verbs for a trained run."""
        runs, out = str(self.folder / "runs"), str(self.folder / "out")
        yield ("train", str(self.path), "--smoke", "--runs", runs)
        trained = f"{runs}/{drawn.config['name']}-smoke/latest"
        source = Path(drawn.config["data"]["source"])
        new = source.with_name(f"new-{source.name}") if source.suffix == ".npz" else source
        asked: dict[str, list[tuple[str, ...]]] = {
            "classification": [("predict", trained, "--data", str(new))],
            "regression": [("predict", trained, "--data", str(new))],
            "forecasting": [("predict", trained, "--steps", "2", "--plot", f"{out}.png")],
            "next_frame": [
                ("generate", trained, "--count", "2", "--image", f"{out}.png"),
                ("generate", trained, "--count", "2", "--output", f"{out}.npz", "--complete"),
            ],
            "tagging": [("predict", trained, "--data", str(new), "--format", "jsonl")],
            "next_token": [
                ("predict", trained, "--prompt", "", "--k", "2"),
                ("generate", trained, "--length", "5", "--count", "2"),
            ],
        }
        verbs = [
            ("evaluate", trained),
            ("inspect", trained, "--examples", "8"),
            *asked.get(drawn.base.task, []),
            ("resume", trained, "--set", "training.epochs=2"),
        ]
        yield from verbs if self.every_verb else [random.choice(verbs)]


def _dealt(tasks: Sequence[str], seed: int) -> tuple[dict[str, list[Key]], list[Key]]:
    """The keys of each task alone, and those that all tasks have, in the order of their turns."""
    found = {
        task: {shown(key): key for key in keys_of(CONFIGS[task]) if shown(key) not in FIXED}
        for task in tasks
    }
    everywhere = {
        name for name in found[tasks[0]]
        if not name.startswith("data.") and all(name in keys for keys in found.values())
    }  # fmt: skip
    shared = [key for name, key in found[tasks[0]].items() if name in everywhere]
    own = {
        task: [key for name, key in keys.items() if name not in everywhere]
        for task, keys in found.items()
    }
    for keys in (shared, *own.values()):
        Random(seed).shuffle(keys)
    return own, shared
