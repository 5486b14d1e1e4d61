"""A next_token run -> what it expects after a text, and texts that it draws."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.data.tokens.preprocessing import TokenPreprocessing
from rnnkit.data.tokens.text import read_text
from rnnkit.data.tokens.vocabulary import Vocabulary
from rnnkit.errors import DataError, RunError
from rnnkit.runs import Run
from rnnkit.tasks.next_token import NextToken
from rnnkit.tasks.next_token_samples import opening
from rnnkit.tasks.sampling import Memory, Sampler
from rnnkit.workflows.build import open_run

COLUMN = "prompt"  # of a .csv or .jsonl with prompts


@dataclasses.dataclass(frozen=True)
class Expected:
    """The likeliest next tokens after a prompt, the likeliest first."""

    prompt: str
    tokens: tuple[str, ...]
    probabilities: tuple[float, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        pairs = zip(self.tokens, self.probabilities, strict=True)
        following = [{"token": token, "probability": round(p, 6)} for token, p in pairs]
        return {"prompt": self.prompt, "next": following}


@dataclasses.dataclass(frozen=True)
class TokenRun:
    """A trained run that reads and draws tokens."""

    run: Run
    config: Any
    kept: TokenPreprocessing
    sampler: Sampler

    @property
    def vocabulary(self) -> Vocabulary:
        return self.kept.vocabulary

    def read(self, prompt: str) -> Memory:
        """Read a prompt from the start of a sequence.

        Raises:
            DataError: it has tokens that the run does not know; the message lists them.
        """
        return self.sampler.read([*opening(self.vocabulary), *self.encode(prompt)])

    def encode(self, prompt: str) -> list[int]:
        """The ids of a prompt.

        Raises:
            DataError: as `read`.
        """
        try:
            ids: list[int] = self.vocabulary.encode(prompt).tolist()
        except DataError as error:
            raise DataError(f"the prompt has {error}") from None
        return ids

    def expected(self, memory: Memory, prompt: str, *, most: int) -> Expected:
        """The `most` likeliest tokens; equally likely ones in the vocabulary's order."""
        logits = np.asarray(memory.logits, np.float64)
        weights = np.exp(logits - logits.max())
        best = np.argsort(-weights, kind="stable")[:most]
        tokens = tuple(self.vocabulary.tokens[i] for i in best)
        return Expected(prompt, tokens, tuple((weights[best] / weights.sum()).tolist()))

    def follow(self, lines: Iterable[str], *, most: int) -> Iterator[Expected]:
        """Answer lines as they come, each read on from the one before; an empty one starts anew.

        Running text has no beginnings: there an empty line is a part of it.

        Raises:
            DataError: a line has unknown tokens.
        """
        memory: Memory | None = None
        breaks = [i for i, token in enumerate(self.vocabulary.tokens) if token == "\n"]
        for number, line in enumerate(lines, start=1):
            text = line.rstrip("\r\n")
            if memory is None or (self.kept.kind == "sequences" and not text.strip()):
                memory = self.sampler.read(opening(self.vocabulary))
            else:
                memory = self.sampler.read(breaks, memory)
            try:
                memory = self.sampler.read(self.encode(text), memory)
            except DataError as error:
                raise DataError(f"line {number:,}: {error}") from None
            yield self.expected(memory, text, most=most)


def open_tokens(run: str | Run, *, device: str | None = None) -> TokenRun:
    """Open a next_token run to read and draw with.

    Raises:
        RunError: the run cannot be opened, or is of another task.
    """
    trained = open_run(run, device=device)
    if not isinstance(trained.task, NextToken):
        raise RunError(f"{trained.run.path}: its task, {trained.config.task}, has no tokens")
    sampler = trained.task.sampler(trained.preprocessing)
    sampler.set_weights(trained.model.get_weights())
    return TokenRun(trained.run, trained.config, trained.preprocessing, sampler)


def next_tokens(
    run: str | Run, prompts: Sequence[str], *, most: int = 5, device: str | None = None
) -> Iterator[Expected]:
    """What a run expects after each prompt.

    Args:
        run: a run folder, a run's name, or `latest`.
        prompts: texts in the form of the training data; "" asks for the first token.
        most: how many of the likeliest tokens.
        device: as `rnnkit train --device`; None takes the run's.

    Raises:
        RunError: the run cannot be opened, or is of another task.
        DataError: a prompt has unknown tokens.
    """
    tokens = open_tokens(run, device=device)
    for number, prompt in enumerate(prompts, start=1):
        try:
            memory = tokens.read(prompt)
        except DataError as error:
            place = f"prompt {number:,}: " if len(prompts) > 1 else ""
            raise DataError(f"{place}{error}") from None
        yield tokens.expected(memory, prompt, most=most)


def read_prompts(path: str | Path) -> list[str]:
    """The prompts of a file: its lines (.txt), or its column `prompt` (.csv, .jsonl).

    Raises:
        DataError: the file cannot be read or has no prompts.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind == ".csv":
        prompts = _of_csv(path)
    elif kind == ".jsonl":
        prompts = _of_jsonl(path)
    elif kind == ".txt":
        prompts = [line for line in read_text(path).split("\n") if line.strip()]
    else:
        raise DataError(f"{path}: prompts are read from .txt, .csv or .jsonl files")
    if not prompts:
        raise DataError(f"{path} has no prompts")
    return prompts


def _of_csv(path: Path) -> list[str]:
    import csv

    rows = csv.DictReader(read_text(path).splitlines())
    if COLUMN not in (rows.fieldnames or []):
        has = ", ".join(rows.fieldnames or []) or "none"
        raise DataError(f"{path}: no column '{COLUMN}': it has {has}")
    return [row[COLUMN] or "" for row in rows]


def _of_jsonl(path: Path) -> list[str]:
    prompts = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            raise DataError(f"{path}, line {number:,}: not JSON") from None
        prompt = value.get(COLUMN) if isinstance(value, dict) else value
        if not isinstance(prompt, str):
            raise DataError(f"{path}, line {number:,}: expected a text, or a key '{COLUMN}'")
        prompts.append(prompt)
    return prompts
