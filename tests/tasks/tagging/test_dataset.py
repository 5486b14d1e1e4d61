import dataclasses

import numpy as np
import pytest

from rnnkit.data.batch import Shuffle
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.errors import ColumnError, DataError
from rnnkit.tasks import load_config
from rnnkit.tasks.tagging.dataset import facts, load_dataset, outline, read_new
from tests.tasks.tagging.small import COLUMNS, config_of, write_conllu, write_csv


def loaded(source, **options):
    return load_config(config_of(source, **options)).config


@pytest.fixture
def table(tmp_path):
    return write_csv(tmp_path / "a.csv")


def shown(part):
    """Each batch's rows as words and tags."""
    [tokens] = part.rows.tokens.values()
    return {
        (tokens.symbols[tokens.codes[row]], int(part.y[row]))
        for rows in part.plan(4)
        for row in rows
    }


def test_tokens_of_a_table(table):
    dataset = load_dataset(loaded(table, **COLUMNS))
    assert dataset.preprocessing.tags == ("B-x", "I-x", "O")
    assert sum(map(len, dataset.parts.values())) == 40
    assert sum(len(part.index) for part in dataset.parts.values()) == 136
    batch = next(iter(dataset.train.batches(8)))
    assert batch.x.shape == batch.y.shape == batch.valid.shape == batch.weight.shape
    assert ((batch.x == 0) == (batch.valid == 0)).all()
    assert (batch.x.dtype, batch.y.dtype, batch.valid.dtype) == (np.int32, np.int32, np.float32)


def test_every_row_is_read_once_in_batches_of_like_length(table):
    part = load_dataset(loaded(table, **COLUMNS)).train
    rows = np.concatenate(list(part.plan(4)))
    assert np.array_equal(np.sort(rows), part.index)
    counted = sum(batch.valid.sum() for batch in part.batches(4, shuffle=Shuffle(1, 2)))
    assert counted == len(part.index)
    assert len(list(part.batches(4))) == part.steps(4)


def test_equal_words_have_the_tag_that_the_table_says(table):
    part = load_dataset(loaded(table, **COLUMNS)).train
    assert shown(part) == {("bay", 0), ("boy", 0), ("in", 1), ("is", 1), ("or", 2), ("on", 2),
                           ("off", 2)}  # fmt: skip


def test_features_are_scaled_by_what_trains(table):
    options = {"tag": "t", "sequence": "s", "features": ["a", "b"], "scale": "standard"}
    dataset = load_dataset(loaded(table, **options))
    batches = list(dataset.train.batches(8))
    values = np.concatenate([batch.x[batch.valid > 0] for batch in batches])
    padded = np.concatenate([batch.x[batch.valid == 0] for batch in batches])
    # filler rows repeat real ones
    assert set(np.unique(padded[padded[:, 0] < -1e8])) <= {np.float32(PADDING_VALUE)}
    assert np.abs(values.mean(axis=0)).max() < 1e-5
    assert np.abs(values.std(axis=0) - 1).max() < 1e-5


def test_features_on_disk_give_the_same_batches(table, disk):
    options = {"tag": "t", "sequence": "s", "features": ["a", "b"], "scale": "standard"}
    config = loaded(table, **options)
    in_ram = [batch.x for batch in load_dataset(config).train.batches(8)]
    facts_in_ram = outline(config)
    lines = disk()
    assert outline(config) == facts_in_ram
    on_disk = load_dataset(config, disk.place)
    assert on_disk.train.inputs["input"].on_disk
    for one, other in zip(in_ram, on_disk.train.batches(8), strict=True):
        np.testing.assert_array_equal(one, other.x)
    assert "converting" in lines[0]


def test_features_converted_before_are_known_as_well(tmp_path, disk):
    rows = [f"{n // 4},{-200 if n % 7 == 0 else n % 9},{'XY'[n % 2]}" for n in range(80)]
    (tmp_path / "a.csv").write_text("\n".join(["s,a,t", *rows]))
    config = loaded(tmp_path / "a.csv", tag="t", sequence="s", features=["a"])
    in_ram = load_dataset(config).card
    assert "-200 stands 12 times in column 'a'" in " ".join(in_ram.notes)
    disk()
    assert load_dataset(config, disk.place).card == in_ram
    assert load_dataset(config, disk.place).card == in_ram


