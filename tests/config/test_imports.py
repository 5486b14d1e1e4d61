"""Reading a config, and checking one on embedded data, starts neither TensorFlow nor pandas."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = "{'tensorflow', 'keras', 'pandas', 'pyarrow', 'matplotlib', 'sklearn'}"
LOAD = "from rnnkit.tasks import load_config; load_config('configs/mnist.yaml')"
CHECK = "from rnnkit.workflows.check import check; check('configs/mnist.yaml')"


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("import rnnkit.config.loading", HEAVY[:-1] + ", 'numpy'}"),
        (LOAD, HEAVY),
        ("import rnnkit.workflows.check", HEAVY),
        (CHECK, HEAVY),
    ],
)
def test_nothing_heavy_is_imported(code: str, heavy: str) -> None:
    report = f"import sys; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}\n{report}"],
        capture_output=True, text=True, cwd=ROOT, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout == "[]\n"
