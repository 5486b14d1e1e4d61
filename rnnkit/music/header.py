"""The header of an ABC tune -> its title, metre, unit of length, tempo and key."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from fractions import Fraction

NEEDED = "XTMLK"
FIELDS = NEEDED + "ABCDFGHNOQRSZ"  # known and, but for Q, only kept in mind by people
MODES = {  # fifths between a mode's key signature and the major one of the same tonic
    "": 0, "maj": 0, "major": 0, "ion": 0, "m": -3, "min": -3, "minor": -3, "aeo": -3,
    "dor": -2, "phr": -4, "lyd": 1, "mix": -1, "loc": -5,
}  # fmt: skip
SHARPS = "FCGDAEB"  # in the order in which a key signature sharpens them
_FIELD = re.compile(r"([A-Za-z]):(.*)")
_KEY = re.compile(r"([A-G])([#b]?)\s*([A-Za-z]*)")
_RATIO = re.compile(r"(\d{1,3})/(\d{1,3})")
_TEMPO = re.compile(r"(\d{1,2})/(\d{1,2})\s*=\s*(\d{1,3})")


@dataclasses.dataclass(frozen=True)
class Header:
    """What stands above the notes."""

    title: str = ""
    metre: tuple[int, int] = (4, 4)
    unit: Fraction = Fraction(1, 8)  # of a whole note: how long a note without a length lasts
    tempo: Fraction = Fraction(30)  # whole notes a minute
    key: str = "C"
    problems: tuple[str, ...] = ()

    @property
    def bar(self) -> Fraction:
        """How long a whole bar lasts, in whole notes."""
        return Fraction(*self.metre)

    @property
    def signature(self) -> dict[str, int]:
        """The letters that the key changes: 1 sharp, -1 flat."""
        found = _KEY.match(self.key)
        if found is None:
            return {}
        tonic, accidental, mode = found.groups()
        fifths = SHARPS.index(tonic) - 1 + {"#": 7, "b": -7, "": 0}[accidental]
        fifths += MODES[_mode(mode)]
        if fifths >= 0:
            return dict.fromkeys(SHARPS[:fifths], 1)
        return dict.fromkeys(SHARPS[fifths:], -1)


def read_header(lines: Sequence[str]) -> tuple[Header, int]:
    """The header and how many lines it takes; it ends with K:, or before the first other line."""
    fields: dict[str, str] = {}
    problems = []
    count = 0
    for line in lines:
        found = _FIELD.fullmatch(line.strip())
        if found is None and not line.startswith("%"):
            break
        count += 1
        if found is None:
            continue
        name, value = found.group(1), found.group(2).strip()
        if name not in FIELDS:
            problems.append(f"header: not covered: {name}:")
        fields.setdefault(name, value)
        if name == "K":
            break
    missing = [name for name in NEEDED if not fields.get(name)]
    if missing:
        problems.append("header: " + ", ".join(f"{name}:" for name in missing) + " missing")
    elif not fields["X"].isdecimal():
        problems.append(f"header: X:{fields['X']} is not a number")
    return _header(fields, problems), count


def _header(fields: dict[str, str], problems: list[str]) -> Header:
    metre = _ratio({"C": "4/4", "C|": "2/2"}.get(fields.get("M", ""), fields.get("M", "4/4")))
    unit = _ratio(fields.get("L", "1/8"))
    if metre is None:
        problems.append(f"header: M:{fields['M']} is not a metre like 3/4")
    if unit is None:
        problems.append(f"header: L:{fields['L']} is not a length like 1/8")
    tempo = _TEMPO.fullmatch(fields.get("Q", "1/4=120"))
    key = _KEY.fullmatch(fields.get("K", "C"))
    if key is None or _mode(key.group(3)) not in MODES or not _usual(key.group(0)):
        problems.append(f"header: K:{fields.get('K')} is not a key like G, Dm or Bb")
        key = None
    return Header(
        title=fields.get("T", ""),
        metre=metre or (4, 4),
        unit=Fraction(*(unit or (1, 8))),
        tempo=Fraction(int(tempo[1]) * int(tempo[3]), int(tempo[2])) if tempo else Fraction(30),
        key="C" if key is None else key.group(0),
        problems=tuple(problems),
    )


def _ratio(text: str) -> tuple[int, int] | None:
    found = _RATIO.fullmatch(text)
    ratio = (int(found[1]), int(found[2])) if found else (0, 0)
    return ratio if min(ratio) > 0 else None


def _mode(text: str) -> str:
    """`Major` and `MINOR` as ABC allows them; only the first three letters count."""
    text = text.lower()
    return text if text in MODES else text[:3]


def _usual(key: str) -> bool:
    """No key with more than seven sharps or flats, such as G# major."""
    tonic, accidental, mode = _KEY.fullmatch(key).groups()  # type: ignore[union-attr]
    fifths = SHARPS.index(tonic) - 1 + {"#": 7, "b": -7, "": 0}[accidental] + MODES[_mode(mode)]
    return abs(fifths) <= 7
