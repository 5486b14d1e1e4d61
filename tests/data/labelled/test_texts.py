"""Texts of a column or of files -> examples of ids."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rnnkit.data.labelled import tables
from rnnkit.data.labelled.examples import NOT_READ, Examples, Labels
from rnnkit.data.labelled.section import LabelledData
from rnnkit.data.labelled.text_leaks import audit
from rnnkit.data.labelled.texts import Texts, as_texts, choose_vocabulary, notes_on, read_texts
from rnnkit.data.tokens.splitting import Splitter
from rnnkit.errors import ColumnError, DataError

WRITTEN = ["so good", "so bad", "good", "so so"]


def texts_of(written: list[str], *, level="word", labels=None, **options) -> Texts:
    codes = np.arange(len(written)) % 2 if labels is None else np.array(labels)
    labelled = Labels(codes.astype(np.intp), ("no", "yes"))
    known = Examples(NOT_READ, labelled, **options)
    return read_texts(written, known, Splitter(level), lambda row: f"row {row + 1}", where="a.csv")


def section(**options) -> LabelledData:
    return LabelledData(source="a.csv", text="said", label="kind", **options)


def ids_of(texts: Texts) -> list[list[int]]:
    s = texts.sequences
    return [s.values[a : a + n, 0].tolist() for a, n in zip(s.starts, s.lengths, strict=True)]


def test_ids_are_places_in_the_vocabulary_after_padding() -> None:
    texts = texts_of(WRITTEN)
    known = choose_vocabulary(texts, section(min_count=2), "a.csv")
    assert known.tokens == ("<unk>", "so", "good")  # by frequency; `bad` stands once
    assert ids_of(texts.encoded(known)) == [[2, 3], [2, 1], [3], [2, 2]]
    assert texts.encoded(known).written.tolist() == WRITTEN


def test_only_the_training_part_counts() -> None:
    texts = texts_of(WRITTEN)
    train = texts.take(np.array([2, 3]))
    assert choose_vocabulary(train, section(min_count=1), "a.csv").tokens == ("<unk>", "so", "good")
    assert choose_vocabulary(train, section(min_count=2), "a.csv").tokens == ("<unk>", "so")
    assert ids_of(train) == [[1], [0, 0]]


def test_characters_stand_in_the_order_of_unicode() -> None:
    texts = texts_of(["ba", "ab"], level="character")
    known = choose_vocabulary(texts, section(level="character"), "a.csv")
    assert known.tokens == ("<unk>", "a", "b")
    assert ids_of(texts.encoded(known)) == [[3, 2], [2, 3]]


def test_equal_texts_have_one_key_whatever_stands_before_them() -> None:
    """It decides the part: a name has no say, nor the order of a file."""
    texts = texts_of(["a b", "b  a", "a b "], names=np.array(["x", "y", "z"], object))
    assert texts.keys[0] == texts.keys[2] != texts.keys[1]
    assert texts_of(["z", "a b"]).keys[1] == texts.keys[0]
    assert texts.looked_at is texts


def test_a_text_without_a_token() -> None:
    with pytest.raises(DataError, match=r"^row 2: a text without a word \(2 such texts\)"):
        texts_of(["a", " ", "b", ""])


def test_notes_say_what_is_cut_and_in_what_form_it_was_written() -> None:
    texts = texts_of(["e\u0301 a a", "a"])
    found = notes_on({"train": texts}, section(max_length=2, truncating="post"), "a.csv")
    assert found[0].startswith("a.csv: some letters are written in another form than Unicode's NFC")
    assert found[1] == (
        "a.csv: 1 of 2 texts are longer than data.max_length (=2) and lose their end"
    )
    assert notes_on({"train": texts_of(["a b"])}, section(), "a.csv") == []
    [runs] = notes_on({"train": texts_of(["我喜欢这部电影"])}, section(), "a.csv")
    assert "1 of 1 different word stand in scripts without spaces" in runs


def read(path: Path, **options):
    data = LabelledData(source=str(path), label="kind", text="said", **options)
    return tables.read_parts([path], data, ids=True)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_column_of_every_kind_of_table(tmp_path: Path, suffix: str) -> None:
    frame = pd.DataFrame({"n": [1, 2], "said": ['so, "so"', "007"], "kind": ["no", "yes"]})
    path = tmp_path / f"a{suffix}"
    write = {".csv": frame.to_csv, ".parquet": frame.to_parquet}.get(suffix)
    if write:
        write(path, index=False)
    else:
        frame.to_json(path, orient="records", lines=True)
    found = read(path)
    assert as_texts(found.parts)["train"].written.tolist() == ['so, "so"', "007"]
    assert found.columns.features == ()
    assert [(c.name, c.role) for c in found.card.columns] == [("kind", "label"), ("said", "text")]
    assert found.card.unused == ("n",)


def test_parts_and_ids_of_a_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,said,kind,part\nx,a b,no,train\ny,b,yes,test\nz,a,yes,train\n")
    found = read(path, id="id", split={"column": "part"}).parts
    assert {part: texts.names.tolist() for part, texts in found.items()} == {
        "train": ["x", "z"], "test": ["y"],
    }  # fmt: skip
    path.write_text("id,said,kind\nx,a b,no\ny,b,yes\nx,a,yes\n")
    with pytest.raises(DataError, match=r"line 4: id 'x' has kind 'yes' here"):
        read(path, id="id")
    path.write_text("id,said,kind\nx,a b,no\ny,b,yes\nx,a,no\n")
    with pytest.raises(DataError, match=r"line 4: id 'x' once more: a text is a row"):
        read(path, id="id")


def test_a_missing_column_and_a_missing_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sayd,kind\na,no\nb,yes\n")
    with pytest.raises(
        ColumnError, match=r"no column 'said' \(data\.text\). Did you mean 'sayd'\?"
    ):
        read(path)
    path.write_text("said,kind\na,no\n,yes\n")
    with pytest.raises(DataError, match=r"line 3, column 'said': "):
        read(path)
    path = tmp_path / "a.jsonl"
    path.write_text('{"said": "a", "kind": 0}\n{"said": ["b"], "kind": 1}\n')
    with pytest.raises(DataError, match=r"row 2, column 'said': a list or an object|line 2"):
        read(path)


def test_a_token_that_tells_a_class_is_found() -> None:
    good = [f"word{n} fine film" for n in range(15)]
    bad = [f"word{n} SPAM film" for n in range(15)]
    texts = texts_of(good + bad, labels=[0] * 15 + [1] * 15)
    found = audit({"train": texts}, {"train": texts}, ["no", "yes"], None)
    assert [(f.check, f.certain) for f in found.findings] == [("tokens", False)]
    assert found.texts[0].startswith("'fine', 'SPAM': in every text of one class")
    mixed = texts_of(good + bad, labels=[0, 1] * 15)
    assert not audit({"train": mixed}, {"train": mixed}, ["no", "yes"], None).findings


def test_a_text_in_two_parts_is_found() -> None:
    texts = texts_of(["a b", "c", "a  b"])
    parts = {"train": texts.take(np.array([0, 1])), "test": texts.take(np.array([2]))}
    [finding] = audit({"train": texts}, parts, ["no", "yes"], None).findings
    assert finding.check == "copies"
    assert finding.text.startswith("1 of 1 test example, number 1, are equal to one")
