"""Metrics of counts are Keras's over the whole part, however it is cut into batches and shards."""

from typing import Any

import numpy as np
import pytest

from rnnkit.runtime import keras, tf
from rnnkit.training.counted import class_metrics

RNG = np.random.default_rng(0)


def scores(classes: int, examples: int = 60) -> tuple[Any, Any]:
    """Labels that the probabilities tell something of, (N,) and (N, C)."""
    y = RNG.integers(0, classes, examples).astype(np.int32)
    logits = RNG.normal(size=(examples, classes)) + 1.5 * np.eye(classes)[y]
    return y, tf.nn.softmax(logits.astype(np.float32)).numpy()


def values(classes: int, y: Any, p: Any, valid: Any, *, pieces: int) -> dict[str, float]:
    """Each metric of the sums over `pieces` batches."""
    known = class_metrics(lambda p: tf.argmax(p, axis=1), lambda p: p, classes)
    cut = [np.array_split(array, pieces) for array in (y, p, valid)]
    return {
        name: one.value(sum(one.counts(*batch).numpy().astype(float) for batch in zip(*cut)))  # noqa: B905
        for name, one in known.items()
    }


def of_keras(classes: int, y: Any, p: Any) -> dict[str, float]:
    one_hot = np.eye(classes, dtype=np.float32)[y]
    if classes == 2:
        known = {
            "precision": keras.metrics.Precision(),
            "recall": keras.metrics.Recall(),
            "auc": keras.metrics.AUC(),
        }
        found = {name: metric(y, p[:, 1]) for name, metric in known.items()}
        found["f1_score"] = keras.metrics.F1Score(threshold=0.5)(one_hot[:, 1:], p[:, 1:])[0]
    else:
        said = np.eye(classes, dtype=np.float32)[p.argmax(axis=1)]
        each = range(classes)
        found = {
            "precision": np.mean(
                [keras.metrics.Precision(class_id=c)(one_hot, said) for c in each]
            ),
            "recall": np.mean([keras.metrics.Recall(class_id=c)(one_hot, said) for c in each]),
            "auc": keras.metrics.AUC(multi_label=True, num_labels=classes)(one_hot, p),
            "f1_score": keras.metrics.F1Score(average="macro")(one_hot, p),
        }
    return {name: float(value) for name, value in found.items()}


@pytest.mark.parametrize("pieces", [1, 4])
@pytest.mark.parametrize("classes", [2, 4])
def test_as_keras_over_the_whole_part(classes: int, pieces: int) -> None:
    y, p = scores(classes)
    valid = np.ones(len(y), np.float32)
    assert values(classes, y, p, valid, pieces=pieces) == pytest.approx(
        of_keras(classes, y, p), abs=1e-6
    )


def test_filler_counts_nothing() -> None:
    y, p = scores(4)
    valid = (np.arange(len(y)) < 40).astype(np.float32)
    kept = values(4, y[:40], p[:40], valid[:40], pieces=1)
    assert values(4, y, p, valid, pieces=3) == kept


def test_a_class_without_a_roc_is_left_out_of_the_mean_area() -> None:
    y = np.array([0, 1, 0, 1], np.int32)  # of three classes
    p = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1]], np.float32)
    found = values(3, y, p, np.ones(4, np.float32), pieces=1)
    assert found["auc"] == 1.0
    assert found["recall"] == pytest.approx((0.5 + 1 + 0) / 3)
    assert np.isnan(values(3, y[:1], p[:1], np.ones(1, np.float32), pieces=1)["auc"])


def test_steps_may_have_a_label_each() -> None:
    y, p = scores(3, examples=24)
    said = class_metrics(lambda p: tf.argmax(p, axis=-1), lambda p: p, 3)
    valid = (np.arange(24) % 5 > 0).astype(np.float32)
    for name, one in said.items():
        flat = one.counts(y, p, valid).numpy()
        steps = one.counts(y.reshape(4, 6), p.reshape(4, 6, 3), valid.reshape(4, 6)).numpy()
        np.testing.assert_array_equal(steps, flat, err_msg=name)


def test_probabilities_at_the_edge_of_a_bucket_are_counted_as_keras_does() -> None:
    p = np.array([0, 1 / 199, 0.5, 100 / 199, 1], np.float32)
    y = np.array([0, 1, 0, 1, 1], np.int32)
    both = np.stack([1 - p, p], axis=1)
    found = values(2, y, both, np.ones(5, np.float32), pieces=1)
    assert found["auc"] == pytest.approx(float(keras.metrics.AUC()(y, p)), abs=1e-6)
