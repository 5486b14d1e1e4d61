"""A folder of MIDI files <-> piano rolls: frames of 88 keys, 1 where a key sounds.

mido reads and writes the files: it comes with the extra `music`, and is imported only here.
"""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.files import checksum
from rnnkit.data.ram import is_large
from rnnkit.data.sequences import Sequences
from rnnkit.errors import DataError

KEYS = 88  # of a piano
LOWEST = 21  # the MIDI number of its lowest key, A0; the highest is C8, 108
DRUMS = 9  # the channel whose notes are drums, counted from 0
SUFFIXES = (".mid", ".midi")
PARTS = ("train", "validation", "test")
LONGEST = 86_400  # seconds of a file
MAX_BYTES = 1 << 20  # of a file; mido reads 50 kB a second

Roll = NDArray[np.uint8]  # (T, 88)


@dataclasses.dataclass(frozen=True)
class MidiFolder:
    """A folder of MIDI files, or one with folders train, validation and test of them."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def where(self) -> str:
        """What messages call it."""
        return str(self.path)

    def files(self) -> dict[str, list[Path]]:
        """The files of each part, by name; those of a flat folder are all for training.

        Raises:
            DataError: there are none, or one is larger than a tune can be.
        """
        folders = {part: self.path / part for part in PARTS if (self.path / part).is_dir()}
        found = {part: _midi_files(folder) for part, folder in folders.items()}
        if not found:
            found = {"train": _midi_files(self.path)}
        for part, files in found.items():
            if not files:
                folder = folders.get(part, self.path)
                raise DataError(f"{folder} has no MIDI files: expected names ending in .mid")
        if "train" not in found:
            raise DataError(f"{self.path} has no folder train: it has {', '.join(found)}")
        return found

    def checksum(self) -> str:
        """sha256 over the names and contents of all files."""
        found = [file for files in self.files().values() for file in files]
        names = "".join(f"{file.relative_to(self.path)}\n" for file in found)
        return hashlib.sha256((names + checksum(found)).encode()).hexdigest()

    def read(self, *, time_step: float) -> dict[str, Sequences]:
        """The piano rolls of each part.

        Raises:
            DataError: a file is damaged or has no notes, or there are too many frames.
        """
        parts, frames = {}, 0
        for part, files in self.files().items():
            rolls = []
            for file in files:
                rolls.append(read_roll(file, time_step=time_step))
                frames += len(rolls[-1])
                _refuse_large(frames, str(self.path), time_step)
            parts[part] = joined(rolls)
        return parts


def read_roll(path: Path, *, time_step: float) -> Roll:
    """The piano roll of a MIDI file: all its tracks together, drums and pedal left out.

    Begin and end are rounded to frames, of which every note takes one at least. A key struck
    again at once does not show.

    Args:
        path: the file.
        time_step: seconds a frame.

    Raises:
        DataError: damaged, no note of a piano, or too many frames.
    """
    mido = _mido()
    notes: list[tuple[float, float, int]] = []  # begin, end, key
    began: dict[tuple[int, int], float] = {}
    now = 0.0
    try:
        file = mido.MidiFile(path, clip=True)
        if file.ticks_per_beat <= 0:
            raise ValueError("it counts time in no parts of a beat; SMPTE times are not read")
        for message in file:
            now += message.time
            if message.type not in ("note_on", "note_off") or message.channel == DRUMS:
                continue
            place = (message.channel, message.note)
            if place in began:
                notes.append((began.pop(place), now, message.note - LOWEST))
            if message.type == "note_on" and message.velocity > 0:
                began[place] = now
    except (
        OSError, EOFError, ValueError, LookupError, TypeError, mido.KeySignatureError
    ) as error:  # fmt: skip
        reason = str(error) or "it ends too early"
        raise DataError(f"{path}: not a MIDI file that can be read: {reason}") from None
    if now > LONGEST:  # a few bytes can claim years of silence
        raise DataError(f"{path}: it lasts {now:,.0f} seconds, more than {LONGEST:,}")
    notes += [(begin, now, note - LOWEST) for (_, note), begin in began.items()]  # never ended
    notes = [note for note in notes if 0 <= note[2] < KEYS]
    if not notes:
        raise DataError(f"{path} has no notes of a piano, {LOWEST} to {LOWEST + KEYS - 1}")
    return _roll(notes, time_step, str(path))


def write_midi(path: Path, roll: NDArray[Any], *, time_step: float) -> None:
    """Write frames (T, 88) of 0 and 1 as a MIDI file; frames in a row are one long note."""
    mido = _mido()
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


def _roll(notes: list[tuple[float, float, int]], time_step: float, where: str) -> Roll:
    first = min(begin for begin, _, _ in notes)  # silence before the music is left out
    spans = []
    for begin, end, key in notes:
        start = round((begin - first) / time_step)
        spans.append((start, max(start + 1, round((end - first) / time_step)), key))
    frames = max(stop for _, stop, _ in spans)
    _refuse_large(frames, where, time_step)
    roll = np.zeros((frames, KEYS), np.uint8)
    for start, stop, key in spans:
        roll[start:stop, key] = 1
    return roll


def _refuse_large(frames: int, where: str, time_step: float) -> None:
    """Rolls are copied twice on their way to the model."""
    if is_large(frames * KEYS):
        raise DataError(
            f"{where}: with data.time_step (={time_step:g}) seconds a frame it has {frames:,} "
            f"frames or more, {frames * KEYS:,} bytes: more than a quarter of this machine's "
            "RAM: set it higher"
        )


def joined(rolls: list[Roll]) -> Sequences:
    """Rolls (T, 88) end to end."""
    return Sequences.of_lengths(np.concatenate(rolls), np.array([len(r) for r in rolls], np.intp))


def _midi_files(folder: Path) -> list[Path]:
    found = [f for f in folder.iterdir() if f.suffix.lower() in SUFFIXES and f.is_file()]
    for file in found:
        if (size := file.stat().st_size) > MAX_BYTES:
            raise DataError(f"{file} has {size:,} bytes: a MIDI file has {MAX_BYTES:,} at most")
    return sorted(found)


def _mido() -> Any:
    try:
        import mido
    except ImportError:
        raise DataError("MIDI files need the package mido: pip install 'rnnkit[music]'") from None
    return mido
