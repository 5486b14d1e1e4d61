"""Text that stands for dates -> the forms that it may be in, and what it reads as in one.

The engine reads the usual forms, a million rows in a fifth of a second; Python reads the others,
each distinct text once.
"""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from rnnkit.data.series.names import WORD, in_english, named_months, zone_of
from rnnkit.data.series.reading import ISO, QUARTER, WEEK, Reading, dates_of
from rnnkit.data.tables.engine import filled, text
from rnnkit.data.tables.table import Table

_ZONE = r" ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)"
_AT_END = re.compile(rf"(?s:.{{12,}}){_ZONE}")  # a date ends in -02 too
PATTERNS = {
    ISO: rf"\d{{4}}-\d\d(-\d\d([T ]\d\d(:\d\d(:\d\d([.,]\d{{1,9}})?)?)?({_ZONE})?)?)?",
    QUARTER: r"\d{4}[-/. ]?[Qq][1-4]|([Qq][1-4]|[1-4][Qq])[-/. ]?\d{4}",
    WEEK: r"(\d{4})[-/ ]?K?[Ww] ?(\d\d?)(?:-?([1-7]))?|K?[Ww] ?(\d\d?)[-/. ](\d{4})",
}
PAIR_OF_YEARS = r"\d\d(\d\d)[-/](\d\d)"  # 1998/99

_DATES = [
    *(f"%Y{s}%m{s}%d" for s in "/. -"), *(f"%y{s}%m{s}%d" for s in "/.- "),
    *(f"{a}{s}{b}{s}{y}" for s in "/-. " for y in ("%Y", "%y")
      for a, b in (("%d", "%m"), ("%m", "%d"))),
    *(f"%d{s}{m}{s}{y}" for s in ("", *" -/.") for m in ("%b", "%B") for y in ("%Y", "%y")),
    *(f"%d. {m} %Y" for m in ("%b", "%B")), "%Y年%m月%d日", "%Y年%m月",
    *(f"{m} %d{comma} %Y" for m in ("%b", "%B") for comma in (",", "")),
    *(f"%Y{s}{m}{s}%d" for m in ("%b", "%B") for s in " -/"),
    *(f"{m}{s}{y}" for m in ("%b", "%B") for s in " -/" for y in ("%Y", "%y")),
    *(f"%m{s}%Y" for s in " -/."), *(f"%Y{s}{m}" for m in ("%b", "%B", "%m") for s in " -/."),
    "%YM%m", "%Y%m%d",
]  # fmt: skip
_CLOCK = re.compile(
    r"(?P<gap>T| |, |:)\d\d?(?:(?P<colon>[:.]?)\d\d(?:(?P=colon)(?P<second>\d\d)"
    r"(?P<fraction>[.,]\d{1,6})?)?)?(?:(?P<blank> ?)(?P<noon>[AaPp][Mm]))?"
    r"(?P<zone> ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?$"
)
_WEEKDAY = re.compile(r"((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*)(,? )", re.IGNORECASE)

_MINUTE = datetime.timedelta(minutes=1)
_ISO_DATE = (  # the engine knows neither a month alone nor an hour alone
    f"CASE WHEN regexp_full_match(value, {text(PATTERNS[ISO].replace(_ZONE, ' ?'))}) THEN "
    "TRY_CAST(CASE length(value) WHEN 7 THEN value || '-01' WHEN 13 THEN value || ':00' "
    "ELSE replace(value, ',', '.') END AS TIMESTAMP_NS) END"
)
_MINUTES = (  # that a zone is ahead of UTC
    "CASE WHEN zone IN ('Z', 'UTC', 'GMT') THEN 0 WHEN zone <> '' THEN (left(zone, 1) || '1')::INT "
    "* (substr(zone, 2, 2)::INT * 60 + "
    "CASE WHEN length(zone) > 3 THEN right(zone, 2)::INT ELSE 0 END) END"
)
_OF_THE_ENGINE = {f"%{sign}" for sign in "YymdbBaAHMSfIp"}
_SINCE = re.compile(r"(.*%y.*) from (\d{4})")


def likely_forms(sample: Sequence[str]) -> list[str]:
    """The strptime formats that most of the texts fit, by how usual they are; perhaps none."""
    forms = list(dict.fromkeys(form for value in sample for form in _forms(value)))
    fits = {form: sum(_fits(value, form) for value in sample) for form in forms}
    most = max(fits.values(), default=0)
    return [form for form, count in fits.items() if count == most > 0]


