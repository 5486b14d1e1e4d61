"""SECURITY.md names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_is_named_exists() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    named = re.findall(r"`(?:(tests/[\w/]+\.py)(?:::)?)?(test_\w+)?`", text)
    named = [(file, name) for file, name in named if file or name]
    found = {path: path.read_text() for path in (ROOT / "tests").rglob("test_*.py")}
    assert len(named) > 50
    for file, name in named:
        places = [ROOT / file] if file else list(found)
        assert any(not name or f"def {name}(" in found[path] for path in places), (file, name)
