"""`data.query`: what a SELECT gives is what is read, and nothing else can be done with it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import rnnkit
from rnnkit.config.tables import TableFormat, TableSection
from rnnkit.data.files import find_files
from rnnkit.data.tables import query
from rnnkit.data.tables.query import open_table, read_as
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError, RnnkitError
from tests.conftest import small_config

READINGS = "id,t,x,note\n1,1,2,007\n1,2,4,a\n2,1,-5,b\n2,2,6,\n"


@pytest.fixture
def readings(tmp_path: Path) -> Path:
    path = tmp_path / "readings.csv"
    path.write_text(READINGS)
    (tmp_path / "facts.jsonl").write_text('{"id": 1, "y": "old"}\n{"id": 2, "y": "new"}\n')
    return path


def read(path: Path, text: str, *, joined: bool = False) -> Table:
    tables = {"facts": str(path.parent / "facts.jsonl")} if joined else {}
    data = TableSection(source=str(path), query=text, tables=tables)
    found = open_table([path], data)
    return found.read(numbers=found.names, text=())


def test_columns_hold_numbers_where_all_values_are_some(readings: Path) -> None:
    table = read(readings, "SELECT id, x * 2 AS double, note FROM source WHERE x > 0")
    assert {name: table.fields(name) for name in table.columns} == {
        "id": [1, 1, 2],
        "double": [4, 8, 12],
        "note": ["007", "a", None],
    }
    assert table.place(2) == "data.query, row 3"


def test_points_that_may_group_thousands_are_asked_about(readings: Path) -> None:
    readings.write_text("day,cases\n1,968\n2,1.029\n3,\n")
    with pytest.raises(DataError, match=r"column 'cases' has '1\.029' beside '968'"):
        read(readings, "SELECT cases FROM source")


def test_a_table_of_facts_is_joined(readings: Path) -> None:
    text = "SELECT s.*, f.y FROM source AS s JOIN facts AS f USING (id) ORDER BY id, t; -- all"
    table = read(readings, text, joined=True)
    assert table.fields("y") == ["old", "old", "new", "new"]


@pytest.mark.parametrize(
    ("facts", "made"),
    [('{"id": 1, "y": "old"}\n', "2 rows"), ('{"id": 1, "y": "old"}\n' * 3, "6 rows")],
)
def test_a_join_that_loses_rows_or_doubles_them_says_so(
    readings: Path, facts: str, made: str
) -> None:
    (readings.parent / "facts.jsonl").write_text(facts)
    table = read(readings, "SELECT * FROM source JOIN facts USING (id)", joined=True)
    assert table.notes == [f"data.query makes {made} of the 4 of source"]
    assert read(readings, "SELECT * FROM source WHERE x > 4").notes == []


def test_rows_that_are_left_out_are_told(readings: Path) -> None:
    readings.write_text(READINGS + "3,1,2,a,more\n")
    data = TableSection(
        source=str(readings), query="SELECT * FROM source", format=TableFormat(bad_rows="skip")
    )
    [note] = open_table([readings], data).read(numbers=(), text=()).notes
    assert note.startswith("1 row left out (format.bad_rows: skip)")


def test_whole_numbers_stay_whole_and_truth_values_words(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("label,x,ok\n0,0.5,true\n1,NA,false\n")
    table = read(tmp_path / "a.csv", "SELECT label, x, ok FROM source")
    assert {name: table.fields(name) for name in table.columns} == {
        "label": [0, 1],
        "x": [0.5, None],
        "ok": ["true", "false"],
    }
    assert isinstance(table.fields("label")[0], int)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("DROP TABLE source", "data.query must be one SELECT"),
        ("SELECT 1; SELECT 2", "data.query must be one SELECT"),
        ("COPY source TO '{folder}/new.csv'", "data.query must be one SELECT"),
        ("ATTACH '{folder}/new.db' AS new", "data.query must be one SELECT"),
        ("SET threads = 9", "data.query must be one SELECT"),
        ("PRAGMA database_list", "data.query must be one SELECT"),
        ("INSTALL httpfs", "data.query must be one SELECT"),
        ("", "data.query must be one SELECT"),
        ("SELECT * FROM source) TO '{folder}/new.csv' --", "syntax error"),
        ("SELEC * FROM source", "syntax error"),
        ("SELECT nothing FROM source", "data.query: cannot be read: Referenced column"),
        ("SELECT * FROM read_csv('{folder}/secret.csv')", "data.query: cannot be read: Cannot"),
        ("SELECT * FROM '{folder}/secret.csv'", "data.query: cannot be read: "),
        ("SELECT * FROM read_text('/etc/passwd')", "data.query: cannot be read: Cannot"),
        ("SELECT * FROM glob('{folder}/*')", "data.query: cannot be read: Cannot"),
        ("SELECT * FROM source WHERE x > 100", "data.query gives no rows of data"),
        ("SELECT id, id FROM source", "data.query has more than one column named 'id'"),
        ("SELECT 1 / (x - 2) AS y, CAST(note AS INTEGER) AS z FROM source", "data.query: cannot"),
    ],
)
def test_one_select_and_nothing_else(
    readings: Path, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(DataError) as caught:
        read(readings, text.format(folder=tmp_path))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert sorted(tmp_path.iterdir()) == before


def test_a_query_without_end(readings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "SECONDS", 0.5)
    text = "SELECT count(*) AS n FROM range(1000000) AS a(i), range(1000000) AS b(j) WHERE i < -j"
    with pytest.raises(DataError, match=r"data\.query: cannot be read: (Interrupted|Query)"):
        read(readings, text)


def test_the_order_of_its_rows_is_the_same_each_time(tmp_path: Path) -> None:
    path = tmp_path / "many.parquet"
    pd.DataFrame({"n": range(300_000), "k": [n * 7919 % 1000 for n in range(300_000)]}).to_parquet(
        path
    )
    text = "SELECT k, sum(n) AS n FROM source GROUP BY k"
    first, second = (read(path, text).fields("k") for _ in range(2))
    assert first == second


def test_a_run_is_trained_judged_and_asked_by_it(tmp_path: Path) -> None:
    rows = "".join(f"{n},{t},{n % 2 + t / 10},1\n" for n in range(60) for t in range(4))
    (tmp_path / "a.csv").write_text("id,t,x,unused\n" + rows)
    classes = "".join(f"{n},{'ab'[n % 2]}\n" for n in range(60))
    (tmp_path / "classes.csv").write_text("id,y\n" + classes)
    config = small_config(tmp_path / "a.csv", epochs=1)
    config["data"] |= {  # type: ignore[operator]
        "query": "SELECT s.id, t, x * 10 AS x10, y FROM source s JOIN classes USING (id)",
        "tables": {"classes": str(tmp_path / "classes.csv")},
        "id": "id", "time": "t", "label": "y",
    }  # fmt: skip
    run = rnnkit.train(config, runs=tmp_path / "runs")
    before = run.read_metadata()["data"]["sha256"]
    (tmp_path / "new.csv").write_text("id,t,x,unused\n" + "".join(rows.splitlines(True)[:80]))
    assert rnnkit.evaluate(run, data=tmp_path / "new.csv").examples == 20
    (tmp_path / "classes.csv").write_text("id,y\n" + classes.replace("a", "c"))
    again = rnnkit.train(config, runs=tmp_path / "runs")
    assert again.read_metadata()["data"]["sha256"] != before


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("a.csv", {"sheet": "one"}, "data.format.sheet says nothing of .csv files, which know"),
        ("a.jsonl", {"separator": ";"}, "data.format.separator says nothing of .jsonl files"),
        ("a.jsonl", {"bad_rows": "skip"}, "data.format.bad_rows says nothing of .jsonl files"),
    ],
)
def test_an_option_that_would_do_nothing(
    tmp_path: Path, name: str, options: dict[str, str], message: str
) -> None:
    path = tmp_path / name
    path.write_text('{"x": 1}\n' if name.endswith("l") else "x\n1\n")
    with pytest.raises(DataError) as caught:
        open_table([path], TableSection.model_validate({"source": str(path), "format": options}))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("task", "source", "message"),
    [
        ("classification", "a.npz", "data.format.separator is for tables, but"),
        ("next_token", "a.txt", "format.separator (=;) is for tables, but the source is text"),
        ("forecasting", "ar1", "ar1 is made, not read: remove data.format.separator"),
    ],
)
def test_a_format_where_there_is_no_table(
    tmp_path: Path, task: str, source: str, message: str
) -> None:
    np.savez(tmp_path / "a.npz", x_train=np.ones((4, 2, 1)), y_train=[0, 1, 0, 1])
    (tmp_path / "a.txt").write_text("to be or not to be")
    data = {"source": source if source == "ar1" else str(tmp_path / source)}
    data |= {"forecasting": {"lookback": 3}, "next_token": {"level": "word"}}.get(task, {})
    values = {
        "version": 1, "name": "a", "task": task, "data": {**data, "format": {"separator": ";"}},
        "model": {"layers": [{"lstm": {"units": 2}}, "dense"]}, "training": {"epochs": 1},
    }  # fmt: skip
    with pytest.raises(RnnkitError) as caught:
        rnnkit.check(values)
    assert message in str(caught.value)


def test_tables_are_named_by_words_and_only_for_a_query(tmp_path: Path) -> None:
    config = tmp_path / "a.yaml"
    section = "version: 1\nname: a\ntask: classification\ndata:\n  source: a.csv\n  label: y\n"
    for lines, message in (
        ("  tables: {b: b.csv}\n", "tables are for `query`"),
        ("  tables: {'b c': b.csv}\n  query: SELECT 1\n", "'b c' is no name for one"),
        ("  tables: {source: b.csv}\n  query: SELECT 1\n", "'source' is no name for one"),
    ):
        config.write_text(f"{section}{lines}model: {{layers: [{{lstm: {{units: 2}}}}, dense]}}\n")
        done = subprocess.run(
            [sys.executable, "-m", "rnnkit", "check", str(config)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert message in done.stderr


def test_a_column_says_which_file_a_row_is_from(tmp_path: Path) -> None:
    for name in ("a/1.csv", "a/2.csv", "b/1.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("t,x\n0,1\n1,2\n")
    (tmp_path / "labels.csv").write_text("file,y\na/1.csv,up\na/2.csv,down\n")
    query = "SELECT s.*, l.y FROM source s LEFT JOIN labels l USING (file) WHERE t = 1"
    source, labels = str(tmp_path / "*" / "*.csv"), str(tmp_path / "labels.csv")
    options = TableFormat(file_column="file")
    files = find_files(source)
    plain = open_table(files, TableSection(source=source, format=options))
    assert plain.names == ("t", "x", "file")
    table = plain.read(numbers=["t"], text=["file"])
    assert table.fields("file") == ["a/1.csv"] * 2 + ["a/2.csv"] * 2 + ["b/1.csv"] * 2
    data = TableSection(source=source, format=options, tables={"labels": labels}, query=query)
    table = open_table(files, data).read(numbers=["x"], text=["file"])
    found = dict(zip(table.fields("file"), table.fields("y"), strict=True))
    assert found == {"a/1.csv": "up", "a/2.csv": "down", "b/1.csv": None}
    together = open_table([tmp_path / "labels.csv"], TableSection(source="l", format=options))
    assert together.read(numbers=(), text=["file"]).fields("file") == ["a/1.csv", "a/2.csv"]
    with pytest.raises(DataError, match=r"has a column 'x' already: name another one"):
        open_table(files, TableSection(source=source, format=TableFormat(file_column="x")))


def test_what_is_read_depends_on_the_names_of_the_tables(tmp_path: Path) -> None:
    """Two files under each other's name are other tables, of the same content all told."""
    asked = {"source": "rows.csv", "query": "SELECT * FROM source JOIN a USING (k)"}
    sections = [
        TableSection(**asked, tables=dict(zip(names, ("1.csv", "2.csv"), strict=True)))
        for names in ("ab", "ba")
    ]
    assert read_as(sections[0]) != read_as(sections[1])
    assert read_as(sections[0]) == read_as(sections[0].model_copy(update={"source": "moved.csv"}))
