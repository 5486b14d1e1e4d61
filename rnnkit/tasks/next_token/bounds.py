"""How much of a long running text is judged, and how much of it baselines count."""

from __future__ import annotations

from rnnkit.data.tokens.dataset import TokenPart
from rnnkit.data.tokens.streams import TextPart
from rnnkit.tasks.next_token.evaluation import Bound

JUDGED_TOKENS = 1_000_000  # of running text, the first ones; of words they take minutes
COUNTED_TOKENS = 10_000_000  # of running text, the last ones; n-grams of them take up to 4 GB


def bounded(
    part: TokenPart, train: TokenPart | None
) -> tuple[TokenPart, TokenPart | None, dict[str, Bound]]:
    """Of running text, what is judged and what baselines count; where it is less than all, both."""
    bounds = {}
    if isinstance(part, TextPart) and len(part) > JUDGED_TOKENS:
        bounds["judged"] = Bound(tokens=JUDGED_TOKENS, of=len(part))
        part = part.first(JUDGED_TOKENS)
    if isinstance(train, TextPart) and len(train) > COUNTED_TOKENS:
        bounds["counted"] = Bound(tokens=COUNTED_TOKENS, of=len(train))
        train = train.last(COUNTED_TOKENS)
    return part, train, bounds
