"""An .arrow or .feather file, read with pyarrow: it states the names and types of its columns."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from rnnkit.data.tables.contract import PANDAS_INDEX, FileFormat, local_time, numbers_left_out
from rnnkit.errors import DataError

_TABLE = "given"


class Format(FileFormat):
    """Columns of the file's own types, but for pandas's numbers of the rows."""

    def select(self, wanted: Collection[int]) -> str:
        found = self._read()
        self.engine.register(
            _TABLE, found.rename_columns([f"p{n}" for n in range(len(self.names))])
        )
        zones = {n: getattr(kind, "tz", None) for n, kind in enumerate(found.schema.types)}
        chosen = ", ".join(f"{local_time(f'p{n}', zones[n])} AS c{n}" for n in sorted(wanted))
        return f"SELECT {chosen} FROM {_TABLE}"

    def remarks(self) -> list[str]:
        return list(map(numbers_left_out, self._left_out))

    def _find_names(self) -> list[str]:
        return list(self._read().column_names)

    def _read(self) -> Any:
        import pyarrow  # only this format needs it
        import pyarrow.feather

        try:
            table = pyarrow.feather.read_table(self.path)
            table.validate(full=True)
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            raise DataError(
                f"{self.path}: not an Arrow file, or only a piece of one: {error}"
            ) from None
        self._left_out = [
            field.name for field in table.schema
            if PANDAS_INDEX.fullmatch(field.name) and pyarrow.types.is_integer(field.type)
        ]  # fmt: skip
        return table.drop_columns(self._left_out)
