"""Sources by name, and what a config may say of them."""

import subprocess
import sys

import numpy as np
import pytest

from rnnkit.data.series import sources
from rnnkit.data.series.sources import with_defaults
from rnnkit.datasets import EMBEDDED
from rnnkit.errors import ColumnError, DataError
from tests.data.series.small import section, write_table


def read_source(data):
    return sources.read_source(with_defaults(data))


def test_wti():
    rows = read_source(section("wti", missing="drop"))
    [one] = rows.series
    assert rows.sha256 == EMBEDDED["wti"].sha256
    assert len(one) == 8611 - 290
    assert rows.notes[0].startswith("290 of 8,611 rows have no value for DCOILWTICO: line 34,")
    assert rows.frequency.text == "business days"
    assert (one.times[0], one.values[0, 0]) == (np.datetime64("1986-01-02"), 25.56)
    assert (one.times[-1], one.values[-1, 0]) == (np.datetime64("2019-01-03"), 46.92)


def test_sunspots():
    [one] = read_source(section("sunspots")).series
    assert (len(one), one.times[0], one.times[-1], one.name) == (309, 1700, 2008, "sunspots")


def test_macrodata():
    data = section("macrodata", target=["realgdp", "cpi"], features=["unemp"])
    rows = read_source(data)
    [one] = rows.series
    assert one.times[-1] == np.datetime64("2009-07-01")
    assert one.values[0].tolist() == [2710.349, 28.98, 5.8]
    assert rows.frequency.text == "quarters"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"source": "macrodata", "target": "gdp"},
            "macrodata has no column 'gdp' (data.target). Did",
        ),
        ({"source": "wti", "features": ["x"]}, "wti has no column 'x' (data.features)."),
        ({"source": "wti", "time": "day"}, "wti has no column 'day' for data.time: remove it"),
        ({"source": "wti", "series": "s"}, "wti has no column 's' for data.series: remove it"),
        (
            {"source": "wti", "simulation": {}},
            "data.simulation is for the sources ar1 or",
        ),
        ({"source": "ar1", "time": "t"}, "ar1 is one series without further columns: remove data."),
        ({"source": "ar1", "target": "z"}, "the target of ar1 is 'y': remove data.target"),
    ],
)
def test_options_that_do_not_apply(options, message):
    with pytest.raises(DataError) as caught:
        with_defaults(section(**options))
    assert str(caught.value).startswith(message)


def test_a_table_needs_a_target(tmp_path):
    path = write_table(tmp_path / "a.csv", {"t": [1, 2], "y": [1, 2], "z": [1, 2]})
    with pytest.raises(DataError) as caught:
        read_source(section(path, time="tt", series="s", features=["x", "z"]))
    assert str(caught.value).replace(str(path), "a.csv").splitlines() == [
        "a.csv: name the column to forecast in data.target",
        "a.csv has no column 'x' (data.features).",
        "a.csv has no column 'tt' (data.time). Did you mean 't'?",
        "a.csv has no column 's' (data.series).",
        "a.csv: its columns are t, y, z",
    ]


def test_all_that_does_not_apply_to_a_known_source():
    with pytest.raises(ColumnError) as caught:
        with_defaults(section("wti", time="day", series="s", target=["a", "b"]))
    assert [path for path, _ in caught.value.problems] == [
        ("data", "time"), ("data", "series"), ("data", "target", 0), ("data", "target", 1),
    ]  # fmt: skip
    with pytest.raises(ColumnError) as caught:
        with_defaults(section("ar1", time="day", features=["s"], target="z"))
    assert [path[1] for path, _ in caught.value.problems] == ["time", "features", "target"]


def test_files_of_other_tasks_are_refused(tmp_path):
    with pytest.raises(DataError, match="'mnist', which rnnkit brings, holds images, not a series"):
        read_source(section("mnist"))
    (tmp_path / "a.npz").write_bytes(b"x")
    with pytest.raises(DataError, match=r"cannot read '.npz' files"):
        read_source(section(tmp_path / "a.npz"))
    with pytest.raises(DataError, match="Did you mean 'sunspots', which rnnkit brings"):
        read_source(section(tmp_path / "sunspot"))


def test_known_sources_are_checked_without_heavy_imports():
    code = (
        "import sys; from rnnkit.data.series.section import SeriesData as D;"
        "from rnnkit.tasks.forecasting.dataset import outline as f;"
        "sources = ('wti', 'sunspots', 'macrodata', 'ar1');"
        "[f(D(source=s, lookback=3, missing='drop')) for s in sources];"
        "print(sorted({'tensorflow', 'statsmodels'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"
