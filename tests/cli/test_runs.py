"""`rnnkit runs`: what became of each run, whatever lies in its folder."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml

from rnnkit.cli.app import run as run_command
from rnnkit.files import write_json
from rnnkit.run import Run
from rnnkit.tasks.classification.evaluation import ClassificationEvaluation
from rnnkit.tasks.classification.metrics import classification_report
from rnnkit.training.lock import held
from rnnkit.workflows.runs import list_runs
from tests.conftest import small_config

PLANTED: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "folder": lambda path: path.mkdir(),
    "terabyte": lambda path: (path.touch(), os.truncate(path, 1 << 40)),
    "bytes": lambda path: path.write_bytes(b"\xff\x00{"),
    "nothing": lambda path: None,
}


def make_run(
    folder: Path, name: str = "small/20260102-030405", *, status: str = "completed"
) -> Run:
    """A run folder as training leaves it, but for what `rnnkit runs` does not read."""
    run = Run(folder / name)
    run.path.mkdir(parents=True)
    run.resolved_config.write_text(yaml.safe_dump(small_config(Path("data.npz"))))
    run.history.write_text("epoch,loss\n1,0.5\n2,0.25\n")
    write_json(run.metadata, {"status": status, "started": "2026-01-02T03:04:05+0000"})
    if status == "completed":
        y = np.array([0, 1, 1])
        probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]])
        report = classification_report(y, probabilities, ("a", "b"), train_counts=[1, 2])
        found = ClassificationEvaluation.of(report, data="test", loss=0.3, metrics={})
        write_json(run.evaluation, found.model_dump(by_alias=True))
    return run


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_no_runs_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["runs"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "There are no runs under runs/ yet.\nnext: rnnkit train CONFIG   makes one\n"
    assert run_command(["runs", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"runs": []}


def test_the_newest_comes_first(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_run(here / "runs")
    make_run(here / "runs", "small/20260102-030405-2", status="interrupted")
    make_run(here / "runs", "other/20260101-000000", status="failed")
    (here / "runs/small/latest").symlink_to("20260102-030405")
    assert run_command(["runs"]) == 0
    out, err = capsys.readouterr()
    assert [line.rstrip() for line in out.splitlines() if line.strip()] == [
        " run                          status, score (baseline)           size",
        " ────────────────────────────────────────────────────────────────────",
        " small/20260102-030405-2      interrupted, 2 epochs            0.0 MB",
        " classification of data.npz",
        " small/20260102-030405        completed, 2 epochs              0.0 MB",
        " classification of data.npz   accuracy 0.6667 (0.6667), best",
        " other/20260101-000000        failed, 2 epochs                 0.0 MB",
        " classification of data.npz",
    ]
    assert err == "next: rnnkit resume runs/small/20260102-030405-2\n"


def test_no_name_breaks_within_a_word_at_60_columns(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_run(here / "runs", "a_config_of_a_longish_name/20260102-030405")
    make_run(here / "runs", "wti_volatility/20260102-030405")
    monkeypatch.setenv("COLUMNS", "60")
    assert run_command(["runs"]) == 0
    out, _ = capsys.readouterr()
    words = out.split()
    assert {"a_config_of_a_longish_name/", "20260102-030405"} <= set(words)
    assert "wti_volatility/20260102-030405" in words
    assert words.count("MB") == 2


def test_as_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(here / "elsewhere")
    assert run_command(["runs", "--runs", "elsewhere", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "runs": [
            {
                "path": "elsewhere/small/20260102-030405",
                "name": "small/20260102-030405",
                "started": "2026-01-02T03:04:05+0000",
                "task": "classification",
                "data": "data.npz",
                "status": "completed",
                "epochs": 2,
                "score": {"name": "accuracy", "value": 2 / 3, "baseline": 2 / 3},
                "best": True,
                "seconds": 0.0,
                "bytes": sum(path.stat().st_size for path in run.path.iterdir()),
                "problem": "",
            }
        ]
    }


def test_a_run_whose_process_is_gone(here: Path) -> None:
    run = make_run(here / "runs", status="running")
    assert [found.status for found in list_runs()] == ["stopped"]
    with held(run.lock):
        assert [found.status for found in list_runs()] == ["running"]
    assert [found.status for found in list_runs()] == ["stopped"]


def test_sixty_columns(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    make_run(here / "runs")
    make_run(here / "runs", f"{'long_name_' * 9}/20260102-030405-2")
    assert run_command(["runs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 60
    assert any("small/20260102-030405 " in line for line in lines)
    assert "20260102-030405-2" in "".join(line[:24].strip() for line in lines)


@pytest.mark.parametrize("kind", PLANTED)
@pytest.mark.parametrize(
    "name", ["run.json", "history.csv", "evaluation.json", "config.resolved.yaml", ".lock", "plots"]
)
def test_anything_under_any_name(
    here: Path, capsys: pytest.CaptureFixture[str], name: str, kind: str
) -> None:
    """It is one line of the list; the other runs are shown all the same."""
    run = make_run(here / "runs", "bad/20260102-030405", status="completed")
    whole = make_run(here / "runs")
    (run.path / name).unlink(missing_ok=True)
    PLANTED[kind](run.path / name)
    assert run_command(["runs"]) == 0
    out, err = capsys.readouterr()
    assert any(line.split()[:2] == [whole.name, "completed,"] for line in out.splitlines() if line)
    assert "bug" not in err
    if name in {"history.csv", "evaluation.json", "config.resolved.yaml"} and kind != "nothing":
        assert "damaged" in out
        assert "note   runs/bad/20260102-030405" in err


def test_folders_that_are_no_runs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(here / "runs")
    shutil.copytree(run.path, here / "runs/small/notes")
    (here / "runs/small/20260102-030406").mkdir()
    (here / "runs/small/20260102-030407").symlink_to(run.path)
    (here / "runs/stray.txt").write_text("x")
    (here / "runs/cache").mkdir()
    assert [found.name for found in list_runs()] == [run.name]
    (here / "file").write_text("x")
    assert run_command(["runs", "--runs", "file"]) == 0
    assert "no runs under file/" in capsys.readouterr().err


def test_foreign_text_cannot_steer_the_terminal(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run(here / "runs", status="\x1b[2Jdone")
    run.resolved_config.write_text('task: "\\e[31mred"')
    assert run_command(["runs"]) == 0
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
    assert "�[2Jdone, 2 epochs" in out
    assert "�[31mred" in out


def test_it_starts_without_tensorflow(here: Path) -> None:
    make_run(here / "runs")
    code = (
        "import sys; from rnnkit.cli.app import run; run(['runs']);"
        "heavy = {'tensorflow', 'keras', 'pandas', 'matplotlib'};"
        "print('IMPORTED', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert "completed" in done.stdout
    assert done.stdout.endswith("IMPORTED []\n")


def scored(folder: Path, name: str, right: float, **more: object) -> Run:
    run = make_run(folder, name)
    evaluation = json.loads(run.evaluation.read_text())
    write_json(run.evaluation, {**evaluation, "accuracy": right})
    run.update_metadata(**more)
    return run


def test_sorted_and_filtered(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scored(here / "runs", "a/20260101-000000", 0.9, seconds=3.0)
    scored(here / "runs", "a/20260102-000000", 0.5, seconds=300.0)
    scored(here / "runs", "b/20260103-000000", 0.7)
    make_run(here / "runs", "b/20260104-000000", status="failed")

    def listed(*options: str) -> list[str]:
        assert run_command(["runs", "--json", *options]) == 0
        return [run["name"][:12] for run in json.loads(capsys.readouterr().out)["runs"]]

    assert listed("--sort", "score") == [
        "a/20260101-0",
        "b/20260103-0",
        "a/20260102-0",
        "b/20260104-0",
    ]
    assert listed("--sort", "time")[0] == "a/20260102-0"
    assert listed("--name", "b") == ["b/20260104-0", "b/20260103-0"]
    assert listed("--name", "*/20260103*") == ["b/20260103-0"]
    assert listed("--status", "failed", "--task", "class*") == ["b/20260104-0"]
    assert listed("--data", "*.csv") == []
    assert [run.name for run in list_runs() if run.best] == [
        "b/20260103-000000",
        "a/20260101-000000",
    ]
    assert run_command(["runs", "--data", "*.csv"]) == 0
    assert "There are no such runs under runs/" in capsys.readouterr().err


def test_prune_keeps_the_newest_the_best_and_what_trains(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    best = scored(here / "runs", "a/20260101-000000", 0.9)
    make_run(here / "runs", "a/20260102-000000")
    training = make_run(here / "runs", "a/20260103-000000", status="running")
    newest = make_run(here / "runs", "a/20260104-000000", status="failed")
    with held(training.lock):
        assert run_command(["runs", "prune"]) == 2
        assert "would delete 1 run" in capsys.readouterr().err
        assert len(list_runs()) == 4
        assert run_command(["runs", "prune", "--yes"]) == 0
    assert {run.path for run in list_runs()} == {
        run.path.relative_to(here) for run in (best, training, newest)
    }
    assert "Deleted 1 run" in capsys.readouterr().err
    assert (here / "runs/a/latest").readlink() == Path("20260101-000000")
    assert not list((here / "runs/a").glob(".removed-*"))


def test_rm_names_runs_whole(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scored(here / "runs", "a/20260101-000000", 0.9)
    other = make_run(here / "runs", "a/20260102-000000")
    (here / "runs/a/cache").mkdir()
    for name, why in {
        "a": "Name each run to delete, such as a/20260101-000000",
        "latest": "no run 'latest'",
        "a/20260101-000001": "Did you mean 'a/20260101-000000'?",
        "a/20260101-000000": "the best run of 'a' (accuracy 0.9): nothing was deleted",
    }.items():
        assert run_command(["runs", "rm", "--yes", str(other.path), name]) in {1, 2}
        assert why in capsys.readouterr().err
    assert len(list_runs()) == 2
    assert run_command(["runs", "rm", "--yes", str(other.path)]) == 0
    assert run_command(["runs", "rm", "--yes", "--best-too", "a/20260101-000000"]) == 0
    assert not (here / "runs/a").exists()


def test_rm_of_one_that_trains(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(here / "runs", status="running")
    with held(run.lock):
        assert run_command(["runs", "rm", "--yes", run.name]) == 1
    assert "it is being trained" in capsys.readouterr().err
    assert run.metadata.exists()


def test_what_a_killed_removal_left_goes_with_the_next(here: Path) -> None:
    run = make_run(here / "runs")
    left = make_run(here / "runs", "small/20260103-000000").path
    left.rename(left.with_name(".removed-20260103-000000"))
    assert [found.name for found in list_runs()] == [run.name]
    assert run_command(["runs", "rm", "--yes", "--best-too", run.name]) == 0
    assert not (here / "runs/small").exists()
