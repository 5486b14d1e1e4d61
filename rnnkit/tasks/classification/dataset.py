"""A classification config -> its labelled examples in parts; new files -> a Part like them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rnnkit.config.stack import InputFacts
from rnnkit.data.beside import arrays_of, facts_of
from rnnkit.data.cache import Place
from rnnkit.data.disk import DiskArray
from rnnkit.data.labelled.beside import (
    fit_beside,
    unseen_notes,
)
from rnnkit.data.labelled.dataset import LabelledDataset, Part
from rnnkit.data.labelled.examples import Examples, Label, class_numbers, class_values
from rnnkit.data.labelled.facts import check_fit, facts_of_examples
from rnnkit.data.labelled.images import (
    check_images,
    order_of,
    reordered,
)
from rnnkit.data.labelled.preprocessing import Columns, LabelledPreprocessing
from rnnkit.data.labelled.section import LabelledData
from rnnkit.data.labelled.splits import drawn_notes, limit_parts, separation_of, split_parts
from rnnkit.data.labelled.texts import Texts, as_texts
from rnnkit.data.labelled.weights import class_weights, example_weights, weight_notes
from rnnkit.data.order import ImageOrder
from rnnkit.data.padded_rows import DiskRows, pad_sequences, shared_length
from rnnkit.data.scaling import fit_scale
from rnnkit.data.splits import check_split
from rnnkit.errors import DataError
from rnnkit.tasks.classification import sources, texts
from rnnkit.tasks.classification.config import ClassificationConfig
from rnnkit.words import did_you_mean


def load_dataset(config: ClassificationConfig, place: Place | None = None) -> LabelledDataset:
    """Read, split, pad and scale.

    Args:
        config: the config, its source an absolute path or an embedded name.
        place: where data that must be converted go.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    data, seed, ids = config.data, config.seed, config.model.reads_ids
    source = sources.find_source(data, ids=ids)
    ids = ids or sources.holds_texts(source, data)
    sha256 = source.checksum()
    read = sources.read_parts(source, data, place, ids=ids, sha256=lambda: sha256)
    found, columns, brought = read.parts, read.columns, tuple(read.parts)
    lengths, features = _sizes(found)
    order = order_of(lengths, features, data, seed=seed, where=source.where)
    facts, classes = _facts(found, columns, data, source.where, ids=ids, order=order)
    classes = _positive_last(classes, config, source.where)
    unknown = source.embedded is None or sources.holds_texts(source, data)
    if unknown or data.split.draws:
        found = {part: examples.looked_at for part, examples in found.items()}
    shown = found
    if order is not None:
        shown = {part: reordered(examples, order) for part, examples in found.items()}
    parts = split_parts(shown, data.split, seed=seed, where=source.where)
    audited = texts.audit(found, parts, classes, columns) if unknown else None
    shared = drawn_notes(parts, data.split)
    del found, shown  # what no part holds need not stay in the RAM
    parts = limit_parts(parts, data.limit, seed=seed)
    facts, parts, tokens = texts.with_tokens(facts, parts, data, source.where)
    beside = fit_beside(parts["train"].beside, columns, data.scale)

    lengths, features = _sizes({"train": parts["train"]}, order)
    unscaled = LabelledPreprocessing(
        classes=tuple(map(str, classes)),
        label_type="integer" if isinstance(classes[0], int) else "text",
        length=data.max_length or max(lengths),
        features=features,
        masked=facts.masked,
        vocabulary=facts.vocabulary,
        order=order,
        columns=columns.features if columns is not None else None,
        tokens=tokens,
        beside=beside,
        whole_files=read.whole_files,
    )
    where = source.where
    ready = {name: _prepare(one, config, unscaled, where) for name, one in parts.items()}
    scale = None if ids else fit_scale(data.scale, ready["train"].store)
    ready = {name: part.scaled(scale) for name, part in ready.items()}
    weight = example_weights(
        config.training.class_weight, ready["train"].y, unscaled.classes, parts["train"].weights
    )
    test = ready.get("test")
    return LabelledDataset(
        source=source.name,
        sha256=sha256,
        train=dataclasses.replace(ready["train"], weight=weight),
        validation=test if data.split.validation == "test" else ready.get("validation"),
        test=test,
        preprocessing=unscaled.model_copy(update={"scale": scale}),
        table=read.card,
        separation=separation_of(data, brought, by_content=tokens is not None),
        notes=(
            *read.notes,
            *facts.notes,
            *shared,
            *weight_notes(data, parts["train"]),
            *unseen_notes(parts, beside),
        ),
        audited=audited,
    )


