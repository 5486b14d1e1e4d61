"""What a run keeps, and back from its JSON."""

from rnnkit.data.tokens.preprocessing import EventColumns, TokenPreprocessing
from rnnkit.data.tokens.vocabulary import END, Vocabulary


def test_there_and_back() -> None:
    kept = TokenPreprocessing(
        vocabulary=Vocabulary(level="item", tokens=(END, "é", "\n"), end=0),
        kind="sequences",
        columns=EventColumns(token="move", sequence="game"),
        max_length=9,
    )
    assert TokenPreprocessing.from_json(kept.to_json()) == kept
    assert kept.facts.outputs == kept.facts.vocabulary == 3
    assert kept.facts.shape == (None,)
