"""`make pictures` leaves no picture out."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_plot_is_on_the_sheet() -> None:
    sheet = "".join(path.read_text() for path in (ROOT / "docs" / "pictures").glob("*.py"))
    defined = {
        name
        for path in (ROOT / "rnnkit").rglob("*.py")
        for name in re.findall(r"^def (plot_\w+)\(", path.read_text(), re.MULTILINE)
    }
    assert len(defined) > 20
    assert defined <= set(re.findall(r"plot_\w+", sheet))
