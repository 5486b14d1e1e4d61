"""The engine reads what it is given and nothing else, within its bounds, and leaves nothing."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from rnnkit.data.tables.engine import Engine, explained, text
from rnnkit.data.tables.files import TableFiles
from rnnkit.errors import DataError, RunError

FILL = "CREATE TABLE t AS SELECT range AS n, md5(range::VARCHAR) AS x FROM range(4000000)"


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """RAM, for the engine."""
    monkeypatch.setattr("rnnkit.data.tables.engine.MOST", 1 << 27)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """One that may be read, and one that may not."""
    for name in ("given.csv", "other.csv"):
        (tmp_path / name).write_text("a\n1\n")
    return tmp_path / "given.csv", tmp_path / "other.csv"


def test_it_reads_what_it_is_given(files: tuple[Path, Path]) -> None:
    assert Engine(files[:1]).run(f"SELECT * FROM read_csv({text(str(files[0]))})") == [(1,)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{other}')",
        "SELECT * FROM '{other}'",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('https://example.org/a.csv')",
        "COPY (SELECT 1) TO '{folder}/new.csv'",
        "COPY (SELECT 1) TO '{other}'",
        "ATTACH '{folder}/new.duckdb' AS new",
        "EXPORT DATABASE '{folder}/new'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/']",
        "SET memory_limit = '100GB'",
        "SELECT * FROM files",
    ],
)
def test_and_nothing_else(files: tuple[Path, Path], tmp_path: Path, statement: str) -> None:
    engine = Engine(files[:1])
    before = sorted(tmp_path.iterdir())
    with pytest.raises(duckdb.Error):
        engine.run(statement.format(other=files[1], folder=tmp_path))
    assert sorted(tmp_path.iterdir()) == before
    assert files[1].read_text() == "a\n1\n"


def test_a_name_with_quotes_is_one(tmp_path: Path) -> None:
    path = tmp_path / "it's; DROP TABLE.csv"
    path.write_text("a\n1\n")
    assert Engine([path]).run(f"SELECT * FROM read_csv({text(str(path))})") == [(1,)]


def test_what_does_not_fit_is_put_aside_and_goes_with_it(tmp_path: Path, little: None) -> None:
    engine = Engine([], tmp_path)
    engine.run(FILL)
    [spilled] = tmp_path.glob(".spilled-*")
    assert any(spilled.iterdir())
    assert engine.run("SELECT count(*), min(n), max(n) FROM t") == [(4_000_000, 0, 3_999_999)]
    del engine
    assert not list(tmp_path.iterdir())


def test_a_disk_that_is_too_small(
    tmp_path: Path, little: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnkit.data.tables.engine.LEAST_SPILLED", 1 << 20)
    engine = Engine([], tmp_path)
    with pytest.raises(RunError, match="x: too little RAM or disk to read it"), explained("x"):
        engine.run(FILL)


def test_what_a_killed_process_left_is_deleted_and_what_a_living_one_has_is_not(
    tmp_path: Path,
) -> None:
    code = (
        "import os, pathlib, sys; from rnnkit.data.tables import engine\n"
        "engine.MOST = 1 << 27; found = engine.Engine([], pathlib.Path(sys.argv[1]))\n"
        f"found.run({FILL!r})\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -9
    [left] = tmp_path.glob(".spilled-*")
    living = left.with_name(left.name.replace(left.name.split("-")[-2], str(os.getpid())))
    living.mkdir()
    Engine([], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [living.name]


def test_a_disk_that_is_full_while_rows_are_sorted(
    tmp_path: Path, little: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no bug of rnnkit's."""
    monkeypatch.setattr("rnnkit.data.tables.engine.LEAST_SPILLED", 1 << 20)
    monkeypatch.setattr("rnnkit.data.tables.engine.SPILLED", 0)
    path = tmp_path / "a.parquet"
    duckdb.execute(
        "COPY (SELECT (range * 7919) % 3000000 AS x, range AS y FROM range(3000000)) "
        f"TO '{path}' (FORMAT parquet)"
    )
    table = TableFiles([path]).read(numbers=["x", "y"], text=())
    with pytest.raises(RunError, match=r"a\.parquet: too little RAM or disk"):
        for column in "xyxy":
            table.codes(column)


def test_errors_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught, explained("a.csv"):
        Engine([]).run("SELECT nothing\nFROM nowhere")
    assert str(caught.value).startswith("a.csv: cannot be read: Table with name nowhere does not")
    assert "\n" not in str(caught.value)
