"""Folders of tunes, some of which cannot be read."""

from pathlib import Path

import numpy as np
import pytest

from rnnkit.data.left_out import LeftOut
from rnnkit.data.vectors.midi import LOWEST
from rnnkit.data.vectors.tunes import TuneFolder
from rnnkit.errors import DataError
from rnnkit.tasks.next_frame.dataset import load_dataset, outline, read_new
from tests.tasks.next_frame.test_dataset import config_of, load

TWO = 'X:1\nT:one\nM:2/4\nL:1/8\nQ:1/4=60\nK:D\n"D"DF [Ac]2|\n\nX:2\nK:C\nC2E2|\n'


def keys(roll: np.ndarray) -> list[list[int]]:
    """The keys that sound in each frame."""
    return [(np.flatnonzero(frame) + LOWEST).tolist() for frame in roll]


def test_tunes_in_abc_become_rolls_at_one_tempo(tmp_path: Path) -> None:
    (tmp_path / "a.abc").write_text(TWO)
    dataset = load(tmp_path, time_step=0.25)
    assert dataset.train.lengths.tolist() == [4, 4]
    frames = dataset.train.frames(slice(None))
    assert keys(frames[0]) == [[62], [66], [69, 73], [69, 73]]
    assert keys(frames[1]) == [[60], [60], [64], [64]]
    assert dataset.notes == ()


def test_a_file_of_tunes_is_a_source_too(tmp_path: Path) -> None:
    path = tmp_path / "a.abc"
    path.write_text(TWO)
    dataset = load(path, time_step=0.25)
    assert dataset.train.lengths.tolist() == [4, 4]
    new = read_new(path, config_of(path, time_step=0.25), dataset.preprocessing)
    assert keys(new.frames(slice(None))[1]) == [[60], [60], [64], [64]]


def test_what_cannot_be_read_is_left_out_and_said(tmp_path: Path) -> None:
    more = "X:3\nK:H\nC|\n\nX:4\nK:C\nz4|\n\nX:5\nK:G\nw: la\n"
    (tmp_path / "a.abc").write_text(f"{TWO}\n{more}")
    (tmp_path / "b.mid").write_bytes(b"MThd nonsense")
    config = config_of(tmp_path)
    [note] = outline(config).notes
    assert note.startswith(f"{tmp_path}: 4 of 6 tunes are left out: ")
    assert f"no notes (2, the first at {tmp_path}/a.abc:17)" in note
    assert f"K:H is not a key like G, Dm or Bb (at {tmp_path}/a.abc:13)" in note
    assert f"(at {tmp_path}/b.mid)" in note
    dataset = load_dataset(config)
    assert (len(dataset.train), dataset.notes) == (2, (note,))
    with pytest.raises(DataError, match="4 of 6 tunes cannot be read: no notes"):
        read_new(tmp_path, config, dataset.preprocessing)


def test_a_folder_without_a_readable_tune(tmp_path: Path) -> None:
    (tmp_path / "a.abc").write_text("Only words\n\nX:1\nK:C\nz|\n")
    with pytest.raises(DataError, match="1 of 1 tune cannot be read: no notes"):
        TuneFolder(tmp_path).read(time_step=0.1)


def test_many_reasons_are_counted() -> None:
    left_out = LeftOut(9)
    for number, reason in enumerate("aabcdef"):
        left_out.add(f"t.abc:{number}", reason)
    assert left_out.sentence("are left out") == (
        "7 of 9 tunes are left out: a (2, the first at t.abc:0); b (at t.abc:2); c (at t.abc:3); "
        "d (at t.abc:4); 2 more for other reasons"
    )
