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
LONG = {"launch", "search", "train"}
NO_XLA: dict[str, object] = {"training.jit_compile": False}  # it takes longer than it saves
QUICK = {"jazz", "sunspots"}  # seconds: as they stand, where their output is shown
ENDLESS = {"serve"}  # until Ctrl-C: tests/server
OWN = {"mine.yaml", "config.yaml"}  # stand for any config of the reader
WRONG = {  # exit codes
    ("check", "broken.yaml"): 2,  # shown for its problems
    ("resume", "latest"): 1,  # of a run that is complete
}
GIVEN = {"export.md": ["rnnkit", "train", "mnist"]}  # what a page takes for granted
WITH_PYTHON = {"python.md", "faq.md"}  # pages whose programs need what the page made, no more
GATE_NOT_MET = 3
_DURATION = re.compile(r"(\d+ h )?(\d+ min )?[\d.,]+ s\b")


def run_page(
    page: Path,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    verbs: Container[str] | None = None,
    *,
    short: bool = False,
) -> int:
    """Run the commands of a page; the current folder is `folder`.

    Args:
        page: with commands, configs and Python, which stands for what comes before it.
        folder: empty.
        capsys: what is printed.
        verbs: only these, and no Python; None: all.
        short: nothing runs as it stands, not even what takes seconds.

    Returns:
        how many commands ran.
    """
    write_all(folder)
    (folder / "configs").symlink_to(ROOT / "configs")
    for block in blocks_of(page):
        if block.is_config:
            (folder / f"{block.name}.yaml").write_text(block.text)
    commands = [command for command in commands_of(page) if _is_ours(command, verbs)]
    if verbs is None and page.name in GIVEN:
        run_command(Command(blocks_of(page)[0], tuple(GIVEN[page.name])), capsys)
    names: dict[str, object] = {}
    for block in blocks_of(page):
        for command in commands:
            if command.block == block:
                run_command(command, capsys, short=short)
        if block.language == "python" and verbs is None and page.name in WITH_PYTHON:
            exec(compile(block.text, str(block), "exec"), names)
    return len(commands)


def _is_ours(command: Command, verbs: Container[str] | None) -> bool:
    program, *words = command.words
    if program != "rnnkit" or (OWN | ENDLESS) & {*words}:
        return False
    return verbs is None or words[0] in verbs


def run_command(
    command: Command, capsys: pytest.CaptureFixture[str], *, short: bool = False
) -> None:
    """Run one, as it stands where its output is shown and it takes seconds, else a reduced form.

    Raises:
        AssertionError: it fails, or prints something else than the page shows.
    """
    words = [word for text in command.words[1:] for word in _expanded(text)]
    if words[0] == "init":  # which writes over nothing, and a page may show it twice
        Path(words[1]).with_suffix(".yaml").unlink(missing_ok=True)
    whole = bool(command.shown) and not short and _is_quick(words)
    code = run([*words, *_set(NO_XLA if whole else _reduction(words), words)])
    said = capsys.readouterr()
    expected = {WRONG.get(tuple(words), 0), *({GATE_NOT_MET} & _gates(words))}
    assert code in expected, f"{command}: exit code {code}\n{said.err}"
    missed = [*lacking(command.shown, said.out + said.err, sentences=whole)]
    assert not missed, f"{command} does not print\n" + "\n".join([*missed, said.out, said.err])


def _expanded(word: str) -> list[str]:
    """As the shell has it."""
    return [str(path) for path in sorted(Path().glob(word))] if "*.yaml" in word else [word]


def _gates(words: list[str]) -> set[int]:
    return {GATE_NOT_MET} if {"--min", "--max"} & {*words} else set()


def _is_quick(words: list[str]) -> bool:
    """Whether a command can run as it stands."""
    return words[0] not in LONG or not ({_config(words)} & shipped_configs().keys() - QUICK)


def _config(words: list[str]) -> str:
    """The name of the config that a command names; "" where it names none."""
    return next((Path(w).stem for w in words if w.endswith(".yaml") or w in shipped_configs()), "")


def _reduction(words: list[str]) -> dict[str, object]:
    """What makes a training short, by key path."""
    name = next((word for word in words if Path(word).stem == _config(words)), None)
    if words[0] not in LONG or name is None or "--smoke" in words:
        return {}
    small = load_config(name).config.smoke_overrides() | NO_XLA
    return {key: value for key, value in small.items() if key != "name"}  # which finds the run


def _set(values: dict[str, object], words: list[str]) -> list[str]:
    if words[0] not in LONG:
        return []
    return [
        word for key, value in values.items() for word in ("--set", f"{key}={json.dumps(value)}")
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
    """The words; what has a digit is one number like another, and so is which epoch was best.

    Lines and bars are left out.
    """
    text = re.sub(r";\s+kept is the last", "", _DURATION.sub("#", text))
    words = re.sub(r"[─-▟]+", " ", text).split()
    return ["#" if re.search(r"\d", word) else word for word in words if word != "best"]
