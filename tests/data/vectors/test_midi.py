"""MIDI files as piano rolls, and back."""

import builtins
import struct
from pathlib import Path

import numpy as np
import pytest

from rnnkit.data.vectors import midi
from rnnkit.data.vectors.midi import LOWEST, Roll, read_notes, roll_of, write_midi
from rnnkit.data.vectors.tunes import TuneFolder
from rnnkit.errors import DataError
from tests.tasks.next_frame.test_dataset import load, message_of

mido = pytest.importorskip("mido")


def save(path: Path, *messages: tuple[str, dict[str, int]], tempo: int = 500_000) -> Path:
    """480 ticks are a beat, of `tempo` microseconds."""
    file = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=tempo)])
    track.extend(mido.Message(kind, **values) for kind, values in messages)
    file.tracks.append(track)
    file.save(path)
    return path


def read_roll(path: Path, *, time_step: float) -> Roll:
    return roll_of(read_notes(path), time_step=time_step, where=str(path))


def note(number: int, begin: int, end: int) -> list[tuple[str, dict[str, int]]]:
    """One note after another; times in ticks since the message before."""
    return [
        ("note_on", {"note": number, "time": begin}),
        ("note_on", {"note": number, "velocity": 0, "time": end}),  # how many files end a note
    ]


def test_notes_fill_frames(tmp_path: Path) -> None:
    path = save(tmp_path / "a.mid", *note(60, 960, 480), *note(64, 0, 240))
    roll = read_roll(path, time_step=0.25)
    assert roll.shape == (3, 88)  # the silence in front is left out
    assert np.argwhere(roll).tolist() == [[0, 39], [1, 39], [2, 43]]


def test_tempo_counts(tmp_path: Path) -> None:
    path = save(tmp_path / "a.mid", *note(60, 0, 480), tempo=1_000_000)
    assert len(read_roll(path, time_step=0.25)) == 4


def test_short_notes_take_a_frame_and_drums_none(tmp_path: Path) -> None:
    drum = [("note_on", {"note": 40, "channel": 9}), ("note_off", {"note": 40, "channel": 9})]
    path = save(tmp_path / "a.mid", *drum, *note(21, 0, 1), *note(108, 479, 1), *note(20, 0, 9))
    assert np.argwhere(read_roll(path, time_step=0.5)).tolist() == [[0, 0], [1, 87]]


def test_there_and_back(tmp_path: Path) -> None:
    roll = (np.random.default_rng(1).random((12, 88)) < 0.1).astype(np.uint8)
    roll[0, 5] = 1
    write_midi(tmp_path / "a.mid", roll, time_step=0.125)
    again = read_roll(tmp_path / "a.mid", time_step=0.125)
    assert np.array_equal(again, roll[: len(again)])
    assert not roll[len(again) :].any()


def test_folder(tmp_path: Path) -> None:
    for part, key in (("train", 60), ("train", 62), ("test", 64)):
        (tmp_path / part).mkdir(exist_ok=True)
        save(tmp_path / part / f"{key}.mid", *note(key, 0, 480 * (key - 58)))
    dataset = load(tmp_path, time_step=0.5)
    assert dataset.description == (
        f"{tmp_path.name}: 2 train, 1 test; up to 6 frames of 88 features, bernoulli"
    )
    assert dataset.preprocessing.midi
    assert dataset.train.lengths.tolist() == [2, 4]
    assert dataset.test.frames(slice(None))[0, :, 64 - LOWEST].all()
    before = dataset.sha256
    save(tmp_path / "test" / "64.mid", *note(65, 0, 480))
    assert TuneFolder(tmp_path).checksum() != before


def test_folders_and_files_that_do_not_do(tmp_path: Path) -> None:
    assert "has no tunes: expected names ending in .mid or .abc" in message_of(tmp_path)
    (tmp_path / "a.mid").write_bytes(b"MThd nonsense")
    said = message_of(tmp_path)
    assert "1 of 1 tune cannot be read: not a MIDI file that can be read: " in said
    assert said.endswith(f"(at {tmp_path}/a.mid)")
    save(tmp_path / "a.mid")
    assert "cannot be read: no notes of a piano, 21 to 108 (at" in message_of(tmp_path)
    (tmp_path / "test").mkdir()
    save(tmp_path / "test" / "b.mid", *note(60, 0, 480))
    assert "has no folder train" in message_of(tmp_path)


