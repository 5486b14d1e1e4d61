"""What the model card says of a long-memory run."""

from rnnkit.tasks.memory.findings import findings
from tests.tasks.memory.test_view import ADDING, COPY


def test_solved():
    found = findings(ADDING)
    assert found.does == "Solves 'adding' of length 200, which takes memory."
    assert found.scores.rows[0] == ("mean squared error", "0.0022", "0.1686")
    assert found.unfit == ["Sequences of another length: it was judged on 200 alone."]


def test_not_solved():
    assert findings(COPY).unfit[0] == (
        "Solving the problem: its loss is 0.5000; without memory it is 0.8318."
    )
