"""`rnnkit data`, and what `check` says of the data."""

import json

from rnnkit.cli.app import run
from tests.workflows.test_data import write_walk


def test_a_leak_is_exit_code_2(tmp_path, capsys):
    path = str(write_walk(tmp_path, ahead=1))
    assert run(["data", path]) == 2
    assert "Leak (answers): the feature 'f' knows the target 'y' 1 row ahead" in (
        " ".join(capsys.readouterr().out.split())
    )


def test_json(tmp_path, capsys):
    path = str(write_walk(tmp_path, ahead=0))
    assert run(["data", path, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["leaks"]["findings"] == []


def test_check_shows_the_data_and_refuses_what_train_would(tmp_path, capsys):
    path = str(write_walk(tmp_path, ahead=0))
    assert run(["check", path]) == 0
    told = capsys.readouterr().err
    assert "walk.csv: windows: 73 train" in told and "checks found nothing" in told
    assert run(["check", path, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"]["parts"][0]["size"] == 73
    assert run(["check", str(write_walk(tmp_path, ahead=1))]) == 2
    assert "knows the target 'y' 1 row ahead" in capsys.readouterr().err
