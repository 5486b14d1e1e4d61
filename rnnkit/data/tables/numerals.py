"""How a file writes its numbers -> SQL that reads them."""

from __future__ import annotations

import re

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables.engine import text, texts
from rnnkit.data.tables.proposal import BEHIND, MISSING, VARIANTS


def to_double(text: str) -> str:
    """A text of the engine as a number, NULL where it is none: to the engine `1_2` is 12."""
    return f"CASE WHEN NOT contains({text}, '_') THEN TRY_CAST({text} AS DOUBLE) END"


def number_in(field: str, options: TableFormat) -> str:
    """The number that a field of text holds: NULL where it stands for no value, NaN where it is
    something else.

    Args:
        field: the engine's name for it.
        options: how numbers are written.
    """
    written = f"trim(translate({field}, {text(VARIANTS[0])}, {text(VARIANTS[1])}))"
    missing = texts([*MISSING, *options.missing])
    number, factor = written, "1"
    if BEHIND in options.units:
        behind = r"^([^-+]*[0-9][^-+]*)-([^-+0-9]*)$"
        written = number = f"regexp_replace({written}, {text(behind)}, '-\\1\\2')"
    beside = {unit: factor for unit, factor in options.units.items() if unit != BEHIND}
    if beside:
        longest_first = sorted(beside, key=len, reverse=True)
        units = f"({'|'.join(map(re.escape, longest_first))})"
        cases = " ".join(f"WHEN {text(u)} THEN {f!r}" for u, f in beside.items())
        every = f"regexp_extract_all({written}, {text(units)})"
        factor = f"coalesce(list_product([CASE u {cases} END FOR u IN {every}]), 1)"
        number = f"regexp_replace({number}, {text(f' ?{units} ?')}, '', 'g')"
    decimal, whole = re.escape(options.decimal_sign), "[0-9]+"
    if (sign := options.thousands) is not None:
        group = re.escape(sign.translate(str.maketrans(*VARIANTS)))
        whole = f"([0-9]+|[0-9]{{1,3}}({group}[0-9]{{2,3}})*{group}[0-9]{{3}})"
        number = f"replace({number}, {text(group[-1])}, '')"
    number = f"replace({number}, {text(options.decimal_sign)}, '.')"
    cast = f"{to_double(number)} * {factor}"
    if beside or options.thousands or options.decimal_sign == ",":
        unit = f"( ?{units} ?)" if beside else " "
        shape = f"[-+]?{unit}{{0,2}}[-+]?({whole}({decimal}[0-9]*)?|{decimal}[0-9]+)"
        shape += f"([eE][-+]?[0-9]+)?{unit}{{0,2}}"
        cast = f"CASE WHEN regexp_full_match({written}, {text(shape)}) THEN {cast} END"
    plain = ""  # most numbers, in a quarter of the time
    if options.decimal_sign == ".":
        shape = text(r"-?[0-9]{1,15}(\.[0-9]+)?")
        plain = f"WHEN regexp_full_match({field}, {shape}) THEN {field}::DOUBLE "
    return (
        f"CASE {plain}WHEN {field} IS NULL OR list_contains({missing}, trim({field})) THEN NULL "
        f"WHEN lower({written}) = 'true' THEN 1 WHEN lower({written}) = 'false' THEN 0 "
        f"ELSE coalesce({cast}, 'NaN'::DOUBLE) END"
    )