def test_several_inputs(table):
    options = {**COLUMNS, "features": ["a"], "characters": True}
    config = loaded(table, layers=["dense"], **options)
    dataset = load_dataset(config)
    batch = next(iter(dataset.train.batches(8)))
    assert set(batch.x) == {"input", "characters", "features"}
    assert batch.x["characters"].shape == (*batch.x["input"].shape, 3)
    assert batch.x["features"].shape == (*batch.x["input"].shape, 1)
    known = outline(config)
    assert known == facts(config, dataset.preprocessing)
    assert {name: one.time for name, one in known.beside.items()} == {
        "characters": "nested",
        "features": "shared",
    }


def test_long_sequences_are_read_in_pieces_of_like_length(table):
    part = load_dataset(loaded(table, max_length=4, **COLUMNS)).train
    assert set(part.piece_lengths.tolist()) == {1, 2, 3, 4}
    assert np.array_equal(np.sort(np.concatenate(list(part.plan(4)))), part.index)


def test_a_column_says_the_part(table):
    dataset = load_dataset(loaded(table, **COLUMNS, split={"column": "part"}))
    assert {name: len(part) for name, part in dataset.parts.items()} == {
        "train": 24,
        "validation": 10,
        "test": 6,
    }
    assert dataset.separation.startswith("column 'part' says the part")


def test_rows_are_sorted_by_time_within_a_sequence(tmp_path):
    rows = ["s,w,t,at", "1,b,X,2", "2,c,Y,1", "1,a,Y,1", "1,c,X,3", "2,a,Y,0", "3,a,X,0"]
    (tmp_path / "a.csv").write_text("\n".join(rows))
    config = loaded(tmp_path / "a.csv", **COLUMNS, time="at", min_count=1, split={})
    rows = load_dataset(config).train.rows
    assert "".join(rows.tokens["w"].symbols[code] for code in rows.tokens["w"].codes) == "abcaca"
    assert rows.order.tolist() == [2, 0, 3, 4, 1, 5]


def test_conllu_sentences_need_no_sequence(tmp_path):
    path = write_conllu(tmp_path / "a.conllu")
    dataset = load_dataset(loaded(path, token="form", tag="upos"))
    assert sum(map(len, dataset.parts.values())) == 40
    assert "drawn by its content" in dataset.separation


def test_each_file_counts_its_sentences_anew(tmp_path):
    for name, count in (("a", 5), ("b", 3)):
        write_conllu(tmp_path / f"{name}.conllu", count)
    config = loaded(tmp_path / "*.conllu", token="form", tag="upos", min_count=1, split={})
    rows = load_dataset(config).train.rows
    assert rows.lengths.tolist() == [1, 2, 3, 4, 5, 1, 2, 3]


def test_new_rows_are_read_as_the_run_read_its_own(table, tmp_path):
    config = loaded(table, **COLUMNS)
    kept = load_dataset(config).preprocessing
    (tmp_path / "new.csv").write_text("s,w\n1,boy\n1,new\n")
    part = read_new(tmp_path / "new.csv", config, kept, tagged=False)
    [batch] = part.batches(1)
    assert batch.x[0, 1] == 1
    assert batch.x[0, 0] > 1
    assert part.y.tolist() == [-1, -1]
    with pytest.raises(ColumnError, match=r"has no column 't' \(data.tag\)"):
        read_new(tmp_path / "new.csv", config, kept)
    (tmp_path / "new.csv").write_text("s,w,t\n1,boy,Z\n")
    with pytest.raises(DataError, match="unknown label 'Z': the run's classes are 'B-x', 'I-x'"):
        read_new(tmp_path / "new.csv", config, kept)


