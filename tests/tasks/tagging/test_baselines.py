import numpy as np
import pytest

from rnnkit.tasks import load_config
from rnnkit.tasks.tagging.baselines import baselines
from rnnkit.tasks.tagging.dataset import load_dataset, read_new
from tests.tasks.tagging.small import COLUMNS, config_of, write_csv


@pytest.fixture
def table(tmp_path):
    return write_csv(tmp_path / "a.csv")


def answers(table, new, **options):
    config = load_config(config_of(table, **options)).config
    dataset = load_dataset(config)
    table.with_name("new.csv").write_text(new)
    part = read_new(table.with_name("new.csv"), config, dataset.preprocessing, tagged=False)
    found, counted = baselines(dataset.train, part, 3)
    tags = dataset.preprocessing.tags
    return {name: [tags[n] for n in said.tolist()] for name, said in found.items()}, counted


def test_of_tokens(table):
    found, counted = answers(table, "s,w\n1,bay\n1,is\n1,new\n2,new\n2,boy\n", **COLUMNS)
    assert found["majority"] == ["O"] * 5
    assert found["token"] == ["B-x", "I-x", "O", "O", "B-x"]
    assert found["logistic"][:2] == ["B-x", "I-x"]
    assert counted > 50


def test_neighbours_tell_what_a_token_does_not(tmp_path):
    pairs = [("x", "a"), ("y", "b")] * 20
    rows = [f"{n},{before},O\n{n},same,{tag}" for n, (before, tag) in enumerate(pairs)]
    (tmp_path / "a.csv").write_text("s,w,t\n" + "\n".join(rows))
    found, _ = answers(tmp_path / "a.csv", "s,w\n1,y\n1,same\n2,x\n2,same\n", **COLUMNS)
    assert found["logistic"] == ["O", "b", "O", "a"]


def test_of_numbers(table):
    options = {"tag": "t", "sequence": "s", "features": ["a", "b"]}
    found, _ = answers(table, "s,a,b\n1,2,0\n1,0,0\n1,1,0\n1,2,0\n", **options)
    assert found["logistic"] == ["O", "B-x", "I-x", "O"]
    assert "token" not in found


def test_a_part_of_its_own_sequences(table):
    config = load_config(config_of(table, **COLUMNS)).config
    dataset = load_dataset(config)
    found, _ = baselines(dataset.train, dataset.test, 3)
    y = dataset.test.y[dataset.test.index]
    assert np.array_equal(found["token"], y)
    assert np.mean(found["logistic"] == y) > 0.95
