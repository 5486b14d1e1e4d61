"""Ten million rows of a forecasting table: what a process holds while it reads and cuts them."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROWS, FEATURES = 10_000_000, 9
MOST = 2_000  # megabytes
PROGRAM = """
import resource, sys
from pathlib import Path
from rnnkit.data import ram
from rnnkit.data.batch import Shuffle
from rnnkit.data.cache import Place
from rnnkit.data.series.section import SeriesData
from rnnkit.tasks.forecasting.dataset import load_dataset

ram.SHARE = 1 << 60
source, folder = map(Path, sys.argv[1:])
data = SeriesData(
    source=str(source), time="t", target="y", features=["f*"], lookback=48, horizon=4,
    split={"validation": 0.05, "test": 0.05},
)
dataset = load_dataset(data, Place(folder))
assert dataset.train.on_disk
assert dataset.card.parts[0].size == len(dataset.train)
for number, batch in enumerate(dataset.train.batches(64, shuffle=Shuffle(0, 0))):
    assert batch.x.shape == (64, 48, 10)
    if number == 2000:
        break
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_ten_million_rows(tmp_path: Path) -> None:
    values = ", ".join(
        f"(sin(i / {50 + 7 * k}) + random())::FLOAT AS f{k}" for k in range(FEATURES)
    )
    path = tmp_path / "t.parquet"
    duckdb.sql(
        "COPY (SELECT TIMESTAMP '2000-01-01' + INTERVAL (i) MINUTE AS t, sin(i / 300) AS y, "
        f"{values} FROM range({ROWS}) AS rows(i)) TO '{path}'"
    )
    command = [sys.executable, "-c", PROGRAM, str(path), str(tmp_path / "cache")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) < MOST  # after what the engine says of its progress
