"""The pages are built into a site, without a warning, that asks no other machine for anything."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

# what a browser fetches by itself; what is only linked to is not
_FETCHED = re.compile(
    r"<(?:script|img|iframe|source|link(?![^>]*rel=\"(?:canonical|license)\"))\b[^>]*?"
    r"(?:src|href)=\"(?:https?:)?//"
)
_IN_STYLE = re.compile(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `make docs` builds it."""
    pytest.importorskip("sphinx")
    line = next(line for line in (ROOT / "Makefile").read_text().splitlines() if "sphinx" in line)
    options = line.partition("-m sphinx ")[2].split()
    assert options[-2:] == ["docs", "site"]
    folder = tmp_path_factory.mktemp("site")
    options[options.index("build/doctrees")] = str(folder / "doctrees")
    command = [sys.executable, "-m", "sphinx", *options[:-1], str(folder / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "site"


def test_every_page_is_there(site: Path) -> None:
    pages = {path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md")}
    assert {path.with_suffix(".html") for path in pages} <= {
        path.relative_to(site) for path in site.rglob("*.html")
    }


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    asking = {
        str(path.relative_to(site))
        for path in site.rglob("*")
        if path.suffix in {".html", ".css"}
        and (_FETCHED if path.suffix == ".html" else _IN_STYLE).search(path.read_text())
    }
    assert asking == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<script async src="https://cdn.example/x.js">', True),
        ('<link rel="stylesheet" href="//fonts.example/css">', True),
        ('<img alt="a" src="images/a.svg">', False),
        ('<a href="https://example.com">', False),
    ],
)
def test_what_would_be_found(text: str, found: bool) -> None:
    assert bool(_FETCHED.search(text)) is found
