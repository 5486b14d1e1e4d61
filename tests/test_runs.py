"""Run folders: made once each, found by what a user would type, written whole or not at all."""

import shutil
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from rnnkit.errors import RunError
from rnnkit.files import replacing, write_json, write_text
from rnnkit.run import Run
from rnnkit.runs import begin, create_run, find_run, point_latest


def test_runs_of_the_same_second_get_their_own_folders(tmp_path: Path) -> None:
    with ThreadPoolExecutor(10) as pool:
        runs = list(pool.map(lambda _: create_run(tmp_path, "m", now=0.0), range(10)))
    assert len({run.path for run in runs}) == 10
    assert all(run.path.is_dir() for run in runs)


def test_and_so_do_those_of_other_processes(tmp_path: Path) -> None:
    with ProcessPoolExecutor(10, mp_context=get_context("spawn")) as pool:
        made = [pool.submit(create_run, tmp_path, "m", now=0.0) for _ in range(10)]
        assert len({one.result().path for one in made}) == 10


def finished(root: Path, name: str, now: float) -> Run:
    run = create_run(root, name, now=now)
    begin(run, status="completed")
    return run


def test_latest_points_to_the_newest_that_began(tmp_path: Path) -> None:
    finished(tmp_path, "m", now=0.0)
    newest = finished(tmp_path, "m", now=100.0)
    dead = create_run(tmp_path, "m", now=200.0)
    assert (tmp_path / "m" / "latest").resolve() == newest.path.resolve()
    dead.lock.touch()
    with pytest.raises(RunError, match="It was stopped before it began: start it anew"):
        find_run(dead.path, root=tmp_path)


def test_latest_is_no_run_that_failed_or_learned_nothing(tmp_path: Path) -> None:
    good = finished(tmp_path, "m", now=0.0)
    link = tmp_path / "m" / "latest"
    for number, (status, step) in enumerate([("failed", 6), ("diverged", 6), ("running", 0)], 1):
        run = create_run(tmp_path, "m", now=100.0 * number)
        (run.checkpoints / f"step-{step:09d}").mkdir(parents=True)
        begin(run, status=status)
        assert link.resolve() == good.path.resolve()
        assert find_run("latest", root=tmp_path).path.resolve() == good.path.resolve()
        assert find_run(run.path).path == run.path
    (run.checkpoints / "step-000000001").mkdir()
    point_latest(run.path.parent)
    assert link.resolve() == run.path.resolve()


@pytest.mark.parametrize("status", ["failed", "running"])
def test_a_name_of_which_no_run_learned_anything(tmp_path: Path, status: str) -> None:
    run = create_run(tmp_path, "m", now=0.0)
    begin(run, status=status)
    assert not (tmp_path / "m" / "latest").exists()
    for text in ("latest", "m", tmp_path / "m", tmp_path / "m" / "latest"):
        with pytest.raises(RunError, match=f"has not failed.*give its folder: {run.path}$"):
            find_run(text, root=tmp_path)


@pytest.mark.parametrize("left", ["dangling", "none", "folder"])
def test_latest_where_the_link_leads_nowhere(tmp_path: Path, left: str) -> None:
    """The newest was deleted by hand, or links were dropped or followed by a copy."""
    old, new = (finished(tmp_path, "m", now) for now in (0.0, 100.0))
    link = tmp_path / "m" / "latest"
    if left == "dangling":
        shutil.rmtree(new.path)
        new = old
    else:
        link.unlink()
    if left == "folder":
        shutil.copytree(old.path, link)
    for text in ("latest", "m", tmp_path / "m", link):
        assert find_run(text, root=tmp_path).path.resolve() == new.path.resolve()
    newest = finished(tmp_path, "m", now=200.0)
    assert find_run("latest", root=tmp_path).path.resolve() == newest.path.resolve()


def test_latest_alone_in_a_copy(tmp_path: Path) -> None:
    run = finished(tmp_path, "m", now=0.0)
    shutil.copytree(run.path, tmp_path / "copies" / "m" / "latest")
    for text in ("latest", "m"):
        found = find_run(text, root=tmp_path / "copies")
        assert found.path == tmp_path / "copies" / "m" / "latest"


def test_latest_is_what_the_link_says(tmp_path: Path) -> None:
    old, _ = (finished(tmp_path, "m", now) for now in (0.0, 100.0))
    (tmp_path / "m" / "latest").unlink()
    (tmp_path / "m" / "latest").symlink_to(old.path.name)
    assert find_run("m", root=tmp_path).path.resolve() == old.path.resolve()


def test_runs_of_one_second_are_in_their_order(tmp_path: Path) -> None:
    runs = [finished(tmp_path, "m", now=0.0) for _ in range(10)]
    (tmp_path / "m" / "latest").unlink()
    assert runs[-1].path.name.endswith("-10")
    assert find_run("latest", root=tmp_path).path.resolve() == runs[-1].path.resolve()


def test_latest_from_within(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = (finished(tmp_path / "runs", "m", now) for now in (0.0, 100.0))
    monkeypatch.chdir(tmp_path / "runs" / "m")
    assert find_run("latest").path.resolve() == new.path.resolve()
    assert find_run(old.path.name) == find_run(f"../m/{old.path.name}") == Run(old.path.resolve())
    monkeypatch.chdir(old.path)
    with pytest.raises(RunError, match=r"inside a run's folder: give \. for this run"):
        find_run("latest")
    assert find_run(".").name == old.name
    assert find_run(".").cache == old.cache.resolve()


def test_find_run_by_folder_name_and_latest(tmp_path: Path) -> None:
    old, new = finished(tmp_path, "a", 0.0), finished(tmp_path, "b", 1000.0)
    for text, run in [
        (old.path, old),
        ("a", old),
        (tmp_path / "b", new),
        (tmp_path / "b" / "latest", new),
        ("latest", new),
    ]:
        assert find_run(text, root=tmp_path).path.resolve() == run.path.resolve()


def test_find_run_suggests_a_name(tmp_path: Path) -> None:
    finished(tmp_path, "mnist", 0.0)
    with pytest.raises(RunError, match=r"^no run 'mnits'\. Did you mean 'mnist'\?$"):
        find_run("mnits", root=tmp_path)


def test_find_run_without_any(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="There are no runs under"):
        find_run("latest", root=tmp_path / "runs")
    with pytest.raises(RunError, match=r"not a run folder: it has no run\.json"):
        find_run(tmp_path, root=tmp_path / "runs")


def test_metadata_is_merged(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    run.path.mkdir()
    begin(run, status="running", seed=1)
    run.update_metadata(status="completed")
    assert run.read_metadata() == {"status": "completed", "seed": 1}


def test_metadata_that_is_gone_is_not_begun_anew(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"run\.json: cannot be read: .*No such file"):
        Run(tmp_path).update_metadata(status="completed")
    assert list(tmp_path.iterdir()) == []


def test_damaged_metadata_is_a_run_error(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(RunError, match=r"run\.json: cannot be read"):
        Run(tmp_path).read_metadata()


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    write_text(path, "old")
    with pytest.raises(ValueError, match="half way"), replacing(path) as temporary:
        temporary.write_text("new")
        raise ValueError("half way")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_vanished_folder_is_a_run_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        write_json(tmp_path / "gone" / "run.json", {})
