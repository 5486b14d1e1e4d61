"""A data card -> a few lines for `check` and `train`, tables for `rnnkit data` and the page."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rnnkit.data.card import (
    SHOWN,
    ColumnCard,
    DataCard,
    PartCard,
    SeasonCard,
    SeriesCard,
    TextCard,
    TimeCard,
)
from rnnkit.words import brief, counted, listed, measured, named, percent, quoted

Line = tuple[str, str]  # a label and a text
MOST_CLASSES = 6  # that a line shows


@dataclasses.dataclass(frozen=True)
class Grid:
    """A table of texts: the first column names, the others hold numbers."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def short_lines(card: DataCard) -> list[Line]:
    """What a person should see before training."""
    lines = [("data", card.description)]
    if card.text is not None:
        lines.append(("tokens", _token_text(card.text)))
    if card.time is not None and card.time.format is not None:
        lines.append(("time", _time_text(card.time)))
    if card.season is not None and card.season.rows > 1:
        lines.append(("season", _season_text(card.season)))
    if (one := card.series) is not None and (one.too_short or one.untrained or one.unjudged):
        lines.append(("series", _series_text(one)))
    if card.classes is not None:
        lines.append(("labels", _class_text(card.classes, card.parts[0])))
    if card.table is not None and card.table.unused:
        lines.append(("unused", f"columns {named(card.table.unused)}"))
    return [*lines, *(("note", text) for text in card.notes)]


def long_lines(card: DataCard) -> list[Line]:
    """Everything that is one value: for the top of the long card."""
    lines = [("data", card.description), ("sha256", card.sha256)]
    if (table := card.table) is not None:
        lines.append(("rows", f"{table.rows:,} read"))
        lines += [(f"format.{key}", f"{value} (stated)") for key, value in table.stated.items()]
        lines.append(("unused", f"columns {named(table.unused, 40)}" if table.unused else "none"))
    if card.text is not None:
        lines.append(("tokens", _token_text(card.text)))
    if (time := card.time) is not None:
        lines.append(("time", _time_text(time)))
    if card.season is not None:
        lines.append(("season", _season_text(card.season)))
    if (series := card.series) is not None:
        lines.append(("series", _series_text(series)))
    if card.lengths is not None:
        shortest, longest = card.lengths
        lines.append(("lengths", f"{shortest:,} to {longest:,} steps"))
    lines.append(("parts", card.separation))
    lines += [(f"filled, {part.name}", _shares(part)) for part in card.parts if part.filled]
    return [*lines, *(("note", text) for text in card.notes)]


def column_grid(card: DataCard) -> Grid | None:
    """The columns that are used; of very many the first ones, the rest in one row."""
    if card.table is None:
        return None
    columns: Sequence[ColumnCard] = card.table.columns
    rest: Sequence[ColumnCard] = ()
    if len(columns) > 4 * SHOWN:
        columns, rest = columns[:SHOWN], columns[SHOWN:]
    rows = [_column_row(column) for column in columns]
    if rest:
        rows.append(_rest_row(rest))
    return Grid(("column", "read as", "least", "most", "no value"), tuple(rows))


def part_grid(card: DataCard) -> Grid:
    """The parts, and where they begin and end."""
    heads, rows = ["part", f"{card.unit}s"], [[p.name, f"{p.size:,}"] for p in card.parts]
    if any(part.first is not None for part in card.parts):
        heads += ["from", "to"]
        for row, part in zip(rows, card.parts, strict=True):
            row += [part.first or "", part.last or ""]
    return Grid(tuple(heads), tuple(map(tuple, rows)))


def target_grid(card: DataCard) -> Grid | None:
    """What is to be predicted in each part: a target and a part a row."""
    rows = [
        (brief(one.name), part.name, *map(measured, (one.minimum, one.median, one.maximum)))
        for spreads in zip(*(part.targets for part in card.parts), strict=True)
        for part, one in zip(card.parts, spreads, strict=True)
    ]
    return Grid(("target", "in", "least", "median", "most"), tuple(rows)) if rows else None


def grids(card: DataCard) -> list[Grid]:
    """All tables of a card."""
    found = (column_grid(card), part_grid(card), target_grid(card), class_grid(card))
    return [grid for grid in found if grid is not None]


