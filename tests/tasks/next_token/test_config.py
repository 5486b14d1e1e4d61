"""The sections of `task: next_token`."""

import pytest

from rnnkit.config.stack import InputFacts
from rnnkit.tasks.next_token.config import NextTokenConfig
from tests.config.small import block, load, misfits, refusal, stack_of

TEXT = """\
version: 1
name: small
task: next_token
data:
  source: shakespeare
  level: character
model:
  layers:
    - embedding: {output_dim: 4}
    - lstm: {units: 4}
    - dense
training:
  epochs: 1
"""
TABLE = TEXT.replace("source: shakespeare", "source: log.csv").replace("character", "item")
FACTS = InputFacts((None,), integer=True, vocabulary=7, outputs=7)


def config_of(text: str) -> NextTokenConfig:
    config = load(text).config
    assert isinstance(config, NextTokenConfig)
    return config


@pytest.mark.parametrize(
    ("source", "options", "kind"),
    [
        ("shakespeare", "", "text"),
        ("chess_openings", "", "sequences"),
        ("plays.txt", "", "text"),
        ("plays/", "", "text"),
        ("games.txt", "  separator: line\n", "sequences"),
        ("log.parquet", "", "sequences"),
    ],
)
def test_the_kind_follows_from_the_source(source: str, options: str, kind: str) -> None:
    text = TEXT.replace("source: shakespeare\n", f"source: {source}\n{options}")
    config = config_of(text)
    assert config.data.kind == kind
    assert config.carries_state == (kind == "text")


def test_the_last_layer_gets_a_unit_a_token() -> None:
    stack = stack_of(TEXT, FACTS)
    assert stack.problems == ()
    assert stack.output_shape == (None, 7)
    assert stack.layers[1].return_sequences  # type: ignore[union-attr]


def test_what_would_read_ahead_is_refused() -> None:
    text = TEXT.replace(
        "    - lstm: {units: 4}\n",
        "    - bidirectional: {layer: {gru: {units: 2}}}\n"
        "    - lstm: {units: 4, go_backwards: true}\n",
    )
    said = misfits(text, FACTS)
    assert (
        "c.yaml:10:7: bidirectional: it would read the tokens that it has to predict: use its "
        "layer alone, gru" in said
    )
    assert "c.yaml:11:38: lstm: go_backwards would read the tokens" in said


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    - embedding: {output_dim: 4}\n", "", "cannot read integer ids: start with an embedd"),
        ("output_dim: 4", "output_dim: 4, mask_zero: true", "id 0, which is a token"),
        ("units: 4}", "units: 4, unroll: true}", "unroll needs one length"),
        ("- dense\n", "- dense: {units: 9}\n", "must be the 7 tokens of the vocabulary: leave it"),
        ("- dense\n", "- dense: {activation: relu}\n", "must be softmax or linear"),
        ("    - dense\n", "", "next_token ends with a dense layer"),
        ("units: 4}", "units: 4, return_sequences: false}", "needs one output a time step"),
    ],
)
def test_a_stack_that_does_not_fit(old: str, new: str, message: str) -> None:
    assert message in misfits(TEXT.replace(old, new), FACTS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            TEXT.replace("level: character", "level: character\n  token: move"),
            "token (=move) names a column of a table, but the source is text",
        ),
        (
            TEXT.replace("level: character", "level: character\n  max_length: 9"),
            "max_length (=9) cuts sequences; this is running text",
        ),
        (
            TEXT.replace("level: character", "level: character\n  split: {by: random}"),
            "split.by (=random) chooses sequences; running text is split in its order",
        ),
        (TABLE.replace("level: item", "level: item\n  separator: line"), "is for .txt files"),
        (TABLE.replace("level: item", "level: item\n  time: t"), "give `sequence` too"),
        (TABLE.replace("level: item", "level: item\n  split: {by: time}"), "needs `time`"),
        (
            TABLE.replace("level: item", "level: word\n  token: a\n  sequence: s"),
            "sequence (=s) means that a row holds one token: level must be item",
        ),
        (TABLE.replace("level: item", "level: item\n  sequence: s"), "`token` too"),
        (TABLE + "  window: 8\n", "window (=8) cuts running text; sequences are read whole"),
    ],
)
def test_options_that_cannot_apply(text: str, message: str) -> None:
    assert message in " ".join(refusal(text).split())


def test_a_split_that_leaves_nothing() -> None:
    split = "level: character\n  split: {validation: 0.6, test: 0.4}"
    assert refusal(TEXT.replace("level: character", split)) == block(
        """
        c.yaml:7:10: split: validation and test together (=1.0) leave nothing to train on
          7 |   split: {validation: 0.6, test: 0.4}
            |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        """
    )


def test_smoke_reads_a_little_of_a_text() -> None:
    overrides = config_of(TEXT).smoke_overrides()
    assert overrides["data.limit"] == 2048
    assert overrides["training.window"] == 32
    assert "training.window" not in config_of(TABLE).smoke_overrides()
