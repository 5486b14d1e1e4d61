"""What every verb shares: exit codes, messages on stderr, help that answers at once."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from rnnkit.cli import app
from rnnkit.cli.app import VERBS, run
from rnnkit.errors import RunError

CONFIGS = Path(__file__).parents[2] / "configs"


def test_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"  {verb} " in text for verb in VERBS)
    assert "Exit codes: 0 done" in text


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_help_with_examples(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([verb, "--help"]) == 0
    text = capsys.readouterr().out
    assert "--debug" in text
    assert "Examples:" in text


def test_unknown_verb_suggests(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trian"]) == 2
    assert "there is no command 'trian'. Did you mean 'train'?" in capsys.readouterr().err


def test_unknown_option_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--nope"]) == 2
    assert "--nope" in capsys.readouterr().err


def test_a_missing_config_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "nothing.yaml"]) == 2
    shown = capsys.readouterr()
    assert shown.err == "nothing.yaml: cannot read the config: No such file or directory\n"
    assert shown.out == ""


def test_a_bug_is_called_a_bug(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(app.cli, "main", broken)
    assert run(["check", "x.yaml"]) == 1
    shown = capsys.readouterr().err
    assert shown.startswith("this is a bug in rnnkit: ZeroDivisionError: oops")
    assert "Traceback" not in shown
    assert run(["check", "x.yaml", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(("error", "code"), [(RunError("x"), 1), (KeyboardInterrupt(), 130)])
def test_exit_codes(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def fail(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(app.cli, "main", fail)
    assert run([]) == code


def test_a_reader_that_stops_early_is_no_error() -> None:
    command = f"{sys.executable} -m rnnkit check {CONFIGS / 'mnist.yaml'} | head -1"
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False
    )
    assert "Error" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error(closed: str) -> None:
    command = f"{sys.executable} -m rnnkit check {CONFIGS / 'mnist.yaml'} {closed}"
    assert subprocess.run(["sh", "-c", command], timeout=60, check=False).returncode == 0


def test_json_stands_in_the_help_of_the_verbs_that_have_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["--help"]) == 0
    assert "--json" not in capsys.readouterr().out
    having = set()
    for verb in VERBS:
        options = [
            name
            for p in app.cli.get_command(click.Context(app.cli), verb).params
            for name in p.opts
        ]
        assert run([verb, "--help"]) == 0
        assert ("--json" in capsys.readouterr().out) == ("--json" in options)
        having |= {verb} if "--json" in options else set()
    # as docs/command_line.md says
    assert having == {
        "check",
        "compare",
        "configs",
        "data",
        "doctor",
        "evaluate",
        "export",
        "init",
        "inspect",
        "predict",
        "runs",
        "search",
    }


def test_a_current_folder_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert run(["check", "mnist.yaml"]) == 2
    assert capsys.readouterr().err == (
        "Error: the current folder is gone: cd into one that exists\n"
    )
