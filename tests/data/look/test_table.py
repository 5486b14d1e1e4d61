"""What a table's columns hold at first sight, and how its rows hang together."""

from pathlib import Path

from rnnkit.data.look.asked import Asked
from rnnkit.data.look.table import TableLook, look_at_table

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
