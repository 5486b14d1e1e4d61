"""Runs small enough for every test that needs a trained one, and what `make test-fast` leaves out.

They run without XLA, whose compilation takes longer than all that is computed here; it is on in the
tests that are about it, and where shipped configs are trained. Plots are painted where they are the
subject.
"""

import contextlib
import gc
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from matplotlib.backend_bases import FigureCanvasBase

import rnnkit

# bounded by the number of examples alone: no clock, of which a busy machine takes a part
settings.register_profile(
    "counted", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("counted")

PRINT_FIGURE = FigureCanvasBase.print_figure
NOT_FAST = {"subprocess.Popen", "os.fork", "os.posix_spawn", "os.system"}
NOT_FAST_IMPORTS = {"tensorflow", "keras", "multiprocessing.popen_spawn_posix"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="skip what trains or starts a process")


def pytest_collection(session: pytest.Session) -> None:
    if session.config.getoption("fast"):  # not earlier: pytest starts processes of its own
        sys.addaudithook(_skip_what_is_not_fast)


def _skip_what_is_not_fast(event: str, arguments: tuple[object, ...]) -> None:
    """No list of tests: each is skipped where it turns to TensorFlow, which all training needs,
    or to a process."""
    if event in NOT_FAST or (event == "import" and arguments[0] in NOT_FAST_IMPORTS):
        pytest.skip("not fast: it needs TensorFlow or a process", allow_module_level=True)


@pytest.fixture(autouse=True, scope="module")
def unburdened() -> Iterator[None]:
    """What a file of tests leaves behind burdens none of the next."""
    yield
    unburden()


def unburden() -> None:
    """Let nothing that lives be looked through again and again by the collector of garbage.

    It would take a quarter of the time.
    """
    if keras := sys.modules.get("keras"):
        keras.utils.clear_session(free_memory=False)
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What rnnkit finds out about the machine is not left there, nor taken from there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True, scope="session")
def unpainted() -> Iterator[None]:
    """Plots are put together but not painted: all that a small training draws takes as long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FigureCanvasBase, "print_figure", _leave_blank)
        yield


def _leave_blank(canvas: FigureCanvasBase, file: Path | StringIO, **options: object) -> None:
    if isinstance(file, Path):
        file.write_bytes(b"")
    else:
        file.write("<svg/>")


@contextlib.contextmanager
def painting() -> Iterator[None]:
    """Plots are painted, as users see them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FigureCanvasBase, "print_figure", PRINT_FIGURE)
        yield


@pytest.fixture
def painted() -> Iterator[None]:
    with painting():
        yield


def write_data(path: Path, *, examples: int = 120, seed: int = 0) -> Path:
    """Sequences of 5 steps of 2 features; class 1 lies 2 above class 0."""
    rng = np.random.default_rng(seed)
    y = np.arange(examples) % 2
    x = rng.normal(size=(examples, 5, 2)) + 2 * y[:, None, None]
    np.savez(path, x_train=x, y_train=y)
    return path


def small_config(data: Path, **training: object) -> dict[str, object]:
    """One LSTM of 4 units, two epochs."""
    return {
        "version": 1,
        "name": "small",
        "task": "classification",
        "seed": 3,
        "data": {"source": str(data), "scale": "standard", "split": {"validation": 0.25}},
        "model": {
            "layers": [
                {"lstm": {"units": 4, "dropout": 0.1}},
                {"dropout": {"rate": 0.2}},
                {"dense": {"units": 2, "activation": "softmax"}},
            ]
        },
        "training": {
            "epochs": 2,
            "batch_size": 16,
            "jit_compile": False,
            "optimizer": {"name": "adam", "learning_rate": 0.05},
            **training,
        },
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data.npz")


@pytest.fixture(scope="session")
@painting()
def trained(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    """A finished run that tests only read."""
    folder = tmp_path_factory.mktemp("trained")
    config = small_config(write_data(folder / "data.npz"))
    return rnnkit.train(config, runs=folder / "runs", command=["rnnkit", "train", "small.yaml"])


def forecast_config(**data: object) -> dict[str, object]:
    """120 rows of an AR(1) series, three steps ahead, one GRU of 2 units, two epochs."""
    section = {
        "source": "ar1",
        "lookback": 4,
        "horizon": 3,
        "split": {"validation": 0.3, "test": 0.2},
        **data,
    }
    if section["source"] == "ar1":
        section["simulation"] = {"length": 120}
    return {
        "version": 1,
        "name": "ahead",
        "task": "forecasting",
        "data": section,
        "model": {"layers": [{"gru": {"units": 2}}, {"dense": {}}]},
        "training": {"epochs": 2, "batch_size": 16, "jit_compile": False},
    }


@pytest.fixture(scope="session")
@painting()
def forecasting(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    """A finished forecasting run that tests only read."""
    return rnnkit.train(forecast_config(), runs=tmp_path_factory.mktemp("forecasting"))


def token_config(source: Path, **data: object) -> dict[str, object]:
    """Sequences or running text for one LSTM of 8 units, two epochs."""
    return {
        "version": 1,
        "name": source.stem,
        "task": "next_token",
        "data": {"source": str(source), "split": {"validation": 0.25}, **data},
        "model": {"layers": [{"embedding": {"output_dim": 4}}, {"lstm": {"units": 8}}, "dense"]},
        "training": {
            "epochs": 2,
            "batch_size": 4,
            "jit_compile": False,
            "optimizer": {"name": "adam", "learning_rate": 0.05},
            "sample": None,
        },
    }


@pytest.fixture(scope="session")
@painting()
def games(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    """A finished run on sequences of items, a line each."""
    folder = tmp_path_factory.mktemp("games")
    (folder / "games.txt").write_text("a b c\na b d\nb a c\nb a d\n" * 8)
    config = token_config(folder / "games.txt", level="item", separator="line")
    return rnnkit.train(config, runs=folder / "runs")


@pytest.fixture(scope="session")
def prose(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    """A finished run on running text, letter by letter."""
    folder = tmp_path_factory.mktemp("prose")
    (folder / "prose.txt").write_text("so it is,\nand so was it.\n\n" * 20)
    config = token_config(folder / "prose.txt", level="character")
    config["training"] = {**config["training"], "window": 8}  # type: ignore[dict-item]
    return rnnkit.train(config, runs=folder / "runs")
