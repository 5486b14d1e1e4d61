"""The source of a classification config -> its examples as they stand there."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from rnnkit.data import files
from rnnkit.data.cache import Place
from rnnkit.data.labelled.examples import Examples, Found
from rnnkit.data.labelled.folders import (
    TextFolder,
    find_texts,
    folder_notes,
    is_texts,
    one_part,
    read_folder,
)
from rnnkit.data.labelled.images import check_order_applies
from rnnkit.data.labelled.preprocessing import LabelledPreprocessing
from rnnkit.data.labelled.reading import read_file, read_source
from rnnkit.data.labelled.section import (
    LabelledData,
    refuse_given,
    refuse_of_tables,
    refuse_scale_of_ids,
)
from rnnkit.data.labelled.texts import as_texts, notes_on
from rnnkit.errors import DataError
from rnnkit.tasks.classification.config import ClassificationConfig

_OF_TEXTS = ("level", "normalization", "min_count", "max_vocabulary")
_OF_NUMBERS = ("time", "features_per_step")
_OF_COLUMNS = ("sample_weight", "text")
_UNNAMED = {"text": "text", "label": "label"}  # columns of a table beside a folder of texts


def find_source(data: LabelledData, *, ids: bool) -> files.Source:
    """The source, once options that cannot apply to it are refused.

    Raises:
        DataError: it is not there, or an option is for another kind.
    """
    if isinstance(data.source, str) and data.text is None and is_texts(Path(data.source)):
        folder = find_texts(Path(data.source))
        refuse_of_tables(data, f"is for tables, but {folder.where} holds texts", *_OF_COLUMNS)
        source: files.Source = folder
    else:
        holds = "images" if data.text is None else "texts"
        source = files.with_joined(files.find_source(data.source, holds), data.tables)
    if holds_texts(source, data):
        refuse_given(data, _OF_NUMBERS, "does not apply to texts")
    else:
        refuse_given(data, _OF_TEXTS, "is for texts: name their column in data.text")
    numbers = data.static or (holds_texts(source, data) and data.features)
    if (ids or holds_texts(source, data)) and not numbers:
        refuse_scale_of_ids(data)
    if data.order != "rows":
        check_order_applies(data, source, ids=ids)
    if source.is_arrays:
        refuse_of_tables(data, f"is for tables, but {source.where} holds arrays", *_OF_COLUMNS)
    return source


def holds_texts(source: files.Source, data: LabelledData) -> bool:
    """Whether the examples are texts, which a model reads as ids."""
    return isinstance(source, TextFolder) or data.text is not None


def read_parts(
    source: files.Source,
    data: LabelledData,
    place: Place | None,
    *,
    ids: bool,
    sha256: Callable[[], str] = str,
    outline: bool = False,
) -> Found:
    """Every example; arguments as of `labelled.reading.read_source`.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    if isinstance(source, TextFolder):
        texts = read_folder(source, data.splitter, labelled=True)
        notes = (*folder_notes(source), *notes_on(texts, data, source.where))
        return Found(dict(texts), notes=notes, whole_files=not source.by_line)
    found = read_source(source, data, place, ids=ids, sha256=sha256, outline=outline)
    if columns := as_texts(found.parts):
        notes = (*found.notes, *notes_on(columns, data, source.where))
        return dataclasses.replace(found, notes=notes)
    return found


def read_new(
    path: Path,
    config: ClassificationConfig,
    kept: LabelledPreprocessing,
    place: Place | None,
    *,
    labelled: bool,
) -> Examples:
    """The examples of another file; arguments as of `dataset.read_new`.

    Raises:
        DataError: it is of another kind than the run's source was, or damaged.
    """
    data, ids = config.data, config.model.reads_ids
    if kept.tokens is not None:
        if is_texts(path):
            folder = find_texts(path, labelled=labelled, whole_files=kept.whole_files)
            return one_part(read_folder(folder, data.splitter, labelled=labelled), path)
        if files.find_files(path)[0].suffix.lower() == files.ARRAYS:
            raise DataError(f"{path} holds arrays, but the run was trained on texts")
        if kept.columns is None:
            data = data.model_copy(update=_UNNAMED)
    return read_file(path, data, kept, place, ids=ids, answered=labelled)
