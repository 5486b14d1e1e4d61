"""Options of the `data:` section that cannot apply to what its source holds -> a DataError."""

from __future__ import annotations

from rnnkit.data.labelled.section import ExampleData
from rnnkit.errors import DataError

_OF_TABLES = ("features", "exclude", "static", "id", "time", "features_per_step")


def refuse_given(data: ExampleData, names: tuple[str, ...], why: str) -> None:
    """Refuse those of the options that say something else than usual."""
    usual = type(data).model_fields
    _refuse([name for name in names if getattr(data, name) != usual[name].default], why)


def refuse_of_tables(data: ExampleData, why: str, *more: str) -> None:
    """Refuse all that is for tables, `more` options of the task among them."""
    refuse_given(data, ("query", data.answer, *more, *_OF_TABLES), why)
    _refuse([f"split.{name}" for name in ("column", "group") if getattr(data.split, name)], why)
    _refuse([f"format.{name}" for name in data.format.given], why)


def refuse_scale_of_ids(data: ExampleData) -> None:
    """Refuse a scale where the model reads ids, and nothing else."""
    if data.scale != "none":
        raise DataError(
            f"data.scale (={data.scale}) does not apply to the integer ids that an embedding "
            "reads: remove it"
        )


def _refuse(given: list[str], why: str) -> None:
    for name in given:
        raise DataError(f"data.{name} {why}: remove it")
