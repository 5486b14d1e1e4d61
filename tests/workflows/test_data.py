"""The card and the audit of a config's data or a run's, and the refusal before training."""

from pathlib import Path

import numpy as np
import pytest

from rnnkit.data.card import DataCard
from rnnkit.errors import DataError, RunError
from rnnkit.workflows.data import describe_data
from rnnkit.workflows.train import train
from rnnkit.workflows.watch import Watch

CONFIG = """\
version: 1
name: walk
task: forecasting
data: {source: walk.csv, target: y, lookback: 4, features: [f]}
model:
  layers:
    - simple_rnn: {units: 2}
    - dense: {}
training: {epochs: 1}
"""


def write_walk(folder: Path, *, ahead: int) -> Path:
    """A config whose feature is the target `ahead` rows later."""
    y = np.cumsum(np.random.default_rng(0).normal(0, 1, 120))
    f = np.roll(y, -ahead) if ahead else np.sin(np.arange(120))
    lines = [f"{a},{b}" for a, b in zip(y, f, strict=True)]
    (folder / "walk.csv").write_text("y,f\n" + "\n".join(lines[:110]))
    path = folder / "walk.yaml"
    path.write_text(CONFIG)
    return path


def test_a_shipped_config_by_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert describe_data("sunspots").card.description.startswith("sunspots: windows: ")
    with pytest.raises(RunError, match="no run 'sunspot'"):
        describe_data("sunspot")


def test_no_folder_is_made_where_nothing_is_drawn(tmp_path):
    assert describe_data("jazz", plots=tmp_path / "plots").drawn == ()
    assert not (tmp_path / "plots").exists()


def test_a_config(tmp_path):
    found = describe_data(write_walk(tmp_path, ahead=1))
    assert found.audit is not None
    assert [finding.check for finding in found.audit.leaks] == ["answers"]
    assert found.as_dict()["description"].startswith("walk.csv: windows: 73 train")
    other = describe_data(tmp_path / "walk.yaml", overrides=["data.features=[]"])
    assert other.audit is not None and not other.audit.findings
    assert other.card.table is not None and other.card.table.unused == ("f",)


def test_training_is_refused_and_leaves_no_run(tmp_path):
    path = write_walk(tmp_path, ahead=1)
    with pytest.raises(DataError, match="knows the target 'y' 1 row ahead"):
        train(path, runs=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_run_keeps_its_card(tmp_path):
    lines: list[tuple[str, str]] = []
    run = train(
        write_walk(tmp_path, ahead=0), runs=tmp_path / "runs", watch=Watch(on_start=lines.extend)
    )
    notes = [text for label, text in lines if label == "note"]
    assert any(text.startswith("leak audit: 8 checks found nothing") for text in notes)
    kept = DataCard.model_validate_json(run.card.read_text())
    assert kept.notes == tuple(notes)
    found = describe_data(run.path)
    assert (found.card.parts, found.card.table) == (kept.parts, kept.table)
    page = run.report.read_text()
    assert "in one of them" in page and "<td>y</td>" in page


def test_what_cannot_be_described():
    with pytest.raises(RunError, match="no run 'nothing'"):
        describe_data("nothing")
