"""A leak audit -> a table of its checks, and what they found in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rnnkit.data.audit import Audit
from rnnkit.words import counted


def leak_table(audit: Audit) -> Group:
    """Every check with its result, the findings, and what they mean."""
    return Group(*_result(audit))


def _result(audit: Audit) -> Iterator[RenderableType]:
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("check", no_wrap=True)
    table.add_column("holds when")
    table.add_column("", no_wrap=True)
    for name, meaning in audit.checks.items():
        found = [finding for finding in audit.findings if finding.check == name]
        word = "LEAK" if any(f.certain for f in found) else "look" if found else "ok"
        table.add_row(name, meaning, word)
    yield table
    for finding in audit.findings:
        head = "Leak" if finding.certain else "Possible leak"
        yield Padding(Text(f"{head} ({finding.check}): {finding.text}."), (0, 0, 1, 0))
    yield Text(_verdict(audit))


def _verdict(audit: Audit) -> str:
    took = f"{counted(len(audit.checks), 'check')} in {audit.seconds:.2f} s"
    took += f"; {audit.sample}" if audit.sample else ""
    if audit.leaks:
        return f"{counted(len(audit.leaks), 'leak')}: training refuses these data. {took}."
    if audit.findings:
        return f"No certain leak; training goes on. {took}."
    return f"No leak found. {took}."
