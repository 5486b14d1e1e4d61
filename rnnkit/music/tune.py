"""The text of a tune in ABC notation -> its notes, and everything that is wrong with it.

Covered: notes A to g with octave marks , and ', accidentals ^ _ =, lengths 2 /2 3/2, rests z,
bars | || |] |: :|, ties -, broken rhythm > <, triplets (3, comments %. Not covered, and said so:
chords, grace notes, slurs, decorations, lyrics, second endings, fields between the notes.

A bar lasts what the metre says. The first and last bar of a part, which || |] |: and :| bound,
may be shorter: a pick-up and what it takes from the end. Notation: ABC standard 2.1,
https://abcnotation.com/wiki/abc:standard:v2.1.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator
from fractions import Fraction

from rnnkit.music.header import Header, read_header

MIDDLE_C = 60  # MIDI's number for C
LONGEST = 64  # times the unit of length, or parts of it
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ACCIDENTALS = {"^": 1, "_": -1, "=": 0}
_SYMBOL = re.compile(
    r"(?P<space>\s+)|(?P<bar>::|:\|\]?:?|\|\]|\|\||\|:|\|)|(?P<triplet>\(3(?![:\d]))"
    r"|(?P<broken>[<>])|(?P<tie>-)"
    r"|(?P<note>(?P<accidental>[\^_=]?)(?P<letter>[A-Ga-g])(?P<octave>[,']*)|z)"
    r"(?P<length>\d*(?:/+\d*)?)|(?P<other>.)"
)
_NAMES = {
    "[": "a chord", "{": "grace notes", "(": "a slur", ")": "a slur", '"': "a chord symbol",
    "!": "a decoration", "1": "a first ending", "2": "a second ending", ":": "a field",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Note:
    """One sounding note; times in whole notes from the start of the tune."""

    pitch: int  # MIDI: 60 is middle C
    start: Fraction
    length: Fraction


@dataclasses.dataclass(frozen=True)
class Tune:
    """What a text says, repeats played out; times in whole notes from the start.

    The notes of a tune with problems are those that could be read.
    """

    header: Header
    notes: tuple[Note, ...]
    bars: tuple[Fraction, ...]  # when each bar begins
    length: Fraction
    problems: tuple[str, ...]

    @property
    def valid(self) -> bool:
        return not self.problems


def split_tunes(text: str) -> list[str]:
    """The tunes of a file: what stands between blank lines, comments alone left out."""
    blocks = (block.strip("\n") for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")))
    return [b for b in blocks if any(line and line[0] != "%" for line in b.splitlines())]


def read_tune(text: str) -> Tune:
    """Read one tune; nothing is raised, whatever the text: `problems` says what is wrong."""
    lines = text.strip("\n").splitlines()
    header, count = read_header(lines)
    reader = _Reader(header)
    for line in lines[count:]:
        reader.read(line.split("%")[0])
    return reader.finish()


@dataclasses.dataclass
class _Sound:
    """A note or, where pitch is None, a rest, while its bar is being read."""

    pitch: int | None
    length: Fraction
    tied: bool = False  # to the next note


class _Reader:
    """Collects bars, then parts, then the tune."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.problems: list[tuple[int, str]] = []  # bar, what
        self.parts: list[list[list[_Sound]]] = [[]]  # parts of bars of sounds
        self.bar: list[_Sound] = []
        self.number = 1  # of the bar, for people: the pick-up is the first
        self.altered: dict[tuple[str, int], int] = {}  # accidentals hold to the end of the bar
        self.broken: str | None = None
        self.triplet = 0  # notes that it still covers

    def read(self, line: str) -> None:
        for symbol in _SYMBOL.finditer(line):
            kind = symbol.lastgroup if symbol["note"] is None else "note"
            if kind == "note":
                self._note(symbol)
            elif kind == "bar":
                self._end_bar()
                self._end_part(symbol[0])
            elif kind == "triplet":
                self.triplet = 3
            elif kind == "broken":
                self._break(symbol[0])
            elif kind == "tie":
                self._tie()
            elif kind == "other":
                self._say(f"not covered: {_NAMES.get(symbol[0], repr(symbol[0]))}")

    def finish(self) -> Tune:
        self._end_bar()
        self._end_part("||")
        written = [bar for part in self.parts for bar in part]
        if not any(sound.pitch is not None for bar in written for sound in bar):
            self._say("no notes", bar=0)
        elif not any(_lasts(bar) == self.header.bar for bar in written):
            self._say("no whole bar", bar=0)
        bars, start = [], Fraction(0)
        for bar in written:
            bars.append(start)
            start += _lasts(bar)
        notes = tuple(_joined(sound for bar in written for sound in bar))
        found = sorted(self.problems, key=lambda problem: problem[0])
        said = [f"bar {number}: {what}" if number else what for number, what in found]
        return Tune(self.header, notes, tuple(bars), start, (*self.header.problems, *said))

    def _note(self, symbol: re.Match[str]) -> None:
        length = self.header.unit * _length(symbol["length"])
        if not length:
            self._say(f"{symbol[0]} has no length that can be played")
            return
        if self.triplet:
            length *= Fraction(2, 3)
            self.triplet -= 1
        if self.broken:
            length *= Fraction(1, 2) if self.broken == ">" else Fraction(3, 2)
            self.broken = None
        self.bar.append(_Sound(None if symbol["letter"] is None else self._pitch(symbol), length))

    def _pitch(self, symbol: re.Match[str]) -> int:
        letter, octave = symbol["letter"].upper(), symbol["octave"]
        height = symbol["letter"].islower() + octave.count("'") - octave.count(",")
        if symbol["accidental"]:
            self.altered[letter, height] = _ACCIDENTALS[symbol["accidental"]]
        altered = self.altered.get((letter, height), self.header.signature.get(letter, 0))
        pitch = MIDDLE_C + 12 * height + _SEMITONES[letter] + altered
        if not 21 <= pitch <= 108:
            self._say(f"{symbol[0]} lies outside a piano's 88 keys")
        return min(max(pitch, 21), 108)

    def _break(self, sign: str) -> None:
        if not self.bar or self.broken:
            self._say(f"{sign} does not stand between two notes")
            return
        self.bar[-1].length *= Fraction(3, 2) if sign == ">" else Fraction(1, 2)
        self.broken = sign

    def _tie(self) -> None:
        if not self.bar or self.bar[-1].pitch is None:
            self._say("a tie does not follow a note")
        else:
            self.bar[-1].tied = True

    def _end_bar(self) -> None:
        if self.triplet:
            self._say("a triplet has fewer than three notes")
        if self.broken:
            self._say(f"{self.broken} does not stand between two notes")
        self.triplet, self.broken = 0, None
        self.altered.clear()
        if self.bar:
            self.parts[-1].append(self.bar)
            self.bar = []
            self.number += 1

    def _end_part(self, sign: str) -> None:
        """Check the bars of a part that this bar line ends, and play it again after a :|."""
        part = self.parts[-1]
        if sign == "|" or not part:
            return
        whole = self.header.bar
        for index, bar in enumerate(part):
            lasts, inner = _lasts(bar), 0 < index < len(part) - 1
            if lasts > whole or (inner and lasts < whole):
                metre = "{}/{}".format(*self.header.metre)
                number = self.number - len(part) + index
                self._say(f"lasts {_in_parts(lasts, self.header)}, not {metre}", bar=number)
        if sign.startswith(":"):
            self.parts.append(part)
        self.parts.append([])

    def _say(self, problem: str, *, bar: int | None = None) -> None:
        self.problems.append((self.number if bar is None else bar, problem))


