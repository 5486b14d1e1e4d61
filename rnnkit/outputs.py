"""The files that a verb is asked to write: refused before the work that would fill them is done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rnnkit.errors import OptionError
from rnnkit.words import listed

SUFFIXES = {
    "image": [".png"],
    "midi": [".mid", ".midi"],
    "piano-roll": [".png"],
    "plot": [".png"],
}


def check_outputs(files: Mapping[str, str | Path | None], **suffixes: list[str]) -> None:
    """Refuse what could not be written later.

    Args:
        files: by option; None where it was not given.
        suffixes: that the name of an option's file must have, beside SUFFIXES.

    Raises:
        OptionError: a file has no folder, or a name of another kind.
    """
    allowed = SUFFIXES | suffixes
    for option, file in files.items():
        if file is None:
            continue
        path, wanted = Path(file), allowed.get(option)
        if wanted is not None and path.suffix.lower() not in wanted:
            raise OptionError(f"--{option} {path}: its name must end in {listed(wanted)}")
        if not path.parent.is_dir():
            raise OptionError(f"--{option} {path}: there is no folder {path.parent}: make it first")
