"""The pages of docs/ and README.md -> their blocks: commands, what these print, configs, files."""

from __future__ import annotations

import dataclasses
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = "reference.md"
PAGES = sorted(
    [ROOT / "README.md", *(p for p in (ROOT / "docs").rglob("*.md") if p.name != GENERATED)]
)
# a block in its fence, perhaps below a line that begins with the name of the file that it shows
_FENCE = re.compile(
    r"(?:^`(?P<file>[\w./-]+)`[^\n]*\n\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_CHAINS = {"|", ">", ">>", "<", "&&", ";"}  # after which another command or a file stands
_OWN = ("rnnkit", "make", "pip", "python")  # of which a line is read


@dataclasses.dataclass(frozen=True)
class Block:
    """What stands in one fence."""

    page: Path
    line: int  # of the fence
    language: str  # "" where none is named
    text: str
    file: str | None  # that the line above it names

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def is_config(self) -> bool:
        """Whether it is a whole config, which `rnnkit check` takes."""
        return self.language == "yaml" and self.text.startswith("version: 1\n")

    @property
    def name(self) -> str:
        """Of a whole config."""
        return re.search(r"^name: (\S+)", self.text, re.MULTILINE)[1]  # type: ignore[index]


@dataclasses.dataclass(frozen=True)
class Command:
    """A command of a page, and what the page shows of its output."""

    block: Block
    words: tuple[str, ...]  # `rnnkit` and what follows, to the end or a pipe
    shown: tuple[str, ...] = ()  # lines

    def __str__(self) -> str:
        return f"{self.block}: {shlex.join(self.words)}"


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text[: found.start("language")].count("\n") + 1, found["language"],
              found["text"], found["file"])
        for found in _FENCE.finditer(text)
    ]  # fmt: skip


def commands_of(page: Path) -> list[Command]:
    """Those of `sh` blocks, a line each, and of `console` blocks, behind `$` and with output."""
    return [command for block in blocks_of(page) for command in _commands(block)]


def _commands(block: Block) -> Iterator[Command]:
    text = block.text.replace("\\\n", "")
    if block.language == "sh":
        for line in text.splitlines():
            yield from _command(block, line, [])
    elif block.language == "console":
        for part in text.removeprefix("$ ").split("\n$ "):
            line, _, output = part.partition("\n")
            yield from _command(block, line, output.splitlines())


def _command(block: Block, line: str, shown: list[str]) -> Iterator[Command]:
    if not line.startswith(_OWN):
        return
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|<>&;")
    lexer.whitespace_split = True
    words = list(lexer)
    end = next((n for n, word in enumerate(words) if word in _CHAINS), len(words))
    yield Command(block, tuple(words[:end]), tuple(shown))