def _lasts(bar: list[_Sound]) -> Fraction:
    return sum((sound.length for sound in bar), Fraction(0))


def _in_parts(length: Fraction, header: Header) -> str:
    """`3/4` and `7/8`, `4/4`: in the metre's own parts, or smaller ones."""
    parts = math.lcm(length.denominator, header.metre[1])
    return f"{length * parts}/{parts}"


def _length(text: str) -> Fraction:
    """`3/2`, `2`, `/`, `//`, `/4` and nothing; 0 for what cannot be played."""
    found = re.fullmatch(r"(\d{0,3})(/{0,4})(\d{0,3})", text)
    if found is None:
        return Fraction(0)
    above, slashes, below = found.groups()
    if len(slashes) > 1 and below:  # // stands for /4, and takes no number
        return Fraction(0)
    numerator, denominator = int(above or 1), int(below or 2 ** len(slashes))
    playable = 0 < numerator <= LONGEST and 0 < denominator <= LONGEST
    return Fraction(numerator, denominator) if playable else Fraction(0)


def _joined(sounds: Iterator[_Sound]) -> Iterator[Note]:
    """Notes with their times; tied ones of the same pitch sound as one."""
    start, held = Fraction(0), None
    for sound in sounds:
        if held is not None and held.pitch == sound.pitch:
            held = Note(held.pitch, held.start, held.length + sound.length)
        else:
            if held is not None:
                yield held
            held = None if sound.pitch is None else Note(sound.pitch, start, sound.length)
        start += sound.length
        if held is not None and not sound.tied:
            yield held
            held = None
    if held is not None:
        yield held
