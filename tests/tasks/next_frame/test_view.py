"""The tables of a next_frame run at 60 columns, its page, and its plots."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit.data.order import image_order
from rnnkit.data.vectors.dataset import Beginnings
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.data.vectors.section import FrameData
from rnnkit.reports.html import Result, write_report
from rnnkit.tasks.next_frame.evaluation import NextFrameEvaluation
from rnnkit.tasks.next_frame.plots.frames import plot_completions, plot_samples
from rnnkit.tasks.next_frame.plots.positions import plot_positions
from rnnkit.tasks.next_frame.view import details, page, summary
from tests.reports.test_plots import pixels
from tests.reports.test_tables import text

pytestmark = pytest.mark.usefixtures("painted")

RNG = np.random.default_rng(0)


def numbers(nats: float) -> dict[str, float]:
    return {"nats_per_sequence": nats, "nats_per_frame": nats / 28, "bits_per_dim": nats / 543.4}


def evaluation(**changed: Any) -> NextFrameEvaluation:
    values = {
        "data": "test",
        "loss": 3.5,
        **numbers(98.25),
        "nats_per_sequence_interval": [97.5, 99.0],
        "sequences": 10_000,
        "frames": 280_000,
        "features": 28,
        "images": True,
        "output": "bernoulli",
        "binarize": "stochastic",
        "baselines": [
            {"name": "independent", "text": "each position's mean", **numbers(205.79)},
            {"name": "neighbour table", "text": "a table over pixels", **numbers(104.42)},
        ],
        "verdict": "The model beats the best baseline.",
        "notes": ["nats are nats"],
    }
    return NextFrameEvaluation.model_validate({**values, **changed})


def kept_as(**changed: Any) -> FramePreprocessing:
    return FramePreprocessing(**{"features": 6, "length": 8, "equal": True, **changed})


BITS = FrameData(source="x.npz")
CURVES = FrameData(source="x.npz", output="gaussian")
ORDERS = [image_order(o, (8, 6), seed=0, where="") for o in ("rows", "pixels", "permuted")]


def test_at_60_columns() -> None:
    output = text(details(evaluation()), 60)
    assert max(map(len, output.splitlines())) <= 60
    assert "test: 10,000 images, 280,000 frames of 28 features," in output
    assert "                   nats/image   nats/frame   bits/dim\n" in output
    assert " this model             98.25       3.5089     0.1808\n" in output
    assert " neighbour table       104.42       3.7293     0.1922\n" in output
    assert "95 % interval of this model's nats/image: 97.50 to 99.00." in output
    assert "independent: each position's mean." in output
    assert "Note: nats are nats." in output


def test_sequences_have_no_bits_per_dimension() -> None:
    output = text(summary(evaluation(images=False, baselines=[])))
    assert "nats/sequence   nats/frame" in output
    assert "bits" not in output


@pytest.mark.parametrize("changes", [{}, {"images": False, "baselines": []}, numbers(-5.0)])
def test_page(tmp_path: Path, changes: dict[str, Any]) -> None:
    shown = evaluation(**changes)
    result = Result("rnnkit.tasks.next_frame.objective", shown, page(shown))
    write_report(tmp_path / "r.html", title="x", facts={}, result=result)
    html = (tmp_path / "r.html").read_text()
    assert "The model beats the best baseline." in html
    assert ("104.42" in html) == ("baselines" not in changes)
    assert "width: -" not in html  # nats of a density can be negative; lengths cannot


def test_page_names_the_best_baseline() -> None:
    shown = page(evaluation())
    assert shown["best"].name == "neighbour table"
    assert shown["shares"] == pytest.approx([98.25 / 205.79, 1, 104.42 / 205.79])


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.name)
def test_samples_show_images_upright(tmp_path: Path, order: Any) -> None:
    """A black upper half stays one in every order."""
    image = np.zeros((8, 6), np.float32)
    image[:4] = 1
    samples = np.repeat(order.apply(image)[None], 4, axis=0)
    kept = kept_as(order=order, features=order.shape[1], length=order.shape[0])
    plot_samples(samples, BITS, kept, tmp_path / "s.png")
    grey = pixels(tmp_path / "s.png")
    rows = grey[:, 300]  # through the left tiles
    dark = np.flatnonzero(np.diff((rows < 0.3).astype(int)) > 0)
    assert len(dark) == 2  # one black block a tile, two tiles one above the other
    assert (grey < 0.3).mean() == pytest.approx(0.37, abs=0.04)


def test_completions_mark_what_the_model_added(tmp_path: Path) -> None:
    from matplotlib.image import imread

    order = ORDERS[1]
    kept = kept_as(order=order, features=1, length=48)
    originals = (RNG.random((6, 48, 1)) < 0.5).astype(np.float32)
    lengths = np.full(6, 48)
    plot_completions(Beginnings(originals, lengths, 24), originals, BITS, kept, tmp_path / "c.png")
    picture = imread(tmp_path / "c.png")[:, :, :3]
    blue = (picture[:, :, 2] - picture[:, :, 0]) > 0.3
    assert 0.05 < blue.mean() < 0.2  # half the ink of half of each second tile
    plot_completions(Beginnings(originals, lengths, 48), originals, BITS, kept, tmp_path / "d.png")
    picture = imread(tmp_path / "d.png")[:, :, :3]
    assert not ((picture[:, :, 2] - picture[:, :, 0]) > 0.3).any()


@pytest.mark.parametrize(
    ("data", "kept"), [(BITS, kept_as(midi=True)), (CURVES, kept_as())], ids=["rolls", "curves"]
)
def test_sequences_that_are_no_images(
    tmp_path: Path, data: FrameData, kept: FramePreprocessing
) -> None:
    frames = (RNG.random((3, 8, 6)) < 0.3).astype(np.float32)
    plot_samples(frames, data, kept, tmp_path / "s.png")
    ended = Beginnings(frames, np.array([8, 5, 6]), 4)
    plot_completions(ended, frames, data, kept, tmp_path / "c.png")
    pixels(tmp_path / "s.png")
    pixels(tmp_path / "c.png")


def test_where_a_sequence_ends_shows(tmp_path: Path) -> None:
    """Frames of zeros are paper, what follows the last one is grey."""
    silent = np.zeros((2, 8, 6), np.float32)
    shares = []
    for ends in (8, 4):
        ended = Beginnings(silent, np.array([ends, ends]), 2)
        plot_completions(ended, silent, BITS, kept_as(), tmp_path / "c.png")
        shares.append((np.abs(pixels(tmp_path / "c.png") - 0xD4 / 255) < 0.01).mean())
    assert shares[1] - shares[0] > 0.1  # of half the columns half


def test_gaussian_images_use_their_own_range(tmp_path: Path) -> None:
    kept = kept_as(order=ORDERS[0])
    plot_samples(RNG.normal(100, 5, (4, 8, 6)), CURVES, kept, tmp_path / "s.png")
    assert 0.3 < pixels(tmp_path / "s.png").mean() < 0.9


@pytest.mark.parametrize("order", [None, *ORDERS], ids=["no image", "rows", "pixels", "permuted"])
def test_positions(tmp_path: Path, order: Any) -> None:
    nats = RNG.random((8, 6))
    plot_positions(nats if order is None else order.apply(nats), order, tmp_path / "p.png")
    pixels(tmp_path / "p.png")
