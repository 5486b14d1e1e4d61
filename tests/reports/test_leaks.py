"""The audit on a narrow terminal."""

from rich.console import Console

from rnnkit.data.series.leaks import CHECKS, Audit, Finding
from rnnkit.reports.leaks import leak_table


def shown(*findings: Finding) -> str:
    console = Console(width=60, color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(leak_table(Audit(CHECKS, findings, 0.03)))
    text = capture.get()
    assert max(map(len, text.splitlines())) <= 60
    return text


def test_nothing_found():
    text = shown()
    assert text.count(" ok") == 8
    assert text.endswith("No leak found. 8 checks in 0.03 s.\n")


def test_a_leak_and_a_doubt():
    leak = Finding("scale", True, "the scale was fitted on all rows")
    doubt = Finding("copies", False, "rows stand twice")
    text = shown(leak, doubt)
    assert "Leak (scale): the scale was fitted on all rows." in text
    assert "Possible leak (copies): rows stand twice." in text
    assert (text.count(" ok"), text.count(" LEAK"), text.count(" look")) == (6, 1, 1)
    assert text.endswith("1 leak: training refuses these data. 8 checks in 0.03 s.\n")
    assert "No certain leak; training goes on." in shown(doubt)
