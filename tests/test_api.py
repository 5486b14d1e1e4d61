"""The public API, pinned: a change here is a change that users see."""

import inspect

import rnnkit


def test_public_names() -> None:
    assert set(rnnkit.__all__) == {
        "ConfigError", "DataError", "DeviceError", "DivergedError", "Interrupted", "RnnkitError",
        "Run", "RunError", "Watch", "__version__", "check", "evaluate", "export", "load", "resume",
        "train",
    }  # fmt: skip
    assert all(getattr(rnnkit, name) is not None for name in rnnkit.__all__)
    assert dir(rnnkit) == sorted(rnnkit.__all__)


def test_signatures() -> None:
    def parameters(name: str) -> list[str]:
        return list(inspect.signature(getattr(rnnkit, name)).parameters)

    assert parameters("check") == ["config", "overrides", "smoke", "place"]
    assert parameters("train") == [
        "config", "data", "overrides", "runs", "smoke", "watch", "command",
    ]  # fmt: skip
    assert parameters("resume") == ["run", "overrides", "watch"]
    assert parameters("load") == ["run", "device", "on_message"]
    assert parameters("evaluate") == ["run", "data", "device", "on_message"]
    assert parameters("export") == [
        "run", "to", "output", "quantize", "data", "examples", "on_message",
    ]  # fmt: skip
    assert parameters("Watch") == ["callbacks", "on_start", "on_message", "on_pass"]
