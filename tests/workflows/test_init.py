"""`rnnkit init` on data of every form: what is guessed, that it passes `check`, that it trains."""

import datetime
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnkit
from rnnkit.config.document import read_document
from rnnkit.data.look.asked import Asked
from rnnkit.data.vectors.midi import write_midi
from rnnkit.datasets import EMBEDDED, FOLDER
from rnnkit.errors import DataError, OptionError, RnnkitError, RunError
from rnnkit.workflows.check import check
from rnnkit.workflows.init import init

DAY = datetime.date(2020, 1, 1)
MONATE = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September"]
MONATE += ["Oktober", "November", "Dezember"]


def rows(count: int, row: Callable[[int], str], head: str = "") -> str:
    return "".join(f"{line}\n" for line in [*filter(None, [head]), *map(row, range(count))])


def day(number: int, form: str = "%Y-%m-%d", step: int = 1) -> str:
    return (DAY + datetime.timedelta(number * step)).strftime(form)


def month(number: int) -> str:
    return f"{1980 + number // 12}{number % 12 + 1:02d}"


def wave(number: int, size: float = 5.0) -> float:
    return round(20 + size * float(np.sin(number / 3)) + number * 7919 % 13 / 13, 1)


def letters(number: int) -> str:
    return "".join(np.random.default_rng(number).choice(list("ACGT"), 12))


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape)


def grey(*shape: int) -> np.ndarray:
    return np.random.default_rng(len(shape)).integers(0, 256, shape, np.uint8)


def long(label: Callable[[int], str], columns: str = "rec,t,ax,activity") -> str:
    return rows(320, lambda n: f"{n // 8},{n % 8},{wave(n) - n // 8 % 2},{label(n // 8)}", columns)


# rows as people bring them -> the task, and what the config says of the data
def mixed(n: int) -> tuple[int, int, float]:
    """A row of six sequences of twenty, in no order: its sequence, step and value."""
    number = 47 * n % 120
    return number // 20, number % 20, wave(number)


