"""What `make test-fast` leaves out is found by what it does, and is skipped and never passed."""

import pytest

from tests.conftest import _skip_what_is_not_fast


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("import", "tensorflow"),
        ("import", "multiprocessing.popen_spawn_posix"),
        ("subprocess.Popen", "python"),
        ("os.fork", None),
    ],
)
def test_training_and_processes_are_not_fast(event: str, name: str | None) -> None:
    with pytest.raises(pytest.skip.Exception, match="not fast"):
        _skip_what_is_not_fast(event, (name,))


@pytest.mark.parametrize(("event", "name"), [("import", "numpy"), ("open", "keras")])
def test_all_else_is(event: str, name: str) -> None:
    _skip_what_is_not_fast(event, (name,))
