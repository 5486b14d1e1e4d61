"""The source of a classification config -> its examples as they stand there."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from rnnkit.data import files, npz
from rnnkit.data.cache import Place
from rnnkit.data.card import TableCard
from rnnkit.data.labelled import arrays
from rnnkit.data.labelled.beside import columns_with
from rnnkit.data.labelled.columns import columns_of
from rnnkit.data.labelled.examples import Examples
from rnnkit.data.labelled.folders import (
    TextFolder,
    find_texts,
    folder_notes,
    is_texts,
    one_part,
    read_folder,
)
from rnnkit.data.labelled.images import check_order_applies
from rnnkit.data.labelled.preprocessing import Columns, LabelledPreprocessing
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


@dataclasses.dataclass(frozen=True, eq=False)
class Read:
    """The parts that a source brings; of a table, what else is known of it."""

    parts: dict[str, Examples]
    columns: Columns | None = None
    card: TableCard | None = None
    notes: tuple[str, ...] = ()
    whole_files: bool = False  # a file was a text


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
) -> Read:
    """Every example; arguments as of `labelled.tables.read_parts`.

    Raises:
        DataError: the data are missing, damaged, or do not fit the config.
    """
    if source.is_arrays:
        with npz.open_arrays(source.path, place) as file:
            return Read(arrays.read_parts(file, ids=ids, max_length=data.max_length))
    if isinstance(source, TextFolder):
        texts = read_folder(source, data.splitter, labelled=True)
        notes = (*folder_notes(source), *notes_on(texts, data, source.where))
        return Read(dict(texts), notes=notes, whole_files=not source.by_line)
    from rnnkit.data.labelled import tables  # DuckDB takes 0.2 s to import

    found = tables.read_parts(source.files, data, place, ids=ids, sha256=sha256, outline=outline)
    notes = found.notes
    if columns := as_texts(found.parts):
        notes += tuple(notes_on(columns, data, source.where))
    return Read(found.parts, found.columns, found.card, notes)


def outline(source: files.Source, data: LabelledData, place: Place | None, *, ids: bool) -> Read:
    """The examples, without the values of arrays and of those that would go to disk."""
    if source.is_arrays and not ids:
        with npz.open_arrays(source.path) as file:
            return Read(arrays.outline(file, max_length=data.max_length))
    return read_parts(source, data, place, ids=ids, sha256=source.checksum, outline=True)


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
    if kept.tokens is not None and is_texts(path):
        folder = find_texts(path, labelled=labelled, whole_files=kept.whole_files)
        return one_part(read_folder(folder, config.data.splitter, labelled=labelled), path)
    found, ids = files.find_files(path), config.model.reads_ids
    if found[0].suffix.lower() == files.ARRAYS and kept.tokens is None:
        with npz.open_arrays(found[0], place) as file:
            return arrays.read_new(file, ids=ids, labelled=labelled)
    if kept.columns is None and kept.tokens is None:
        raise DataError(
            f"{found[0]}: the run was trained on arrays, so it does not know a table's columns: "
            "give an .npz file"
        )
    if found[0].suffix.lower() == files.ARRAYS:
        raise DataError(f"{found[0]} holds arrays, but the run was trained on texts")
    from rnnkit.data.labelled import tables  # DuckDB takes 0.2 s to import

    data = config.data
    if kept.columns is None:
        data = data.model_copy(update=_UNNAMED)
    columns = columns_with(columns_of(data, kept.columns or ()), kept.beside)
    return tables.read_new(found, columns, data, ids=ids, labelled=labelled)