TABLES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "months.csv": (
        rows(90, lambda n: f"{month(n)},{wave(n)},{wave(n + 5)}", "date,Mkt-RF,SMB"),
        "forecasting",
        {"time": "date", "target": "Mkt-RF", "lookback": 15},
    ),
    "prices.csv": (
        rows(
            150,
            lambda n: f"{day(n // 5 * 7 + n % 5)},{wave(n) + n},{4 * 1.02**n:.3f},{wave(n)}",
            "Date,Open,Close,Volume",
        ),
        "forecasting",
        {"target": "Close", "transform": "log_return", "lookback": 22},
    ),
    "european.csv": (
        rows(
            120,
            lambda n: f"{day(n // 24 + 12, '%d/%m/%Y')};{n % 24:02d}.00.00;"
            f"{'-200' if n % 17 == 3 else str(wave(n)).replace('.', ',')};;",
            "Date;Time;CO(GT);;",
        ),
        "forecasting",
        {
            "time": ["Date", "Time"], "target": "CO(GT)", "missing": "forward_fill",
            "format": {"separator": ";", "decimal": ",", "missing": ["-200"]},
        },
    ),
    "weeks.csv": (
        rows(150, lambda n: f"{day(n, '%m/%d/%Y', step=7)},{wave(n)}", "Week,Gasoline"),
        "forecasting",
        {"time": "Week", "target": "Gasoline"},
    ),
    "thousands.csv": (
        rows(
            90,
            lambda n: f"{day(n)},{f'{700 + 9 * n:,}'.replace(',', '.')}",
            "Datum,Faelle",
        ),
        "forecasting",
        {"format": {"thousands": "."}, "transform": "difference"},
    ),
    "hours.csv": (
        rows(240, lambda n: f"{day(n // 24)},{n % 24},{wave(n, 9)}", "dteday,hr,cnt"),
        "forecasting",
        {"time": ["dteday", "hr"], "time_format": "%Y-%m-%d %H", "target": "cnt"},
    ),
    "years.csv": (
        rows(120, lambda n: f"{1800 + n},{wave(n)}", "YEAR,SUNACTIVITY"),
        "forecasting",
        {"time": "YEAR", "time_format": "year", "lookback": 21},
    ),
    "half_observed.csv": (
        rows(160, lambda n: f"{day(n, step=7)},{wave(n) if n < 100 else ''}", "DATE,AGE"),
        "forecasting",
        {"missing": "drop"},
    ),
    "known_ahead.csv": (
        rows(
            160,
            lambda n: f"{day(n)},{wave(n) if n < 153 else ''},{wave(n * 7)}",
            "day,sales,temp",
        ),
        "forecasting",
        {"target": "sales", "known": ["temp"], "horizon": 7, "missing": None},
    ),
    "panel.csv": (
        rows(
            200,
            lambda n: f"{'abcd'[n % 4]},{day(n // 4)},{wave(n)}",
            "store,date,sales",
        ),
        "forecasting",
        {"series": "store", "time": "date", "target": "sales"},
    ),
    "seconds.csv": (
        rows(100, lambda n: f"{n * 0.02:.2f},{wave(n)}", "time,ax"),
        "forecasting",
        {"time": None, "target": "ax"},
    ),
    "weeks_numbered.csv": (
        rows(100, lambda n: f"{2019 + n // 52}{n % 52 + 1:02d},{wave(n)}", "yearweek,sold"),
        "forecasting",
        {"time": None, "target": "sold"},
    ),
    "losses.csv": (
        rows(
            90,
            lambda n: f'{day(n)},"{f"({60 - wave(n):,})" if n % 3 else f"1,{wave(n) + 100}"}"',
            "day,profit",
        ),
        "forecasting",
        {"format": {"thousands": ",", "units": {"(": -1, ")": 1}}, "target": "profit"},
    ),
    "short_dates.csv": (
        rows(90, lambda n: f"{day(n, '%d.%m.%y')},{wave(n)}", "Datum,Wert"),
        "forecasting",
        {"time": "Datum", "target": "Wert"},
    ),
    "ticks.csv": (
        rows(
            120,
            lambda n: f"{day(n // 24, '%Y%m%d')},{n % 24:02d}0000,{wave(n)}",
            "<DATE>,<TIME>,<CLOSE>",
        ),
        "forecasting",
        {"time": ["<DATE>", "<TIME>"], "target": "<CLOSE>"},
    ),
    "parts_of_dates.csv": (
        rows(
            120,
            lambda n: f"2020,1,{n // 24 + 1},{n % 24},{wave(n)},{'ab'[n % 2]}",
            "year,month,day,hour,pm,wind",
        ),
        "forecasting",
        {"time": ["year", "month", "day", "hour"], "time_format": "%Y %m %d %H", "target": "pm"},
    ),
    "shops.csv": (
        rows(
            180,
            lambda n: f"{n // 60},{n % 7},{day(n % 60)},{wave(n)},{'a' if n % 30 == 5 else 0}",
            "shop,weekday,date,sales,holiday",
        ),
        "forecasting",
        {"time": "date", "series": "shop", "format": None},
    ),
    "no_times.csv": (rows(100, lambda n: f"{wave(n)}", "x"), "forecasting", {"target": "x"}),
    "index_column.csv": (
        rows(
            90,
            lambda n: f"{n},{','.join(str(wave(n * 7 + k)) for k in range(6))},"
            f"{['rest', 'walk', 'run'][n // 30]}",
            "Unnamed: 0,s0,s1,s2,s3,s4,s5,state",
        ),
        "classification",
        {"label": "state", "exclude": ["Unnamed: 0"], "scale": "standard"},
    ),
    "wide.csv": (
        rows(80, lambda n: f"{wave(n)},{wave(n * 3)},{wave(n * 5)},{'uv'[n % 2]}", "a,b,c,y"),
        "classification",
        {"label": "y"},
    ),
    "no_names.csv": (
        rows(60, lambda n: f"{wave(n)};{wave(n * 3)};{n % 2}"),
        "classification",
        {"label": "column3", "format": {"separator": ";", "header": False}},
    ),
    "spaced_labels.csv": (
        long(lambda n: ["sit", "Walk", "Sit ", " Walk"][n % 4]),
        "classification",
        {"label": "activity", "id": "rec", "time": "t"},
    ),
    "bearing.csv": (
        long(lambda n: ["north", "south"][n % 2], "event,second,northing_m,direction"),
        "classification",
        {"label": "direction", "id": "event", "time": "second"},
    ),
    "parts.csv": (
        rows(
            90,
            lambda n: f"{wave(n)},{wave(n * 3)},{'uv'[n % 2]},{'test' if n % 5 == 0 else 'train'}",
            "a,b,kind,part",
        ),
        "classification",
        {"label": "kind", "split": {"column": "part", "validation": 0.1}},
    ),
    "of_whom.csv": (
        rows(
            120,
            lambda n: f"{n % 12},{wave(n)},{wave(n * 3)},{'uv'[n // 12 % 2]}",
            "subject,a,b,gesture",
        ),
        "classification",
        {
            "label": "gesture", "exclude": None, "features": None,
            "split": {"validation": 0.2, "test": 0.2, "group": "subject"},
        },
    ),
    "of_whom_parts.csv": (
        rows(
            120,
            lambda n: f"{n % 12},{wave(n)},{'uv'[n // 12 % 2]},{'test' if n % 12 > 9 else 'train'}",
            "speaker,a,kind,part",
        ),
        "classification",
        {
            "label": "kind", "features": ["a"],
            "split": {"column": "part", "validation": 0.1},
        },
    ),
    "visits.csv": (
        rows(
            300,
            lambda n: f"{n // 6},{n // 6 % 12},{n % 6},{wave(n)},{n // 6 / 7 + 0.05}",
            "visit,patient_id,hour,pulse,score",
        ),
        "regression",
        {
            "target": "score", "id": "visit", "exclude": None,
            "split": {"validation": 0.2, "test": 0.2, "group": "patient_id"},
        },
    ),
    "lists.jsonl": (
        rows(40, lambda n: f'{{"x": [{n}, 2, {n % 3}], "class": "{"ab"[n % 2]}"}}'),
        "classification",
        {"label": "class"},
    ),
    "events.csv": (
        rows(
            200,
            lambda n: f"{n // 10},{n % 10},{['e4', 'd5', 'Nf3', 'c4'][(n * n + n // 7) % 4]}",
            "game,ply,move",
        ),
        "next_token",
        {"level": "item", "token": "move", "sequence": "game", "time": "ply"},
    ),
    "log.csv": (  # of many at once, not in the order of time
        rows(
            300,
            lambda n: f"2024-01-{1 + n * 7 % 28:02} {n * 7 % 24:02}:{n % 60:02},{n * 11 % 25},"
            f"{'uvw'[n % 3]},{['login', 'view', 'buy', 'logout'][(n * n + n // 7) % 4]},de",
            "startTime,caseId,resource,activity,land",
        ),
        "next_token",
        {"level": "item", "token": "activity", "sequence": "caseId", "time": "startTime"},
    ),
    "dna.csv": (
        rows(60, lambda n: letters(n) + f",{n}", "sequence,number"),
        "next_token",
        {"level": "character", "token": "sequence"},
    ),
    "one_line.txt": ("so it goes on " * 200, "next_token", {"separator": None}),
    "prose.txt": (
        rows(60, lambda n: f"It was a day like day {n}, and it was warm." + "\n" * (n % 7 == 0)),
        "next_token",
        {"level": "character", "separator": None},
    ),
    "names.txt": (
        rows(60, lambda n: letters(n)[: 5 + n % 4].lower()),
        "next_token",
        {"level": "character", "separator": "line"},
    ),
    "columns.csv": (
        rows(
            20, lambda n: f"{1990 + n}," + ",".join(str(wave(12 * n + m)) for m in range(12)),
            "Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec",
        ),
        "forecasting",
        {"time": "month", "target": "value"},
    ),
    "walk.csv": (
        rows(240, lambda n: f"{n // 40},{'ab'[n // 20 % 2]},{n},{wave(n)},1.{n},{wave(n + 1)}",
             "user,activity,millis,acc_x,acc_y,acc_z"),
        "tagging",
        {"tag": "activity"},
    ),
    "process.csv": (
        rows(80, lambda n: f"case {n // 4},{'abcd'[n % 4]},{day(n % 4)}T1{n % 4}:00:00,r{n % 3}",
             "case:concept:name,concept:name,time:timestamp,org:resource"),
        "next_token",
        {"token": "concept:name", "sequence": "case:concept:name"},
    ),
    "archive.tsv": (
        rows(60, lambda n: "\t".join([str(n % 3), *(str(wave(n + m)) for m in range(9))])),
        "classification",
        {"format": {"header": False}, "label": "column1"},
    ),
    "epochs.csv": (
        rows(60, lambda n: f"{1600000000 + 60 * n},{wave(n)},{wave(n + 1)}", "timestamp,x,score"),
        "forecasting",
        {"time": "timestamp", "target": "x"},
    ),
    "interleaved.csv": (
        rows(120, lambda n: f"{n % 6},{n // 6},{wave(n)},{'ab'[n % 2]}", "id,step,x,label"),
        "classification",
        {"id": "id", "time": "step"},
    ),
    "shuffled.csv": (
        rows(
            120,
            lambda n: ",".join(map(str, (*mixed(n), "ab"[mixed(n)[0] % 2]))),
            "id,time,x,y",
        ),
        "classification",
        {"id": "id", "time": "time"},
    ),
    "shuffled_engines.csv": (
        rows(
            120,
            lambda n: ",".join(map(str, (*mixed(n), 19.5 - mixed(n)[1]))),
            "unit,cycle,x,RUL",
        ),
        "regression",
        {"id": "unit", "time": "cycle", "target": "RUL"},
    ),
    "monate.csv": (
        rows(60, lambda n: f"{1980 + n // 12},{MONATE[n % 12]},{wave(n)}", "Jahr,Monat,Umsatz"),
        "forecasting",
        {"time": ["Jahr", "Monat"], "time_format": None},
    ),
    "departments.csv": (
        rows(
            180,
            lambda n: f"{n // 90},{'xyz'[n // 30 % 3]},{day(n % 30)},{wave(n)},{n % 30 == 9}",
            "shop,kind,date,sales,holiday",
        ),
        "forecasting",
        {
            "query": "SELECT *, concat_ws('/', \"shop\", \"kind\") AS series FROM source",
            "series": "series",
            "target": "sales",
        },
    ),
    "codes.csv": (
        rows(
            80,
            lambda n: f"{day(n // 4)},{n // 2 % 9},{n % 2 + n // 8 % 6 * 2},{wave(n)},"
            f"{'xy'[n // 3 % 2]}",
            "date,a,b,x,label",
        ),
        "classification",  # a and b together are others in each row: no series
        {"label": "label"},
    ),
    "proteins.csv": (
        rows(60, lambda n: f"P{n},{letters(n)}", "id,seq"), "next_token", {"token": "seq"}
    ),
    "numbers.csv": (rows(60, lambda n: f"{n % 7} {n % 5} {n % 3} {n}", "w"), "next_token", {}),
    "names.csv": (
        rows(60, lambda n: f"{day(n)},{wave(n)}", "date,temp (C"),
        "forecasting",
        {"target": "temp (C"},
    ),
    "verses.txt": ("जब कीन्ह तेहिं पाषंड, भए प्रगट जंतु प्रचंड ॥\n\n" * 30, "next_token", {}),
}  # fmt: skip


