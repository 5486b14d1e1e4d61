"""A page, run from its first command to its last in an empty folder, in a reduced form; what the
commands print has the shape that the page shows."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator
from itertools import groupby
from pathlib import Path

import pytest

from rnnkit.cli.app import run
from rnnkit.config.shipped import shipped_configs
from rnnkit.tasks import load_config
from tests.docs.own_data import write_all
from tests.docs.pages import ROOT, Command, blocks_of, commands_of

CHEAP = {"--help", "check", "configs", "data", "init", "runs", "schema"}  # no TensorFlow
QUICK = {"jazz", "sunspots"}  # seconds: as they stand, where their output is shown
OWN = {"mine.yaml", "config.yaml"}  # stand for any config of the reader
WRONG = {("check", "broken.yaml"): 2}  # shown for its problems
GATE_NOT_MET = 3
_DURATION = re.compile(r"(\d+ h )?(\d+ min )?[\d.,]+ s\b")


def run_page(
    page: Path,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    verbs: Container[str] | None = None,
) -> int:
    """Run the commands of a page; the current folder is `folder`.

    Args:
        page: with commands, configs and Python, which stands for what comes before it.
        folder: empty.
        capsys: what is printed.
        verbs: only these, and no Python; None: all.

    Returns:
        how many commands ran.
    """
    write_all(folder)
    (folder / "configs").symlink_to(ROOT / "configs")
    for block in blocks_of(page):
        if block.is_config:
            (folder / f"{block.name}.yaml").write_text(block.text)
    commands = [command for command in commands_of(page) if _is_ours(command, verbs)]
    names: dict[str, object] = {}
    for block in blocks_of(page):
        for command in commands:
            if command.block == block:
                run_command(command, capsys)
        if block.language == "python" and verbs is None:
            exec(compile(block.text, str(block), "exec"), names)
    return len(commands)


def _is_ours(command: Command, verbs: Container[str] | None) -> bool:
    program, *words = command.words
    return program == "rnnkit" and not OWN & {*words} and (verbs is None or words[0] in verbs)


def run_command(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    words = [word for text in command.words[1:] for word in _expanded(text)]
    more = _reduction(words, shown=bool(command.shown))
    code = run([*words, *more])
    said = capsys.readouterr()
    expected = {WRONG.get(tuple(words[:2]), 0), *({GATE_NOT_MET} & _gates(words))}
    assert code in expected, f"{command}: exit code {code}\n{said.err}"
    missed = [*lacking(command.shown, said.out + said.err, sentences=not more)]
    assert not missed, f"{command} does not print\n" + "\n".join([*missed, said.out, said.err])


def _expanded(word: str) -> list[str]:
    """As the shell has it."""
    return [str(path) for path in sorted(Path().glob(word))] if "*.yaml" in word else [word]


def _gates(words: list[str]) -> set[int]:
    return {GATE_NOT_MET} if {"--min", "--max"} & {*words} else set()


def _reduction(words: list[str], *, shown: bool) -> list[str]:
    """What makes a command short; nothing where it is, or where its output is shown."""
    verb, *given = words
    if verb == "inspect" and any(word.endswith(".yaml") for word in given):
        return ["--examples", "4"]
    if verb not in {"train", "search", "launch"} or "--smoke" in given:
        return []
    name = next(word for word in given if word.endswith(".yaml") or word in shipped_configs())
    shipped = Path(name).stem in shipped_configs()
    if shown and (not shipped or Path(name).stem in QUICK):
        return []
    small = load_config(name).config.smoke_overrides() | {"training.jit_compile": False}
    return [
        word
        for key, value in small.items()
        if key != "name"  # by which later commands find the run
        for word in ("--set", f"{key}={json.dumps(value)}")
    ]


def lacking(shown: tuple[str, ...], printed: str, *, sentences: bool) -> Iterator[str]:
    """The shown lines of tables, and the sentences, that were not printed in this shape.

    `...` stands for anything. What a sentence says depends on the numbers: only a command that ran
    as it stands is held to it.
    """
    lines = {tuple(dict.fromkeys(_shape(line))) for line in printed.splitlines()}
    whole = " ".join(_shape(printed))
    for is_table, group in groupby(shown, key=_is_table):
        text = "\n".join(group)
        if is_table:
            yield from (
                line
                for line in text.splitlines()
                if tuple(dict.fromkeys(_shape(line))) not in lines
            )
        elif sentences:
            yield from (part for part in text.split("...") if " ".join(_shape(part)) not in whole)


def _is_table(line: str) -> bool:
    """Whether a line has columns."""
    return re.search(r"\S {2,}\S", line.strip()) is not None


def _shape(text: str) -> list[str]:
    """The words; what has a digit is one number like another, and so is which epoch was best."""
    words = re.sub(r"[─│]+", " ", _DURATION.sub("#", text)).split()
    return ["#" if re.search(r"\d", word) else word for word in words if word != "best"]
