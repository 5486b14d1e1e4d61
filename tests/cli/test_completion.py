"""What a shell offers after `rnnkit check` and `rnnkit evaluate`."""

import click
import pytest
from click.shell_completion import ShellComplete

from rnnkit.cli.app import COMPLETE, cli, main
from rnnkit.run import METADATA


def offered(*words: str) -> set[str]:
    complete = ShellComplete(cli, {}, "rnnkit", COMPLETE)
    return {item.value for item in complete.get_completions(list(words[:-1]), words[-1])}


def test_verbs_and_options():
    assert {"train", "predict"} <= offered("")
    assert "--smoke" in offered("train", "--s")


def test_configs_by_name():
    assert {"mnist", "mnist_fast"} <= offered("check", "mn")


def test_what_init_takes():
    assert {"mnist", "mnist_fast", "chess_openings"} <= offered("init", "") | offered("init", "m")
    assert {"--target", "--time-format"} <= offered("init", "--t")
    assert offered("init", "--task", "next_t") == {"next_token"}


def test_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "runs" / "walk" / "20260101-000000"
    folder.mkdir(parents=True)
    (folder / METADATA).write_text("{}")
    assert offered("evaluate", "w") == {"w", "walk", "walk/20260101-000000"}
    assert {"latest", "walk"} <= offered("resume", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script(shell, monkeypatch, capsys):
    monkeypatch.setenv(COMPLETE, f"{shell}_source")
    if shell == "bash":  # which click asks for its version
        monkeypatch.setattr(
            click.shell_completion.BashComplete, "_check_version", lambda self: None
        )
    with pytest.raises(SystemExit) as done:
        main([])
    assert done.value.code == 0
    assert COMPLETE in capsys.readouterr().out