SOUND = b"\x00\x90\x3c\x40\x60\x3c\x00"  # a key held for 96 ticks, its end in running status


def written(path: Path, *tracks: bytes, kind: int = 1, division: int = 96) -> Path:
    """A file of tracks, each as its bytes without the end, among chunks of other programs."""
    chunks = [b"MTrk" + struct.pack(">I", len(t) + 4) + t + b"\x00\xff\x2f\x00" for t in tracks]
    chunks = [b"XFIH\x00\x00\x00\x03abc", *chunks, b"junk\x00\x00\x00\x00"]
    head = b"MThd" + struct.pack(">IhhH", 6, kind, len(tracks), division)
    path.write_bytes(b"RIFF\x00\x00\x00\x00RMIDdata\x00\x00\x00\x00" + head + b"".join(chunks))
    return path


@pytest.mark.parametrize("kind", [0, 1])
def test_unknown_chunks_and_wrappings_are_passed_over(tmp_path: Path, kind: int) -> None:
    assert read_notes(written(tmp_path / "a.mid", SOUND, kind=kind)) == [(0.0, 0.5, 60)]


def test_tracks_of_format_2_follow_one_another(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mid", SOUND, SOUND, kind=2)
    assert read_notes(path) == [(0.0, 0.5, 60), (0.5, 1.0, 60)]


def test_times_in_frames_of_a_second(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mid", SOUND, division=0xE728)  # 25 frames of 40 ticks
    assert read_notes(path) == [(0.0, pytest.approx(0.096), 60)]


@pytest.mark.parametrize("control", [120, 123, 124, 127])
def test_all_notes_off_ends_the_notes_of_its_channel(tmp_path: Path, control: int) -> None:
    path = save(
        tmp_path / "a.mid",
        ("note_on", {"note": 60}),
        ("note_on", {"note": 64, "channel": 1}),
        ("control_change", {"control": control, "time": 480}),
        ("note_on", {"note": 62, "time": 480}),
        ("control_change", {"control": 7, "time": 480}),  # loudness
    )
    assert sorted(read_notes(path)) == [(0.0, 0.5, 60), (0.0, 1.5, 64), (1.0, 1.5, 62)]


@pytest.mark.parametrize(
    ("division", "before", "reason"),
    [
        (480, b"\x00\xff\x59\x02\x09\x00", "Could not decode key with 9 sharps"),
        (0, b"", "no parts of a beat"),
        (0xE700, b"", "no parts of a beat"),
    ],
)
def test_files_whose_notes_are_sound(
    tmp_path: Path, division: int, before: bytes, reason: str
) -> None:
    track = before + b"\x00\x90\x3c\x40\x60\x90\x3c\x00" + b"\x00\xff\x2f\x00"
    head = b"MThd" + struct.pack(">IhhH", 6, 1, 1, division)
    (tmp_path / "a.mid").write_bytes(head + b"MTrk" + struct.pack(">I", len(track)) + track)
    with pytest.raises(DataError, match=f"not a MIDI file that can be read: .*{reason}"):
        read_roll(tmp_path / "a.mid", time_step=0.1)


def test_more_frames_than_ram(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        save(tmp_path / f"{name}.mid", *note(60, 0, 480))
    monkeypatch.setattr(midi, "is_large", lambda size: size > 6 * 88)
    assert message_of(tmp_path, time_step=0.05).startswith(
        f"{tmp_path}/a.mid: with data.time_step (=0.05) seconds a frame it has 10 frames"
    )
    said = message_of(tmp_path, time_step=0.1)  # five frames each
    assert said.startswith(f"{tmp_path}: with data.time_step (=0.1)") and "10 frames" in said
    assert len(load(tmp_path, time_step=0.25).train) == 2


def test_without_mido(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "a.mid", *note(60, 0, 480))
    original = builtins.__import__

    def without(name: str, *arguments: object, **more: object) -> object:
        if name == "mido":
            raise ImportError
        return original(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DataError, match=r"pip install 'rnnkit\[music\]'"):
        read_roll(path, time_step=1.0)
