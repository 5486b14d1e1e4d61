"""What the model card says of a model of tokens."""

from rnnkit.tasks.next_token.findings import findings
from tests.tasks.next_token.test_view import values


def test_better_than_counting():
    found = findings(values())
    assert found.does == "Predicts the next token of sequences, and writes such by it."
    assert found.judged == "validation: 8,770 tokens in 400 sequences, a vocabulary of 825"
    assert [row[0] for row in found.scores.rows][:2] == ["this model", "n-gram, order 4"]
    assert len(found.verdict) == 2
    assert found.fails[0] == (
        "The token Qa3 costs 7.1000 nats (n-gram 5.5000) and is 0.4 % of its loss, in 12 cases."
    )
    assert found.unfit == [
        "Answers that must be true: its likeliest token was right in 50.0 % of 8,770 cases."
    ]


def test_worse_than_counting_and_copied():
    sample = values().sample.model_copy(update={"copied": 0.9})
    changed = values(verdict="worse", loss=2.5, sample=sample.model_dump())
    first, second, _ = findings(changed).unfit
    assert first == (
        "Predicting in place of the ngram baseline, which needs 2.3628 nats a token: it needs "
        "2.5000 itself; accuracy 0.5000 against 0.5100."
    )
    assert second == (
        "Text that must be new: 90.0 % of the runs of 4 tokens that it drew stand in the training "
        "text; of held-back text 64.0 % do."
    )


def test_the_first_tokens_cost_more():
    positions = [{"position": 1, "tokens": 400, "loss": 3.0}]
    assert findings(values(positions=positions)).fails[0] == (
        "After 1 token it needs 3.0000 nats; over all 2.0000."
    )
    assert findings(values(sample=None, hardest=[])).fails == []
