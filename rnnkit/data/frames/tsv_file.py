"""A .tsv file, tabs between its fields -> DataFrames."""

from __future__ import annotations

import functools

from rnnkit.data.frames import csv_file

extent = functools.partial(csv_file.extent, delimiter="\t")
values_a_row = functools.partial(csv_file.values_a_row, delimiter="\t")
read = functools.partial(csv_file.read, delimiter="\t")
place = functools.partial(csv_file.place, delimiter="\t")
