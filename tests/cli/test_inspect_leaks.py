"""`rnnkit inspect --leaks`."""

import json

from rnnkit.cli.app import run
from tests.workflows.test_leaks import write_walk


def test_a_leak_is_exit_code_2(tmp_path, capsys):
    path = str(write_walk(tmp_path, ahead=1))
    assert run(["inspect", "--leaks", path]) == 2
    assert "Leak (answers): the feature 'f' knows the target 'y' 1 row ahead" in (
        " ".join(capsys.readouterr().out.split())
    )


def test_json(tmp_path, capsys):
    path = str(write_walk(tmp_path, ahead=0))
    assert run(["inspect", "--leaks", path, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []
