"""From a next_frame config to the model's input."""

from pathlib import Path

import numpy as np
import pytest

from rnnkit.data.batch import Shuffle
from rnnkit.data.padded_rows import DiskRows
from rnnkit.data.vectors import dataset as dataset_module
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.errors import DataError
from rnnkit.tasks.next_frame.dataset import facts, load_dataset, outline, read_new
from tests.tasks.next_frame.small import config_of

RNG = np.random.default_rng(0)
BITS = (RNG.random((10, 4, 3)) < 0.5).astype(np.uint8)


def load(source, *, seed=0, **options):
    """The dataset, whose facts are what `outline` says, and of which what is kept reads back."""
    config = config_of(source, seed=seed, **options)
    dataset = load_dataset(config)
    assert outline(config) == facts(config, dataset.preprocessing)
    assert FramePreprocessing.from_json(dataset.preprocessing.to_json()) == dataset.preprocessing
    return dataset


def message_of(source, **options) -> str:
    with pytest.raises(DataError) as error:
        load_dataset(config_of(source, **options))
    return str(error.value)


def whole(part) -> np.ndarray:
    return part.frames(slice(None))


@pytest.fixture
def npz(tmp_path: Path) -> Path:
    np.savez(tmp_path / "d.npz", x_train=BITS, x_test=BITS[:4])
    return tmp_path / "d.npz"


@pytest.fixture
def ragged(tmp_path: Path) -> Path:
    """Sequences of 3, 1 and 5 frames of 2 features; the value is the frame's number."""
    values = np.repeat(np.arange(9.0)[:, None], 2, axis=1)
    np.savez(tmp_path / "r.npz", values=values, offsets=[0, 3, 4, 9])
    return tmp_path / "r.npz"


def test_mnist() -> None:
    dataset = load("mnist", binarize="stochastic", split={"validation": "test"}, limit=200)
    assert dataset.description == (
        "mnist: 200 train, 200 test (= validation); 28 frames of 28 features, bernoulli, stochastic"
    )
    assert set(np.unique(whole(dataset.train))) == {0, 1}
    assert 0.1 < whole(dataset.test).mean() < 0.16  # 0.13 of MNIST is ink


def test_evaluation_images_are_drawn_once_for_all_runs() -> None:
    options = {"binarize": "stochastic", "limit": 10_000}
    rows = load("mnist", seed=1, **options).test
    pixels = load("mnist", seed=2, order="pixels", **options).test
    assert np.array_equal(rows.store.reshape(10_000, -1), pixels.store.reshape(10_000, -1))


def test_training_images_are_drawn_anew_in_every_epoch() -> None:
    train = load("mnist", binarize="stochastic", limit=50).train
    first, again, second = (
        next(train.batches(50, shuffle=Shuffle(0, epoch))).y.sum() for epoch in (0, 0, 1)
    )
    assert first == again != second
    frozen = [next(train.batches(50)).y for _ in range(2)]
    assert np.array_equal(*frozen)
    grey = train.redrawn / 255
    assert (frozen[0][grey == 0] == 0).all() and (frozen[0][grey == 1] == 1).all()


def test_a_run_taken_up_again_draws_what_it_would_have(npz: Path) -> None:
    train = load("mnist", binarize="stochastic", limit=50).train
    batches = list(train.batches(8, shuffle=Shuffle(3, 1)))
    later = list(train.batches(8, shuffle=Shuffle(3, 1), start=4))
    assert all(np.array_equal(a.y, b.y) for a, b in zip(batches[4:], later, strict=True))


def test_threshold_is_half() -> None:
    dataset = load("mnist", binarize="threshold", limit=50)
    grey = load("mnist", limit=50)
    assert np.array_equal(whole(dataset.train), whole(grey.train) > 0.5)
    assert dataset.train.redrawn is None


def test_shrunk_images() -> None:
    small = whole(load("mnist", shrink=4, limit=5, output="gaussian").train)
    large = whole(load("mnist", limit=5).train)
    assert small.shape == (5, 7, 7)
    assert small[2, 3, 1] == pytest.approx(large[2, 12:16, 4:8].mean(), abs=1e-6)
    assert "data.shrink (=5) must divide" in message_of("mnist", shrink=5)


def test_orders_are_of_the_same_pixels() -> None:
    by_rows = whole(load("mnist", binarize="threshold", limit=5).train)
    config = config_of("mnist", binarize="threshold", limit=5, order="permuted")
    permuted = load_dataset(config)
    order = permuted.preprocessing.order
    assert outline(config).shape == facts(config, permuted.preprocessing).shape == (784, 1)
    assert np.array_equal(order.undo(whole(permuted.train)), by_rows)


