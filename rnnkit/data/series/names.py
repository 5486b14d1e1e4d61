"""The names in dates: months of other languages than English, ordinals, time zones."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping

_ZONE_NAME = re.compile(r"(?s:.*\d\d:\d\d.*?) ?\b(?!UTC|GMT)([A-Z]{3,5})")
_MONTHS = [  # German, French, Spanish, Italian, Portuguese, Dutch, Danish and Swedish
    "januar jänner janvier enero gennaio janeiro januari",
    "februar feber février fevrier febrero febbraio fevereiro februari",
    "märz maerz mrz mars marzo março marco maart mrt marts",
    "april avril abril aprile", "mai mayo maggio maio mei maj",
    "juni juin junio giugno junho", "juli juillet julio luglio julho",
    "august août aout agosto augustus augusti",
    "september septembre septiembre settembre setembro",
    "oktober octobre octubre ottobre outubro", "november novembre noviembre novembro",
    "dezember décembre decembre diciembre dicembre dezembro december desember",
]  # fmt: skip
_ENGLISH = {
    *calendar.month_name, *calendar.month_abbr, *calendar.day_name, *calendar.day_abbr
}  # fmt: skip
ORDINAL = r"\b(\d\d?)(st|nd|rd|th|er)\b"
WORD = r"[^\W\d_]{3,}\.?"
_OFFSETS = {
    "WET": "+00:00", "WEST": "+01:00", "CET": "+01:00", "CEST": "+02:00", "EET": "+02:00",
    "EEST": "+03:00", "MSK": "+03:00", "JST": "+09:00", "EST": "-05:00", "EDT": "-04:00",
    "CST": "-06:00", "CDT": "-05:00", "MST": "-07:00", "MDT": "-06:00", "PST": "-08:00",
    "PDT": "-07:00",
}  # fmt: skip


def zone_of(value: str) -> str | None:
    """The name of the time zone behind a time of day, `CEST`; only UTC says an offset."""
    found = _ZONE_NAME.fullmatch(value)
    return found and found[1]


def is_english(word: str) -> bool:
    """Whether it is a name of a month or a weekday, as strptime reads it."""
    return word.title() in _ENGLISH


def named_months(words: Iterable[str], form: str | None = None) -> dict[str, int]:
    """The months, from 1, that words of 3 letters or more name; none where all are English.

    Nor where the form has none: it may have words of its own.
    """
    if form is not None and not re.search("%[bB]", form):
        return {}
    known = {word: month for word in words if (month := month_of(word))}
    return {} if all(map(is_english, known)) else known


def in_english(months: Mapping[str, int], form: str | None = None) -> list[tuple[str, str]]:
    """What to look for, for Python and the engine alike, and what to write instead.

    The month becomes the English one, `1st` the number; what the form itself has stays.
    """
    names = calendar.month_name if "%B" in (form or "") else calendar.month_abbr
    own = re.sub("%.", "", form or "")
    word = r"\b{}" if "de" in own else r"((?i:de) )?\b{}( (?i:del?)\b)?"
    found = [
        (word.format(re.escape(one)), names[months[one]])
        for one in sorted(months, key=len, reverse=True)
    ]
    return found if re.search("st|nd|rd|th|er", own) else [*found, (ORDINAL, r"\1")]


def month_of(word: str) -> int | None:
    """Whose name a word is, or begins."""
    begins = re.escape(word.rstrip(".").lower())
    every = (
        f"{of_one} {name.lower()}"
        for of_one, name in zip(_MONTHS, calendar.month_name[1:], strict=True)
    )
    found = [n for n, names in enumerate(every, 1) if re.search(rf"\b{begins}", names)]
    return found[0] if len(found) == 1 else None


def with_offsets(field: str, zones: Iterable[str]) -> str:
    """SQL that writes a field's offset from UTC where names of zones stand."""
    for zone in sorted(zones):
        offset = _OFFSETS.get(zone, "+hh:mm")
        field = f"regexp_replace({field}, ' ?{zone}$', '{offset}')"
    return field
