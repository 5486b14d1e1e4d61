"""A MIDI file -> its notes; notes -> a piano roll, frames of 88 keys; a roll -> a MIDI file.

mido reads and writes the files: it comes with the extra `music`, and is imported only here.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.files import read_bytes
from rnnkit.data.ram import is_large
from rnnkit.data.sequences import Sequences
from rnnkit.errors import DataError

DRUMS = 9  # the channel whose notes are drums, counted from 0
SILENCING = (120, *range(123, 128))  # controllers that end all notes of a channel
LONGEST = 86_400  # seconds of a file
MAX_BYTES = 1 << 20  # of a file; mido reads 50 kB a second
TEMPO = 500_000  # microseconds a beat, where a file says nothing
KEYS = 88  # of a piano
LOWEST = 21  # the MIDI number of its lowest key, A0; the highest is C8, 108

Roll = NDArray[np.uint8]  # (T, 88)
Sounding = tuple[float, float, int]  # begin and end in seconds, and the MIDI number of a key


def roll_of(notes: Sequence[Sounding], *, time_step: float, where: str) -> Roll:
    """The roll of notes that a piano has.

    Begin and end are rounded to frames, of which every note takes one at least. A key struck
    again at once does not show. Silence before the music is left out.

    Args:
        notes: at least one.
        time_step: seconds a frame.
        where: the tune, for messages.

    Raises:
        DataError: too many frames.
    """
    first = min(begin for begin, _, _ in notes)
    spans = []
    for begin, end, key in notes:
        start = round((begin - first) / time_step)
        stop = max(start + 1, round((end - first) / time_step))
        spans.append((start, stop, key - LOWEST))
    frames = max(stop for _, stop, _ in spans)
    refuse_large(frames, where, time_step)
    roll = np.zeros((frames, KEYS), np.uint8)
    for start, stop, key in spans:
        roll[start:stop, key] = 1
    return roll


def refuse_large(frames: int, where: str, time_step: float) -> None:
    """Raise a DataError where rolls would not fit the RAM, in which they are copied twice."""
    if is_large(frames * KEYS):
        raise DataError(
            f"{where}: with data.time_step (={time_step:g}) seconds a frame it has {frames:,} "
            f"frames or more, {frames * KEYS:,} bytes: more than a quarter of this machine's "
            "RAM: set it higher"
        )


def joined(rolls: Sequence[Roll]) -> Sequences:
    """Rolls (T, 88) end to end."""
    return Sequences.of_lengths(np.concatenate(rolls), np.array([len(r) for r in rolls], np.intp))


def read_notes(path: Path) -> list[Sounding]:
    """The notes of a MIDI file: all its tracks together, drums and pedal left out.

    A note that nothing ends sounds to the end of the file.

    Raises:
        DataError: damaged, or no note of a piano.
    """
    mido = load_mido()
    if (size := path.stat().st_size) > MAX_BYTES:
        raise DataError(f"{path}: {size:,} bytes: a MIDI file has {MAX_BYTES:,} at most")
    try:
        file = mido.MidiFile(file=io.BytesIO(_plain(read_bytes(path))), clip=True)
        notes, lasts = _played(mido, file)
    except (
        OSError, EOFError, ValueError, LookupError, TypeError, mido.KeySignatureError
    ) as error:  # fmt: skip
        reason = str(error) or "it ends too early"
        raise DataError(f"{path}: not a MIDI file that can be read: {reason}") from None
    if lasts > LONGEST:  # a few bytes can claim years of silence
        raise DataError(f"{path}: it lasts {lasts:,.0f} seconds, more than {LONGEST:,}")
    notes = [note for note in notes if LOWEST <= note[2] < LOWEST + KEYS]
    if not notes:
        raise DataError(f"{path}: no notes of a piano, {LOWEST} to {LOWEST + KEYS - 1}")
    return notes


def write_midi(path: Path, roll: NDArray[Any], *, time_step: float) -> None:
    """Write frames (T, 88) of 0 and 1 as a MIDI file; frames in a row are one long note."""
    mido = load_mido()
    file = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack()
    file.tracks.append(track)
    ticks = time_step * 960  # 480 a beat, at MIDI's own 120 beats a minute
    padded = np.pad(np.asarray(roll) > 0.5, ((1, 1), (0, 0))).astype(np.int8)
    changes, keys = np.nonzero(np.diff(padded, axis=0))
    last = 0
    for frame, key in zip(changes.tolist(), keys.tolist(), strict=True):
        time = round(frame * ticks)
        kind = "note_on" if padded[frame + 1, key] else "note_off"
        note = key + LOWEST
        track.append(mido.Message(kind, note=note, velocity=64, time=time - last))
        last = time
    file.save(path)


def _plain(raw: bytes) -> bytes:
    """The header and the tracks alone: without a wrapping, and chunks that others have added."""
    raw = raw[max(0, raw.find(b"MThd")) :]
    if len(raw) < 14:
        return raw
    tracks = [chunk for name, chunk in _chunks(raw) if name == b"MTrk"]
    head = struct.pack(">4sI2sH2s", b"MThd", 6, raw[8:10], len(tracks), raw[12:14])
    return head + b"".join(tracks)


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The name of each chunk, and all its bytes."""
    place = 0
    while place + 8 <= len(raw):
        end = place + 8 + int.from_bytes(raw[place + 4 : place + 8], "big")
        yield raw[place : place + 4], raw[place:end]
        place = end


def _played(mido: Any, file: Any) -> tuple[list[Sounding], float]:
    """The notes, and how many seconds they take; the tracks of format 2 follow one another."""
    division = file.ticks_per_beat
    if division == 0 or (division < 0 and not division & 0xFF):
        raise ValueError("it counts time in no parts of a beat or of a second")
    notes: list[Sounding] = []
    now = 0.0
    for tracks in [[track] for track in file.tracks] if file.type == 2 else [file.tracks]:
        now = _play(mido.merge_tracks(tracks), division, now, notes)
    return notes, now


def _play(messages: Sequence[Any], division: int, now: float, notes: list[Sounding]) -> float:
    """Add the notes that begin at `now` seconds; when they are over."""
    began: dict[tuple[int, int], float] = {}  # by channel and key
    tempo = TEMPO

    def end(place: tuple[int, int]) -> None:
        if place in began:
            notes.append((began.pop(place), now, place[1]))

    for message in messages:
        now += message.time * _tick(division, tempo)
        if message.type == "set_tempo":
            tempo = message.tempo
        elif message.type in ("note_on", "note_off") and message.channel != DRUMS:
            place = (message.channel, message.note)
            end(place)
            if message.type == "note_on" and message.velocity > 0:
                began[place] = now
        elif message.type == "control_change" and message.control in SILENCING:
            for place in [place for place in began if place[0] == message.channel]:
                end(place)
    for place in list(began):
        end(place)
    return now


def _tick(division: int, tempo: int) -> float:
    """Seconds; a negative division holds frames a second, and ticks of a frame."""
    if division > 0:
        return tempo / 1e6 / division
    frames = -(division >> 8)
    return 1 / ((frames if frames != 29 else 30 / 1.001) * (division & 0xFF))


def load_mido() -> Any:
    try:
        import mido
    except ImportError:
        raise DataError("MIDI files need the package mido: pip install 'rnnkit[music]'") from None
    return mido
