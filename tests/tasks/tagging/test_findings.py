"""What the model card says of a tagger."""

from typing import Any

from rnnkit.tasks.tagging.evaluation import TaggingEvaluation
from rnnkit.tasks.tagging.findings import findings

SCORES = {"accuracy": 0.9, "macro_f1": 0.7, "unknown_accuracy": 0.5, "span_f1": None}
TAGS = [
    {"name": name, "precision": 0.5, "recall": recall, "f1": recall, "support": support}
    for name, recall, support in (("N", 0.95, 300), ("V", 0.25, 80), ("X", 0.5, 3), ("Q", 0.0, 0))
]


def evaluation(**changed: Any) -> TaggingEvaluation:
    values = {
        "data": "test", "rows": 383, "sequences": 40, "loss": 0.4, **SCORES,
        "accuracy_interval_95": [0.88, 0.92], "sequence_accuracy": 0.5, "known_accuracy": 0.97,
        "unknown_rows": 38, "spans": [], "tags": TAGS,
        "mistaken": [{"tag": "V", "said": "N", "rows": 50}, {"tag": "V", "said": "X", "rows": 1}],
        "hardest": [{"token": "run", "rows": 9, "mistakes": 8, "tag": "V", "said": "N"}],
        "baselines": {"token": {**SCORES, "accuracy": 0.8}}, "counted_rows": 900,
    }  # fmt: skip
    return TaggingEvaluation.model_validate({**values, **changed})


def test_where_it_fails():
    found = findings(evaluation())
    assert found.does == "Gives every step of a sequence one of 4 tags: 'N', 'V', 'X', 'Q'."
    assert found.fails == [
        "'V': F1 0.2500; of 80 rows it found 25.0 %, most often taken for 'N' (50).",
        "'X': F1 0.5000; of 3 rows it found 50.0 %.",
        "'N': F1 0.9500; of 300 rows it found 95.0 %.",
        "The token 'run': 8 of 9 rows wrong, most often 'V' as 'N'.",
    ]
    assert found.unfit == [
        "Finding 'V': of 80 rows it found 25.0 %; guessing finds 25.0 %.",
        "Text of which more than 9.9 % of the tokens are new to it: of those 50.0 % were right, of "
        "known ones 97.0 %.",
        "Relying on the scores of tags with fewer than 20 rows: 'X' (3), 'Q' (0).",
        "What has none of its 4 tags: it gives one of them all the same.",
    ]


def test_no_better_than_each_token_s_most_frequent_tag():
    rival = {"token": {**SCORES, "accuracy": 0.89}}
    assert findings(evaluation(baselines=rival)).unfit[0] == (
        "Tagging in place of 'each token's most frequent tag', whose accuracy is 0.8900: its own "
        "is 0.9000 (95 % interval 0.8800 to 0.9200)."
    )