def class_grid(card: DataCard) -> Grid | None:
    """Examples of each class in each part; of very many classes the first ones."""
    if card.classes is None:
        return None
    counts = [part.classes or () for part in card.parts]
    rows = [
        (brief(name), *(f"{count[number]:,}" for count in counts))
        for number, name in enumerate(card.classes[: 4 * SHOWN])
    ]
    if (more := len(card.classes) - len(rows)) > 0:
        rows.append((f"{more:,} more", *(f"{sum(count[len(rows) :]):,}" for count in counts)))
    return Grid(("class", *(part.name for part in card.parts)), tuple(rows))


def card_tables(card: DataCard) -> Group:
    """All of it, for the terminal."""
    parts: list[RenderableType] = [_pairs(long_lines(card))]
    parts += map(_grid, grids(card))
    parts += [
        Text(f"The first example of training, {name}: {text}")
        for name, text in card.example.items()
    ]
    return Group(*parts)


def _token_text(text: TextCard) -> str:
    shares = ", ".join(f"{percent(share)} of {part}" for part, share in text.unknown.items())
    return f"{counted(text.vocabulary, text.level)} known; unknown: {shares}"


def _time_text(time: TimeCard) -> str:
    column = "the rows' order" if time.column is None else f"'{time.column}'"
    read = ""
    if time.format is not None:
        read = f", read as {time.format} ({'stated' if time.stated else 'inferred'})"
    gaps = f", {counted(time.missing_rows, 'row')} missing" if time.missing_rows else ""
    return f"{column}{read}: {time.first} to {time.last}, {time.frequency}{gaps}"


def _season_text(season: SeasonCard) -> str:
    if season.rows == 1:
        looked = listed([counted(rows, "row") for rows in season.looked])
        why = f"; none is clear after {looked}" if looked else " by the calendar (data.season)"
        return "none (stated)" if season.stated else f"none{why}"
    text = f"{season.rows:,} rows ({'stated' if season.stated else 'found in the training rows'})"
    if season.strength is None or season.autocorrelation is None:
        return f"{text}; they are too few to measure it"
    return (
        f"{text}, strength {season.strength:.2f} of 1; a season apart, detrended rows are "
        f"correlated by {season.autocorrelation:.2f}"
    )


def _shares(part: PartCard) -> str:
    return ", ".join(f"{percent(share)} of {name}" for name, share in part.filled.items())


def _series_text(series: SeriesCard) -> str:
    text = f"{series.total:,}, of which {series.used:,} give windows"
    if series.too_short:
        text += f"; {len(series.too_short):,} too short: {named(series.too_short)}"
    if series.untrained:
        text += f"; {len(series.untrained):,} only held back: {named(series.untrained)}"
    if series.unjudged:
        text += f"; {len(series.unjudged):,} not judged: {named(series.unjudged)}"
    return text


def _class_text(classes: Sequence[str], part: PartCard) -> str:
    counts = part.classes or ()
    shown = [f"{brief(name, 24)} {n:,}" for name, n in zip(classes, counts, strict=True)]
    if len(shown) <= MOST_CLASSES:
        return f"{', '.join(shown)} in {part.name}"
    fewest, most = min(counts), max(counts)
    return f"{len(classes):,} classes, {fewest:,} to {most:,} {part.name}ing examples each"


def _column_row(column: ColumnCard) -> tuple[str, ...]:
    def number(value: float | None) -> str:
        return "" if value is None else f"{value:,.10g}"

    missing = f"{column.missing:,}" if column.missing else ""
    role = column.role
    if column.categories:
        values = counted(len(column.categories), "value")
        role += f", {values}: {quoted(column.categories, SHOWN)}"
    return column.name, role, number(column.minimum), number(column.maximum), missing


def _rest_row(columns: Sequence[ColumnCard]) -> tuple[str, ...]:
    least = [c.minimum for c in columns if c.minimum is not None]
    most = [c.maximum for c in columns if c.maximum is not None]
    summed = ColumnCard(
        name=f"{len(columns):,} more, to {columns[-1].name}",
        role=columns[-1].role,
        minimum=min(least, default=None),
        maximum=max(most, default=None),
        missing=sum(c.missing or 0 for c in columns),
    )
    return _column_row(summed)


def _pairs(lines: Sequence[Line]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in lines:
        table.add_row(label, Text(text))
    return table


def _grid(grid: Grid) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for number, head in enumerate(grid.heads):
        table.add_column(head, justify="right" if number else "left", overflow="fold")
    for row in grid.rows:
        table.add_row(*map(Text, row))
    return table
