"""Tables of any format on an engine: table.py is the door; a format is a file and a line here."""

from __future__ import annotations

from pathlib import PurePath

# who reads a kind of file, by suffix: modules of this folder, each with a class `Format`
FORMATS = {
    ".csv": "csv_file",
    ".tsv": "csv_file",
    ".parquet": "parquet_file",
    ".jsonl": "json_file",
    ".json": "json_file",
    ".arrow": "arrow_file",
    ".feather": "arrow_file",
    ".xlsx": "sheet_file",
    ".ods": "sheet_file",
    ".sqlite": "sqlite_file",
    ".ts": "ts_file",
    ".arff": "arff_file",
    ".conllu": "conllu_file",
    ".conll": "conll_file",
}
PACKED = (".gz", ".zst")  # after the suffix of text


def suffix_of(path: PurePath) -> str:
    """What says the format of a file: `.csv`, also of `a.csv.gz`."""
    packed = path.suffix.lower() in PACKED
    return (path.with_suffix("") if packed else path).suffix.lower()
