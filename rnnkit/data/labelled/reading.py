"""Arrays or a table -> the examples that they bring, unsplit; new files -> examples like them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rnnkit.data import files, npz
from rnnkit.data.cache import Place
from rnnkit.data.labelled import arrays
from rnnkit.data.labelled.beside import columns_with
from rnnkit.data.labelled.columns import columns_of
from rnnkit.data.labelled.examples import Examples, Found
from rnnkit.data.labelled.preprocessing import ExamplePreprocessing
from rnnkit.data.labelled.section import ExampleData
from rnnkit.errors import DataError


def read_source(
    source: files.Source,
    data: ExampleData,
    place: Place | None,
    *,
    ids: bool,
    sha256: Callable[[], str] = str,
    outline: bool = False,
) -> Found:
    """Everything that a source brings, whole sequences.

    Args:
        source: what is read.
        data: how.
        place: where values go that are too large for the RAM.
        ids: the features are ids.
        sha256: gives the source's.
        outline: without the values of arrays and of what would go to disk.

    Raises:
        DataError: the data are damaged, or do not fit the section.
    """
    if not source.is_arrays:
        from rnnkit.data.labelled import tables  # DuckDB takes 0.2 s to import

        return tables.read_parts(source.files, data, place, ids=ids, sha256=sha256, outline=outline)
    length, numbers = data.max_length, data.answer == "target"
    with npz.open_arrays(source.path, place) as file:
        if outline and not ids:
            return Found(arrays.outline(file, max_length=length, numbers=numbers))
        return Found(arrays.read_parts(file, ids=ids, max_length=length, numbers=numbers))


def read_file(
    path: Path,
    data: ExampleData,
    kept: ExamplePreprocessing,
    place: Place | None,
    *,
    ids: bool,
    answered: bool,
) -> Examples:
    """New examples, in the form of those of a run.

    Args:
        path: an .npz, a table or several.
        data: the run's section.
        kept: what was learnt from its data.
        place: where values go that are too large for the RAM.
        ids: the features are ids.
        answered: False leaves labels or targets unread.

    Raises:
        DataError: the file has another form.
    """
    found = files.find_files(path)
    if found[0].suffix.lower() == files.ARRAYS:
        numbers = data.answer == "target"
        with npz.open_arrays(found[0], place) as file:
            return arrays.read_new(file, ids=ids, labelled=answered, numbers=numbers)
    if kept.columns is None and data.text_column is None:
        raise DataError(
            f"{path}: the run was trained on arrays, so it does not know a table's columns: "
            "give an .npz file"
        )
    from rnnkit.data.labelled import tables  # DuckDB takes 0.2 s to import

    columns = columns_with(columns_of(data, kept.columns or ()), kept.beside)
    return tables.read_new(found, columns, data, ids=ids, labelled=answered)
