"""Ten million rows of an event log: what a process holds while it reads and sorts them."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROWS = 10_000_000
MOST = 1_700  # megabytes
PROGRAM = """
import resource, sys
from pathlib import Path
from rnnkit.data import ram
from rnnkit.data.batch import Shuffle
from rnnkit.data.cache import Place
from rnnkit.data.tokens.vocabulary import DiskIds
from rnnkit.tasks.next_token.dataset import load_dataset
from tests.data.tokens.small import config_of

ram.SHARE = 1 << 60
source, folder = map(Path, sys.argv[1:])
columns = {"token": "action", "sequence": "user", "time": "when"}
config = config_of(source, split={"validation": 0.05, "by": "time"}, **columns)
dataset = load_dataset(config, Place(folder))
assert isinstance(dataset.train.sequences.values, DiskIds)
assert dataset.card.parts[0].size == len(dataset.train)
for number, batch in enumerate(dataset.train.batches(64, shuffle=Shuffle(0, 0))):
    if number == 2000:
        break
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_ten_million_rows(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    duckdb.sql(
        "COPY (SELECT 'user ' || hash(7919 * i) % 500000 AS user, 'action ' || hash(i) % 300 AS "
        "action, TIMESTAMP '2000-01-01' + INTERVAL (hash(3 * i) % 1000000) SECOND AS \"when\", "
        f"'what nobody reads, ' || i AS other FROM range({ROWS}) AS rows(i)) TO '{path}'"
    )
    command = [sys.executable, "-c", PROGRAM, str(path), str(tmp_path / "cache")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) < MOST  # after what the engine says of its progress
