"""What is particular to examples that are texts: their vocabulary, other input, and leaks."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from rnnkit.config.stack import InputFacts
from rnnkit.data.audit import Audit
from rnnkit.data.labelled import leaks, text_leaks
from rnnkit.data.labelled.examples import Examples, Label
from rnnkit.data.labelled.preprocessing import PADDING, Columns
from rnnkit.data.labelled.section import LabelledData
from rnnkit.data.labelled.texts import as_texts, choose_vocabulary
from rnnkit.data.tokens.vocabulary import Vocabulary


def audit(
    found: Mapping[str, Examples],
    parts: Mapping[str, Examples],
    classes: Sequence[Label],
    columns: Columns | None,
) -> Audit:
    """What the source and the parts made of it tell of the labels."""
    if texts := as_texts(found):
        return text_leaks.audit(texts, as_texts(parts), classes, columns)
    return leaks.audit(found, parts, classes, columns)


def with_tokens(
    facts: InputFacts, parts: dict[str, Examples], data: LabelledData, where: str
) -> tuple[InputFacts, dict[str, Examples], Vocabulary | None]:
    """Of texts what the training part knows: the facts and the parts with its ids.

    Raises:
        DataError: too many tokens.
    """
    if not (texts := as_texts(parts)):
        return facts, parts, None
    tokens = choose_vocabulary(texts["train"], data, where)
    known = dataclasses.replace(facts, vocabulary=len(tokens) + PADDING)
    return known, {part: one.encoded(tokens) for part, one in texts.items()}, tokens