def values_of(config: Path) -> dict[str, Any]:
    return read_document(config).values


def smoke(config: Path, runs: Path) -> rnnkit.Run:
    return rnnkit.train(config, overrides=["training.jit_compile=false"], runs=runs, smoke=True)


@pytest.mark.parametrize("name", TABLES)
def test_what_is_guessed(name: str, tmp_path: Path) -> None:
    text, task, data = TABLES[name]
    source = tmp_path / name
    source.write_text(text, encoding="utf-8")
    made = init(str(source), output=tmp_path / "a.yaml")
    values = values_of(made.path)
    assert made.task == values["task"] == task
    assert {key: values["data"].get(key) for key in data} == data
    assert made.first


FORMS = ["european.csv", "panel.csv", "bearing.csv", "lists.jsonl", "events.csv", "verses.txt"]


@pytest.mark.parametrize("name", FORMS)
def test_it_trains(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(TABLES[name][0], encoding="utf-8")
    made = init(str(tmp_path / name), output=tmp_path / "a.yaml")
    assert smoke(made.path, tmp_path).read_metadata()["status"] == "completed"


GUESSED = {
    "mnist": "classification",
    "shakespeare": "next_token",
    "tunes": "next_token",
    "chess_openings": "next_token",
    "jazz": "next_token",
    "wti": "forecasting",
    "bike_sharing": "forecasting",
    "turbofan": "regression",
    "splice": "classification",
    "sentences": "classification",
}


@pytest.mark.parametrize("name", EMBEDDED)
def test_the_task_of_the_data_that_rnnkit_brings(name: str, tmp_path: Path) -> None:
    made = init(str(FOLDER / EMBEDDED[name].file), output=tmp_path / "a.yaml")
    assert made.task == GUESSED[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", EMBEDDED)
def test_the_data_that_rnnkit_brings_train(name: str, tmp_path: Path) -> None:
    made = init(str(FOLDER / EMBEDDED[name].file), output=tmp_path / "a.yaml")
    assert smoke(made.path, tmp_path).read_metadata()["status"] == "completed"


def test_utf_16_and_tabs(tmp_path: Path) -> None:
    text = rows(60, lambda n: f"{day(n)}\t{wave(n)}", "Datum\tWert").replace(".", ",")
    (tmp_path / "a.csv").write_text(text, encoding="utf-16")
    made = init(str(tmp_path / "a.csv"), output=tmp_path / "a.yaml")
    stated = values_of(made.path)["data"]["format"]
    assert (stated["encoding"], stated["separator"]) == ("utf-16", "\t")


@pytest.mark.parametrize(
    ("arrays", "task", "data"),
    [
        ({"x_train": noise(40, 5, 2), "y_train": np.arange(40) % 2},
         "classification", {"scale": "standard"}),
        ({"x_train": grey(40, 6, 6), "y_train": np.arange(40) % 2,
          "x_test": grey(9, 6, 6), "y_test": np.arange(9) % 2},
         "classification", {"scale": "pixels", "split": {"validation": 0.1}}),
        ({"x_train": noise(40, 5, 2), "y_train": np.arange(40.0) % 2},
         "classification", {"scale": "standard"}),
        ({"x_train": noise(40, 5, 2), "y_train": np.arange(40.0)},
         "regression", {"scale": "standard"}),
        ({"x": noise(30, 5, 3)},
         "next_frame", {"output": "gaussian", "scale": "standard"}),
        ({"x": (noise(30, 5, 4) > 0).astype(np.int8)}, "next_frame", {"output": "bernoulli"}),
    ],
    ids=["floats", "images", "labels of floats", "many", "series", "bits"],
)  # fmt: skip
def test_arrays(
    arrays: dict[str, np.ndarray], task: str, data: dict[str, object], tmp_path: Path
) -> None:
    np.savez(tmp_path / "a.npz", **arrays)
    made = init(str(tmp_path / "a.npz"), output=tmp_path / "a.yaml")
    values = values_of(made.path)
    assert made.task == task
    assert {key: values["data"][key] for key in data} == data


def test_arrays_of_other_names(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", X=noise(40, 5, 2), y=np.arange(40) % 2)
    with pytest.raises(DataError, match=r"X \(40, 5, 2\), y \(40,\), not x_train and y_train"):
        init(str(tmp_path / "a.npz"), output=tmp_path / "a.yaml")


def test_hours_that_go_to_24_are_asked_about(tmp_path: Path) -> None:
    source, config = tmp_path / "a.csv", tmp_path / "a.yaml"
    source.write_text(
        rows(240, lambda n: f"{day(n // 24)},{n % 24 * 100},{wave(n)}", "day,HHMM,kwh")
    )
    with pytest.raises(DataError, match=r"'HHMM' goes to 2300, .*to_minutes\(\"HHMM\" // 100"):
        init(str(source), output=config)
    source.write_text(rows(240, lambda n: f"{day(n // 24)},{n % 24 + 1},{wave(n)}", "day,hour,kwh"))
    with pytest.raises(DataError, match=r"'hour' goes to 24, .*to_hours\(\"hour\"\) AS time"):
        init(str(source), output=config)
    source.write_text(rows(240, lambda n: f"{day(n // 24)},{n % 24},{wave(n)}", "day,hour,kwh"))
    init(str(source), output=config)
    query = 'SELECT *, "day"::TIMESTAMP + to_hours("hour") AS time FROM source'
    stated = [f"data.query={query}", "data.time=time", "data.time_format=null"]
    source.write_text(rows(240, lambda n: f"{day(n // 24)},{n % 24 + 1},{wave(n)}", "day,hour,kwh"))
    assert check(config, overrides=stated).config.task == "forecasting"


def test_folders(tmp_path: Path) -> None:
    for kind in ("midi", "text", "tables"):
        (tmp_path / kind).mkdir()
    roll = np.zeros((12, 88))
    roll[::2, 40] = 1
    for number in range(12):
        write_midi(tmp_path / "midi" / f"{number}.mid", np.roll(roll, number, 1), time_step=0.125)
    for name, (text, _, _) in [("a.txt", TABLES["prose.txt"]), ("b.txt", TABLES["prose.txt"])]:
        (tmp_path / "text" / name).write_text(text)
    halves = TABLES["weeks.csv"][0].splitlines(keepends=True)
    (tmp_path / "tables" / "1.csv").write_text("".join(halves[:80]))
    (tmp_path / "tables" / "2.csv").write_text("".join(halves[:1] + halves[80:]))
    tasks = {"midi": "next_frame", "text": "next_token", "tables": "forecasting"}
    for part, count in (("train", 40), ("test", 4)):
        for number in range(count):
            (folder := tmp_path / "parts" / part / "ab"[number % 2]).mkdir(
                parents=True, exist_ok=True
            )
            (folder / f"{number}.txt").write_text(f"a text {number} of {number % 2}\n")
    tasks["parts"] = "classification"
    for name, task in tasks.items():
        made = init(str(tmp_path / name), output=tmp_path / f"{name}.yaml")
        assert made.task == task
    assert values_of(made.path)["data"]["split"] == {"validation": 0.1}


def test_lines_of_tokens_with_tags_are_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("EU B-ORG\nrejects O\n\n" * 20)
    made = init(str(tmp_path / "a.txt"), output=tmp_path / "a.yaml")
    assert made.first[0] == "task: each line has 2 words: named .conll it is a table"


def test_a_number_that_is_asked_for_is_no_tag(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        rows(90, lambda n: f"c{n // 30},{1960 + n % 30},{wave(n)}", "c,t,v")
    )
    made = init(str(tmp_path / "a.csv"), Asked(target="v", id="c"), output=tmp_path / "a.yaml")
    assert made.task != "tagging"


def test_what_is_asked_for_is_not_guessed(tmp_path: Path) -> None:
    source = tmp_path / "months.csv"
    source.write_text(TABLES["months.csv"][0])
    made = init(str(source), Asked(target="SMB"), output=tmp_path / "a.yaml")
    assert values_of(made.path)["data"]["target"] == "SMB"
    (tmp_path / "prose.txt").write_text(TABLES["prose.txt"][0])
    text = str(tmp_path / "prose.txt")
    made = init(text, Asked(level="word"), output=tmp_path / "b.yaml")
    assert values_of(made.path)["data"]["level"] == "word"
    with pytest.raises(DataError, match=r"has no column 'SBM'\. Did you mean 'SMB'"):
        init(str(source), Asked(target="SBM"), output=tmp_path / "c.yaml")
    with pytest.raises(DataError, match="task next_frame does not fit it: 90 rows of date"):
        init(str(source), Asked(task="next_frame"), output=tmp_path / "c.yaml")
    source.write_text("date,x\n2020-01-01,1\n")
    with pytest.raises(DataError, match=r"1 row of date \(time\), x \(number\); give more rows"):
        init(str(source), output=tmp_path / "c.yaml")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "units.csv",
            "day,temp\n,degC\n" + rows(60, lambda n: f"{day(n)},{wave(n)}"),
            "but for 'degC'\\); .* SELECT \\* FROM source WHERE \"temp\" <> 'degC'",
        ),
        (
            "zones.csv",
            rows(60, lambda n: f"{day(n)} 10:00 CET,{wave(n)}", "time,kwh"),
            r"the name of a time zone .*\(\"time\", ' \?CET\$', '\+01:00'\)",
        ),
        (
            "wide.csv",
            rows(
                12, lambda n: f"p{n}," + ",".join(str(wave(n + m)) for m in range(9)),
                "product," + ",".join(f"2018-{m + 1:02d}" for m in range(9)),
            ),
            r'UNPIVOT source ON COLUMNS\(\* EXCLUDE \("product"\)\) INTO NAME time VALUE value',
        ),
        (
            "objects.jsonl",
            rows(60, lambda n: f'{{"day": "{day(n)}", "main": {{"temp": {wave(n)}}}}}'),
            "main .object.; .* SELECT \\*, \"main\"->>'key' AS key",
        ),
        (
            "twice.csv",
            rows(60, lambda n: f"{day(n // 2)},{wave(n)}", "day,paid"),
            r"several rows have the same time in day, as 2020-01-01 \(line 2, line 3\)",
        ),
        (
            "total.csv",
            rows(60, lambda n: f"{day(n)},{wave(n)}", "day,paid") + ",1200\n",
            r'line 62, column .day.: no time .* WHERE "day" IS NOT NULL',
        ),
        (
            "log.csv",
            rows(60, lambda n: f"{day(n)} 10:00,{'abc'[n % 3]},info", "time,event,level"),
            r"'event' repeats as events do, but nothing .* --query 'SELECT \*, left\(\"time\"",
        ),
        (
            "words.csv",
            rows(60, lambda n: f"{'' if n % 4 else f's{n}'},{'ab'[n % 2]},{'xy'[n % 2]}", "s,w,v"),
            r"--id s --query 'SELECT \* REPLACE \(last_value\(\"s\" IGNORE NULLS\)",
        ),
        (
            "runs.csv",
            rows(60, lambda n: f"{day(n)},1:{n % 60:02d}:00", "day,lasted"),
            r"makes seconds of it: SELECT \* REPLACE \(date_part\('epoch', \"lasted\"::INTERVAL\)",
        ),
        (
            "digits.csv",
            rows(60, lambda n: f"{day(n)},\u0661\u0662.{n % 10} m", "day,y"),
            r"translate\(\"y\", '\u0660.*', '0123456789..'\), '.*'\)::DOUBLE AS \"y\"\) FROM",
        ),
        (
            "blank.csv",
            rows(60, lambda n: f"{'abc'[n % 3]},{'xy'[n % 2]}" + "\n" * (n % 3 == 2), "w,tag"),
            "blank lines between rows mean nothing in a table: .* name the file .conll",
        ),
        (
            "unit.csv",
            rows(60, lambda n: f"{n or ''},{wave(n) if n else 'EUR'},{n or 'EUR'}0", "n,a,b")
            + "sum,1,2\n",
            "a .numbers, but for 'EUR'.*; state 'sum' in data.format.missing",
        ),
        (
            "marks.csv",
            rows(60, lambda n: f"{day(n)},'{wave(n)}", "day,y"),
            r"takes a number out of a text: SELECT \* REPLACE \(regexp_extract\(\"y\"",
        ),
        ("fy.csv", rows(60, lambda n: f"FY{1950 + n},{wave(n)}", "fy,gdp"), "say so: --time fy"),
        (
            "exports.csv",
            rows(60, lambda n: f'"{day(n, "%b %d, %Y")} at 10:30 AM",{wave(n)}', "date,pulse"),
            "text as in 'Jan 01, 2020 at 10:30 AM'",
        ),
        (
            "lacking.csv",
            rows(60, lambda n: f"{wave(n)},{'ab'[n % 2] if n % 10 else ''}", "x,label"),
            "label .text as in 'b', 6 rows without.; .* WHERE \"label\" IS NOT NULL",
        ),
        (
            "fiscal.csv",
            rows(60, lambda n: f"{1940 + n}/{(41 + n) % 100:02d},{wave(n)}", "year,gdp"),
            "'1940/41' seems to be a year that ends in the next one",
        ),
    ],
)  # fmt: skip
def test_a_table_that_is_not_understood_is_no_text(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=said):
        init(str(tmp_path / name), output=tmp_path / "a.yaml")


