"""The text of a tune in ABC notation -> its notes, and everything that is wrong with it.

Read: notes, chords, rests, lengths, ties, broken rhythm, tuplets, accidentals to the end of their
bar, voices and overlays, repeats, endings and parts, fields between the notes. Passed over, as they
change no note that is counted: chord symbols and other text in quotes, grace notes, decorations,
slurs, lyrics, comments. Not covered, and said so: macros, quarter tones, groups of parts.

A bar lasts what the metre says. The first and last bar of a part, which double bar lines, repeats
and endings bound, may be shorter: a pick-up and what it takes from the end. Notation: ABC standard
2.1, https://abcnotation.com/wiki/abc:standard:v2.1.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from rnnkit.music.header import (
    ALTERATIONS,
    FIELD,
    Header,
    read_header,
    shift_of,
    with_field,
    without_comment,
)
from rnnkit.music.repeats import Bar, played

MIDDLE_C = 60  # MIDI's number for C
LONGEST = 64  # times the unit of length, or parts of it
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_IN_TIME_OF = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}  # notes of a tuplet; 5, 7 and 9: by the metre
_NOTE = r"(\^\^|\^|__|_|=)?([A-Ga-g])([,']*)"
_LENGTH = r"\d*(?:/+\d*)?"
_SYMBOL = re.compile(
    rf"""
    (?P<passed>\s+ | %.* | "[^"]*" | ![^!|\s]*! | ! | \+[^+|\s]*\+ | \{{[^{{}}]*\}}
        | [.~H-WuvY`\\$)] | y\d*)
    | \[(?P<field>[A-Za-z]):(?P<value>[^\[\]]*)\]
    | \[\s*(?P<ending>\d[\d,-]*)
    | (?P<bar>(?P<closes>:*)(?:\[\||\|)[|\]]*(?P<opens>:*) | ::+)(?P<direct>\d[\d,-]*)?
    | \((?P<tuplet>[2-9])(?::(?P<time>\d?)(?::(?P<notes>\d?))?)?
    | (?P<slur>\()
    | (?P<broken><+|>+)
    | (?P<tie>-)
    | (?P<overlay>&)
    | (?P<bars>[ZX])(?P<number>\d*)
    | (?P<sound>\[[^\[\]|]*\] | {_NOTE} | [zx])(?P<length>{_LENGTH})
    | (?P<letter>[h-w])
    | (?P<other>.)
    """,
    re.VERBOSE,
)
_IN_CHORD = re.compile(rf'"[^"]*"|![^!]*!|(?P<note>{_NOTE})(?P<length>{_LENGTH})|(?P<tie>-)')


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
    notes: tuple[Note, ...]  # by time, the lowest first
    bars: tuple[Fraction, ...]  # when each bar of the first voice begins
    length: Fraction
    unread: tuple[str, ...]  # what could not be read as notes
    uneven: tuple[str, ...]  # what can be played and breaks a rule, such as a bar's length

    @property
    def problems(self) -> tuple[str, ...]:
        return self.unread + self.uneven

    @property
    def valid(self) -> bool:
        return not self.problems

    @property
    def why_not(self) -> str:
        """The first thing that could not be read, wherever it stands."""
        return self.unread[0].split(": ", 1)[-1]


def split_tunes(text: str) -> list[tuple[int, str]]:
    """The blocks of a file between blank lines or before X:, each with the line it begins on."""
    blocks: list[tuple[int, list[str]]] = []
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("X:") or (line.strip() and not inside and line[0] != "%"):
            blocks.append((number, []))
            inside = True
        inside = inside and bool(line.strip())
        if inside and line[0] != "%":
            blocks[-1][1].append(line)
    return [(number, "\n".join(lines)) for number, lines in blocks]


def read_tunes(text: str) -> Iterator[tuple[int, Tune]]:
    """The tunes of a file, each with the line that its X: stands on; other text is passed over."""
    for number, block in split_tunes(text):
        if block.startswith("X:"):
            yield number, read_tune(block)


def read_tune(text: str) -> Tune:
    """Read one tune; nothing is raised, whatever the text: its problems say what is wrong."""
    lines = text.strip("\n").splitlines()
    header, count = read_header(lines)
    reader = _Reader(header)
    for line in lines[count:]:
        reader.read(line)
    return reader.finish()


@dataclasses.dataclass
class _Sound:
    """A chord, a note or, without pitches, a rest."""

    pitches: tuple[int, ...]
    length: Fraction
    written: dict[tuple[str, int], int]  # the alteration of each letter and octave
    tied: bool = False  # to the next one


@dataclasses.dataclass
class _Measure:
    """The sounds of a bar, in layers that sound together."""

    layers: list[list[_Sound]]
    metre: tuple[int, int] | None

    @property
    def whole(self) -> Fraction | None:
        """What it should last."""
        return None if self.metre is None else Fraction(*self.metre)

    @property
    def lasts(self) -> Fraction:
        return max(sum((s.length for s in layer), Fraction(0)) for layer in self.layers)


class _Voice:
    """Collects the bars of one voice."""

    def __init__(self, name: str, header: Header) -> None:
        self.name = name
        self.header = header
        self.shift = 0  # semitones, beside those of the key
        self.bars: list[Bar[_Measure]] = []
        self.layers: list[list[_Sound]] = [[]]  # of the bar that is being read
        self.part = ""
        self.opens = False
        self.endings: frozenset[int] = frozenset()
        self.checked = 0  # bars
        self.altered: dict[str, int] = {}  # accidentals hold to the end of the bar, in all octaves
        self.last: _Sound | None = None
        self.broken: str | None = None
        self.tuplet = (Fraction(1), 0)  # the factor, and the sounds that it still covers
        self.unread: list[tuple[int, str]] = []  # bar, what
        self.uneven: list[tuple[int, str]] = []

    @property
    def number(self) -> int:
        """Of the bar, for people: the pick-up is the first."""
        return len(self.bars) + 1

    def change(self, name: str, value: str) -> None:
        """What a field says from here on."""
        before = len(self.header.problems)
        self.header = with_field(self.header, name, value)
        self.unread += [(self.number, problem) for problem in self.header.problems[before:]]
        if name == "V" and (shift := shift_of(value)):
            self.shift = shift

    def sound(self, text: str, length: str) -> None:
        """Add a chord, a note or a rest."""
        lasts = self.header.unit * _length(length)
        found = list(_IN_CHORD.finditer(text)) if text[0] not in "zx" else []
        notes = [symbol for symbol in found if symbol["note"]]
        if text[0] == "[":
            lasts *= _length(notes[0]["length"]) if notes else 0
        if not lasts:
            self.unread.append((self.number, f"{text}{length} has no length that can be played"))
            return
        factor, left = self.tuplet
        if left:
            self.tuplet = (factor, left - 1)
            lasts *= factor
        if self.broken:
            lasts *= _broken(self.broken)[1]
            self.broken = None
        tied = any(symbol["tie"] for symbol in found)
        heights = [_height(symbol) for symbol in notes]
        written = {h: self._alteration(h, s[2]) for h, s in zip(heights, notes, strict=True)}
        pitches = tuple(self._pitch(*item) for item in written.items())
        self.last = _Sound(pitches, lasts, written, tied)
        self.layers[-1].append(self.last)

    def begin_tuplet(self, size: int, time: str | None, notes: str | None) -> None:
        metre = self.header.metre
        compound = metre is not None and metre[0] in (6, 9, 12)
        usual = _IN_TIME_OF.get(size, 3 if compound else 2)
        self.tuplet = (Fraction(int(time or usual), size), int(notes or size))

    def breaks(self, sign: str) -> None:
        if not self.layers[-1] or self.broken:
            self.uneven.append((self.number, f"{sign} does not stand between two notes"))
            return
        self.layers[-1][-1].length *= _broken(sign)[0]
        self.broken = sign

    def tie(self) -> None:
        if self.last is None or not self.last.pitches:
            self.uneven.append((self.number, "a tie does not follow a note"))
        else:
            self.last.tied = True

    def begin_ending(self, numbers: str) -> None:
        self.end_bar(ends=False)
        self.check_part()
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", numbers):
            self.endings |= {*range(int(first[:2]), int((last or first)[:2]) + 1)}

    def rests(self, number: str) -> None:
        """Whole bars of rest."""
        whole = self.header.bar or Fraction(1)
        for _ in range(min(int(number[:4] or 1), LONGEST)):
            self.end_bar(ends=False)
            self.layers[-1].append(_Sound((), whole, {}))

    def end_bar(self, *, ends: bool, closes: int = 0) -> None:
        """What a bar line ends; of several in a row the last one counts too."""
        if self.tuplet[1]:
            self.uneven.append((self.number, "a tuplet has fewer notes than it says"))
        if self.broken:
            what = f"{self.broken} does not stand between two notes"
            self.uneven.append((self.number, what))
        self.tuplet, self.broken = (Fraction(1), 0), None
        self.altered.clear()
        if any(self.layers):
            measure = _Measure(self.layers, self.header.metre)
            self.bars.append(Bar(measure, self.opens, endings=self.endings, part=self.part))
            self.layers, self.opens, self.endings = [[]], False, frozenset()
        if self.bars and not self.opens:
            self.bars[-1].ends |= ends
            self.bars[-1].closes = max(self.bars[-1].closes, closes)

    def check_part(self) -> None:
        """Say which of the bars since the last part are too long, or too short inside it."""
        part = self.bars[self.checked :]
        for index, bar in enumerate(part, start=1):
            lasts, whole, metre = bar.content.lasts, bar.content.whole, bar.content.metre
            inner = 1 < index < len(part)
            if whole and metre and (lasts > whole or (inner and lasts < whole)):
                what = f"lasts {_in_parts(lasts, metre[1])}, not {metre[0]}/{metre[1]}"
                self.uneven.append((self.checked + index, what))
        self.checked = len(self.bars)

    def _alteration(self, height: tuple[str, int], sign: str | None) -> int:
        if sign:
            self.altered[height[0]] = ALTERATIONS[sign]
        elif self.last is not None and self.last.tied and height in self.last.written:
            return self.last.written[height]  # tied over a bar line
        return self.altered.get(height[0], self.header.signature.get(height[0], 0))

    def _pitch(self, height: tuple[str, int], alteration: int) -> int:
        letter, octave = height
        pitch = MIDDLE_C + 12 * octave + _SEMITONES[letter] + alteration
        pitch += self.shift + self.header.shift
        if not 21 <= pitch <= 108:
            self.uneven.append((self.number, f"{letter} lies outside a piano's 88 keys"))
        return min(max(pitch, 21), 108)


class _Reader:
    """Collects voices, then the tune."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.voices: dict[str, _Voice] = {}
        for value in ("", *header.voices):
            self._turn_to(value)
        self._turn_to((*header.voices, "")[0])

    def read(self, line: str) -> None:
        if field := FIELD.fullmatch(line.strip()):
            self._field(field[1], without_comment(field[2]))
            return
        for symbol in _SYMBOL.finditer(line):
            self._symbol(symbol, self.voice)

    def finish(self) -> Tune:
        voices = [voice for voice in self.voices.values() if any(voice.layers) or voice.bars]
        for voice in voices:
            voice.end_bar(ends=True)
            voice.check_part()
        notes: list[Note] = []
        unread, uneven = list(self.header.problems), []
        length = Fraction(0)
        starts: tuple[Fraction, ...] = ()
        for voice in voices:
            measures = played(voice.bars, self.header.order)
            begins, end = _begins(measures)
            starts, length = starts or begins, max(length, end)
            notes += _notes_of(measures, begins)
            unread += _said(voice.unread, voice.name)
            uneven += _said(voice.uneven, voice.name)
        if not notes:
            unread.append("no notes")
        bars = [bar.content for voice in voices for bar in voice.bars]
        if notes and not any(bar.whole in (None, bar.lasts) for bar in bars):
            uneven.append("no whole bar")
        notes.sort(key=lambda note: (note.start, note.pitch))
        return Tune(self.header, tuple(notes), starts, length, tuple(unread), tuple(uneven))

    def _symbol(self, symbol: re.Match[str], voice: _Voice) -> None:
        if symbol["sound"]:
            voice.sound(symbol["sound"], symbol["length"])
        elif symbol["bar"]:
            self._bar(symbol, voice)
        elif symbol["ending"]:
            voice.begin_ending(symbol["ending"])
        elif symbol["field"]:
            self._field(symbol["field"], symbol["value"].strip())
        elif symbol["tuplet"]:
            voice.begin_tuplet(int(symbol["tuplet"]), symbol["time"], symbol["notes"])
        elif symbol["broken"]:
            voice.breaks(symbol["broken"])
        elif symbol["tie"]:
            voice.tie()
        elif symbol["overlay"]:
            voice.layers.append([])
        elif symbol["bars"]:
            voice.rests(symbol["number"])
        elif symbol["letter"]:
            voice.uneven.append((voice.number, f"{symbol['letter']} stands for nothing"))
        elif symbol["other"]:
            voice.unread.append((voice.number, f"not covered: {symbol['other']!r}"))

    def _bar(self, symbol: re.Match[str], voice: _Voice) -> None:
        sign = symbol["bar"]
        middle = len(sign) // 2 if "|" not in sign else 0  # of ::
        closes, opens = middle or len(symbol["closes"]), middle or len(symbol["opens"] or "")
        ends = sign != "|"
        voice.end_bar(ends=ends, closes=closes)
        voice.opens |= opens > 0
        if ends:
            voice.check_part()
        if symbol["direct"]:
            voice.begin_ending(symbol["direct"])

    def _field(self, name: str, value: str) -> None:
        if name == "V":
            self._turn_to(value)
        elif name == "P":
            self.voice.part = value
        elif name not in "XT":
            self.voice.change(name, value)

    def _turn_to(self, value: str) -> None:
        name = (value.split() or [""])[0]
        if name not in self.voices:
            self.voices[name] = _Voice(name, self.header)
        self.voice = self.voices[name]
        self.voice.change("V", value)


def _height(note: re.Match[str]) -> tuple[str, int]:
    """The letter, and how many octaves above the one of middle C."""
    _, _, letter, octave = note.groups()[:4]
    return letter.upper(), letter.islower() + octave.count("'") - octave.count(",")


@functools.cache
def _broken(sign: str) -> tuple[Fraction, Fraction]:
    """What > or <, or several, do to the sound before and to the one after."""
    short = Fraction(1, 2 ** min(len(sign), 6))
    return (2 - short, short) if sign[0] == ">" else (short, 2 - short)


@functools.lru_cache(maxsize=1000)
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


def _in_parts(length: Fraction, part: int) -> str:
    """`3/4` and `7/8`, `4/4`: in the metre's own parts of a whole note, or smaller ones."""
    parts = math.lcm(length.denominator, part)
    return f"{length * parts}/{parts}"


def _said(problems: Iterable[tuple[int, str]], voice: str) -> list[str]:
    place = f"voice {voice}, bar" if voice else "bar"
    return [f"{place} {number}: {what}" for number, what in sorted(problems, key=lambda p: p[0])]


def _begins(measures: list[_Measure]) -> tuple[tuple[Fraction, ...], Fraction]:
    """When each bar begins, and when the last one ends."""
    begins, now = [], Fraction(0)
    for measure in measures:
        begins.append(now)
        now += measure.lasts
    return tuple(begins), now


def _notes_of(measures: list[_Measure], begins: tuple[Fraction, ...]) -> Iterator[Note]:
    """The notes of a voice, layer by layer."""
    for layer in range(max((len(measure.layers) for measure in measures), default=0)):
        timed = []
        for measure, now in zip(measures, begins, strict=True):
            for sound in measure.layers[layer] if layer < len(measure.layers) else ():
                timed.append((now, sound))
                now += sound.length
        yield from _joined(timed)


def _joined(timed: Iterable[tuple[Fraction, _Sound]]) -> Iterator[Note]:
    """Notes with their times; tied ones of the same pitch sound as one."""
    held: dict[int, Fraction] = {}  # when a pitch began that is tied to what comes next
    end = Fraction(0)
    for start, sound in timed:
        if start != end:  # a layer that paused
            yield from (Note(pitch, begin, end - begin) for pitch, begin in held.items())
            held = {}
        now, held = held, {}
        end = start + sound.length
        for pitch in dict.fromkeys(sound.pitches):
            begin = now.pop(pitch, start)
            if sound.tied:
                held[pitch] = begin
            else:
                yield Note(pitch, begin, end - begin)
        yield from (Note(pitch, begin, start - begin) for pitch, begin in now.items())
    yield from (Note(pitch, begin, end - begin) for pitch, begin in held.items())
