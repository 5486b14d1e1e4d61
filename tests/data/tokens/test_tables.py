"""Event logs, and tables with a sequence a row."""

from pathlib import Path

import pandas as pd
import pytest

from rnnkit.config.tables import TableSection
from rnnkit.data.tokens.corpus import Corpus
from rnnkit.data.tokens.preprocessing import EventColumns
from rnnkit.data.tokens.splitting import Splitter
from rnnkit.data.tokens.tables import read_corpus
from rnnkit.errors import DataError

DATA = TableSection(source="")
LOG = """\
user,action,when
b,search,2024-01-02
a,open,2024-01-05
b,buy,2024-01-04
a,007,2024-01-03
b,look,2024-01-03
"""


def words(corpus: Corpus) -> list[list[str]]:
    assert corpus.lengths is not None
    return [
        [corpus.symbols[code] for code in corpus.codes[start : start + length]]
        for start, length in zip(corpus.sequences.starts, corpus.lengths, strict=True)
    ]


def test_the_rows_of_a_sequence_in_the_order_of_time(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(LOG)
    columns = EventColumns(token="action", sequence="user", time="when")
    corpus = read_corpus([path], Splitter("item"), columns, DATA)
    assert words(corpus) == [["search", "look", "buy"], ["007", "open"]]
    assert corpus.times is not None
    assert [str(t)[:10] for t in corpus.times] == ["2024-01-02", "2024-01-03"]


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("t\ncafe\u0301 हि\n", None, [["café", "हि"]]),
        ('{"t": ["cafe\u0301"]}\n', None, [["café"]]),
        ("t,s\ncafe\u0301,1\ncafé,1\n", EventColumns(token="t", sequence="s"), [["café"] * 2]),
    ],
)
def test_text_of_tables_is_brought_to_one_form(
    tmp_path: Path, text: str, columns: EventColumns | None, expected: list[list[str]]
) -> None:
    path = tmp_path / ("a.jsonl" if text.startswith("{") else "a.csv")
    path.write_text(text)
    corpus = read_corpus([path], Splitter("item"), columns, DATA)
    assert words(corpus) == expected
    assert corpus.normalized


def test_without_time_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    pd.DataFrame({"game": [1, 2, 1], "move": ["e4", "d4", "e5"]}).to_parquet(path)
    corpus = read_corpus(
        [path], Splitter("item"), EventColumns(token="move", sequence="game"), DATA
    )
    assert words(corpus) == [["e4", "e5"], ["d4"]]


@pytest.mark.parametrize(
    ("line", "level", "expected"),
    [
        ('{"moves": "e4 e5"}', "item", ["e4", "e5"]),
        ('{"moves": ["e4", "e 5"]}', "item", ["e4", "e 5"]),
        ('{"moves": "Hi, you"}', "word", ["Hi", ",", "you"]),
        ('{"moves": 12}', "character", ["12"]),
    ],
)
def test_a_sequence_a_row(tmp_path: Path, line: str, level: str, expected: list[str]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line + "\n")
    corpus = read_corpus([path], Splitter(level), None, DATA)  # type: ignore[arg-type]
    assert words(corpus) == [expected]
    assert corpus.columns == EventColumns(token="moves")


def test_numbers_and_text_that_look_alike_are_one_token(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"s": 1, "t": 5}\n{"s": 1, "t": "5"}\n')
    corpus = read_corpus([path], Splitter("item"), EventColumns(token="t", sequence="s"), DATA)
    assert (corpus.symbols, corpus.codes.tolist()) == (["5"], [0, 0])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            EventColumns(token="acton", sequence="usr", time="wen"),
            "{path} has no column 'acton' (data.token). Did you mean 'action'?\n"
            "{path} has no column 'usr' (data.sequence). Did you mean 'user'?\n"
            "{path} has no column 'wen' (data.time). Did you mean 'when'?\n"
            "{path}: its columns are user, action, when",
        ),
        (
            EventColumns(token="action", sequence="user", time="action"),
            "column 'action': 'open' is",
        ),
        (
            None,
            "{path}: name the column with the tokens in data.token\n"
            "{path}: its columns are user, action, when",
        ),
    ],
)
def test_columns_that_do_not_fit(
    tmp_path: Path, columns: EventColumns | None, message: str
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(LOG.replace("search", "1"))
    with pytest.raises(DataError) as caught:
        read_corpus([path], Splitter("item"), columns, DATA)
    assert message.format(path=path) in str(caught.value)


def test_rows_without_a_token(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"t": "x"}\n{"t": []}\n')
    with pytest.raises(DataError, match="line 2, column 't': no token"):
        read_corpus([path], Splitter("item"), None, DATA)
    path.write_text('{"t": "x", "s": 1}\n{"s": 1}\n')
    with pytest.raises(DataError, match="line 2, column 't': no value"):
        read_corpus([path], Splitter("item"), EventColumns(token="t", sequence="s"), DATA)
