"""The inks stand out from light and from dark paper, by WCAG's contrast of 3:1; words by 4.5:1."""

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

import rnnkit.reports
from rnnkit.reports.plots import figure
from rnnkit.reports.plots.figure import BAND_EDGE, BANDS, BARS, BLUE, FAINT, INK, LINES, ORANGE

TEMPLATE = (Path(rnnkit.reports.__path__[0]) / "report.html.jinja").read_text()
LIGHT, DARK = re.findall(r"--paper: (#\w{6})", TEMPLATE)[:2]
CARDS = re.findall(r"--card: (#\w{6})", TEMPLATE)[:2]
HUE_BY_180 = np.array(  # https://www.w3.org/TR/filter-effects-1/#feColorMatrixElement
    [[-0.574, 1.43, 0.144], [0.426, 0.43, 0.144], [0.426, 1.43, -0.856]]
)

Colour = NDArray[np.float64]


def turned(colour: str) -> Colour:
    """What the SVGs' filter makes of a colour on a dark screen."""
    return np.clip(HUE_BY_180 @ (1 - np.array(to_rgb(colour))), 0, 1)


def contrast(one: Colour, other: Colour) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio"""
    low, high = sorted(_luminance(np.asarray(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Colour) -> float:
    linear = np.where(colour <= 0.03928, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def both(colour: str, below: str) -> float:
    """The lesser contrast of the two screens."""
    return min(
        contrast(np.array(to_rgb(colour)), np.array(to_rgb(below))),
        contrast(turned(colour), turned(below)),
    )


def test_the_papers_are_those_of_the_page() -> None:
    assert (LIGHT, DARK) == ("#ffffff", "#14181b")
    assert "invert(1) hue-rotate(180deg)" in figure.DARK


@pytest.mark.parametrize("colour", [BAND_EDGE, BARS, ORANGE, *(line["color"] for line in LINES)])
def test_lines_and_the_edges_of_bands(colour: str) -> None:
    assert contrast(np.array(to_rgb(colour)), np.array(to_rgb(LIGHT))) >= 3
    assert contrast(turned(colour), np.array(to_rgb(DARK))) >= 3


@pytest.mark.parametrize("colour", [INK, FAINT])
def test_words(colour: str) -> None:
    for light, dark in ((LIGHT, DARK), CARDS):
        assert contrast(np.array(to_rgb(colour)), np.array(to_rgb(light))) >= 4.5
        assert contrast(turned(colour), np.array(to_rgb(dark))) >= 4.5


@pytest.mark.parametrize("band", BANDS)
def test_lines_over_bands(band: str) -> None:
    for colour in (INK, BLUE, ORANGE):
        assert both(colour, band) >= 3
