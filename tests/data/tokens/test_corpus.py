"""Sources to numbered tokens."""

from pathlib import Path

from rnnkit.config.tables import TableSection
from rnnkit.data.tokens.corpus import of_sequences
from rnnkit.data.tokens.reading import read_corpus
from rnnkit.data.tokens.splitting import Splitter
from rnnkit.data.tokens.text import find_source

DATA = TableSection(source="")


def test_running_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("to be, or\nnot to be")
    words = read_corpus(
        find_source(path), Splitter("word"), separator=None, columns=None, data=DATA
    )
    assert words.lengths is None
    assert [words.symbols[c] for c in words.codes] == [
        "to",
        "be",
        ",",
        "or",
        "\n",
        "not",
        "to",
        "be",
    ]
    letters = read_corpus(
        find_source(path), Splitter("character"), separator=None, columns=None, data=DATA
    )
    assert "".join(letters.symbols[c] for c in letters.codes) == path.read_text()


def test_the_first_and_the_shorter_ones() -> None:
    corpus = of_sequences([["a", "b", "c"], ["d"], ["a", "c"]])
    first = corpus.first(2)
    assert first.lengths is not None
    assert (first.codes.tolist(), first.lengths.tolist()) == ([0, 1, 2, 3], [3, 1])
    cut = corpus.cut(2)
    assert cut.lengths is not None
    codes = cut.codes[cut.sequences.rows]
    assert (codes.tolist(), cut.lengths.tolist()) == ([0, 1, 3, 0, 2], [2, 1, 2])
    assert corpus.cut(3) is corpus
