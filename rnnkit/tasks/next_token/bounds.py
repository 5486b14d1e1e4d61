"""How much of a long running text is judged, and how much of it baselines count."""

from __future__ import annotations

from rnnkit.data.tokens.dataset import TokenPart
from rnnkit.data.tokens.streams import TextPart
from rnnkit.tasks.next_token.evaluation import Bound

JUDGED_TOKENS = 1_000_000  # of running text, the first ones; of words they take minutes
COUNTED_TOKENS = 10_000_000  # of running text, the last ones; n-grams of them take up to 4 GB


def bounded(part: TokenPart, train: TokenPart) -> tuple[TokenPart, TokenPart, dict[str, Bound]]:
    """Of running text, what is judged and what baselines count; where it is less than all, both."""
    if not isinstance(part, TextPart) or not isinstance(train, TextPart):
        return part, train, {}
    judged, counted = part.first(JUDGED_TOKENS), train.last(COUNTED_TOKENS)
    sizes = {"judged": (judged, part), "counted": (counted, train)}
    bounds = {
        name: Bound(tokens=len(some), of=len(whole))
        for name, (some, whole) in sizes.items()
        if len(some) < len(whole)
    }
    return judged, counted, bounds
