"""From a config's data section to the model's input, for every kind of source."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from rnnkit.config.stack import InputFacts
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.data.labelled.preprocessing import LabelledPreprocessing
from rnnkit.datasets import EMBEDDED
from rnnkit.errors import DataError
from rnnkit.tasks.classification.dataset import facts, load_dataset, outline, read_new
from tests.tasks.classification.small import config_of

FLOATS, IDS = config_of("mnist"), config_of("mnist", ids=True)


def load(source, *, seed=0, ids=False, **options):
    """The dataset, whose facts are what `outline` says without reading it all."""
    config = config_of(source, seed=seed, ids=ids, **options)
    dataset = load_dataset(config)
    assert outline(config) == facts(config, dataset.preprocessing)
    assert LabelledPreprocessing.from_json(dataset.preprocessing.to_json()) == dataset.preprocessing
    return dataset


def message_of(source, *, ids=False, **options) -> str:
    with pytest.raises(DataError) as error:
        load_dataset(config_of(source, ids=ids, **options))
    return str(error.value)


@pytest.fixture
def npz(tmp_path):
    """Eight examples of (3, 2), the class being whether the number is odd."""
    x = np.arange(48.0).reshape(8, 3, 2)
    y = np.arange(8) % 2
    np.savez(tmp_path / "d.npz", x_train=x, y_train=y, x_test=x[:4] + 0.5, y_test=y[:4])
    return tmp_path / "d.npz"


@pytest.fixture
def long(tmp_path):
    """Examples of 1 to 4 steps; x is 10 * example + step."""
    rows = [
        {"id": f"e{n}", "x": 10 * n + t, "y": "ab"[n % 2]}
        for n in range(8)
        for t in range(n % 4 + 1)
    ]
    pd.DataFrame(rows).to_csv(tmp_path / "long.csv", index=False)
    return tmp_path / "long.csv"


def test_rows_of_a_new_file_that_are_left_out_are_told(long):
    options = {"id": "id", "label": "y", "format": {"bad_rows": "skip"}}
    kept = load(long, split={"test": 0.5}, **options).preprocessing
    new = long.with_name("new.csv")
    new.write_text(long.read_text() + "e9,1\n")
    part = read_new(new, config_of(long, split={"test": 0.5}, **options), kept)
    assert part.notes[0].startswith("1 row left out (format.bad_rows: skip)")


def test_the_first_example_is_shown_without_padding(tmp_path):
    rows = [{"id": f"e{n}", "x": n, "y": "ab"[n % 2]} for n in range(8) for _ in range(n % 2 + 20)]
    pd.DataFrame(rows).to_csv(tmp_path / "a.csv", index=False)
    shown = load(tmp_path / "a.csv", id="id", label="y", features="x").card.example["x"]
    assert shown.startswith("20 × 1 float32")
    assert "e+09" not in shown


def test_mnist():
    dataset = load("mnist", scale="pixels", split={"validation": "test"})
    assert dataset.description == (
        "mnist: 60,000 train, 10,000 test (= validation); 28 steps of 28 features; 10 classes"
    )
    assert dataset.validation is dataset.test
    assert dataset.train.is_image
    assert dataset.sha256 == EMBEDDED["mnist"].sha256
    assert dataset.train.store.dtype == np.uint8
    assert dataset.train.y[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert dataset.preprocessing.classes == EMBEDDED["mnist"].classes
    x = dataset.train.rows(np.array([0, 7]))
    assert x.shape == (2, 28, 28)
    assert x.dtype == np.float32
    assert (x.min(), x.max()) == (0, 1)
    assert x[0].sum() == pytest.approx(27525 / 255)


def test_mnist_in_small():
    dataset = load("mnist", split={"validation": 0.1}, limit=100, seed=3)
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (100, 100, 100)
    assert np.bincount(dataset.train.y).min() >= 8
    again = load("mnist", split={"validation": 0.1}, limit=100, seed=3)
    assert (again.train.store == dataset.train.store).all()


def test_arrays(npz):
    dataset = load(npz, scale="min_max")
    assert facts(FLOATS, dataset.preprocessing) == InputFacts(
        (3, 2), integer=False, vocabulary=None, outputs=2
    )
    assert dataset.validation is None
    assert not dataset.train.is_image
    assert dataset.description == "d.npz: 8 train, 4 test; 3 steps of 2 features; 2 classes"
    assert dataset.train.rows(slice(None)).max() == 1
    # 0.5 / 46: the test part is scaled by the training part's range
    assert dataset.test.rows(slice(0, 1))[0, 0, 0] == pytest.approx(0.5 / 46)


def test_the_scale_is_fitted_on_the_training_part_alone(npz):
    for seed in range(5):
        dataset = load(npz, scale="standard", split={"validation": 0.25}, seed=seed)
        x = dataset.train.rows(slice(None))
        np.testing.assert_allclose(x.mean(axis=(0, 1)), 0, atol=1e-6)
        np.testing.assert_allclose(x.std(axis=(0, 1)), 1, rtol=1e-6)
        whole = np.arange(48.0).reshape(8, 3, 2).mean(axis=(0, 1))
        assert dataset.preprocessing.scale.offset != pytest.approx(tuple(whole))


def test_unequal_lengths_are_padded_and_masked(long):
    dataset = load(long, label="y", id="id", scale="standard")
    assert facts(FLOATS, dataset.preprocessing) == InputFacts((None, 1), outputs=2, masked=True)
    assert dataset.description == "long.csv: 8 train; up to 4 steps of 1 feature; 2 classes"
    assert dataset.train.names.tolist() == [f"e{n}" for n in range(8)]
    x = dataset.train.rows(slice(None))[:, :, 0]
    assert x.shape == (8, 4)
    assert (x == PADDING_VALUE).sum(axis=1).tolist() == [3, 2, 1, 0] * 2
    assert (x[0, 1:] == PADDING_VALUE).all()
    real = x[x != PADDING_VALUE]
    np.testing.assert_allclose([real.mean(), real.std()], [0, 1], atol=1e-6)


def test_padding_and_truncating_on_either_side(long):
    dataset = load(long, label="y", id="id", max_length=2, padding="pre", truncating="post")
    x = dataset.train.rows(slice(0, 4))[:, :, 0]
    assert x.tolist() == [[PADDING_VALUE, 0], [10, 11], [20, 21], [30, 31]]


def test_all_cut_to_one_length_need_no_mask(long):
    dataset = load(long, label="y", id="id", max_length=1)
    assert facts(FLOATS, dataset.preprocessing).shape == (1, 1)
    assert not dataset.train.masked
    assert dataset.train.rows(slice(None))[:, 0, 0].tolist() == [10 * n + n % 4 for n in range(8)]


def test_ids(tmp_path):
    np.savez(tmp_path / "d.npz", x_train=[[1, 2], [3, 9]], y_train=[0, 1])
    dataset = load(tmp_path / "d.npz", ids=True)
    assert facts(IDS, dataset.preprocessing) == InputFacts(
        (2,), integer=True, vocabulary=10, outputs=2
    )
    assert dataset.train.rows(slice(None)).tolist() == [[1, 2], [3, 9]]
    floats = load(tmp_path / "d.npz")
    assert facts(FLOATS, floats.preprocessing).shape == (2, 1)
    assert floats.train.rows(slice(None)).dtype == np.float32


def test_ids_of_unequal_length(tmp_path):
    lines = [{"x": [4, 5, 6], "y": "a"}, {"x": [7], "y": "b"}]
    (tmp_path / "d.jsonl").write_text("\n".join(map(json.dumps, lines)))
    dataset = load(tmp_path / "d.jsonl", label="y", ids=True)
    assert facts(IDS, dataset.preprocessing) == InputFacts(
        (None,), integer=True, vocabulary=8, outputs=2, masked=True
    )
    assert dataset.train.rows(slice(None)).tolist() == [[4, 5, 6], [7, 0, 0]]


def test_the_same_table_in_every_format_is_the_same_dataset(tmp_path):
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(20, 6)).round(3))
    frame.columns = [f"x{n}" for n in range(6)]
    frame["y"] = [("up", "down")[n % 2] for n in range(20)]
    frame.to_csv(tmp_path / "d.csv", index=False)
    frame.to_parquet(tmp_path / "d.parquet")
    frame.to_json(tmp_path / "d.jsonl", orient="records", lines=True)
    options = {"label": "y", "features_per_step": 3, "scale": "robust", "split": {"test": 0.3}}
    first, *others = (
        load(tmp_path / f"d.{suffix}", **options) for suffix in ("csv", "parquet", "jsonl")
    )
    assert first.preprocessing.classes == ("down", "up")
    for other in others:
        assert (other.test.rows(slice(None)) == first.test.rows(slice(None))).all()
        assert (other.test.y == first.test.y).all()
        assert other.preprocessing == first.preprocessing


def test_new_data_are_read_as_the_training_data_were(long):
    options = {"label": "y", "id": "id", "scale": "min_max", "max_length": 3}
    config, dataset = config_of(long, **options), load(long, **options)
    part = read_new(long, config, dataset.preprocessing)
    assert (part.rows(slice(None)) == dataset.train.rows(slice(None))).all()
    assert (part.y == dataset.train.y).all()
    assert part.names.tolist() == dataset.train.names.tolist()
    unlabelled = read_new(long, config, dataset.preprocessing, labelled=False)
    assert unlabelled.y.tolist() == [-1] * 8


def test_new_arrays_are_read_as_the_training_data_were(npz, tmp_path):
    dataset = load(npz, scale="standard")
    part = read_new(npz, config_of(npz, scale="standard"), dataset.preprocessing)
    assert (part.rows(slice(None)) == dataset.test.rows(slice(None))).all()
    assert (part.y == dataset.test.y).all()


def test_one_new_row_with_one_label_is_enough(long, tmp_path):
    dataset = load(long, label="y", id="id")
    (tmp_path / "one.csv").write_text("id,x,y\n7,1,b\n")
    config = config_of(long, label="y", id="id")
    part = read_new(tmp_path / "one.csv", config, dataset.preprocessing)
    assert part.y.tolist() == [1]
    assert part.names.tolist() == ["7"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"x": np.zeros((1, 3, 4)), "y": [0]},
            "4 features a time step, but the run was trained on 2",
        ),
        (
            {"x": np.zeros((1, 5, 2)), "y": [0]},
            "an example of 5 time steps, but the run was trained on 3 in every example",
        ),
        ({"x": np.zeros((1, 3, 2)), "y": [7]}, "unknown label '7': the run's classes are '0', '1'"),
    ],
)
def test_new_data_that_do_not_fit_the_run(npz, tmp_path, content, message):
    dataset = load(npz)
    np.savez(tmp_path / "new.npz", **content)
    with pytest.raises(DataError) as error:
        read_new(tmp_path / "new.npz", config_of(npz), dataset.preprocessing)
    assert str(error.value) == f"{tmp_path / 'new.npz'}: {message}"


def test_new_ids_the_run_never_saw(tmp_path):
    np.savez(tmp_path / "d.npz", x_train=[[1, 2], [3, 9]], y_train=[0, 1], x=[[10, 1]])
    config, dataset = config_of(tmp_path / "d.npz", ids=True), load(tmp_path / "d.npz", ids=True)
    with pytest.raises(DataError, match=r"id 10 is larger than any the run was trained on, 9$"):
        read_new(tmp_path / "d.npz", config, dataset.preprocessing, labelled=False)


def test_a_run_on_arrays_cannot_read_a_table(npz, long):
    with pytest.raises(DataError, match=r"does not know a table's columns: give an \.npz file"):
        read_new(long, config_of(npz), load(npz).preprocessing, labelled=False)


def test_options_that_do_not_apply(npz):
    assert message_of(npz, label="y") == (
        f"data.label is for tables, but {npz} holds arrays: remove it"
    )
    assert message_of("mnist", split={"column": "part"}) == (
        "data.split.column is for tables, but mnist holds arrays: remove it"
    )
    assert message_of(npz, scale="standard", ids=True) == (
        "data.scale (=standard) does not apply to the integer ids that an embedding reads: remove "
        "it"
    )
    assert "reads integer ids, (N, T)" in message_of("mnist", ids=True)


@pytest.mark.parametrize("source", ["mnist", "npz", "long"])
def test_an_outline_finds_what_loading_would(source, request):
    if source == "mnist":
        config = config_of("mnist", split={"test": 0.5})
    elif source == "npz":
        config = config_of(request.getfixturevalue("npz"), split={"test": 0.5})
    else:
        split = {"validation": "test"}
        config = config_of(request.getfixturevalue("long"), label="y", id="id", split=split)
    with pytest.raises(DataError) as loading:
        load_dataset(config)
    with pytest.raises(DataError) as checking:
        outline(config)
    assert str(checking.value) == str(loading.value)


def test_parts_of_unequal_length_under_max_length(tmp_path):
    x = np.zeros((4, 5, 1))
    np.savez(tmp_path / "d.npz", x_train=x, y_train=[0, 1, 0, 1], x_test=x[:, :2], y_test=[0] * 4)
    equal = load(tmp_path / "d.npz", max_length=2).preprocessing
    assert (equal.length, equal.features, equal.masked) == (2, 1, False)
    padded = load(tmp_path / "d.npz", max_length=3)
    assert padded.preprocessing.masked
    assert (padded.test.rows(slice(None))[:, 2] == PADDING_VALUE).all()


def test_one_example_is_too_few(tmp_path):
    (tmp_path / "d.csv").write_text("x,y\n1,a\n")
    assert message_of(tmp_path / "d.csv", label="y") == (
        f"{tmp_path / 'd.csv'}: every example has the label 'a': there must be two classes or more"
    )


def test_a_million_rows_take_no_loop_over_rows(tmp_path):
    rows = 1_000_000
    example = np.arange(rows) // 10
    frame = pd.DataFrame({"id": example, "t": np.arange(rows) % 10, "x": 0.5, "y": example % 3})
    frame.sample(frac=1, random_state=0).to_parquet(tmp_path / "d.parquet")
    lines = 0

    def count(frame, event, argument):
        nonlocal lines
        lines += event == "line" and "/rnnkit/" in frame.f_code.co_filename
        return count

    config = config_of(tmp_path / "d.parquet", label="y", id="id", time="t", split={"test": 0.1})
    before = sys.gettrace()
    sys.settrace(count)
    try:
        dataset = load_dataset(config)
    finally:
        sys.settrace(before)
    assert (len(dataset.train), len(dataset.test)) == (90_066, 9_934)
    assert dataset.train.store.shape == (90_066, 10, 1)
    assert 100 < lines < 5_000


def test_neither_tensorflow_nor_pandas_is_imported_for_arrays():
    script = (
        "import sys\n"
        "from rnnkit.tasks.classification.dataset import load_dataset\n"
        "from tests.tasks.classification.small import config_of\n"
        "load_dataset(config_of('mnist', limit=10))\n"
        "print(sorted({'tensorflow', 'keras', 'pandas', 'pyarrow'} & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("[]\n", "")


def test_examples_stay_in_their_part_when_a_table_grows(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(90, 4)).round(3), columns=list("abcd"))
    frame["y"] = rng.permutation(90) % 3
    options = {"label": "y", "scale": "standard", "split": {"test": 0.3, "validation": 0.2}}

    def rows(some):
        some.to_csv(tmp_path / "t.csv", index=False)
        dataset = load_dataset(config_of(tmp_path / "t.csv", **options))
        scale = dataset.preprocessing.scale
        return [
            {tuple(x) for x in (p.store[:, :, 0] * scale.divisor + scale.offset).round(3)}
            for p in (dataset.train, dataset.validation, dataset.test)
        ]

    before, after = rows(frame[:60]), rows(frame.sample(frac=1, random_state=1))
    assert sum(map(len, after)) == 90
    assert all(early <= late for early, late in zip(before, after, strict=True))


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".npz"])
def test_a_movement_is_scaled_alike_at_any_level_in_ram_and_on_disk(tmp_path, disk, suffix):
    moves = np.random.default_rng(0).integers(-20, 20, (80, 5)) / 1000
    said = []
    for level in (0.0, 5_406_123.4, -7e7):
        path = tmp_path / f"{level:.0f}{suffix}"
        if suffix == ".npz":
            np.savez(path, x_train=level + moves, y_train=np.arange(80) % 2)
        else:
            frame = pd.DataFrame(level + moves, columns=list("abcde")).assign(y=np.arange(80) % 2)
            (frame.to_csv if suffix == ".csv" else frame.to_parquet)(path, index=False)
        options = {"scale": "standard"} | ({} if suffix == ".npz" else {"label": "y"})
        said.append(config_of(path, **options))
    found = [load_dataset(one).train.rows(slice(None)) for one in said]
    disk()
    found += [load_dataset(one, disk.place).train.rows(slice(None)) for one in said]
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], atol=1e-4)
    assert (found[2] == found[5]).all()
    assert found[0].std() == pytest.approx(1)
