"""What a run keeps, and back from its JSON."""

from rnnkit.data.tokens.preprocessing import TokenPreprocessing
from rnnkit.data.tokens.vocabulary import END, Vocabulary


def test_there_and_back() -> None:
    kept = TokenPreprocessing(
        vocabulary=Vocabulary(level="item", tokens=(END, "é", "\n"), end=0),
        column="move",
    )
    assert TokenPreprocessing.from_json(kept.to_json()) == kept
    assert kept.facts.outputs == kept.facts.vocabulary == 3
    assert kept.facts.shape == (None,)