@pytest.mark.parametrize(
    "query",
    [
        """SELECT * FROM source WHERE "temp" <> 'degC'""",
        'SELECT * FROM source WHERE "day" IS NOT NULL',
    ],
)
def test_a_row_of_units_is_left_out_as_the_message_says(tmp_path: Path, query: str) -> None:
    source = tmp_path / "a.csv"
    source.write_text("day,temp\n,degC\n" + rows(60, lambda n: f"{day(n)},{wave(n)}"))
    asked = Asked(task="forecasting", target="temp", time="day")
    config = tmp_path / "a.yaml"
    clean = tmp_path / "clean.csv"
    clean.write_text(source.read_text().replace(",degC\n", ""))
    init(str(clean), asked, output=config)
    changed = [f"data.source={source}", f"data.query={query}"]
    assert check(config, overrides=changed).config.task == "forecasting"


def test_all_columns_of_a_wide_table_count(tmp_path: Path) -> None:
    source, head = tmp_path / "a.csv", ",".join(f"x{m}" for m in range(450))
    source.write_text(
        rows(
            40,
            lambda n: ",".join(str(wave(7 * n + m)) for m in range(450)) + f",{'ab'[n % 2]}",
            f"{head},label",
        )
    )
    made = init(str(source), output=tmp_path / "a.yaml")
    assert "features: 450 columns are read from left to right" in " ".join(made.first)
    assert "features" not in values_of(made.path)["data"]


