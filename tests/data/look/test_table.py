"""What a table's columns hold at first sight, and how its rows hang together."""

from pathlib import Path

import pytest

from rnnkit.data.files import find_files
from rnnkit.data.look.asked import Asked
from rnnkit.data.look.table import TableLook
from rnnkit.data.look.tables import look_at_table

ROWS = "".join(
    f"{n},{n // 6},{n % 6},{n * 7 % 5}.5,{'ab'[n % 2]},2020-01-{n + 1:02d},{n % 24}:00,\n"
    for n in range(30)
)


def look_at(path: Path, text: str) -> TableLook:
    path.write_text(text)
    return look_at_table([path], str(path), Asked())


def test_kinds(tmp_path: Path) -> None:
    look = look_at(tmp_path / "a.csv", "n,unit,step,x,kind,day,clock,nothing\n" + ROWS)
    kinds = {name: column.kind for name, column in look.columns.items()}
    assert kinds == {
        "n": "number", "unit": "number", "step": "number", "x": "number", "kind": "text",
        "day": "time", "clock": "clock",
    } | ({"nothing": "empty"} if "nothing" in kinds else {})  # fmt: skip
    columns = look.columns
    assert (columns["n"].counts, columns["unit"].counts) == (True, False)
    assert (columns["x"].minimum, columns["x"].maximum, columns["x"].whole) == (0.5, 4.5, False)
    assert (columns["unit"].distinct, columns["unit"].runs) == (5, 5)
    assert look.sequences == ("unit", "step")
    assert look.times[0] == ["day"]
    assert look.is_unique(["unit", "step"])
    assert not look.is_unique(["unit", "kind"])
    assert not look.is_constant("kind", "unit")


def test_codes_are_no_numbers_with_units(tmp_path: Path) -> None:
    rows = "".join(f"{'abT'[n % 3]}{n % 4},{n % 9} %\n" for n in range(40))
    look = look_at(tmp_path / "a.csv", "square,share\n" + rows)
    assert [column.kind for column in look.columns.values()] == ["text", "number"]
    assert look.options.units == {"%": 1.0}


@pytest.mark.parametrize(
    ("pattern", "names", "label_from"),
    [
        ("*.csv", ["run_1", "run_2", "run_3", "sit_1", "sit_2", "sit_3"], "the letters that each"),
        ("*/*.csv", ["run/1", "run/2", "run/3", "sit/1", "sit/2", "sit/3"], "the folder of each"),
        ("*.csv", ["a1", "a2", "a3", "a4", "a5", "a6"], ""),
    ],
)
def test_files_that_begin_anew_are_sequences(
    tmp_path: Path, pattern: str, names: list[str], label_from: str
) -> None:
    for name in names:
        path = tmp_path / f"{name}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text("t,x\n0,1.5\n20,2.5\n40,3.5\n")
    look = look_at_table(find_files(tmp_path / pattern), str(tmp_path / pattern), Asked())
    assert look.sequences == ("file", "t")
    assert look.label_from.startswith(label_from)
    if label_from:
        assert look.values_of("label") == ["run", "sit"]
    else:
        assert "another table" in look.doubts[0]


def test_files_that_go_on_are_one_series(tmp_path: Path) -> None:
    for n in range(6):
        (tmp_path / f"{n}.csv").write_text(f"t,x\n{2 * n},1.5\n{2 * n + 1},2.5\n")
    look = look_at_table(find_files(tmp_path), str(tmp_path), Asked())
    assert "file" not in look.columns
    assert look.times == [["t"]]
