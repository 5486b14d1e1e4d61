"""Tables on disk -> pandas DataFrames: table.py is the door; a format is a file and a line here."""

from __future__ import annotations

from typing import NamedTuple


class Format(NamedTuple):
    """Who reads a kind of file."""

    module: str  # in this folder
    typed: bool = True  # the file itself tells text from numbers


FORMATS = {  # by suffix
    ".csv": Format("csv_file", typed=False),
    ".tsv": Format("tsv_file", typed=False),
    ".parquet": Format("parquet_file"),
    ".jsonl": Format("jsonl_file"),
}


def format_of(suffix: str) -> Format:
    """The format of files that end so.

    Raises:
        KeyError: it is no table.
    """
    return FORMATS[suffix.lower()]
