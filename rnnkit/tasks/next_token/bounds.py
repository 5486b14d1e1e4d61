"""How much of large data is judged, and how much of them baselines count."""

from __future__ import annotations

from rnnkit.data.tokens.dataset import SequencePart, TokenPart
from rnnkit.tasks.next_token.evaluation import Bound

JUDGED_TOKENS = 1_000_000  # the first ones, of whole sequences; of words they take minutes
COUNTED_TOKENS = 5_000_000  # the last ones; n-grams of them take up to 0.7 GB of RAM


def bounded(
    part: TokenPart, train: TokenPart | None
) -> tuple[TokenPart, TokenPart | None, dict[str, Bound]]:
    """What is judged and what baselines count; where it is less than all, both."""
    bounds = {}
    if (of := _size(part)) > JUDGED_TOKENS:
        part = part.first(JUDGED_TOKENS)
        bounds["judged"] = Bound(tokens=_size(part), of=of)
    if train is not None and (of := _size(train)) > COUNTED_TOKENS:
        train = train.last(COUNTED_TOKENS)
        bounds["counted"] = Bound(tokens=_size(train), of=of)
    return part, train, bounds


def _size(part: TokenPart) -> int:
    """Tokens that are predicted."""
    return part.predictions if isinstance(part, SequencePart) else len(part)
