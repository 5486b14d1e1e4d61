"""A data card on a terminal and in lines."""

from rich.console import Console

from rnnkit.data.card import (
    ColumnCard,
    DataCard,
    PartCard,
    SeriesCard,
    Spread,
    TableCard,
    TimeCard,
)
from rnnkit.reports.card import (
    Grid,
    card_tables,
    class_grid,
    column_grid,
    part_grid,
    short_lines,
    target_grid,
)

COLUMNS = tuple(
    ColumnCard(name=f"s{n}", role="features", minimum=-n, maximum=n, missing=n % 2)
    for n in range(100)
)


def a_card(**changed) -> DataCard:
    known = {
        "source": "a.csv",
        "sha256": "0" * 64,
        "description": "a.csv: 3 train, 2 test",
        "unit": "example",
        "parts": (
            PartCard(name="train", size=3, classes=(2, 1)),
            PartCard(name="test", size=2, classes=(1, 1)),
        ),
        "classes": ("no", "yes"),
        "separation": "drawn",
        "table": TableCard(rows=5, columns=COLUMNS[:2], unused=("site",)),
        "notes": ("1 row left out",),
    }
    return DataCard.model_validate(known | changed)


def test_the_short_form_names_labels_and_what_is_unused():
    assert short_lines(a_card()) == [
        ("data", "a.csv: 3 train, 2 test"),
        ("labels", "no 2, yes 1 in train"),
        ("unused", "columns site"),
        ("note", "1 row left out"),
    ]


def test_times_say_whether_their_format_was_stated():
    time = TimeCard(
        column="Date", first="2020-01-01", last="2021-01-01", format="%d.%m.%Y", stated=False,
        frequency="every day", missing_rows=2,
    )  # fmt: skip
    lines = dict(short_lines(a_card(classes=None, time=time)))
    assert lines["time"] == (
        "'Date', read as %d.%m.%Y (inferred): 2020-01-01 to 2021-01-01, every day, 2 rows missing"
    )


def test_many_columns_and_classes_are_summed_up():
    card = a_card(table=TableCard(rows=5, columns=COLUMNS))
    grid = column_grid(card)
    assert grid is not None and len(grid.rows) == 13
    assert grid.rows[-1] == ("88 more, to s99", "features", "-99", "99", "44")
    counts = tuple(range(60))
    part = PartCard(name="train", size=sum(counts), classes=counts)
    grid = class_grid(a_card(classes=tuple(map(str, counts)), parts=(part,)))
    assert grid is not None and grid.rows[-1] == ("12 more", f"{sum(range(48, 60)):,}")


def test_parts_show_their_borders_and_targets():
    part = PartCard(
        name="test", size=7, first="2020", last="2021",
        targets=(Spread(name="y", minimum=-1, median=0.5, maximum=2),),
    )  # fmt: skip
    card = a_card(classes=None, parts=(part,), unit="window")
    assert part_grid(card) == Grid(
        ("part", "windows", "from", "to"), (("test", "7", "2020", "2021"),)
    )
    assert target_grid(card) == Grid(
        ("target", "in", "least", "median", "most"), (("y", "test", "-1.0000", "0.5000", "2.0000"),)
    )


def test_the_whole_card_holds_at_60_columns():
    series = SeriesCard(total=3, used=2, too_short=("north",))
    console = Console(width=60, color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(card_tables(a_card(series=series, example={"x": "3 × 1 float32\n[1 2 3]"})))
    text = capture.get()
    assert max(map(len, text.splitlines())) <= 60
    for expected in ("3, of which 2 give windows; 1 too short: north", "[1 2 3]", "drawn"):
        assert expected in text
