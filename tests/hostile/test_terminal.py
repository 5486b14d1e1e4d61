"""Names from data files reach the terminal and the report as text only."""

import io
import json
import shutil

import numpy as np
import pytest
from rich.table import Table

from rnnkit import console
from rnnkit.cli import app
from rnnkit.reports.html import write_report
from rnnkit.words import printable
from tests.hostile.command import write_config

ESCAPES = (
    "\x1b[2J\x1b]0;title\x07\x9b31m\x00\x08\u202e"  # clear, rename, C1, backspace, right-to-left
)


def harmless(text: str) -> bool:
    return all(c.isprintable() or c == "\n" for c in text)


def test_printable():
    assert printable("ü €\n\tß") == "ü €\n ß"
    assert printable("a\x1b[31m") == "a�[31m"
    assert harmless(printable(ESCAPES))


@pytest.mark.parametrize("kind", [".csv", ".jsonl"])
def test_column_names_and_values(tmp_path, refused, kind):
    rows = [{f"{ESCAPES}x": ESCAPES, "y": "a"}, {f"{ESCAPES}x": "1", "y": "b"}]
    if kind == ".csv":
        lines = [",".join(row) for row in ([f"{ESCAPES}x", "y"], *(r.values() for r in rows))]
        text = "\n".join(lines).replace("\x00", "")
    else:
        text = "\n".join(map(json.dumps, rows))
    (tmp_path / f"t{kind}").write_text(text)
    for label in ("y", "missing"):
        message = refused("check", write_config(tmp_path, tmp_path / f"t{kind}", label=label))
        assert harmless(message)


def test_array_names(tmp_path, refused):
    np.savez(tmp_path / "a.npz", **{f"{ESCAPES[:-12]}x": np.ones(2)})
    assert harmless(refused("check", write_config(tmp_path, tmp_path / "a.npz")))


def test_arguments(capsys):
    assert app.run([f"{ESCAPES}verb".replace("\x00", "")]) == 2
    assert app.run(["check", f"{ESCAPES}.yaml".replace("\x00", "")]) == 2
    assert harmless(capsys.readouterr().err)


def test_long_messages_are_cut_in_the_middle(capsys):
    app._complain(f"begin {'x' * 100_000} end", debug=False)
    message = capsys.readouterr().err
    assert len(message) < 1100
    assert message.startswith("begin ")
    assert message.endswith(" end\n")


def test_tables_and_json_on_a_terminal(monkeypatch, capsys):
    table = Table(ESCAPES)
    table.add_row(ESCAPES)
    screen = console.SafeConsole(file=io.StringIO(), width=200, force_terminal=True, no_color=True)
    screen.print(table)
    assert "\x1b[2J" not in screen.file.getvalue()
    assert "\x1b]0" not in screen.file.getvalue()
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    console.print_json({"class": ESCAPES})
    assert harmless(capsys.readouterr().out)


def test_into_a_pipe_text_stays_as_it_is(capsys):
    console.print_text("a\tb\x1b\n")
    assert capsys.readouterr().out == "a\tb\x1b\n"


def test_the_report_escapes_what_it_shows(tmp_path):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    write_report(
        tmp_path / "r.html",
        title=evil,
        facts={evil: evil},
        command=evil,
        reproduce={evil: evil},
        config_text=evil,
    )
    page = (tmp_path / "r.html").read_text()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_class_names_in_an_evaluation(trained, tmp_path, capsys):
    run = shutil.copytree(trained.path, tmp_path / "run", symlinks=True)
    kept = json.loads((run / "preprocessing.json").read_text())
    kept["classes"] = [f"{ESCAPES}<script>", "1"]
    (run / "preprocessing.json").write_text(json.dumps(kept))
    data = tmp_path / "new.npz"
    np.savez(data, x=np.ones((4, 5, 2)), y=[1, 1, 1, 1])
    assert app.run(["evaluate", str(run), "--data", str(data)]) == 0
    assert harmless(capsys.readouterr().out)
