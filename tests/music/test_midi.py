"""Tunes as MIDI: every note where it belongs, and a clear message without mido."""

import sys
from pathlib import Path

import mido
import pytest

from rnnkit.errors import RunError
from rnnkit.music import read_tune
from rnnkit.music.midi import TICKS, write_midi

HEAD = "X:1\nT:Für\nM:3/4\nL:1/8\nQ:1/4=90\nK:G\n"


def events(path: Path) -> list[tuple[int, str, int]]:
    """(tick, kind, note) of every note message."""
    now, found = 0, []
    for message in mido.MidiFile(path).tracks[0]:
        now += message.time
        if message.type in ("note_on", "note_off"):
            found.append((now, message.type, message.note))
    return found


def test_notes_at_their_ticks(tmp_path: Path) -> None:
    write_midi([read_tune(HEAD + "G2F2 z2|A3/2A/A4|]")], tmp_path / "a.mid")
    half = TICKS // 2
    assert events(tmp_path / "a.mid") == [
        (0, "note_on", 67), (2 * half, "note_off", 67),
        (2 * half, "note_on", 66), (4 * half, "note_off", 66),
        (6 * half, "note_on", 69), (7.5 * half, "note_off", 69),
        (7.5 * half, "note_on", 69), (8 * half, "note_off", 69),
        (8 * half, "note_on", 69), (12 * half, "note_off", 69),
    ]  # fmt: skip
    messages = {m.type: m for m in mido.MidiFile(tmp_path / "a.mid").tracks[0]}
    assert mido.tempo2bpm(messages["set_tempo"].tempo) == pytest.approx(90, abs=0.01)
    signature = messages["time_signature"]
    assert (signature.numerator, signature.denominator) == (3, 4)
    assert messages["marker"].text == "Für"


def test_tunes_follow_one_another_after_a_bar(tmp_path: Path) -> None:
    one = read_tune(HEAD + "G6|]")
    write_midi([one, one], tmp_path / "a.mid")
    ons = [tick for tick, kind, _ in events(tmp_path / "a.mid") if kind == "note_on"]
    assert ons == [0, 6 * TICKS]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written: No such file or directory"):
        write_midi([read_tune(HEAD + "G6|]")], tmp_path / "none" / "a.mid")


def test_without_mido(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mido", None)
    with pytest.raises(RunError, match=r"need mido: pip install 'rnnkit\[music\]'"):
        write_midi([read_tune(HEAD + "G6|]")], tmp_path / "a.mid")
