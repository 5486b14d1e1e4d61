"""`rnnkit resume` and `rnnkit train --resume` as a user types them."""

import os
import shutil
import signal
from pathlib import Path

import pytest
import yaml

from rnnkit.cli.app import run
from rnnkit.runtime import keras
from tests.conftest import small_config, write_data


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with small.yaml and a run of it that Ctrl-C has stopped after the first epoch."""
    import rnnkit

    class Interrupt(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            os.kill(os.getpid(), signal.SIGINT)

    folder = tmp_path_factory.mktemp("stopped")
    values = small_config(write_data(folder / "data.npz"), epochs=3)
    (folder / "small.yaml").write_text(yaml.safe_dump(values))
    with pytest.raises(rnnkit.Interrupted):
        rnnkit.train(folder / "small.yaml", runs=folder / "runs", watch=rnnkit.Watch([Interrupt()]))
    return folder


@pytest.fixture
def folder(stopped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(stopped, tmp_path / "copy", symlinks=True)
    monkeypatch.chdir(tmp_path / "copy")
    return tmp_path / "copy"


@pytest.mark.parametrize(
    "arguments", [["resume", "latest"], ["resume", "small"], ["train", "small.yaml", "--resume"]]
)
def test_it_goes_on(arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    shown = capsys.readouterr()
    lines = shown.err.splitlines()
    assert "accuracy" in shown.out
    assert "from   step-000000006, after epoch 1" in lines
    assert [line.split("  ")[0] for line in lines if line.startswith("epoch")][-1] == "epoch 3/3"
    assert lines[-1].startswith("next: rnnkit evaluate ")
    assert run(arguments) == 1
    assert "complete" in capsys.readouterr().err


def test_a_changed_config_is_wrong_usage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (folder / "small.yaml").read_text().replace("batch_size: 16", "batch_size: 8")
    (folder / "small.yaml").write_text(text)
    assert run(["train", "small.yaml", "--resume"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].endswith("a run goes on with the config that it began with. Changed since:")
    assert lines[1].startswith("small.yaml:")
    assert lines[1].endswith(": training.batch_size: 16 -> 8")
    assert lines[2].endswith(" |   batch_size: 8")


def test_nothing_to_resume(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "small.yaml", "--resume", "--set", "name=other"]) == 1
    assert capsys.readouterr().err == (
        "there is no run to resume in runs/other: start one without --resume\n"
    )
    assert run(["resume", "nothing"]) == 1
    assert "no run 'nothing'" in capsys.readouterr().err
    assert run(["train", "small.yaml", "--resume", "--dry-run"]) == 2
    assert "--dry-run trains nothing" in capsys.readouterr().err
