"""`make pictures`: build/pictures, every picture that rnnkit draws, of generated numbers.

index.html shows each as wide as a telephone, on light and on dark paper as the screen is; sheet.png
shows them all in columns. Nothing is trained.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

from PIL import Image

from docs.pictures import classes, numbers, sequences

FOLDER = Path(__file__).parents[2] / "build" / "pictures"
COLUMNS, NARROW = 5, 372  # of sheet.png; pixels that a telephone leaves for a picture
PAGE = """<!doctype html>
<meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Pictures</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 1rem; columns: {narrow}px; font: 14px/1.4 system-ui, sans-serif; }}
figure {{ margin: 0 0 1.5rem; width: {narrow}px; break-inside: avoid; }}
img {{ display: block; width: 100%; }}
</style>
{figures}
"""


def families() -> dict[str, Callable[[Path], object]]:
    """What draws each picture, by its name."""
    draws: dict[str, Callable[[Path], object]] = {}
    for family in (
        classes.general, classes.inspection, classes.classification, numbers.forecasting,
        numbers.regression, sequences.frames, sequences.tokens,
    ):  # fmt: skip
        draws |= family()
    return draws


def main() -> None:
    """Draw all of them, as SVG for the page and as PNG for the sheet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    draws = families()
    figures, pictures = [], []
    for name, draw in draws.items():
        for suffix in (".svg", ".png"):
            draw(FOLDER / f"{name}{suffix}")
        size = (FOLDER / f"{name}.svg").stat().st_size
        caption = f"{escape(name)}, {size / 1000:,.0f} kB"
        figures.append(f'<figure><img src="{name}.svg"><figcaption>{caption}</figcaption></figure>')
        pictures.append(Image.open(FOLDER / f"{name}.png"))
    (FOLDER / "index.html").write_text(
        PAGE.format(narrow=NARROW, figures="\n".join(figures)), encoding="utf-8"
    )
    _sheet(pictures).save(FOLDER / "sheet.png")
    print(f"{len(draws)} pictures: {FOLDER / 'index.html'} and sheet.png")


def _sheet(pictures: list[Image.Image]) -> Image.Image:
    """All of them in columns, each picture into the shortest one."""
    small = [one.resize((NARROW, one.height * NARROW // one.width)) for one in pictures]
    heights, places = [0] * COLUMNS, []
    for one in small:
        column = heights.index(min(heights))
        places.append((column * (NARROW + 16), heights[column]))
        heights[column] += one.height + 16
    sheet = Image.new("RGB", (COLUMNS * (NARROW + 16), max(heights)), "white")
    for one, place in zip(small, places, strict=True):
        sheet.paste(one.convert("RGB"), place)
    return sheet


if __name__ == "__main__":
    main()
