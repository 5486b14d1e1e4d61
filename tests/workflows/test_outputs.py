"""Which files a verb agrees to write, before it does any work."""

import os
from pathlib import Path

import pytest

from rnnkit.errors import OptionError
from rnnkit.workflows.outputs import check_outputs

TABLES = [".csv", ".jsonl", ""]


@pytest.mark.parametrize("name", ["p.xlsx", "p.csv.gz", "p.png"])
def test_an_ending_that_is_no_format(tmp_path: Path, name: str) -> None:
    with pytest.raises(OptionError, match=r"p\..*: its name must end in \.csv or \.jsonl$"):
        check_outputs({"output": tmp_path / name}, output=TABLES)


@pytest.mark.parametrize("name", ["p.csv", "P.JSONL", "p"])
def test_endings_that_are(tmp_path: Path, name: str) -> None:
    check_outputs({"output": tmp_path / name, "plot": None}, output=TABLES)


@pytest.mark.parametrize("option", ["image", "plot", "midi", "piano-roll"])
def test_what_is_no_file_needs_no_ending(tmp_path: Path, option: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    check_outputs({option: tmp_path / "pipe"})
    check_outputs({option: "/dev/null"})
    with pytest.raises(OptionError, match="must end in"):
        check_outputs({option: tmp_path / "p.xlsx"})


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(OptionError, match=r"a\.csv: is a folder: name a file in it"):
        check_outputs({"output": tmp_path / "a.csv"}, output=TABLES)


def test_a_name_that_is_too_long_for_any_folder(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="there is no folder"):
        check_outputs({"output": tmp_path / ("x" * 300) / "a.csv"}, output=TABLES)