def looks_like_times(sample: Sequence[str]) -> bool:
    """Whether most of the texts are in a form that dates have."""
    words = itertools.chain.from_iterable(re.findall(WORD, value) for value in sample)
    for pattern, name in in_english(named_months({*words})):
        sample = [re.sub(pattern, name, value) for value in sample]
    sample = [value.removesuffix(zone_of(value) or "").rstrip() for value in sample]
    for pattern in (*PATTERNS.values(), PAIR_OF_YEARS):
        if 2 * sum(re.fullmatch(pattern, value) is not None for value in sample) > len(sample):
            return True
    fits = {form: sum(_fits(v, form) for v in sample) for form in likely_forms(sample)}
    return 2 * max(fits.values(), default=0) > len(sample)


def read_written(table: Table, form: str, sample: Sequence[str]) -> Reading:
    """The dates of a table's texts.

    Args:
        table: its `texts` are read.
        form: of PATTERNS or strptime's; where `%y` stands in it perhaps with ` from 1920`, the
            first of the hundred years that two digits stand for.
        sample: some of the texts. If one tells how far its clock is ahead of UTC, all must.

    Raises:
        ValueError: strptime knows no such format.
    """
    if since := _SINCE.fullmatch(form):
        return _since(read_written(table, since[1], sample), form, int(since[2]))
    if form in (QUARTER, WEEK):
        return _by_python(table, form, _quarter if form == QUARTER else _week)
    zoned = form.endswith("%z")
    if form == ISO:
        zoned = any(map(_AT_END.fullmatch, sample))
        parsed = _ISO_DATE
    elif _is_usual(form):
        parsed = _strptime(form.removesuffix("%z").rstrip())
    else:
        _refuse_unknown(form)
        return _by_python(table, form, lambda value: datetime.datetime.strptime(value, form))
    return _by_engine(table, form, parsed, zoned)


def _forms(value: str) -> Iterator[str]:
    """What a text may be written in, as far as its shape tells."""
    before = ""
    if weekday := _WEEKDAY.match(value):
        before = ("%a" if len(weekday[1]) == 3 else "%A") + weekday[2]
        value = value[weekday.end() :]
    for date in _SHAPES.get(_shape(value), ()):
        yield before + date
    if clock := _CLOCK.search(value):
        for date in _SHAPES.get(_shape(value[: clock.start()]), ()):
            if "%d" in date:
                yield before + date + _clock_form(clock)


def _shape(date: str) -> str:
    """`31/12/99` -> `9/9/9`; four digits are Y, words a."""
    date = re.sub("[A-Za-z]+", "a", date)
    return re.sub(r"\d+", lambda digits: {4: "Y", 8: "Y99"}.get(len(digits[0]), "9"), date)


def _shape_of_form(form: str) -> str:
    """As `_shape` has it of what it writes."""
    return re.sub("%[dmy]", "9", re.sub("%[bB]|M", "a", form.replace("%Y", "Y")))


_SHAPES: dict[str, list[str]] = {}
for _form in _DATES:
    _SHAPES.setdefault(_shape_of_form(_form), []).append(_form)


def _clock_form(clock: re.Match[str]) -> str:
    hour = "%I" if clock["noon"] else "%H"
    parts = [hour, *["%M"] * (clock["colon"] is not None), *["%S"] * (clock["second"] is not None)]
    form = clock["gap"] + (clock["colon"] or "").join(parts)
    form += clock["fraction"][0] + "%f" if clock["fraction"] else ""
    form += clock["blank"] + "%p" if clock["noon"] else ""
    zone = clock["zone"] or ""
    return form + (
        zone if zone.strip() in ("", "UTC", "GMT") else " " * zone.startswith(" ") + "%z"
    )


def _fits(value: str, form: str) -> bool:
    try:
        datetime.datetime.strptime(value, form)
    except ValueError:
        return False
    return True


def _is_usual(form: str) -> bool:
    """Whether the engine reads a format as Python does."""
    directives = set(re.findall("%.?", form.removesuffix("%z")))
    return set() < directives <= _OF_THE_ENGINE and ("%I" in directives) == ("%p" in directives)


