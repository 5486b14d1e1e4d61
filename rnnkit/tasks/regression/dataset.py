"""A regression config -> its examples in parts, windows cut; new files -> a part like them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rnnkit.config.stack import InputFacts
from rnnkit.data import files
from rnnkit.data.beside import arrays_of, facts_of
from rnnkit.data.cache import Place
from rnnkit.data.disk import DiskArray
from rnnkit.data.labelled.beside import (
    fit_beside,
    unseen_notes,
)
from rnnkit.data.labelled.examples import Examples, Found
from rnnkit.data.labelled.facts import check_fit, facts_of_examples
from rnnkit.data.labelled.reading import read_file, read_source
from rnnkit.data.labelled.section import refuse_of_tables, refuse_scale_of_ids
from rnnkit.data.labelled.splits import drawn_notes, separation_of, split_parts
from rnnkit.data.measured.dataset import MeasuredDataset, MeasuredPart, limited
from rnnkit.data.measured.leaks import audit
from rnnkit.data.measured.preprocessing import MeasuredPreprocessing
from rnnkit.data.measured.section import MeasuredData
from rnnkit.data.measured.targets import TargetScale, check_positive, clipped, fit_targets
from rnnkit.data.measured.windows import Windows, cut_windows
from rnnkit.data.padded_part import Store
from rnnkit.data.padded_rows import CutRows, pad_sequences, shared_length
from rnnkit.data.scaling import Scale, fit_scale
from rnnkit.data.sequences import Sequences
from rnnkit.data.splits import check_split
from rnnkit.errors import DataError
from rnnkit.tasks.regression.config import RegressionConfig


def load_dataset(config: RegressionConfig, place: Place | None = None) -> MeasuredDataset:
    """Read, split, cut, pad and scale.

    Args:
        config: the config, its source an absolute path or an embedded name.
        place: where data that must be converted go.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    data, seed, ids = config.data, config.seed, config.model.reads_ids
    source = find_source(data, ids=ids)
    sha256 = source.checksum()
    read = read_source(source, data, place, ids=ids, sha256=lambda: sha256)
    found, where = read.parts, source.where
    facts = _facts(read, config, where)
    if source.embedded is None or data.split.draws:
        found = {part: examples.looked_at for part, examples in found.items()}
    whole = split_parts(found, data.split, seed=seed, where=where)
    unknown = source.embedded is None
    audited = audit(found["train"], whole, read.columns, read.targets) if unknown else None
    shared = drawn_notes(whole, data.split)
    del found  # what no part holds need not stay in the RAM
    parts = _cut(whole, data, where)

    beside = fit_beside(whole["train"].beside, read.columns, data.scale)
    train = parts["train"].examples
    actual = clipped(np.asarray(train.targets), data)
    check_positive(actual, data, read.targets, where)
    kept = MeasuredPreprocessing(
        targets=read.targets,
        target_scale=fit_targets(actual, data),
        means=tuple(actual.mean(axis=0).tolist()),
        length=data.window or data.max_length or int(train.sequences.lengths.max()),
        features=read.features,
        masked=facts.masked,
        vocabulary=facts.vocabulary,
        scale=None if ids else _fit(whole["train"].sequences, data),
        columns=None if read.columns is None else read.columns.features,
        beside=beside,
    )
    ready = {name: _prepare(one, config, kept, where) for name, one in parts.items()}
    ready = {name: limited(part, data.limit, name, seed=seed) for name, part in ready.items()}
    test = ready.get("test")
    unseen = unseen_notes(whole, beside)
    short = (w.note for w in parts.values() if w.note)
    noun = data.id if data.window and data.id else "example"
    return MeasuredDataset(
        source=source.name,
        sha256=sha256,
        train=ready["train"],
        validation=test if data.split.validation == "test" else ready.get("validation"),
        test=test,
        preprocessing=kept,
        data=data,
        table=read.card,
        separation=separation_of(data, tuple(read.parts), noun=noun),
        notes=(*read.notes, *facts.notes, *shared, *dict.fromkeys(short), *unseen),
        audited=audited,
    )


def outline(config: RegressionConfig, place: Place | None = None) -> InputFacts:
    """What a model must know of the data, read with as little as they allow.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    data, ids = config.data, config.model.reads_ids
    source = find_source(data, ids=ids)
    read = read_source(source, data, place, ids=ids, sha256=source.checksum, outline=True)
    known = _facts(read, config, source.where)
    check_split(read.parts, data.split, where=source.where)
    for examples in read.parts.values():
        if examples.measured is not None:
            check_positive(clipped(examples.measured, data), data, read.targets, source.where)
    lengths = np.concatenate([one.sequences.lengths for one in read.parts.values()])
    parts = read.parts
    if data.window is not None or (read.columns is not None and read.columns.categories):
        parts = split_parts(parts, data.split, seed=config.seed, where=source.where)
        cut = _cut(parts, data, source.where).values()
        lengths = np.concatenate([windows.examples.sequences.lengths for windows in cut])
    longest = data.window or data.max_length or int(read.parts["train"].sequences.lengths.max())
    return dataclasses.replace(
        known,
        validated="validation" in read.parts or data.split.validation is not None,
        steps=known.shape[0] or longest,
        shortest=min(int(lengths.min()), longest),
        notes=(*read.notes, *known.notes),
        beside=facts_of(fit_beside(parts["train"].beside, read.columns, "none")),
    )


def facts(config: RegressionConfig, kept: MeasuredPreprocessing) -> InputFacts:
    """The input and output of a run's model."""
    return kept.facts(ids=config.model.reads_ids, outputs=config.outputs_of(kept.targets))


