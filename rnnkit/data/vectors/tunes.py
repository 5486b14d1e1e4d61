"""A folder of MIDI files and of tunes in ABC notation, or one file of these -> piano rolls."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path

from rnnkit.data.files import checksum, read_bytes
from rnnkit.data.left_out import LeftOut
from rnnkit.data.sequences import Sequences
from rnnkit.data.splits import PARTS
from rnnkit.data.vectors import midi
from rnnkit.data.vectors.midi import Roll, Sounding, joined, refuse_large, roll_of
from rnnkit.errors import DataError
from rnnkit.music import Tune, read_tunes

ABC = ".abc"
MIDI = (".mid", ".midi")
WHOLE_NOTE = 2.0  # seconds of ABC, so that a frame is the same part of a bar at every tempo


@dataclasses.dataclass(frozen=True)
class TuneFolder:
    """A folder of such files, one with folders train, validation and test of them, or an .abc."""

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
            DataError: there are none.
        """
        if self.path.is_file():
            return {"train": [self.path]}
        folders = {part: self.path / part for part in PARTS if (self.path / part).is_dir()}
        found = {part: _files_in(folder) for part, folder in folders.items()}
        if not found:
            found = {"train": _files_in(self.path)}
        for part, files in found.items():
            if not files:
                folder = folders.get(part, self.path)
                raise DataError(f"{folder} has no tunes: expected names ending in .mid or .abc")
        if "train" not in found:
            raise DataError(f"{self.path} has no folder train: it has {', '.join(found)}")
        return found

    def checksum(self) -> str:
        """sha256 over the names of all files and the contents of those that can be tunes."""
        found = [file for files in self.files().values() for file in files]
        names = "".join(f"{file.relative_to(self.path)}\n" for file in found)
        read = [f for f in found if f.suffix.lower() == ABC or f.stat().st_size <= midi.MAX_BYTES]
        return hashlib.sha256((names + checksum(read)).encode()).hexdigest()

    def read(self, *, time_step: float) -> tuple[dict[str, Sequences], LeftOut]:
        """The piano rolls of each part, and the tunes that have none.

        Raises:
            DataError: a part has no tune that can be read, or there are too many frames.
        """
        left_out = LeftOut()
        parts, frames = {}, 0
        for part, files in self.files().items():
            rolls: list[Roll] = []
            for place, notes in _tunes_of(files, left_out):
                rolls.append(roll_of(notes, time_step=time_step, where=place))
                frames += len(rolls[-1])
                refuse_large(frames, str(self.path), time_step)
            if not rolls:
                raise DataError(f"{self.path}: {left_out.sentence('cannot be read')}")
            parts[part] = joined(rolls)
        return parts, left_out


def are_tunes(path: Path) -> bool:
    """Whether there is a folder, or a file of tunes in ABC notation."""
    return path.is_dir() or (path.is_file() and path.suffix.lower() == ABC)


def _files_in(folder: Path) -> list[Path]:
    found = [f for f in folder.iterdir() if f.suffix.lower() in (*MIDI, ABC) and f.is_file()]
    return sorted(found)


def _tunes_of(files: list[Path], left_out: LeftOut) -> Iterator[tuple[str, list[Sounding]]]:
    """The place and the notes of every tune that can be read."""
    for path in files:
        if path.suffix.lower() == ABC:
            yield from _of_abc(path, left_out)
            continue
        left_out.total += 1
        midi.load_mido()
        try:
            notes = midi.read_notes(path)
        except DataError as error:
            left_out.add(str(path), str(error).removeprefix(f"{path}: "))
        else:
            yield str(path), notes


def _of_abc(path: Path, left_out: LeftOut) -> Iterator[tuple[str, list[Sounding]]]:
    for line, tune in read_tunes(read_bytes(path).decode(errors="replace")):  # of titles
        left_out.total += 1
        place = f"{path}:{line}"
        if tune.unread:
            left_out.add(place, tune.why_not)
        else:
            yield place, _seconds(tune)


def _seconds(tune: Tune) -> list[Sounding]:
    return [
        (WHOLE_NOTE * float(n.start), WHOLE_NOTE * float(n.start + n.length), n.pitch)
        for n in tune.notes
    ]
