"""The files that a verb is asked to write: refused before the work that would fill them is done."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from rnnkit.errors import OptionError
from rnnkit.files import is_stream
from rnnkit.words import listed

SUFFIXES = {
    "image": [".png", ".svg"],
    "midi": [".mid", ".midi"],
    "piano-roll": [".png", ".svg"],
    "plot": [".png", ".svg"],
}


def check_outputs(files: Mapping[str, str | Path | None], **suffixes: list[str]) -> None:
    """Refuse what could not be written later.

    Args:
        files: by option; None where it was not given.
        suffixes: that the name of an option's file must have, beside SUFFIXES; "" is none.

    Raises:
        OptionError: a file has no folder or is one, or its name is of another kind.
    """
    allowed = SUFFIXES | suffixes
    for option, file in files.items():
        if file is None or is_stream(path := Path(file)):
            continue
        wanted = allowed[option]
        if path.suffix.lower() not in wanted:
            endings = listed([ending for ending in wanted if ending])
            raise OptionError(f"--{option} {path}: its name must end in {endings}")
        if not os.path.isdir(path.parent):  # noqa: PTH112 - Path's raises where a name is too long
            raise OptionError(f"--{option} {path}: there is no folder {path.parent}: make it first")
        if os.path.isdir(path):  # noqa: PTH112
            raise OptionError(f"--{option} {path}: is a folder: name a file in it")
