"""Texts that a network was judged on -> how n-grams of the training part do on them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from rnnkit.baselines.text import MOST_TEXTS, choose_ngrams
from rnnkit.data.labelled.dataset import Part
from rnnkit.tasks.classification.evaluation import NGrams
from rnnkit.tasks.classification.metrics import ClassificationReport


def judge_ngrams(
    train: Part, part: Part, predicted: NDArray[np.int64], classes: tuple[str, ...]
) -> NGrams | None:
    """Fit them and compare; None where the examples are no texts.

    Args:
        train: what the network was trained on.
        part: N other examples.
        predicted: (N,) what the network says.
        classes: the C names.
    """
    if train.texts is None or part.texts is None:
        return None
    model = choose_ngrams(train.texts.tolist(), train.y, classes=len(classes))
    said = model.predict(part.texts.tolist())
    report = ClassificationReport.of(part.y, said, classes)
    network, ngrams = predicted == part.y, said == part.y
    only_network, only_ngrams = int((network & ~ngrams).sum()), int((ngrams & ~network).sum())
    differ = only_network + only_ngrams
    return NGrams(
        kind=model.kind,
        texts=min(len(train), MOST_TEXTS),
        accuracy=report.accuracy,
        confusion=tuple(map(tuple, report.confusion.tolist())),
        only_network=only_network,
        only_ngrams=only_ngrams,
        p_value=float(binomtest(only_network, differ).pvalue) if differ else 1.0,
    )