def test_the_input_is_the_frames_before(npz: Path) -> None:
    batch = next(load(npz, context=2).train.batches(3))
    assert batch.x.shape == (3, 4, 6)
    assert (batch.x[:, 0] == 0).all()  # the start frame
    assert np.array_equal(batch.x[:, 1:, :3], batch.y[:, :-1])
    assert np.array_equal(batch.x[:, 2:, 3:], batch.y[:, :-2])
    assert (batch.x[:, 1, 3:] == 0).all()


def test_the_input_says_where_it_is(npz: Path) -> None:
    dataset = load(npz, order="pixels", position=True)
    batch = next(dataset.train.batches(3))
    assert batch.x.shape == (3, 12, 1 + 4 + 3)
    assert batch.x[1, 7, 1:].tolist() == [0, 0, 1, 0, 0, 1, 0]  # the third row, second column


def test_context_longer_than_the_sequence(npz: Path) -> None:
    batch = next(load(npz, context=9).train.batches(3))
    assert batch.x.shape == (3, 4, 27)
    assert (batch.x[:, :, 9:] == 0).all()


def test_ragged_sequences_are_padded_at_the_end(ragged: Path) -> None:
    dataset = load(ragged, output="gaussian")
    said = facts(config_of(ragged, output="gaussian"), dataset.preprocessing)
    assert (said.shape, said.outputs) == ((None, 2), 4)
    assert dataset.description == "r.npz: 3 train; up to 5 frames of 2 features, gaussian"
    first, second, third = dataset.train.batches(2)  # each as long as its longest
    assert first.valid.tolist() == [[1, 1, 1], [0, 0, 0]]  # filler
    assert first.y[:1, :, 0].tolist() == [[0, 1, 2]]
    assert second.y[:1, :, 0].tolist() == [[3]]
    assert third.y[:1, :, 0].tolist() == [[4, 5, 6, 7, 8]]
    assert dataset.train.frame_count == 9


def test_long_sequences_are_cut_into_pieces(ragged: Path) -> None:
    train = load(ragged, output="gaussian", max_length=2).train
    assert train.lengths.tolist() == [2, 1, 1, 2, 2, 1]
    assert whole(train)[:, :, 0].tolist() == [[0, 1], [2, 0], [3, 0], [4, 5], [6, 7], [8, 0]]


def test_pieces_of_a_sequence_stay_in_one_part(tmp_path: Path) -> None:
    values = np.repeat(np.arange(10.0), 6)[:, None]  # ten sequences of six frames, each of its own
    np.savez(tmp_path / "r.npz", values=values, offsets=np.arange(0, 61, 6))
    split = {"validation": 0.3, "test": 0.2}
    dataset = load(tmp_path / "r.npz", output="gaussian", max_length=4, split=split)
    parts = (dataset.train, dataset.validation, dataset.test)
    seen = [set(whole(part)[:, 0, 0]) for part in parts]
    assert [len(numbers) for numbers in seen] == [4, 3, 3]
    assert len(set.union(*seen)) == 10
    assert [len(part) for part in parts] == [8, 6, 6]  # two pieces each
    limited = load(tmp_path / "r.npz", output="gaussian", max_length=4, limit=7)
    assert len(limited.train) == 7


def test_scale_is_of_the_training_frames_without_padding(ragged: Path) -> None:
    dataset = load(ragged, output="gaussian", scale="standard")
    assert dataset.preprocessing.scale.offset == (4.0, 4.0)
    values = whole(dataset.train)[dataset.train.mask(slice(None)) > 0]
    assert values.mean() == pytest.approx(0, abs=1e-6) and values.std() == pytest.approx(1)
    assert (whole(dataset.train)[1, 1:] == 0).all()  # padding is not scaled


