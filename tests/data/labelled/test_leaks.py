"""What tells the label without being learnt is found, and honest data are left alone."""

import numpy as np
import pandas as pd
import pytest

from rnnkit.data import keys
from rnnkit.errors import DataError
from rnnkit.tasks.classification.dataset import load_dataset
from tests.tasks.classification.small import config_of

N = 120
RNG = np.random.default_rng(0)
NOISE = RNG.normal(size=(N, 3))
LABEL = np.repeat(["ill", "well", "late"], N // 3)
MIXED = np.random.default_rng(1).permutation(LABEL)


def table(tmp_path, label=MIXED, **columns):
    frame = pd.DataFrame(NOISE, columns=list("abc")).assign(**columns, y=label)
    frame.to_csv(tmp_path / "t.csv", index=False)
    return tmp_path / "t.csv"


def found(source, **options) -> dict[str, bool]:
    """Check by check, whether it is certain."""
    audited = load_dataset(config_of(source, **options)).audited
    return {finding.check: finding.certain for finding in audited.findings}


def texts(source, **options) -> str:
    return "\n".join(load_dataset(config_of(source, **options)).audited.texts)


@pytest.mark.parametrize(
    ("label", "column", "checks"),
    [
        (MIXED, NOISE[:, 0] ** 2, {}),
        (LABEL, RNG.permutation(N) % 7, {}),
        (MIXED, np.arange(N), {"numbers": False}),
        (LABEL, np.arange(N), {"numbers": True}),
        (LABEL, 5000 - 3 * np.arange(N), {"numbers": True}),
        (MIXED, 1 + RNG.permutation(N), {"numbers": False}),
        (MIXED, (MIXED == "ill") + 2.5 * (MIXED == "late"), {"labels": False}),
        (MIXED, NOISE[:, 0] + 100 * (MIXED == "ill") - 100 * (MIXED == "late"), {"labels": False}),
        (MIXED, pd.factorize(MIXED)[0] + 3 * RNG.integers(0, 3, N), {"labels": False}),
    ],
)
def test_a_column_that_tells_too_much(tmp_path, label, column, checks):
    named = {"label": "y", "features": list("abcd")}
    assert found(table(tmp_path, label, d=column), **named) == checks


def test_what_is_said_of_a_column(tmp_path):
    source = table(tmp_path, LABEL, **{"Unnamed: 0": np.arange(N)})
    with pytest.raises(DataError, match=r"- feature .Unnamed: 0. numbers the rows, which are sort"):
        load_dataset(
            config_of(source, label="y", features=["Unnamed: 0", "a"])
        ).audited.refuse_leaks("t.csv")
    ill = table(
        tmp_path, np.where(MIXED == "ill", "ill", "well"), code=(MIXED == "ill").astype(int)
    )
    said = texts(ill, label="y")
    assert said.startswith("feature 'code' alone tells the label of every example, which needs no")


@pytest.mark.parametrize("piece", [40, 1 << 21])
def test_steps_of_a_long_table(tmp_path, monkeypatch, piece):
    monkeypatch.setattr(keys, "PIECE", piece)
    steps = np.arange(4 * N)
    frame = pd.DataFrame({"id": steps // 4, "t": steps % 4, "x": RNG.normal(size=4 * N)})
    frame = frame.assign(clock=steps % 4, y=np.repeat(LABEL, 4), step=steps)
    frame.to_csv(tmp_path / "long.csv", index=False)
    options = {"label": "y", "id": "id", "time": "t"}
    assert found(tmp_path / "long.csv", **options, features=["x", "step"]) == {"numbers": True}
    assert found(tmp_path / "long.csv", **options, features=["x", "clock"]) == {}


def test_arrays_by_step_and_feature(tmp_path):
    x = RNG.normal(size=(N, 2, 2))
    x[:, 1, 0] = np.unique(MIXED, return_inverse=True)[1]
    np.savez(tmp_path / "a.npz", x_train=x, y_train=MIXED)
    assert texts(tmp_path / "a.npz").startswith("feature 0 of step 1 alone tells the label")


def test_few_examples_show_nothing(tmp_path):
    pd.DataFrame({"x": range(8), "y": list("aaaabbbb")}).to_csv(tmp_path / "s.csv", index=False)
    assert found(tmp_path / "s.csv", label="y") == {}


def test_copies_in_given_parts_are_counted_and_in_drawn_ones_there_are_none(tmp_path):
    x = NOISE.round(1)[np.arange(N) % 50]
    part = np.where(np.arange(N) < 90, "train", "test")
    frame = pd.DataFrame(x, columns=list("abc")).assign(y=MIXED, part=part)
    frame.to_csv(tmp_path / "t.csv", index=False)
    assert texts(tmp_path / "t.csv", label="y", split={"column": "part"}).startswith(
        "30 of 30 test examples, number 1, 2, 3 and 27 more, are equal to one of the training part"
    )
    options = {"features": list("abc"), "split": {"test": 0.3, "validation": 0.3}}
    assert found(tmp_path / "t.csv", label="y", **options) == {}


def people(tmp_path, column):
    frame = pd.DataFrame(NOISE, columns=list("abc")).assign(y=MIXED)
    frame[column] = [f"p{n}" for n in np.arange(N) % 12]
    frame.to_csv(tmp_path / "p.csv", index=False)
    return {"source": tmp_path / "p.csv", "label": "y", "features": list("abc")}


@pytest.mark.parametrize("column", ["subject", "Patient ID", "speaker"])
def test_subjects_in_two_parts_are_pointed_out_and_can_stay_together(tmp_path, column):
    options = people(tmp_path, column)
    apart = texts(**options, split={"test": 0.3})
    assert f"values of column '{column}' in the test part stand in the training part" in apart
    whole = load_dataset(config_of(**options, split={"test": 0.3, "group": column}))
    assert whole.audited.findings == ()
    person = {x.tobytes(): n % 12 for n, x in enumerate(NOISE.astype(np.float32))}
    parts = [{person[x.tobytes()] for x in part.store} for part in (whole.train, whole.test)]
    assert not parts[0] & parts[1]
    assert len(parts[0] | parts[1]) == 12


def test_a_group_of_a_long_table_on_disk(tmp_path, disk):
    steps = np.arange(4 * N)
    frame = pd.DataFrame({"id": steps // 4, "x": RNG.normal(size=4 * N), "who": steps // 4 % 9})
    frame.assign(y=np.repeat(MIXED, 4)).to_csv(tmp_path / "long.csv", index=False)
    options = {"label": "y", "id": "id", "split": {"test": 0.3, "group": "who"}}
    config = config_of(tmp_path / "long.csv", **options)
    first = load_dataset(config)
    disk()
    for _ in range(2):  # when it is written, and as it was
        again = load_dataset(config, disk.place)
        assert again.test.names.tolist() == first.test.names.tolist()
        assert again.audited.findings == ()
    who = [{int(name) % 9 for name in part.names} for part in (first.train, first.test)]
    assert not who[0] & who[1]
