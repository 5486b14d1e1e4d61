"""Tunes -> a standard MIDI file, through mido, which the extra `music` brings."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from rnnkit.errors import RunError
from rnnkit.files import replacing
from rnnkit.music.tune import Tune

TICKS = 480  # a quarter note; halves, thirds and sixteenths of it are whole
VELOCITY = 80  # of 127: how hard a key is struck


def write_midi(tunes: Sequence[Tune], path: str | Path) -> None:
    """Write tunes one after the other, a bar of silence between two, to play or to edit.

    Args:
        tunes: at least one; each brings its own tempo, metre and key.
        path: the .mid to write.

    Raises:
        RunError: mido is not installed, or the file cannot be written.
    """
    mido = _mido()
    track = mido.MidiTrack()
    begin = Fraction(0)
    events: list[tuple[int, int, Any]] = []  # (tick, order at a tick, message)
    for tune in tunes:
        events += [(_ticks(begin), 1, message) for message in _signs(mido, tune)]
        for note in tune.notes:
            on, off = _ticks(begin + note.start), _ticks(begin + note.start + note.length)
            key = {"note": note.pitch, "velocity": VELOCITY}
            events.append((on, 2, mido.Message("note_on", **key)))
            events.append((off, 0, mido.Message("note_off", note=note.pitch)))
        begin += tune.length + (tune.header.bar or 1)
    now = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    file = mido.MidiFile(type=0, ticks_per_beat=TICKS)
    file.tracks.append(track)
    with replacing(Path(path)) as temporary:
        file.save(str(temporary))


def _signs(mido: Any, tune: Tune) -> list[Any]:
    """What stands above the notes, as messages."""
    numerator, denominator = tune.header.metre or (4, 4)  # MIDI's own without another
    title = tune.header.title.encode("latin-1", "replace").decode("latin-1")  # MIDI's own text
    signs = [
        mido.MetaMessage("marker", text=title),
        mido.MetaMessage("set_tempo", tempo=round(60e6 / (4 * tune.header.tempo))),
    ]
    if denominator & (denominator - 1) == 0 and numerator < 256:  # what MIDI can say
        metre = {"numerator": numerator, "denominator": denominator}
        signs.append(mido.MetaMessage("time_signature", **metre))
    return signs


def _ticks(whole_notes: Fraction) -> int:
    return round(4 * TICKS * whole_notes)


def _mido() -> Any:
    try:
        import mido
    except ImportError:
        raise RunError("MIDI files need mido: pip install 'rnnkit[music]'") from None
    return mido