def outline(config: ClassificationConfig, place: Place | None = None) -> InputFacts:
    """What a model must know of the data, read with as little as they allow.

    Of arrays the headers and the labels are read (and ids, whose largest counts); tables whole.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    data, ids = config.data, config.model.reads_ids
    source = sources.find_source(data, ids=ids)
    ids = ids or sources.holds_texts(source, data)
    read = sources.read_parts(source, data, place, ids=ids, sha256=source.checksum, outline=True)
    found = read.parts
    lengths, features = _sizes(found)
    order = order_of(lengths, features, data, seed=config.seed, where=source.where)
    known, classes = _facts(found, read.columns, data, source.where, ids=ids, order=order)
    _positive_last(classes, config, source.where)
    check_split(found, data.split, where=source.where)
    parts = found
    if as_texts(found) or (read.columns is not None and read.columns.categories):
        parts = split_parts(found, data.split, seed=config.seed, where=source.where)
        parts = limit_parts(parts, data.limit, seed=config.seed)
        known, *_ = texts.with_tokens(known, parts, data, source.where)
    validated = "validation" in found or data.split.validation is not None
    names = tuple(map(str, classes))
    class_weights(config.training.class_weight, np.zeros(0, np.int32), names)
    longest = int(found["train"].sequences.lengths.max())
    steps = known.shape[0] or data.max_length or longest
    notes = (*read.notes, *known.notes)
    beside = fit_beside(parts["train"].beside, read.columns, "none")
    shortest = min(int(part.sequences.lengths.min()) for part in found.values())
    return dataclasses.replace(
        known,
        validated=validated,
        steps=steps,
        shortest=min(shortest, data.max_length or shortest),
        notes=notes,
        beside=facts_of(beside),
    )


def facts(config: ClassificationConfig, kept: LabelledPreprocessing) -> InputFacts:
    """The input and output of a run's model."""
    ids = config.model.reads_ids or kept.tokens is not None
    return kept.facts(ids=ids, outputs=len(kept.classes))


def read_new(
    path: Path,
    config: ClassificationConfig,
    kept: LabelledPreprocessing,
    place: Place | None = None,
    *,
    labelled: bool = True,
) -> Part:
    """Read new data as a run's data were read.

    Args:
        path: an .npz with x_test and y_test, or else x and y; or a table with the run's columns.
        config: the run's.
        kept: what was learnt from its data.
        place: where data that must be converted go.
        labelled: False leaves labels unread; every y is then UNLABELLED (-1).

    Raises:
        DataError: the file does not fit the run, or has labels that the run does not know.
    """
    examples = sources.read_new(path, config, kept, place, labelled=labelled)
    left_out = examples.notes
    if kept.tokens is not None:
        [examples] = (one.encoded(kept.tokens) for one in as_texts({"new": examples}).values())
    if kept.order is not None:
        check_images(examples.sequences, kept.order, str(path))
        examples = reordered(examples, kept.order)
    else:
        check_fit(examples, kept, config.data, config.model.layers, str(path))
    part = _prepare(examples, config, kept, str(path)).scaled(kept.scale)
    notes = (*left_out, *unseen_notes({"": examples}, kept.beside))
    return dataclasses.replace(part, new=True, notes=notes)


def _facts(
    parts: Mapping[str, Examples],
    columns: Columns | None,
    data: LabelledData,
    where: str,
    *,
    ids: bool,
    order: ImageOrder | None = None,
) -> tuple[InputFacts, list[Label]]:
    """The facts and the labels in order, of everything before it is split."""
    classes = class_values({part: e.labels for part, e in parts.items()}, where)
    lengths, features = _sizes(parts, order)
    size = shared_length(lengths, data.max_length), features
    count = len(classes)
    known = facts_of_examples(parts, columns, data, where, size=size, ids=ids, outputs=count)
    return known, classes


def _positive_last(classes: list[Label], config: ClassificationConfig, where: str) -> list[Label]:
    """Of two classes the positive one has number 1.

    Raises:
        DataError: `decision.positive` is none of them.
    """
    positive = config.decision.positive
    if positive is not None and str(positive) not in map(str, classes):
        hint = did_you_mean(str(positive), list(map(str, classes)))
        raise DataError(f"{where}: decision.positive: the data have no class '{positive}'.{hint}")
    return sorted(classes, key=lambda label: str(label) == str(positive))


def _sizes(parts: Mapping[str, Examples], order: ImageOrder | None = None) -> tuple[list[int], int]:
    """The shortest and the longest sequence of each part, and F; of images as they are read."""
    if order is not None:
        return [order.shape[0]], order.shape[1]
    sequences = [examples.sequences for examples in parts.values()]
    extremes = [int(f(s.lengths)) for s in sequences for f in (np.min, np.max)]
    return extremes, int(sequences[0].values.shape[1])


def _prepare(
    examples: Examples, config: ClassificationConfig, kept: LabelledPreprocessing, where: str
) -> Part:
    data, order = config.data, kept.order
    ids = kept.vocabulary is not None
    on_disk = isinstance(examples.sequences.values, DiskArray)
    store = pad_sequences(
        examples.sequences,
        order.height if order is not None and on_disk else kept.length,
        padding=data.padding,
        truncating=data.truncating,
        ids=ids,
    )
    if isinstance(store, DiskRows):
        store = dataclasses.replace(store, order=order)
    return Part(
        store=store,
        y=class_numbers(examples.labels, kept.classes, where),
        masked=kept.masked,
        names=examples.names,
        places=examples.places,
        order=order,
        texts=examples.written if isinstance(examples, Texts) else None,
        beside=arrays_of(examples.beside, kept.beside),
    )
