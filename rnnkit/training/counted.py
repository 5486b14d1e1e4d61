"""Precision, recall, F1 and ROC area of a whole part, from counts that add up over its batches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from rnnkit.runtime import tf
from rnnkit.training.objective import Counted

THRESHOLDS = 200  # evenly from 0 to 1, as keras.metrics.AUC has them
_BUCKETS = THRESHOLDS - 1  # between them

Counts = npt.NDArray[np.float64]


def class_metrics(
    said: Callable[[tf.Tensor], tf.Tensor],
    probabilities: Callable[[tf.Tensor], tf.Tensor],
    classes: int,
) -> dict[str, Counted]:
    """`precision`, `recall`, `f1_score` and `auc`, by these names.

    Of two classes they are class 1's, the positive one's; of more the mean over the classes, each
    against the others. An undefined precision, recall or F1 counts as 0, as in Keras; a class
    that has no ROC, because every example or none is of it, is left out of the mean.

    Args:
        said: y_pred -> the predicted classes, shaped as y_true.
        probabilities: y_pred -> those of every class, (..., C).
        classes: C.
    """
    first = 1 if classes == 2 else 0

    def outcomes(y_true: tf.Tensor, y_pred: tf.Tensor, valid: tf.Tensor) -> tf.Tensor:
        """(3, C) how often a class was right, predicted, and true."""
        truth, answer = tf.one_hot(y_true, classes), tf.one_hot(said(y_pred), classes)
        counted = tf.stack([truth * answer, answer, truth])[..., first:]
        return tf.reduce_sum(valid[..., None] * counted, axis=range(1, len(valid.shape) + 1))

    def histogram(y_true: tf.Tensor, y_pred: tf.Tensor, valid: tf.Tensor) -> tf.Tensor:
        """(2, C, buckets) probabilities given to a class: where it is not true, and where it is."""
        scores = tf.cast(probabilities(y_pred), tf.float32)[..., first:]
        found = tf.cast(tf.math.ceil(scores * _BUCKETS), tf.int32) - 1
        bucket = tf.clip_by_value(found, 0, _BUCKETS - 1)
        truth = tf.one_hot(y_true, classes, dtype=tf.int32)[..., first:]
        shape = (2, classes - first, _BUCKETS)
        index = (truth * shape[1] + tf.range(shape[1])) * _BUCKETS + bucket
        weights = tf.broadcast_to(valid[..., None], tf.shape(index))
        flat = tf.math.unsorted_segment_sum(
            tf.reshape(weights, [-1]), tf.reshape(index, [-1]), int(np.prod(shape))
        )
        return tf.reshape(flat, shape)

    return {
        "precision": Counted(outcomes, _precision),
        "recall": Counted(outcomes, _recall),
        "f1_score": Counted(outcomes, _f1_score),
        "auc": Counted(histogram, _roc_area),
    }


def _precision(counts: Counts) -> float:
    hits, said, _ = counts
    return _mean_share(hits, said)


def _recall(counts: Counts) -> float:
    hits, _, true = counts
    return _mean_share(hits, true)


def _f1_score(counts: Counts) -> float:
    hits, said, true = counts
    return _mean_share(2 * hits, said + true)


def _mean_share(part: Counts, of: Counts) -> float:
    return float(np.mean(np.divide(part, of, out=np.zeros_like(part), where=of > 0)))


def _roc_area(counts: Counts) -> float:
    """The mean of the areas by the trapezoidal rule; NaN where no class has one."""
    above = np.cumsum(counts[..., ::-1], axis=-1)
    false, true = np.pad(above, ((0, 0), (0, 0), (1, 0)))  # nothing lies above 1
    pairs = false[:, -1] * true[:, -1]
    areas = np.trapezoid(true, false, axis=-1)
    return float(np.mean(areas[pairs > 0] / pairs[pairs > 0])) if pairs.any() else np.nan
