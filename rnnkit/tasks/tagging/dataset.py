"""A tagging config -> its tagged sequences in parts; new files -> a TaggedPart like them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.stack import InputFacts
from rnnkit.data import files
from rnnkit.data.batch import INPUT
from rnnkit.data.buckets import ENDLESS, bucket_limits, ladder
from rnnkit.data.cache import Place
from rnnkit.data.labelled.examples import UNLABELLED, class_numbers
from rnnkit.data.labelled.weights import class_weights
from rnnkit.data.preprocessing import Names
from rnnkit.data.sequences import Indices
from rnnkit.data.tagged.dataset import Ids, Input, Numbers, TaggedDataset, TaggedPart, pieces
from rnnkit.data.tagged.preprocessing import TaggedPreprocessing
from rnnkit.data.tagged.rows import Rows
from rnnkit.data.tagged.section import TEXT
from rnnkit.data.tagged.text import read_text
from rnnkit.data.tokens import text
from rnnkit.tasks.tagging.config import TaggingConfig
from rnnkit.tasks.tagging.reading import Reading

CHARACTERS = "characters"  # the name of that input; of further tokens their column's
FEATURES = "features"


def outline(config: TaggingConfig, place: Place | None = None) -> InputFacts:
    """What a model must know of the data.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    read = Reading(config, place, outline=True)
    split = config.data.split
    class_weights(config.training.class_weight, np.zeros(0, np.int32), read.unscaled.tags)
    _, _, lengths = pieces(read.rows.lengths, config.data.max_length)
    return dataclasses.replace(
        facts(config, read.unscaled),
        validated="validation" in read.members or split.validation is not None,
        steps=int(lengths.max()),
        shortest=int(lengths.min()),
        notes=read.notes,
    )


def load_dataset(config: TaggingConfig, place: Place | None = None) -> TaggedDataset:
    """Read, split, number and scale.

    Args:
        config: the config, its source an absolute path or an embedded name.
        place: where data that must be converted go.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    read = Reading(config, place)
    kept = read.kept
    train = part_of(read.rows, read.members["train"], config, kept, read.source.where)
    weight = _weights(config, train.y[train.index], kept.tags)
    parts = {name: dataclasses.replace(train, members=m) for name, m in read.members.items()}
    if config.data.split.validation == "test":
        parts["validation"] = parts["test"]
    return TaggedDataset(
        source=read.source.name,
        sha256=read.sha256,
        train=dataclasses.replace(train, weight=weight),
        validation=parts.get("validation"),
        test=parts.get("test"),
        preprocessing=kept,
        table=read.card,
        separation=read.separation,
        notes=read.notes,
        audited=read.audited,
    )


def facts(config: TaggingConfig, kept: TaggedPreprocessing) -> InputFacts:
    """The inputs and the output of a run's model."""
    found = {
        column: InputFacts((None,), integer=True, vocabulary=len(known), masked=True)
        for column, known in kept.tokens.items()
    }
    if (known := kept.characters) is not None:
        shape = (None, known.width)
        found[CHARACTERS] = InputFacts(
            shape, integer=True, vocabulary=len(known), masked=True, time="nested"
        )
    if kept.features:
        found[FEATURES] = InputFacts((None, kept.features), masked=True)
    first, *_ = found
    return dataclasses.replace(found.pop(first), outputs=len(kept.tags), beside=found)


def names(kept: TaggedPreprocessing) -> Names:
    """Of the ids that the inputs hold, and of the tags."""
    found = kept.names
    if kept.characters is None:
        return found
    return dataclasses.replace(found, inputs={**found.inputs, CHARACTERS: kept.characters.ids})


def read_new(
    path: Path, config: TaggingConfig, kept: TaggedPreprocessing, *, tagged: bool = True
) -> TaggedPart:
    """Read new data as a run's data were read.

    Args:
        path: a table with the run's columns, or text where the run was trained on text.
        config: the run's.
        kept: what was learnt from its data.
        tagged: False leaves tags unread; every y is then UNLABELLED (-1).

    Raises:
        DataError: the file does not fit the run, or has tags that the run does not know.
    """
    if kept.columns is None:
        found = files.find_file(path, kinds=(TEXT,))
        rows, _ = read_text(text.read_text(found), str(path))
    else:
        from rnnkit.data.tagged import tables  # DuckDB takes 0.2 s to import

        found_tables = files.find_files(path, kinds=files.TABLES)
        rows = tables.read_new(found_tables, kept.columns, config.data, tagged=tagged)
    everything = np.arange(len(rows.lengths))
    part = part_of(rows, everything, config, kept, str(path), tagged=tagged)
    return dataclasses.replace(part, limits=ladder(config.data.max_length or ENDLESS))


def part_of(
    rows: Rows,
    members: Indices,
    config: TaggingConfig,
    kept: TaggedPreprocessing,
    where: str,
    *,
    tagged: bool = True,
) -> TaggedPart:
    """Some sequences of the rows, ready for the model."""
    y = np.full(len(rows.order), UNLABELLED, np.int32)
    if tagged:
        y = class_numbers(rows.tags, kept.tags, where)
    most = config.data.max_length
    part = TaggedPart(rows, members, _inputs(rows, kept), y, (), most)
    return dataclasses.replace(part, limits=bucket_limits(part.piece_lengths))


def _inputs(rows: Rows, kept: TaggedPreprocessing) -> dict[str, Input]:
    found: dict[str, Input] = {
        column: Ids(tokens, kept.tokens[column].table(tokens.symbols))
        for column, tokens in rows.tokens.items()
    }
    if kept.characters is not None:
        tokens = next(iter(rows.tokens.values()))
        found[CHARACTERS] = Ids(tokens, kept.characters.table(tokens.symbols))
    if kept.features:
        found[FEATURES] = Numbers(rows.features, kept.scale)
    first, *others = found
    return {INPUT: found[first], **{name: found[name] for name in others}}


def _weights(
    config: TaggingConfig, y: NDArray[np.int32], tags: tuple[str, ...]
) -> NDArray[np.float32] | None:
    """What the loss of each tag counts, (C,); None where all count 1."""
    if (section := config.training.class_weight) is None:
        return None
    table = np.ones(len(tags), np.float32)
    for number, weight in class_weights(section, y, tags).items():
        table[number] = weight
    return table
