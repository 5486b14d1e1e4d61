"""What a wrong value, key or section is answered with."""

import pytest

from tests.config.small import SMALL, block, load, refusal


def with_data(line: str) -> str:
    return SMALL.replace("  source: mnist", f"  source: mnist\n  {line}")


def with_training(line: str) -> str:
    return SMALL + f"  {line}\n"


def test_a_number_in_scientific_notation() -> None:
    text = with_training("optimizer: {name: adam, learning_rate: 1e-4}")
    assert load(text).config.training.optimizer.learning_rate == 1e-4
    assert refusal(text.replace("1e-4", "1e-4x")) == block(
        """
        c.yaml:12:42: optimizer: learning_rate (='1e-4x') must be a number
          12 |   optimizer: {name: adam, learning_rate: 1e-4x}
             |                                          ^^^^^
        """
    )


def test_an_unknown_key() -> None:
    assert refusal(with_training("batchsize: 32")) == block(
        """
        c.yaml:12:3: training: unknown key 'batchsize'. Did you mean 'batch_size'?
          12 |   batchsize: 32
             |   ^^^^^^^^^
        """
    )


def test_a_value_that_fits_no_branch_of_a_union() -> None:
    assert refusal(with_data("split: {validation: tset}")) == block(
        """
        c.yaml:6:23: split: validation (='tset') must be 'test' or a number
          6 |   split: {validation: tset}
            |                       ^^^^
        """
    )


def test_a_branch_of_a_union_that_was_meant() -> None:
    assert refusal(with_training("class_weight: {a: -1, b: x}")) == block(
        """
        c.yaml:12:21: class_weight: a (=-1) must be greater than 0
          12 |   class_weight: {a: -1, b: x}
             |                     ^^
        c.yaml:12:28: class_weight: b (='x') must be a number
          12 |   class_weight: {a: -1, b: x}
             |                            ^
        """
    )


def test_an_empty_section() -> None:
    before, after = SMALL.split("  layers:")
    text = before + after[after.index("training:") :]
    assert refusal(text) == block(
        """
        c.yaml:6:1: model is empty: it must be a mapping of keys to values
          6 | model:
            | ^^^^^
        """
    )


def test_a_section_that_is_missing() -> None:
    assert refusal(SMALL.replace("data:\n  source: mnist\n", "")) == block(
        """
        c.yaml:1:1: missing key 'data'
          1 | version: 1
            | ^
        """
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("limit: many", "data: limit (='many') must be an integer"),
        ("limit: 1.5", "data: limit (=1.5) must be an integer"),
        ("limit: true", "data: limit (=true) must be an integer"),
        ("limit: 0", "data: limit (=0) must be greater than 0"),
        ("limit: 9999999999", "data: limit (=9999999999) must be less than 2147483648"),
        ("label: 3", "data: label (=3) must be text (put it in quotes if it looks like a number)"),
        ("features: 3", "data: features (=3) must be a list"),
        ("padding: left", "data: padding (='left') must be 'pre' or 'post'"),
        ("split: 0.2", "data: split (=0.2) must be a mapping of keys to values"),
        ("split: {validation: 1.5}", "split: validation (=1.5) must be 'test' or less than 1"),
        ("split: {validation: .nan}", "split: validation (=nan) must be 'test' or a finite number"),
        ("split: {stratify: yes}", "split: stratify (='yes') must be true or false"),
        ("3: x", "data: keys must be words, not 3"),
        ("? ''\n  : x", "data: unknown key ''. Known here: exclude, features, "
         "features_per_step, format, id, label, level, limit, max_length, max_vocabulary, "
         "min_count, normalization, order, padding, query, sample_weight, scale, source, split, "
         "static, tables, text, time or truncating."),
    ],
)  # fmt: skip
def test_values_of_data(line: str, message: str) -> None:
    assert refusal(with_data(line)).splitlines()[0].split(": ", 1)[1] == message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("class_weight: 3", "training: class_weight (=3) must be 'balanced' or a mapping of keys "
         "to values"),
        ("metrics: [acc]", "training: metrics (='acc') is not known. Did you mean 'accuracy'?"),
        ("optimizer: {lr: 1}", "optimizer: unknown key 'lr'. Did you mean 'learning_rate'?"),
        ("optimizer: adamx", "unknown optimizer 'adamx'. Did you mean 'adamax'?"),
        ("optimizer: {name: 3}", "unknown optimizer '3'. Known here: adam, adamw, nadam, adamax, "
         "rmsprop or sgd."),
        ("optimizer:", "training: optimizer is empty: it must be a mapping of keys to values"),
        ("schedule: {alpha: 1}", "schedule: missing key 'name'"),
        ("schedule: inverse_time_decay", "inverse_time_decay: missing key 'decay_rate'"),
    ],
)  # fmt: skip
def test_values_of_training(line: str, message: str) -> None:
    assert refusal(with_training(line)).splitlines()[0].split(": ", 1)[1] == message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("version: 2", "version (=2) must be 1"),
        ("device: tpu", "device (='tpu') must be auto, cpu, gpu, gpu:N or gpus"),
        ("name: ''", "name (='') must have at least 1 character"),
        ("name: ..", "name: '..' names the run's folder: use letters, digits, '-', '_' and '.' "
         "only"),
        ("logging: [x]", "logging (=['x']) must be a mapping of keys to values"),
    ],
)  # fmt: skip
def test_values_at_the_top(line: str, message: str) -> None:
    key = line.split(":")[0]
    kept = [other for other in SMALL.splitlines() if not other.startswith(f"{key}:")]
    text = "\n".join([line, *kept])
    assert refusal(text).splitlines()[0].split(": ", 1)[1] == message
