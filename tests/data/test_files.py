"""Sources that are there, and messages for those that are not."""

import dataclasses
import hashlib
from pathlib import Path

import pytest

from rnnkit.data import files
from rnnkit.datasets import EMBEDDED, GENERATED
from rnnkit.errors import DataError

BROUGHT = sorted({*EMBEDDED, *GENERATED})


def message_of(call, *arguments) -> str:
    with pytest.raises(DataError) as error:
        call(*arguments)
    return str(error.value)


def test_embedded_data_are_whole():
    for name, embedded in EMBEDDED.items():
        kinds = [Path(embedded.file).suffix]
        source = files.find_source(name, embedded.holds, kinds=kinds)
        assert (source.name, source.where) == (name, name)
        assert source.checksum() == embedded.sha256


def test_embedded_data_hold_what_is_read():
    assert message_of(files.find_source, "mnist", "a series") == (
        "'mnist', which rnnkit brings, holds images, not a series"
    )


def test_damaged_embedded_data_are_named(tmp_path):
    path = tmp_path / "mnist.npz"
    path.write_bytes(b"other")
    digest = hashlib.sha256(b"other").hexdigest()
    source = files.Source(path, "mnist", EMBEDDED["mnist"])
    assert message_of(source.checksum) == (
        f"{path}, which rnnkit brings, is damaged: its sha256 is {digest} instead of "
        f"{EMBEDDED['mnist'].sha256}: install rnnkit again"
    )
    path.unlink()
    assert message_of(source.checksum) == f"{path}: cannot be read: No such file or directory"


def test_a_file_by_path(tmp_path):
    path = tmp_path / "Train.CSV"
    path.write_bytes(b"a\n")
    source = files.find_source(str(path), "classification")
    assert source == files.Source(path, "Train.CSV")
    assert source.where == str(path)
    assert not source.is_arrays
    assert source.checksum() == hashlib.sha256(b"a\n").hexdigest()
    assert dataclasses.replace(source, path=tmp_path / "a.NPZ").is_arrays


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mnits", "there is no file {}. Did you mean 'mnist', which rnnkit brings?"),
        ("digits", f"there is no file {{}}. rnnkit brings: {', '.join(BROUGHT)}."),
        ("trian.csv", "there is no file {}. Did you mean 'train.csv'?"),
        ("train", "there is no file {}. Did you mean 'train.csv'?"),
        ("other.npz", "there is no file {}."),
        ("nowhere/train.csv", "there is no file {}."),
        ("train.csv/x.csv", "there is no file {}."),
        ("folder", "{} is a folder: name one file in it"),
        (
            "a.txt",
            "{}: cannot read '.txt' files: expected .npz, .csv, .tsv, .parquet, .jsonl, .json, "
            ".arrow, .feather, .xlsx, .ods, .sqlite, .ts, .arff, .conllu or .conll",
        ),
        ("empty.csv", "{} is empty"),
    ],
)
def test_files_that_cannot_be_used(tmp_path, name, message):
    (tmp_path / "train.csv").write_text("a,b\n1,2\n")
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "folder").mkdir()
    assert message_of(files.find_file, tmp_path / name) == message.format(tmp_path / name)


def test_tables_of_a_folder_or_a_pattern(tmp_path):
    for name in ("b.csv", "a.csv", "c.txt"):
        (tmp_path / name).write_text("x\n1\n")
    found = [tmp_path / "a.csv", tmp_path / "b.csv"]
    assert files.find_files(tmp_path) == files.find_files(tmp_path / "*.csv") == found
    assert files.find_files(tmp_path / "?.csv") == found
    source = files.find_source(str(tmp_path / "*.csv"), "a series")
    assert (source.files, source.name) == (tuple(found), "*.csv")
    assert source.checksum() == files.checksum(found)
    (tmp_path / "a[1].csv").write_text("x\n1\n")  # a name, and no pattern
    assert files.find_files(tmp_path / "a[1].csv") == [tmp_path / "a[1].csv"]
    assert "none that fits this pattern" in message_of(files.find_files, tmp_path / "*.parquet")
    (tmp_path / "d.jsonl").write_text("{}\n")
    said = message_of(files.find_files, tmp_path)
    assert said == f"{tmp_path}: files of several kinds, .csv or .jsonl: name one kind, as in *.csv"
    assert "cannot read '.txt' files" in message_of(files.find_files, tmp_path / "c.t*")


def test_a_list_is_one_table_in_its_order(tmp_path):
    for name in ("b.csv", "a1.csv", "a2.csv", "c.parquet"):
        (tmp_path / name).write_text("x\n1\n")
    listed = [str(tmp_path / "b.csv"), str(tmp_path / "a*.csv")]
    source = files.find_source(listed, "a series")
    assert [file.name for file in source.files] == ["b.csv", "a1.csv", "a2.csv"]
    assert source.name == "b.csv and 2 other files"
    assert source.checksum() == hashlib.sha256(b"x\n1\n" * 3).hexdigest()
    twice = message_of(files.find_source, [*listed, listed[0]], "a series")
    assert twice == "data.source names 'b.csv' more than once: its rows would be too"
    kinds = message_of(files.find_source, [*listed, str(tmp_path / "c.parquet")], "a series")
    assert "files of several kinds, .csv or .parquet" in kinds
    missing = message_of(files.find_source, [str(tmp_path / "a9.csv"), *listed], "a series")
    assert "a9.csv. Did you mean" in missing
