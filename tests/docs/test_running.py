"""Every command of every page runs, and prints what the page shows, in shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, Command, blocks_of, commands_of
from tests.docs.runner import CHEAP, lacking, run_command, run_page

README = ROOT / "README.md"
ELSEWHERE = {"extending.md"}  # its package is not installed: tests/tasks/test_installed.py
WITH_COMMANDS = [page for page in PAGES if commands_of(page) and page.name not in ELSEWHERE]
FIRST_SCREEN = "rnnkit train configs/mnist.yaml"  # what `make mnist` calls

every_page = pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.stem)
pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


@every_page
def test_what_trains_nothing(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_page(page, tmp_path, capsys, CHEAP)


def test_the_readme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The short path: from a file to what comes after its last row."""
    assert run_page(README, tmp_path, capsys, short=True) >= 3


@pytest.mark.slow
def test_the_first_screen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert FIRST_SCREEN in (ROOT / "Makefile").read_text()
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    screen = next(block for block in blocks_of(README) if not block.language)
    run_command(
        Command(screen, tuple(FIRST_SCREEN.split()), tuple(screen.text.splitlines())), capsys
    )


@pytest.mark.slow
@every_page
def test_all_of_it(page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_page(page, tmp_path, capsys)


PRINTED = """\
test: 12 examples of 2 classes
 accuracy   0.91   0.50
epoch 1/1  loss 0.5  3.1 s
The network is ahead by 3 examples
(p = 0.58).
"""


@pytest.mark.parametrize(
    ("shown", "missed"),
    [
        ("test: 591 examples of 2 classes", []),
        ("test: 591 examples of classes", ["test: 591 examples of classes"]),
        (" accuracy   0.7986   0.4805", []),
        (" recall   0.7986   0.4805", [" recall   0.7986   0.4805"]),
        ("epoch 4/4  loss 0.2  1 min 2.5 s", []),
        ("epoch 4/4  val_loss 0.2", ["epoch 4/4  val_loss 0.2"]),
        ("The network is ahead by 3\nexamples (p = 0.1).", []),
        ("...\nThe network is ahead\n...", []),
        ("The network is behind by 3", ["The network is behind by 3"]),
    ],
)
def test_shapes(shown: str, missed: list[str]) -> None:
    assert [*lacking(tuple(shown.splitlines()), PRINTED, sentences=True)] == missed


def test_only_a_whole_command_is_held_to_its_sentences() -> None:
    assert [*lacking(("The network is behind",), PRINTED, sentences=False)] == []
