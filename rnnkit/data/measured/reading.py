"""The `data:` section of sequences with numbers to predict -> what its source brings, unsplit."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from rnnkit.data import files, npz
from rnnkit.data.beside import Kept
from rnnkit.data.cache import Place
from rnnkit.data.card import TableCard
from rnnkit.data.labelled import arrays
from rnnkit.data.labelled.beside import columns_with
from rnnkit.data.labelled.columns import columns_of
from rnnkit.data.labelled.examples import Examples
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.labelled.section import refuse_of_tables, refuse_scale_of_ids
from rnnkit.data.measured.section import MeasuredData
from rnnkit.errors import DataError


@dataclasses.dataclass(frozen=True, eq=False)
class Read:
    """The parts that a source brings; of a table, what else is known of it."""

    parts: dict[str, Examples]
    columns: Columns | None = None
    card: TableCard | None = None
    notes: tuple[str, ...] = ()

    @property
    def features(self) -> int:
        """F."""
        return int(self.parts["train"].sequences.values.shape[1])

    @property
    def targets(self) -> tuple[str, ...]:
        """Their names; of arrays `y`, or `y[0]`, `y[1]` ..."""
        if self.columns is not None:
            return self.columns.targets
        count = self.parts["train"].numbers or 1
        return ("y",) if count == 1 else tuple(f"y[{number}]" for number in range(count))


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


def read_source(
    source: files.Source,
    data: MeasuredData,
    place: Place | None,
    *,
    ids: bool,
    sha256: Callable[[], str],
    outline: bool = False,
) -> Read:
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
    if source.is_arrays:
        with npz.open_arrays(source.path, place) as file:
            if outline and not ids:
                return Read(arrays.outline(file, max_length=data.max_length, numbers=True))
            found = arrays.read_parts(file, ids=ids, max_length=data.max_length, numbers=True)
        return _alike(Read(found), source.where)
    from rnnkit.data.labelled import tables  # DuckDB takes 0.2 s to import

    table = tables.read_parts(source.files, data, place, ids=ids, sha256=sha256, outline=outline)
    return Read(table.parts, table.columns, table.card, table.notes)


def read_file(
    path: Path,
    data: MeasuredData,
    place: Place | None,
    *,
    ids: bool,
    columns: tuple[str, ...] | None,
    beside: Kept,
    answered: bool,
) -> Examples:
    """New examples, in the form of those of a run, whose feature columns are known.

    Args:
        path: an .npz, a table or several.
        data: the run's section.
        place: where values go that are too large for the RAM.
        ids: the features are ids.
        columns: the run's feature columns; None: it was trained on arrays.
        beside: what it reads of others.
        answered: False leaves the targets unread.

    Raises:
        DataError: the file has another form.
    """
    found = files.find_files(path)
    if found[0].suffix.lower() == files.ARRAYS:
        with npz.open_arrays(found[0], place) as file:
            return arrays.read_new(file, ids=ids, labelled=answered, numbers=True)
    if columns is None:
        raise DataError(
            f"{path}: the run was trained on arrays, so it does not know a table's columns: "
            "give an .npz file"
        )
    from rnnkit.data.labelled import tables  # DuckDB takes 0.2 s to import

    named = columns_with(columns_of(data, columns), beside)
    return tables.read_new(found, named, data, ids=ids, labelled=answered)


def _alike(read: Read, where: str) -> Read:
    """Refuse parts with different numbers of targets."""
    counts = {part: examples.numbers for part, examples in read.parts.items()}
    for part, count in counts.items():
        if count != counts["train"]:
            raise DataError(
                f"{where}: y_{part} has {count} numbers an example, but y_train {counts['train']}"
            )
    return read
