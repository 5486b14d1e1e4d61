"""What the audit finds of numbers to predict, planted, and where nothing is."""

import numpy as np
import pandas as pd
import pytest

from rnnkit.tasks.regression.dataset import load_dataset
from tests.tasks.regression.small import WINDOWS, config_of, machines


def findings(path, frame, **options):
    frame.to_csv(path / "d.csv", index=False)
    audited = load_dataset(config_of(path / "d.csv", **options)).audited
    return {(finding.check, finding.certain): finding.text for finding in audited.findings}


def test_nothing_leaks(tmp_path):
    assert findings(tmp_path, machines(), **WINDOWS) == {}


def test_a_feature_is_the_target(tmp_path):
    frame = machines().assign(noise=lambda f: 2 * f.left + 1)
    [(key, text)] = findings(tmp_path, frame, **WINDOWS).items()
    assert key == ("answers", False)
    assert text.startswith("the target 'left' is 0.5 * 'noise' - 0.5 of the same row: that needs")


def test_features_add_up_to_the_target(tmp_path):
    frame = machines().assign(noise=lambda f: f.left - f.heat)
    [(key, text)] = findings(tmp_path, frame, **WINDOWS).items()
    assert key == ("sums", False)
    assert text.startswith("the target 'left' is 'heat' + 'noise' of the same row")


def test_rows_that_are_numbered(tmp_path):
    frame = machines().assign(noise=lambda f: np.arange(len(f)) * 3)
    assert ("numbers", False) in findings(tmp_path, frame, **WINDOWS)


def test_equal_sequences_in_two_parts(tmp_path):
    frame = machines(20)
    copy = frame[frame.unit == "m0"].assign(unit="copy", part="test")
    options = WINDOWS | {"split": {"column": "part"}}
    found = findings(tmp_path, pd.concat([frame, copy]), **options)
    assert "1 of 6 test examples" in found["copies", False]


@pytest.mark.parametrize("share", [0.3])
def test_subjects(tmp_path, share):
    frame = machines().assign(subject=lambda f: "s" + (f.unit.str[1:].astype(int) % 5).astype(str))
    options = WINDOWS | {"split": {"validation": share}}
    assert ("subjects", False) in findings(tmp_path, frame, **options)
    options = WINDOWS | {"split": {"validation": share, "group": "subject"}}
    assert findings(tmp_path, frame, **options) == {}