def read_new(
    path: Path,
    config: RegressionConfig,
    kept: MeasuredPreprocessing,
    place: Place | None = None,
    *,
    answered: bool = True,
) -> MeasuredPart:
    """Read new data as a run's data were read.

    Args:
        path: an .npz with x_test and y_test, or else x and y; or a table with the run's columns.
        config: the run's.
        kept: what was learnt from its data.
        place: where data that must be converted go.
        answered: False leaves targets unread; windows then reach to the last row.

    Raises:
        DataError: the file does not fit the run.
    """
    data, ids, where = config.data, config.model.reads_ids, str(path)
    found = read_file(path, data, kept, place, ids=ids, answered=answered)
    if found.numbers not in (None, len(kept.targets)):
        raise DataError(
            f"{where}: {found.numbers} numbers an example to predict, but the run was trained on "
            f"{len(kept.targets)}"
        )
    [windows] = _cut({"new": found}, data, where, answered=answered).values()
    if windows.note:
        raise DataError(f"{windows.note}, or leave them out")
    check_fit(windows.examples, kept, data, config.model.layers, where)
    part = _prepare(windows, config, kept, where)
    notes = (*found.notes, *unseen_notes({"": found}, kept.beside))
    return dataclasses.replace(part, new=True, notes=notes)


def find_source(data: MeasuredData, *, ids: bool) -> files.Source:
    """The source, once options that cannot apply to it are refused.

    Raises:
        DataError: it is not there, or does not fit the options.
    """
    source = files.with_joined(files.find_source(data.source, "a table"), data.tables)
    if ids and not data.static:
        refuse_scale_of_ids(data)
    if source.is_arrays:
        refuse_of_tables(data, f"is for tables, but {source.where} holds arrays")
    return source


def _cut(
    parts: Mapping[str, Examples], data: MeasuredData, where: str, *, answered: bool = True
) -> dict[str, Windows]:
    """The windows of each part, or its sequences where they are whole; equal parts stay one."""
    made: dict[int, Windows] = {}
    for part, examples in parts.items():
        if id(examples) not in made:
            named = where if part == "new" else f"{where}: the {part} part"
            made[id(examples)] = (
                cut_windows(examples, data, named, answered=answered)
                if data.window is not None
                else Windows(examples, None)
            )
    return {part: made[id(examples)] for part, examples in parts.items()}


def _facts(read: Found, config: RegressionConfig, where: str) -> InputFacts:
    data, ids, parts = config.data, config.model.reads_ids, read.parts
    if data.window is None:
        lengths = [one.sequences.lengths for one in parts.values()]
        extremes = [int(f(own)) for own in lengths for f in (np.min, np.max)]
        length = shared_length(extremes, data.max_length)
    else:
        length = data.window if data.shortest in (None, data.window) else None
    size, outputs = (length, read.features), config.outputs_of(read.targets)
    return facts_of_examples(parts, read.columns, data, where, size=size, ids=ids, outputs=outputs)


def _fit(sequences: Sequences, data: MeasuredData) -> Scale | None:
    """The scale of the training part's rows, each of which counts once, however many windows."""
    rows = _store(sequences, data, int(sequences.lengths.max()), ids=False, cut=True)
    return fit_scale(data.scale, rows)


def _store(sequences: Sequences, data: MeasuredData, length: int, *, ids: bool, cut: bool) -> Store:
    """What batches are made of; `cut` leaves sequences in RAM where they lie."""
    if not cut or isinstance(sequences.values, DiskArray):
        padding, truncating = data.padding, data.truncating
        return pad_sequences(sequences, length, padding=padding, truncating=truncating, ids=ids)
    values, first, kept = sequences.values, sequences.starts, sequences.lengths
    return CutRows(values, first, kept, length, data.padding, ids=ids)


def _prepare(
    windows: Windows, config: RegressionConfig, kept: MeasuredPreprocessing, where: str
) -> MeasuredPart:
    data, examples = config.data, windows.examples
    y = np.full((len(examples), len(kept.targets)), np.nan, np.float32)
    actual = y.astype(np.float64)
    if examples.targets is not None:
        actual = clipped(examples.targets, data)
        check_positive(actual, data, kept.targets, where)
        y = TargetScale(kept.target_scale, data).apply(actual)
    ids, cut = config.model.reads_ids, data.window is not None
    part = MeasuredPart(
        store=_store(examples.sequences, data, kept.length, ids=ids, cut=cut),
        y=y,
        actual=actual,
        masked=kept.masked,
        names=examples.names,
        ends=windows.ends,
        beside=arrays_of(examples.beside, kept.beside),
    )
    return part.scaled(kept.scale)