def test_npy(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", BITS)
    dataset = load(tmp_path / "a.npy", split={"test": 0.2, "validation": 0.25}, seed=4)
    sizes = [len(p) for p in (dataset.train, dataset.validation, dataset.test)]
    assert sizes == [3, 4, 3]
    rows = {p.tobytes() for part in (dataset.train, dataset.validation, dataset.test)
            for p in whole(part)}  # fmt: skip
    assert rows == {b.tobytes() for b in BITS.astype(np.float32)}


def test_limit(npz: Path) -> None:
    dataset = load(npz, limit=3, split={"validation": "test"})
    assert (len(dataset.train), len(dataset.test)) == (3, 3)
    assert dataset.validation is dataset.test
    assert "brings its own test part" in message_of(npz, split={"test": 0.5})


def test_new_files_are_read_alike(npz: Path, tmp_path: Path) -> None:
    options = {"order": "columns", "binarize": "stochastic", "context": 2}
    config, dataset = config_of(npz, **options), load(npz, **options)
    new = read_new(npz, config, dataset.preprocessing)
    assert np.array_equal(whole(new), whole(dataset.test))
    np.save(tmp_path / "other.npy", BITS[:, :2])
    with pytest.raises(DataError, match="2 rows of 3 pixels, but the run reads images of 4 × 3"):
        read_new(tmp_path / "other.npy", config, dataset.preprocessing)


def test_new_files_that_do_not_fit(npz: Path, ragged: Path, tmp_path: Path) -> None:
    config, kept = config_of(npz), load(npz).preprocessing
    with pytest.raises(DataError, match="2 features a frame, but the run was trained on 3"):
        read_new(ragged, config, kept)
    np.save(tmp_path / "long.npy", np.zeros((2, 6, 3)))
    with pytest.raises(DataError, match=r"sequences of 6 to 6 frames, .* trained on 4"):
        read_new(tmp_path / "long.npy", config, kept)
    with pytest.raises(DataError, match="holds tunes, but the run was not trained on any"):
        read_new(tmp_path, config, kept)


def test_values_outside_the_range(tmp_path: Path) -> None:
    x = BITS.astype(np.float32)
    x[7, 2, 1] = 1.5
    np.save(tmp_path / "a.npy", x)
    said = message_of(tmp_path / "a.npy")
    assert (
        "sequence 7, frame 2, feature 1 is 1.5: output: bernoulli reads values from 0 to 1" in said
    )
    assert said.endswith("(1 outside): use output: gaussian")
    np.save(tmp_path / "b.npy", BITS * 255)
    assert message_of(tmp_path / "b.npy").endswith("scale: pixels divides bytes by 255")
    assert whole(load(tmp_path / "b.npy", scale="pixels").train).max() == 1


def test_one_frame(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", BITS[:, :1])
    assert "every sequence is one frame long" in message_of(tmp_path / "a.npy")


def test_options_of_other_sources(npz: Path, ragged: Path, tmp_path: Path) -> None:
    assert "data.time_step (=0.5) is for tunes" in message_of(npz, time_step=0.5)
    assert "of one size" in message_of(ragged, order="pixels", output="gaussian")
    assert "data.order (=rows) does not apply" in message_of(tmp_path, order="rows")
    assert "no test part" in message_of(ragged, split={"validation": "test"}, output="gaussian")


def test_beginnings_are_of_sequences_that_go_on(ragged: Path) -> None:
    frames, lengths, given = load(ragged, output="gaussian").train.beginnings(9, seed=0)
    assert given == 2  # half of five
    assert sorted(lengths) == [3, 5]
    assert frames.shape == (2, 5, 2)


def test_chunks_of_long_sequences_are_small(ragged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train = load(ragged, output="gaussian").train  # 3 sequences of 5 * 2 numbers
    in_order = [frames for frames, _ in train.chunks(mixed=False)]
    assert len(in_order) == 1 and np.array_equal(in_order[0], whole(train))
    monkeypatch.setattr(dataset_module, "_CHUNK_VALUES", 20)
    sizes = [(len(frames), len(mask)) for frames, mask in train.chunks()]
    assert sizes == [(2, 2), (1, 1)]
    monkeypatch.setattr(dataset_module, "_CHUNK_VALUES", 1)
    assert sum(mask.sum() for _, mask in train.chunks()) == 9


def test_sequences_in_two_given_parts_are_counted(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(12, 3, 2))
    np.savez(tmp_path / "a.npz", x_train=x[:8], x_test=x[5:])
    [text] = load(tmp_path / "a.npz", output="gaussian").audited.texts
    assert text.startswith(
        "3 of 7 test sequences, number 1, 2, 3, are equal to one of the training"
    )
    assert load(tmp_path / "a.npz", output="gaussian").audited.checks.keys() == {"copies"}


@pytest.mark.parametrize("scale", ["standard", "min_max", "robust"])
def test_frames_at_a_high_level_are_scaled_alike_in_ram_and_on_disk(tmp_path, disk, scale) -> None:
    moves = np.random.default_rng(0).integers(-20, 20, (20, 4, 2)) / 1000
    found = []
    for level in (0.0, 4_075_580.25):
        np.save(tmp_path / f"{level:.0f}.npy", level + moves)
        path = tmp_path / f"{level:.0f}.npy"
        found.append(whole(load(path, output="gaussian", scale=scale).train))
    np.testing.assert_allclose(found[1], found[0], atol=1e-4)
    disk()
    dataset = load(tmp_path / "4075580.npy", output="gaussian", scale=scale)
    assert isinstance(dataset.train.store, DiskRows)
    assert (whole(dataset.train) == found[1]).all()


def test_frames_that_float32_would_flatten_are_pointed_out(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", 4_075_580 + np.arange(24).reshape(4, 3, 2) / 1000)
    notes = load(tmp_path / "a.npy", output="gaussian").notes
    assert [note.partition(" goes")[0] for note in notes] == ["feature 0", "feature 1"]
