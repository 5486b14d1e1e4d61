"""The `data:` section of sequences with numbers to predict -> what its source brings, unsplit."""

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
from rnnkit.data.labelled.inputs import Kept
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.measured.section import MeasuredData
from rnnkit.errors import DataError

_OF_TABLES = (
    "query",
    "target",
    "features",
    "exclude",
    "static",
    "id",
    "time",
)  # that only tables have


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
    if ids and data.scale != "none" and not data.static:
        raise DataError(
            f"data.scale (={data.scale}) does not apply to the integer ids that an embedding "
            "reads: remove it"
        )
    if source.is_arrays:
        given = [f"data.{name}" for name in _OF_TABLES if getattr(data, name) is not None]
        given += ["data.features_per_step"] if data.features_per_step != 1 else []
        given += [f"data.split.{n}" for n in ("column", "group") if getattr(data.split, n)]
        given += [f"data.format.{name}" for name in data.format.given]
        if given:
            raise DataError(f"{given[0]} is for tables, but {source.where} holds arrays: remove it")
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
