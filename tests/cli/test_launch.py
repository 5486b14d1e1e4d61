"""`rnnkit launch`: what it refuses before it starts a process."""

from pathlib import Path

import pytest

from rnnkit.cli.app import run
from rnnkit.config.document import dump_document
from tests.conftest import small_config


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--workers", "3"], "training.batch_size (=16) must be a multiple of the 3 replicas: "),
        (["--workers", "2", "--set", "training.shards=1"], "training.shards (=1) must be a multi"),
        (["--workers", "2", "--set", "training.epochs=x"], "epochs (='x') must be an integer"),
        (["--workers", "2", "--seeds", "2"], "--dry-run and --seeds are for one process"),
        (["--workers", "2", "--nope"], "No such option"),
    ],
)
def test_what_is_wrong_is_said_once(
    arguments: list[str],
    message: str,
    data: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(dump_document(small_config(data)))
    assert run(["launch", str(path), *arguments]) == 2
    shown = capfd.readouterr().err
    assert shown.count(message) == 1
    assert "waiting for" not in shown
