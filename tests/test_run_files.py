"""The files of a run are read, or refused with the place that is wrong."""

import json
from pathlib import Path

import pytest

from rnnkit.errors import RunError
from rnnkit.run_files import read_json, read_metadata, read_numbers


@pytest.mark.parametrize("text", ["[]", "", "{", "[" * 100_000, '{"a": "\\ud800"}', "\udcff"])
def test_what_is_no_json_object(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(RunError, match=r"a\.json: (cannot be read|not a JSON object)"):
        read_json(path)


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    for read in (read_json, read_metadata, read_numbers):
        with pytest.raises(RunError):
            read(tmp_path)


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"seconds": "long"}, "seconds"),
        ({"data": {"source": "a"}}, "data.sha256"),
        ({"versions": []}, "versions"),
        ({"data": None}, "data"),
        ({"command": "rnnkit"}, "command"),
        ({"epochs": 1.5}, "epochs"),
    ],
)
def test_metadata_of_other_types(tmp_path: Path, values: dict[str, object], place: str) -> None:
    (tmp_path / "run.json").write_text(json.dumps(values))
    with pytest.raises(RunError, match=rf"run\.json: damaged: {place}: "):
        read_metadata(tmp_path / "run.json")


@pytest.mark.parametrize("text", ["epoch,loss\n1,often\n", "epoch\n1,2\n", "a,b\n1\n", "a\n\x00\n"])
def test_tables_that_are_not_of_numbers(tmp_path: Path, text: str) -> None:
    (tmp_path / "history.csv").write_text(text)
    with pytest.raises(RunError, match=r"history\.csv: damaged: "):
        read_numbers(tmp_path / "history.csv")
    assert read_numbers(tmp_path / "nothing.csv") == []
