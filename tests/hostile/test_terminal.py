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
from rnnkit.reports.plots.figure import new_figure, save_figure
from rnnkit.words import printable
from tests.conftest import write_data
from tests.hostile.command import write_config

ESCAPES = (
    "\x1b[2J\x1b]0;title\x07\x9b31m\x00\x08\u202e"  # clear, rename, C1, backspace, right-to-left
)


# C0, C1, separators of lines, embeddings and isolates of direction, half characters
STEERING = [
    *range(32), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F),
    *range(0x2066, 0x206A), 0xD800, 0xDFFF,
]  # fmt: skip


def harmless(text: str) -> bool:
    return not set(text) & {chr(code) for code in STEERING} - {"\n"}


@pytest.mark.parametrize(
    "text",
    [
        "क्‍ष",  # a zero-width joiner between consonants
        "می‌خواهم",  # a zero-width non-joiner
        "l\u00a0homme, 10\u202fkm",  # fixed spaces
        "שָׁלוֹם\u200f!",  # points, and a mark of direction
        "👩‍🚀 ❤️",
    ],
)
def test_text_of_every_script_is_shown_as_written(text, capsys):
    assert printable(text) == text
    console.err().print(text)
    assert capsys.readouterr().err == f"{text}\n"


def test_printable():
    assert printable("ü €\n\tß") == "ü €\n ß"
    assert printable("a\x1b[31m") == "a�[31m"
    assert harmless(printable(ESCAPES))
    assert harmless(printable("".join(map(chr, STEERING))))


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
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>" + "".join(map(chr, STEERING))
    write_report(
        tmp_path / "r.html",
        title=evil,
        facts={evil: evil},
        command=evil,
        reproduce={evil: evil},
        config=[(evil, evil)],
        files=[evil],
        said=evil,
    )
    page = (tmp_path / "r.html").read_text()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert harmless(page)


def test_notes_on_stderr(capsys):
    app.tell(f"note: {ESCAPES}\udcff")
    console.advise(f"rnnkit train {ESCAPES}.yaml", ESCAPES)
    assert harmless(capsys.readouterr().err)


def test_a_traceback(capsys, monkeypatch):
    def fail(*_, **__):
        raise ValueError(ESCAPES)

    monkeypatch.setattr(app.cli, "main", fail)
    assert app.run(["check", "--debug"]) == 1
    message = capsys.readouterr().err
    assert "Traceback" in message
    assert harmless(message)


@pytest.mark.usefixtures("painted")
def test_the_title_of_a_plot(tmp_path):
    figure = new_figure(ESCAPES, height=1)
    assert harmless(figure.get_suptitle())
    save_figure(figure, tmp_path / "a.png")


def test_a_file_name_that_is_no_text(tmp_path, capsys, trained):
    data = tmp_path / "\udcff\x1b\u202e.npz"  # bytes that are no UTF-8 reach Python so
    np.savez(data, x=np.ones((1, 5, 2)))
    assert app.run(["predict", str(trained.path), "--data", str(data)]) == 0
    assert app.run(["predict", str(trained.path), "--data", f"{data}.missing"]) == 2
    output = tmp_path / "\udcff.csv"
    assert (
        app.run(["predict", str(trained.path), "--data", str(data), "--output", str(output)]) == 0
    )
    assert output.read_text().startswith("example,class,probability\n")
    assert harmless(capsys.readouterr().err)


@pytest.mark.usefixtures("painted")
def test_the_log_of_a_run(tmp_path, capsys):
    data = tmp_path / "data\x1b[2J\u202e.npz"
    write_data(data)
    config = write_config(tmp_path, data)
    assert app.run(["train", str(config), "--runs", str(tmp_path / "runs")]) == 0
    run = tmp_path / "runs" / "hostile" / "latest"
    log = (run / "log.txt").read_text()
    assert harmless(log)
    assert "data�[2J�.npz" in log
    assert harmless((run / "report.html").read_text())
    shown = capsys.readouterr()
    assert harmless(shown.out + shown.err)


def test_class_names_in_an_evaluation(trained, tmp_path, capsys):
    run = shutil.copytree(trained.path, tmp_path / "run", symlinks=True)
    kept = json.loads((run / "preprocessing.json").read_text())
    kept["classes"] = [f"{ESCAPES}<script>", "1"]
    (run / "preprocessing.json").write_text(json.dumps(kept))
    data = tmp_path / "new.npz"
    np.savez(data, x=np.ones((4, 5, 2)), y=[1, 1, 1, 1])
    assert app.run(["evaluate", str(run), "--data", str(data)]) == 0
    assert harmless(capsys.readouterr().out)
