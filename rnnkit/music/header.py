"""The fields of an ABC tune -> its title, metre, unit of length, tempo and key."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

NEEDED = "XK"
MOST_PARTS = 64  # that a tune is played in
SILENT = "+ABCDFGHINORSTUVWXZrsw"  # fields that change no note
MODES = {  # fifths between a mode's key signature and the major one of the same tonic
    "": 0, "maj": 0, "ion": 0, "m": -3, "min": -3, "aeo": -3,
    "dor": -2, "phr": -4, "lyd": 1, "mix": -1, "loc": -5,
}  # fmt: skip
SHARPS = "FCGDAEB"  # in the order in which a key signature sharpens them
ALTERATIONS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2}
FIELD = re.compile(r"([H-WYh-wy+]|[A-GXZa-gxz](?!:[|:])):(.*)")  # `G:|` is a note and a bar line
_KEY = re.compile(
    r"([A-G])([#b]?)(?: *((?i:(?:maj|min|ion|aeo|dor|phr|lyd|mix|loc)[a-z]*|m)))?(?![A-Za-z])"
)
CLEFS = ("treble", "bass", "alto", "tenor", "perc", "clef")
_BARE: dict[str, dict[str, int]] = {
    "": {},
    "none": {},
    "HP": {},
    "Hp": {"F": 1, "C": 1},
}  # no key; the pipes' key
_EXPLICIT = re.compile(r"(?<![^\s^_=])(\^\^|\^|=|__|_)([a-gA-G])(?![a-zA-Z])")
_SHIFT = re.compile(r"\b(octave|transpose) *= *(-?\d{1,2})")
_EIGHT = re.compile(r"([+-])8(?:v[ab])?\b")
_METRE = re.compile(r"\(?(\d{1,2}(?:\+\d{1,2}){0,8})\)?/(\d{1,3})")
_RATIO = re.compile(r"(\d{1,3})/(\d{1,3})")
_TEMPO = re.compile(r"(?:(\d{1,2}/\d{1,2}) *= *)?(\d{1,3})\b(?!/)")


@dataclasses.dataclass(frozen=True)
class Header:
    """What stands above the notes; a field between them gives another one."""

    title: str = ""
    metre: tuple[int, int] | None = None  # None: free
    unit: Fraction = Fraction(1, 8)  # of a whole note: how long a note without a length lasts
    tempo: Fraction = Fraction(30)  # whole notes a minute
    key: str = "C"
    signature: Mapping[str, int] = dataclasses.field(default_factory=dict)  # semitones by letter
    shift: int = 0  # semitones by which all notes are moved
    voices: tuple[str, ...] = ()  # what V: says
    order: str = ""  # in which parts are played, as in ABAC; "": as they are written
    problems: tuple[str, ...] = ()

    @property
    def bar(self) -> Fraction | None:
        """How long a whole bar lasts, in whole notes; None where the metre is free."""
        return None if self.metre is None else Fraction(*self.metre)


def read_header(lines: Sequence[str]) -> tuple[Header, int]:
    """The header and how many lines it takes; it ends with K:, or before the first other line."""
    fields: dict[str, str] = {}
    header = Header()
    count = 0
    for line in lines:
        found = FIELD.fullmatch(line.strip())
        if "K" in fields or (found is None and not line.startswith("%")):
            break
        count += 1
        if found is None:
            continue
        name, value = found[1], without_comment(found[2])
        fields.setdefault(name, value)
        if name == "T":
            header = dataclasses.replace(header, title=header.title or value)
        elif name == "V":
            header = dataclasses.replace(header, voices=(*header.voices, value))
        elif name not in "QK":
            header = with_field(header, name, value)
    if "L" not in fields and header.bar is not None and header.bar < Fraction(3, 4):
        header = dataclasses.replace(header, unit=Fraction(1, 16))
    for name in "QK":  # Q: alone counts units of length
        if name in fields:
            header = with_field(header, name, fields[name])
    return _whole(header, fields), count


def _whole(header: Header, fields: Mapping[str, str]) -> Header:
    """The header, with what is missing in it as problems."""
    problems = []
    if missing := [name for name in NEEDED if name not in fields]:
        problems.append("header: " + ", ".join(f"{name}:" for name in missing) + " missing")
    said = [f"header: {problem}" for problem in header.problems]
    return dataclasses.replace(header, problems=(*problems, *said))


def with_field(header: Header, name: str, value: str) -> Header:
    """The header as a field changes it; what cannot be read is one more of its problems."""
    found = _changed(header, name, value)
    if isinstance(found, Header):
        return found
    return dataclasses.replace(header, problems=(*header.problems, found))


def shift_of(value: str) -> int:
    """Semitones by which `octave=`, `transpose=` or an 8 of the clef move a voice's notes."""
    named = sum(int(n) * (12 if what == "octave" else 1) for what, n in _SHIFT.findall(value))
    return named + sum(12 if sign == "+" else -12 for sign in _EIGHT.findall(value))