def test_what_a_query_gives_is_looked_at(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(rows(60, lambda n: f"{day(n)} 10:00,{'abc'[n % 3]}", "time,event"))
    query = 'SELECT *, left("time"::VARCHAR, 7) AS month FROM source'
    asked = Asked(task="next_token", id="month", query=query)
    made = init(str(source), asked, output=tmp_path / "a.yaml")
    data = values_of(made.path)["data"]
    assert (data["query"], data["sequence"], data["token"]) == (query, "month", "event")
    assert "split" not in data  # of three sequences none is held back
    with pytest.raises(DataError, match=r"has no column 'week'"):
        init(str(source), Asked(id="week", query=query), output=tmp_path / "b.yaml")


def test_how_a_table_is_written_can_be_stated(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(rows(60, lambda n: f"{day(n)},{wave(n)}", "day,y") + "Source: them\n")
    with pytest.raises(DataError, match=r"bad_rows: skip .*\n--format takes what data.format has$"):
        init(str(source), output=tmp_path / "a.yaml")
    asked = Asked(format="{bad_rows: skip}")
    made = init(str(source), asked, output=tmp_path / "a.yaml")
    assert values_of(made.path)["data"]["format"] == {"bad_rows": "skip"}
    for wrong, said in {"{bad_row: skip}": "bad_rows", "skip": "mapping", "{": "expected"}.items():
        with pytest.raises(RnnkitError, match=f"--format.*{said}"):
            init(str(source), Asked(format=wrong), output=tmp_path / "b.yaml")


def test_two_readings_of_dates_are_not_guessed(tmp_path: Path) -> None:
    source, config = tmp_path / "a.csv", tmp_path / "a.yaml"
    source.write_text(rows(11, lambda n: f"{n + 1:02d}/{n + 2:02d}/2020,{wave(n)}", "day,x"))
    with pytest.raises(DataError, match=r"'%d/%m/%Y' or '%m/%d/%Y' \(--time-format\)"):
        init(str(source), output=config)
    assert not config.exists()
    init(str(source), Asked(time_format="%m/%d/%Y"), output=config)
    assert check(config).config.data.time_format == "%m/%d/%Y"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("task", "target"),
    [
        ("classification", "ill"),
        ("regression", "score"),
        ("tagging", "ward"),
        ("next_token", "ward"),
    ],
)
def test_sequences_are_sorted_by_dates_of_any_form(task: str, target: str, tmp_path: Path) -> None:
    source = tmp_path / "visits.csv"
    ill = ["no", "yes"]
    source.write_text(rows(
        160,
        lambda n: f"P{n // 4},{day(n // 4 + 9 * (n % 4), '%d/%m/%Y')},{wave(n)},{'ABC'[n * n % 3]},"
        f"{ill[n // 4 % 2]},{n // 4 * 1.5}",
        "patient,visit,x,ward,ill,score",
    ))  # fmt: skip
    made = init(str(source), Asked(task=task, target=target), output=tmp_path / "a.yaml")
    data = values_of(made.path)["data"]
    made_of = 'strptime("visit", \'%d/%m/%Y\') AS "visit"'
    assert data["query"] == f"SELECT * REPLACE ({made_of}) FROM source"
    assert data["time"] == "visit"


def test_what_does_not_pass_is_not_written(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(rows(90, lambda n: f"{2 * n},{wave(n)},{'abc'[n // 30]}", "x,z,y"))
    with pytest.raises(
        DataError, match=r"(?s)does not pass the check.*--target.*number the rows|numbers the rows"
    ):
        init(str(source), output=tmp_path / "a.yaml")
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_nothing_is_left_where_the_disk_is_full(tmp_path: Path) -> None:
    source = tmp_path / "months.csv"
    source.write_text(TABLES["months.csv"][0])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))  # bytes of a file
    try:
        with pytest.raises(RunError, match=r"a.yaml: cannot be written: File too large") as caught:
            init(str(source), output=tmp_path / "a.yaml")
        assert caught.value.exit_code == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in tmp_path.iterdir()] == ["months.csv"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    config = tmp_path / "a.yaml"
    config.write_text("mine")
    with pytest.raises(OptionError, match=r"a.yaml is there already .* --output"):
        init("mnist", output=config)
    (tmp_path / "mnist.yaml").write_text("mine too")
    with pytest.raises(OptionError, match=r"mnist.yaml is there already"):
        init("mnist_fast", output=tmp_path / "fast.yaml")
    assert not (tmp_path / "fast.yaml").exists()
    assert config.read_text() == "mine"


def test_a_shipped_config_comes_with_what_it_stands_on(tmp_path: Path) -> None:
    made = init("mnist_fast", output=tmp_path / "fast.yaml")
    assert made.bases == (tmp_path / "mnist.yaml",)
    assert "# rnnkit train fast.yaml\n" in made.path.read_text()
    assert check(made.path).config.training.epochs == 3


def test_the_source_counts_from_the_config(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my data.csv").write_text(TABLES["weeks.csv"][0])
    (tmp_path / "configs").mkdir()
    made = init("my data.csv", output="configs/a.yaml")
    values = values_of(made.path)
    assert (values["name"], values["data"]["source"]) == ("my_data", "../my data.csv")
    assert init("my data.csv").path == Path("my_data.yaml")
