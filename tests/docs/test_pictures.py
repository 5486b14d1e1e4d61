"""`make pictures`: what it gives each plot is what that plot takes."""

import inspect
from pathlib import Path

from docs.pictures.__main__ import families


def test_every_picture_could_be_drawn() -> None:
    draws = families()
    assert len(draws) > 40
    for draw in draws.values():
        inspect.signature(draw).bind(Path("a.svg"))