def without_comment(text: str) -> str:
    return re.split(r"(?<!\\)%", text, maxsplit=1)[0].strip()


def _changed(header: Header, name: str, value: str) -> Header | str:
    """The header as a field changes it, or what is wrong with the field."""
    if name in "MLQKP":
        change = {"M": _metre, "L": _unit, "Q": _tempo, "K": _key, "P": _order}[name]
        return change(header, value)
    if name == "X" and not value.isdecimal():
        return f"X:{value} is not a number"
    return header if name in SILENT else f"not covered: {name}:"


def _metre(header: Header, value: str) -> Header | str:
    value = {"C": "4/4", "C|": "2/2"}.get(value, value)
    if value.lower() in ("", "none"):
        return dataclasses.replace(header, metre=None)
    found = _METRE.fullmatch(value)
    beats, part = (sum(map(int, found[1].split("+"))), int(found[2])) if found else (0, 0)
    if not beats or not part:
        return f"M:{value} is not a metre like 3/4"
    return dataclasses.replace(header, metre=(beats, part))


def _unit(header: Header, value: str) -> Header | str:
    unit = _ratio(value)
    if unit is None:
        return f"L:{value} is not a length like 1/8"
    return dataclasses.replace(header, unit=unit)


def _tempo(header: Header, value: str) -> Header:
    """`1/4=120`; 120 alone counts units of length. Words such as Andante say nothing."""
    found = _TEMPO.search(re.sub(r'"[^"]*"', "", value))
    if found is None or not int(found[2]):
        return header
    beat = header.unit if found[1] is None else _ratio(found[1])
    return dataclasses.replace(header, tempo=int(found[2]) * beat) if beat else header


def _order(header: Header, value: str) -> Header | str:
    """`A2B.A` is AABA; words are the name of a part."""
    if re.fullmatch(r"(?:[A-Z]\d?[ .]*)+", value) is None:
        return f"not covered: P:{value}" if "(" in value else header
    order = "".join(part * int(n or 1) for part, n in re.findall(r"([A-Z])(\d?)", value))
    if len(order) > MOST_PARTS:
        return f"P: has {len(order):,} parts, more than {MOST_PARTS}"
    return dataclasses.replace(header, order=order)


def _key(header: Header, value: str) -> Header | str:
    name = value.split(" ")[0]
    if "=" in name or name in CLEFS:
        return header
    found = _KEY.match(value)
    if name in _BARE:
        end, signature = len(name), dict(_BARE[name])
    elif found is None or (fifths := _fifths(found)) is None:
        return f"K:{value} is not a key like G, Dm or Bb"
    else:
        end = found.end()
        signature = dict.fromkeys(SHARPS[:fifths], 1) if fifths > 0 else {}
        signature |= dict.fromkeys(SHARPS[fifths:], -1) if fifths < 0 else {}
    key, rest = value[:end], value[end:]
    if rest.split()[:1] == ["exp"]:
        signature = {}
    signature |= {letter.upper(): ALTERATIONS[sign] for sign, letter in _EXPLICIT.findall(rest)}
    return dataclasses.replace(header, key=key or "none", signature=signature, shift=shift_of(rest))


def _fifths(key: re.Match[str]) -> int | None:
    """Sharps of a key signature, or flats where negative; None: more than seven."""
    tonic, accidental, mode = key.groups("")
    number = 0 if mode == "M" else MODES[mode.lower()[:3]]
    fifths = SHARPS.index(tonic) - 1 + {"#": 7, "b": -7, "": 0}[accidental] + number
    return fifths if abs(fifths) <= 7 else None


def _ratio(text: str) -> Fraction | None:
    found = _RATIO.fullmatch(text)
    above, below = (int(found[1]), int(found[2])) if found else (0, 0)
    return Fraction(above, below) if above and below else None