def test_rows_of_a_new_file_that_are_left_out_are_told(table, tmp_path):
    config = loaded(table, **COLUMNS, format={"bad_rows": "skip"})
    kept = load_dataset(config).preprocessing
    (tmp_path / "new.csv").write_text("s,w\n1,boy\n1\n")
    part = read_new(tmp_path / "new.csv", config, kept, tagged=False)
    assert part.rows.notes[0].startswith("1 row left out (format.bad_rows: skip)")


def test_the_card_counts_tags(table):
    card = load_dataset(loaded(table, **COLUMNS)).card
    assert np.sum([part.classes for part in card.parts], axis=0).tolist() == [39, 26, 71]
    assert card.classes == ("B-x", "I-x", "O")
    assert card.lengths == (1, 6)


def test_the_audit_finds_a_sequence_and_a_subject_in_two_parts(tmp_path):
    rows = ["s,w,t,p,who", "1,a,X,train,u", "2,b,Y,train,u", "3,a,Y,test,u", "4,b,X,test,v"]
    (tmp_path / "a.csv").write_text("\n".join(rows))
    split = {"column": "p", "group": "who"}
    dataset = load_dataset(loaded(tmp_path / "a.csv", **COLUMNS, split=split, min_count=1))
    found = {finding.check: finding.text for finding in dataset.audited.findings}
    assert found["copies"].startswith("2 of 2 test sequences, number 1, 2, are equal to one")
    assert found["subjects"].startswith("1 of the 2 values of column 'who' in the test part")


def test_a_feature_that_tells_the_tag_is_found(tmp_path):
    rows = [f"{n // 4},{n % 3},{n * 7 % 5},{'abc'[n % 3]}" for n in range(120)]
    (tmp_path / "a.csv").write_text("s,x,y,t\n" + "\n".join(rows))
    dataset = load_dataset(loaded(tmp_path / "a.csv", tag="t", sequence="s"))
    [finding] = [f for f in dataset.audited.findings if f.check == "labels"]
    assert "feature 'x' alone tells the label" in finding.text


def test_tags_that_only_held_back_sequences_have_are_noted(tmp_path):
    rows = ["s,w,t,p", *(f"{n},a,{'XY'[n % 2]},train" for n in range(4)), "9,a,Z,test"]
    (tmp_path / "a.csv").write_text("\n".join(rows))
    config = loaded(tmp_path / "a.csv", **COLUMNS, split={"column": "p"})
    note = "held-back sequences have tags that none of training has: 'Z'"
    assert note in load_dataset(config).notes
    assert note in outline(config).notes


def test_a_limit_and_class_weights(table):
    values = config_of(table, **COLUMNS, limit=5)
    values["training"]["class_weight"] = {"O": 2.5}
    dataset = load_dataset(load_config(values).config)
    assert len(dataset.train) == 5
    batch = next(iter(dataset.train.batches(5)))
    expected = batch.valid * np.where(batch.y == 2, 2.5, 1)
    np.testing.assert_array_equal(batch.weight, expected.astype(np.float32))
    assert dataset.test.weight is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"token": "w", "sequence": "s"}, "name the column with the tag in data.tag"),
        ({"token": "w", "tag": "t"}, "what tells the sequences apart in data.sequence"),
        ({**COLUMNS, "token": "v"}, "has no column 'v'"),
        ({**COLUMNS, "features": ["t", "a"]}, "the model would read the answer"),
        ({**COLUMNS, "split": {"group": "w"}}, "sequence has one"),
        ({**COLUMNS, "token": ["w", "input"]}, "has no column 'input'"),
    ],
)
def test_what_does_not_fit(table, options, message):
    with pytest.raises(DataError, match=message):
        outline(loaded(table, **options))


def test_members_do_not_depend_on_other_sequences(table):
    config = loaded(table, **COLUMNS)
    whole = load_dataset(config)
    more = write_csv(table.with_name("more.csv"), 60)
    larger = load_dataset(loaded(more, **COLUMNS))

    def named(dataset):
        rows = dataset.train.rows
        return {p: set(rows.names[part.members]) for p, part in dataset.parts.items()}

    for part, names in named(whole).items():
        assert names <= named(larger)[part]
    assert dataclasses.replace(whole.train, members=np.array([0])).lengths.tolist() == [1]