def _strptime(form: str) -> str:
    parsed = f"try_strptime(value, {text(form)})"
    if re.fullmatch("(%[YymdHMS])+", form):  # 1012020 is no date: it may be two
        width = len(datetime.datetime(2000, 10, 10, 10, 10, 10).strftime(form))
        parsed = f"CASE WHEN length(value) = {width} THEN {parsed} END"
    elif "%y" in form:  # of which the engine takes one digit for a year too
        parts = re.split(r"(%.|\s+)", form)
        signs = {"%y": r"\d\d", **dict.fromkeys(_OF_THE_ENGINE - {"%y"}, ".+")}
        pattern = "".join(signs.get(p, r"\s+" if p.isspace() else re.escape(p)) for p in parts)
        parsed = f"CASE WHEN regexp_full_match(value, {text(pattern)}) THEN {parsed} END"
    return parsed


def _by_engine(table: Table, form: str, parsed: str, zoned: bool) -> Reading:
    end = f"regexp_extract(right(value, 6), {text(f'{_ZONE}$')}, 1)"  # quicker than the whole
    source = f"SELECT value, CASE WHEN length(value) > 10 THEN {end} END AS zone FROM texts"
    kept = "rtrim(left(value, length(value) - length(coalesce(zone, ''))))"
    source = f"SELECT {kept} AS value, zone FROM ({source})"
    found = table.ask(
        f"SELECT {parsed} AS time, {_MINUTES} AS minutes FROM ({source})"
        if zoned
        else f"SELECT {parsed} AS time FROM texts"
    )
    times, wrong = dates_of(found["time"])
    if not zoned:
        return Reading(form, times, wrong)
    wrong |= np.ma.getmaskarray(found["minutes"])
    return Reading(form, times, wrong, filled(found["minutes"], 0).astype("timedelta64[m]"))


def _by_python(table: Table, form: str, parse: Callable[[str], datetime.datetime]) -> Reading:
    values = table.ask("SELECT value FROM texts")["value"].tolist()
    known: dict[str, tuple[np.datetime64, int]] = {}
    for value in set(values):
        try:
            found = parse(value)
        except ValueError:
            known[value] = (np.datetime64("NaT", "us"), 0)
        else:
            zone = found.utcoffset() or datetime.timedelta()
            known[value] = np.datetime64(found.replace(tzinfo=None), "us"), zone // _MINUTE
    times, wrong = dates_of(np.array([known[value][0] for value in values], "datetime64[us]"))
    ahead = np.array([known[value][1] for value in values], "timedelta64[m]")
    return Reading(form, times, wrong, ahead if ahead.any() else None)


def _refuse_unknown(form: str) -> None:
    try:
        datetime.datetime.strptime("", form)
    except ValueError as error:
        if "does not match" not in str(error):
            raise


def _quarter(value: str) -> datetime.datetime:
    """Of two columns the letter may be missing: `1959 1`."""
    if re.fullmatch(r"\d{4} [1-4]", value):
        year, quarter = value.split()
    elif re.fullmatch(PATTERNS[QUARTER], value):
        [year] = re.findall(r"\d{4}", value)
        quarter = value.replace(year, "").strip("Qq-/. ")
    else:
        raise ValueError
    return datetime.datetime(int(year), 3 * int(quarter) - 2, 1)


def _week(value: str) -> datetime.datetime:
    """Where it is stated, also `202005`."""
    value = re.sub(r"^(\d{4})(\d\d)$", r"\1W\2", value)
    if (found := re.fullmatch(PATTERNS[WEEK], value)) is None:
        raise ValueError
    year, week = found[1] or found[5], found[2] or found[4]
    return datetime.datetime.fromisocalendar(int(year), int(week), int(found[3] or 1))


def _since(read: Reading, form: str, first: int) -> Reading:
    """The years that two digits stand for, moved into the hundred from `first` on."""
    months = read.times.astype("datetime64[M]")
    into = read.times - months.astype("datetime64[ns]")
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    moved = first + (year - first) % 100 - year
    found = months + (12 * moved).astype("timedelta64[M]")
    began, outside = dates_of(found)
    times = began + into
    wrong = read.wrong | outside | (times.astype("datetime64[M]") != found)  # 29 February of 1900
    return dataclasses.replace(read, form=form, times=times, wrong=wrong)
