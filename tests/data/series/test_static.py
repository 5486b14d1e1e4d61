"""Columns that stay the same in every series: inputs of their own, one value a window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from rnnkit.data import ram
from rnnkit.data.batch import INPUT
from rnnkit.data.beside import STATIC
from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.leaks import audit
from rnnkit.errors import ColumnError, DataError
from rnnkit.tasks.forecasting import dataset as load
from rnnkit.tasks.forecasting.dataset import facts, load_dataset, outline
from rnnkit.tasks.forecasting.future import future_part
from rnnkit.tasks.forecasting.reading import read_new, read_new_rows
from tests.data.series.small import section, write_table

OPTIONS = {
    "time": "t", "series": "shop", "target": "y", "static": ["region", "size", "floor*"],
    "lookback": 2, "split": {"validation": 0.2, "test": {"last": 4}},
}  # fmt: skip
SHOPS = {"a": ("north", 10, 1), "b": ("south", 30, 2), "c": ("north", 20, 3)}
Shops = dict[str, tuple[object, ...]]


def table(path: Path, shops: Shops = SHOPS, *, rows: int = 20, **lengths: int) -> Path:
    """Rows of all shops by turns; `lengths` has those of shops with fewer."""
    columns: dict[str, list[object]] = {n: [] for n in ("t", "shop", "y", "region", "size")}
    columns["floors"] = []
    for step in range(rows):
        for shop, static in shops.items():
            if step < lengths.get(shop, rows):
                values = (step, shop, np.sin(step) + len(shop), *static)
                for column, value in zip(columns.values(), values, strict=True):
                    column.append(value)
    return write_table(path, columns)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return table(tmp_path / "a.csv")


def test_numbers_are_one_input_and_each_column_of_text_another(path: Path) -> None:
    dataset = load_dataset(section(path, **OPTIONS))
    kept, train = dataset.preprocessing, dataset.train
    assert kept.beside[STATIC].columns == ("size", "floors")
    assert kept.beside["region"].known == ("north", "south")
    [batch] = train.take(np.array([0, len(train) // 3, len(train) - 1])).batches(3)
    assert batch.x[INPUT].shape == (3, 2, 1)
    assert batch.x["region"].tolist() == [[1], [2], [1]]
    spread = np.sqrt(200 / 3)
    assert batch.x[STATIC][:, 0].tolist() == pytest.approx([-10 / spread, 10 / spread, 0])
    assert outline(dataset.data) == facts(dataset.data, kept)
    found = facts(dataset.data, kept).beside
    assert {name: (one.shape, one.vocabulary) for name, one in found.items()} == {
        STATIC: ((2,), None), "region": ((1,), 3),
    }  # fmt: skip
    assert all(one.time == "none" for one in found.values())


def test_the_card_lists_them(path: Path) -> None:
    dataset = load_dataset(section(path, **OPTIONS))
    assert "each 2 rows of 1 column and 3 static columns, then 1 to" in dataset.description
    card = dataset.card.table
    assert card is not None
    columns = {one.name: one for one in card.columns}
    assert {columns[name].role for name in ("region", "size", "floors")} == {"static"}
    assert columns["region"].categories == ("north", "south")
    assert (columns["size"].minimum, columns["size"].maximum) == (10, 30)


def test_only_series_that_train_are_learnt_from(tmp_path: Path) -> None:
    shops = {**SHOPS, "late": ("east", 1000, 9)}
    dataset = load_dataset(section(table(tmp_path / "a.csv", shops, late=6), **OPTIONS))
    assert dataset.preprocessing.beside["region"].known == ("north", "south")
    assert dataset.preprocessing.beside[STATIC].scale.offset == (20, 2)
    assert dataset.notes[-1] == (
        "1 of 4 series has a value of 'region' that no training series has, such as 'east': it is "
        "read as <unk>, of which training learns nothing"
    )
    late = dataset.test.series == 3
    assert dataset.test.static()["region"][late].tolist() == [[0]] * late.sum()


def test_new_series_are_read_as_those_of_the_run(path: Path, tmp_path: Path) -> None:
    data = section(path, **OPTIONS)
    kept = load_dataset(data).preprocessing
    new = table(tmp_path / "new.csv", {"x": (7, 20, 2), "a": ("south", 10, 1)})
    part = read_new(new, data, kept)
    each = [part.store.static[name][:2] for name in ("region", STATIC)]
    assert each[0].tolist() == [[0], [2]]  # 7 is a name, as every region
    assert each[1][0].tolist() == [0, 0]
    [note] = part.notes
    assert note.startswith("1 of 2 series has a value of 'region'")
    ahead = future_part(data, kept, steps=1, new=read_new_rows(new, data, kept))
    assert (ahead.static()["region"].tolist(), ahead.notes) == ([[0], [2]], part.notes)
    with pytest.raises(ColumnError, match=r"no column 'region' \(data\.static\)"):
        read_new(write_table(tmp_path / "b.csv", {"t": [1], "shop": ["x"], "y": [1]}), data, kept)


def test_a_run_forecasts_its_own_end_without_its_table(path: Path) -> None:
    dataset = load_dataset(section(path, **OPTIONS))
    text = dataset.preprocessing.to_json()
    kept = type(dataset.preprocessing).from_json(text)
    part = future_part(dataset.data, kept, steps=1)
    assert part.static()["region"].tolist() == [[1], [2], [1]]
    assert part.static()[STATIC].tolist() == dataset.train.store.static[STATIC].tolist()
    damaged = kept.model_copy(update={"beside": {}})
    assert ("tails.static", 3, 0) in damaged.lengths_for(dataset.data)


def test_rows_that_have_come_since_do_not_change_what_a_series_is(path: Path) -> None:
    data = section(path, **OPTIONS)
    kept = load_dataset(data).preprocessing
    table(path, rows=25)
    grown = load.before_growth(data, kept)
    assert grown is not None
    assert grown[0].preprocessing == kept
    table(path, {**SHOPS, "b": ("north", 30, 2)}, rows=25)
    assert load.before_growth(data, kept) is None


def test_the_audit_finds_nothing_in_them(path: Path) -> None:
    dataset: SeriesDataset = load_dataset(section(path, **OPTIONS, scale={"by": "series"}))
    assert not [f for f in audit(dataset).findings if f.certain]


def test_a_value_that_changes_is_refused_with_both_places(path: Path) -> None:
    lines = path.read_text().splitlines()
    lines[5] = lines[5].replace("south", "north")
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(DataError) as error:
        load_dataset(section(path, **OPTIONS))
    assert str(error.value).endswith(
        "line 6: shop 'b' has region 'north' here, but 'south' in line 3: each series has one; a "
        "column that changes with time is one of data.features"
    )


@pytest.mark.parametrize(
    ("shops", "message"),
    [
        ({"b": ("south", None, 2)}, "line 3, column 'size': no value"),
        ({"b": (None, 30, 2)}, "line 3, column 'region': no value"),
    ],
)
def test_a_hole_is_refused_with_its_place(tmp_path: Path, shops: Shops, message: str) -> None:
    path = table(tmp_path / "a.csv", {**SHOPS, **shops})
    with pytest.raises(DataError, match=message):
        load_dataset(section(path, **OPTIONS, missing="forward_fill"))


def test_one_series_has_nothing_that_tells_it_apart() -> None:
    with pytest.raises(ValidationError, match="static says what tells several series apart"):
        section(target="y", static=["region"])
    with pytest.raises(ValidationError, match="column 'y' is named twice"):
        section(target="y", static=["y"], series="shop")


def test_a_table_that_stays_on_disk_has_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ram, "SHARE", 1 << 60)
    with pytest.raises(DataError, match=r"data\.static is for tables that fit the RAM"):
        outline(section(path, **OPTIONS))
