"""A data card -> what a model that learnt from these data has never seen, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from rnnkit.data.card import DataCard, PartCard, SeriesCard, TextCard, TimeCard
from rnnkit.words import brief, listed, named, percent

NUMBERS = {"features", "known", "static", "target"}  # the roles of columns that a model computes on
SHOWN = 6  # columns that are named


def limits(card: DataCard) -> Iterator[str]:
    """Uses that nothing in the data speaks for."""
    if card.time is not None:
        yield from _times(card.time, card.parts[0], card.parts[-1])
        yield from _series(card.series)
    if card.lengths is not None:
        yield _lengths(*card.lengths)
    if card.alphabets:
        yield (
            f"Text in other alphabets than {listed(card.alphabets, 'and')}: its vocabulary "
            "holds none."
        )
    if card.text is not None:
        yield from _unknown(card.text)
    yield from _columns(card)


def _times(time: TimeCard, train: PartCard, judged: PartCard) -> Iterator[str]:
    if time.format is None:  # numbers of rows, which mean nothing outside of the file
        return
    then = f" and was judged on {judged.first} to {judged.last}" if judged is not train else ""
    yield (
        f"Times long before {time.first} or long after {time.last}: it learnt to forecast "
        f"{train.first} to {train.last}{then}."
    )


def _series(series: SeriesCard | None) -> Iterator[str]:
    if series is None:
        yield "Another series than this one, which is all that it learnt from and was judged on."
    elif not series.untrained:
        yield (
            f"A series that is none of its {series.used:,}: each that judged it had trained it too."
        )


def _lengths(shortest: int, longest: int) -> str:
    if shortest == longest:
        return f"Sequences of more or fewer than {longest:,} steps: the data have none."
    ends = [f"fewer than {shortest:,}"] if shortest > 1 else []
    return f"Sequences of {listed([*ends, f'more than {longest:,}'])} steps: the data have none."


def _unknown(text: TextCard) -> Iterator[str]:
    for part, share in list(text.unknown.items())[-1:]:
        if share:
            yield (
                f"Text of which more than {percent(share)} of the {text.level}s are none of its "
                f"{text.vocabulary:,}: that is the share in the {part} part."
            )


def _columns(card: DataCard) -> Iterator[str]:
    columns = () if card.table is None else card.table.columns
    ranges = [
        f"{brief(one.name)} {one.minimum:.6g} to {one.maximum:.6g}"
        for one in columns
        if one.role in NUMBERS and one.minimum is not None and one.maximum is not None
    ]
    if ranges:
        yield f"Numbers outside of those that the data hold: {named(ranges, SHOWN)}."
    for one in columns:
        if one.categories:
            yield f"Other values of '{brief(one.name)}' than the {len(one.categories):,} it knows."
