"""What a next_frame run draws and writes: images, arrays in the data's form, MIDI files."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit.cli.app import run as command_line
from rnnkit.data.vectors.midi import roll_of
from rnnkit.errors import OptionError
from rnnkit.tasks.next_frame import trained as trained_module
from rnnkit.tasks.next_frame.trained import TrainedFrameModel
from tests.reports.test_plots import pixels
from tests.tasks.next_frame.small import frames_config, opened, stripes, waves

pytestmark = pytest.mark.usefixtures("painted")


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> TrainedFrameModel:
    folder = tmp_path_factory.mktemp("drawn")
    np.savez(folder / "stripes.npz", x_train=stripes())
    config = frames_config(
        folder / "stripes.npz", order="pixels", position=True, scale="pixels", context=6
    )
    config["training"]["epochs"] = 1
    return opened(rnnkit.train(config, runs=folder / "runs"))


def test_a_grid_and_its_arrays(images: TrainedFrameModel, tmp_path: Path) -> None:
    result = images.generate(count=10, seed=3)
    result.plot(tmp_path / "a.png")
    result.save(tmp_path / "a.npz")
    pixels(tmp_path / "a.png")
    assert result.frames.shape == (10, 6, 5) and result.frames.dtype == np.uint8
    assert set(np.unique(result.frames)) == {0, 255}
    with np.load(tmp_path / "a.npz") as arrays:
        assert np.array_equal(arrays["x"], result.frames)
    again = images.read(tmp_path / "a.npz")  # as new data
    assert np.array_equal(again.kept.order.undo(again.frames(slice(None))) * 255, result.frames)


def test_completions_keep_what_is_given(images: TrainedFrameModel, tmp_path: Path) -> None:
    result = images.generate(count=6, complete=True)
    result.plot(tmp_path / "c.png")
    result.save(tmp_path / "c.npz")
    assert result.given == 15 and result.originals is not None
    assert np.array_equal(result.frames[:, :3], result.originals[:, :3])
    assert not np.array_equal(result.frames[:, 3:], result.originals[:, 3:])
    known = {image.tobytes() for image in stripes()}
    assert all(image.tobytes() in known for image in result.originals)
    pixels(tmp_path / "c.png")
    with np.load(tmp_path / "c.npz") as arrays:
        assert sorted(arrays) == ["lengths", "originals", "x"]
        assert arrays["lengths"].tolist() == [30] * 6


def test_seeds_of_any_size(images: TrainedFrameModel) -> None:
    one, again, other = (images.generate(count=4, seed=s).frames for s in (2**31, 2**31, 2**40 + 1))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_what_does_not_apply(images: TrainedFrameModel) -> None:
    with pytest.raises(OptionError, match="--length 5: the run learned images of 30 frames"):
        images.generate(length=5)
    with pytest.raises(OptionError, match="as long as the real ones"):
        images.generate(length=30, complete=True)
    with pytest.raises(
        OptionError, match="1,000,000,000 sequences of 30 frames take 120,000,000,0"
    ):
        images.generate(count=10**9)


def test_midi_needs_a_run_on_midi(
    images: TrainedFrameModel, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line(["generate", str(images.run.path), "--midi", "a.mid"]) == 2
    assert "not trained on tunes: leave out --midi" in capsys.readouterr().err


def test_more_than_the_ram(images: TrainedFrameModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trained_module, "is_large", lambda size: size >= 4 * 9 * 30)
    with pytest.raises(OptionError, match="9 sequences of 30 frames take 1,080 bytes"):
        images.generate(count=9)
    assert len(images.generate(count=8).frames) == 8
    assert len(images.generate(count=9, complete=True).frames) == 9  # no more than there are


@pytest.mark.parametrize(
    ("option", "file", "message"),
    [
        ("--image", "grid.jpg", "--image grid.jpg: its name must end in .png or .svg"),
        ("--output", "grid.png", "--output grid.png: its name must end in .npz"),
        ("--midi", "a", "--midi a: its name must end in .mid or .midi"),
        ("--image", "nowhere/a.png", "there is no folder nowhere: make it first"),
    ],
)
def test_files_that_cannot_be_written_are_refused_before_the_model_is_read(
    images: TrainedFrameModel,
    tmp_path: Path,
    option: str,
    file: str,
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = shutil.copytree(images.run.path, tmp_path / "run")
    (run / "model.keras").unlink()
    assert command_line(["generate", str(run), option, file]) == 2
    assert message in capsys.readouterr().err


def test_nothing_to_complete(tmp_path: Path) -> None:
    """The part that was kept back has single frames only: the run is evaluated all the same."""
    values = waves(12)
    single = {"values_test": np.ones((3, 2)), "offsets_test": np.arange(4)}
    train = {f"{name}_train": array for name, array in values.items()}
    np.savez(tmp_path / "d.npz", **train, **single)
    config = frames_config(tmp_path / "d.npz", output="gaussian", split={})
    run = rnnkit.train(config, runs=tmp_path / "runs")
    assert run.read_evaluation()["frames"] == 3
    assert sorted(p.stem for p in run.plots.glob("*s.svg")) == ["positions", "samples"]
    with pytest.raises(OptionError, match="every sequence that was kept back is one frame long"):
        opened(run).generate(complete=True)


def test_piano_rolls(tmp_path: Path) -> None:
    midi = pytest.importorskip("rnnkit.data.vectors.midi")
    pytest.importorskip("mido")
    rng = np.random.default_rng(0)
    for number in range(6):
        roll = np.zeros((int(rng.integers(8, 20)), 88), np.uint8)
        roll[np.arange(len(roll)), 40 + np.arange(len(roll)) % 8] = 1
        midi.write_midi(tmp_path / f"{number}.mid", roll, time_step=0.25)
    config = frames_config(tmp_path, time_step=0.25, max_length=12)
    config["training"]["epochs"] = 1
    trained = opened(rnnkit.train(config, runs=tmp_path / "runs"))
    result = trained.generate(count=2, length=9)
    result.plot(tmp_path / "rolls.png")
    written = result.write_midi(tmp_path / "out.mid")
    assert [path.name for path in written] == ["out-1.mid", "out-2.mid"]
    assert result.frames.shape == (2, 9, 88)
    for path, frames in zip(written, result.frames, strict=True):
        if frames.any():
            first = np.flatnonzero(frames.any(axis=1))[0]
            again = roll_of(midi.read_notes(path), time_step=0.25, where="")
            assert np.array_equal(again, frames[first : first + len(again)])
    pixels(tmp_path / "rolls.png")
