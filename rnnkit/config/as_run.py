"""A loaded config -> its YAML as it was run, and which of the lines an override wrote."""

from __future__ import annotations

from rnnkit.config.document import dump_document, parse_document
from rnnkit.config.loading import ENVIRONMENT_PREFIX, LoadedConfig

Line = tuple[str, str]  # a line, and what wrote it where that was no file; else empty


def as_run(loaded: LoadedConfig) -> list[Line]:
    """The file over its bases and under its overrides, without defaults, a line after the other.

    Args:
        loaded: the config; what overrode it is `--set key=value` or a variable's name.
    """
    document = loaded.document
    text = dump_document(document.values)
    places = parse_document(text, "config").items
    origins: dict[int, str] = {}
    for path, place in document.items.items():
        if path in places and place.source.startswith(("--set ", ENVIRONMENT_PREFIX)):
            inside = any(path == other[: len(path)] and path != other for other in places)
            if not inside:
                origins[places[path].line] = place.source
    return [(line, origins.get(n, "")) for n, line in enumerate(text.splitlines(), start=1)]
