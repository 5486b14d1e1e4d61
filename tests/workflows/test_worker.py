"""What a worker takes over from the chief, and what it refuses; test_launch.py has real ones."""

import dataclasses
from pathlib import Path

import pytest

import rnnkit
from rnnkit.training.cluster import Cluster
from rnnkit.training.distribution import Distribution
from rnnkit.workflows import setup as preparing
from rnnkit.workflows.check import load, read
from rnnkit.workflows.setup import Setup, prepare
from rnnkit.workflows.worker import _receive_start, send_start
from tests.conftest import small_config

CLUSTER = [Cluster(("localhost:1", "localhost:2"), rank) for rank in range(2)]


class Line(Distribution):
    """What the chief says comes out at the other worker; nothing else is shared."""

    def __init__(self, cluster: Cluster, said: list[bytes]) -> None:
        super().__init__(cluster=cluster)
        self.said = said

    def from_chief(self, content: bytes = b"") -> bytes:
        if self.is_chief:
            self.said.append(content)
        return self.said[0]


@pytest.fixture
def workers(data: Path, monkeypatch: pytest.MonkeyPatch) -> list[Setup]:
    """The chief, which finds features first to be faster, and another, which finds nothing out."""
    said: list[bytes] = []
    lines = [Line(cluster, said) for cluster in CLUSTER]
    monkeypatch.setattr(preparing, "layout_of", lambda *_, **__: "features_first")
    monkeypatch.setattr(preparing, "distribution_for", lambda _: lines.pop(0))
    ready = read(load(small_config(data, shards=2), overrides=[], smoke=False))
    return [prepare(ready, distributed=True) for _ in CLUSTER]


def test_a_worker_takes_the_chief_s_layout(workers: list[Setup], tmp_path: Path) -> None:
    chief, other = workers
    assert (chief.layout, other.layout) == ("features_first", "features_last")
    send_start(rnnkit.Run(tmp_path), chief, None)
    assert _receive_start(other, tmp_path)[1].chosen == chief.chosen


@pytest.mark.parametrize(
    ("own", "change"),
    [
        ("training.layout=features_last", "'features_first' -> 'features_last'"),
        ("training.shards=4", "2 -> 4"),
    ],
)
def test_a_worker_whose_config_says_otherwise(
    own: str, change: str, workers: list[Setup], tmp_path: Path
) -> None:
    chief, other = workers
    send_start(rnnkit.Run(tmp_path), chief, None)
    loaded = load(other.checked.loaded, overrides=[own], smoke=False)
    other = dataclasses.replace(other, checked=dataclasses.replace(other.checked, loaded=loaded))
    with pytest.raises(rnnkit.ConfigError, match=change):
        _receive_start(other, tmp_path)
