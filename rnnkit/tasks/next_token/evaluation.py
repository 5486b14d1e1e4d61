"""How well tokens were predicted: what evaluation.json holds of next_token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from rnnkit.data.tokens.section import Kind
from rnnkit.data.tokens.splitting import Level
from rnnkit.reports.evaluation import Entry, Evaluation

BaselineName = Literal["uniform", "unigram", "ngram"]
Verdict = Literal["better", "worse", "unclear"]


class Bound(Entry):
    """Of many tokens: so many."""

    tokens: int
    of: int


class Quality(Entry):
    """How well all tokens were predicted."""

    loss: float  # nats a token, the mean of -ln p(token)
    bits: float  # the same in bits
    perplexity: float  # its exponential
    accuracy: float  # of the likeliest token


class NgramQuality(Quality):
    order: int  # tokens that it looks back


class Baselines(Entry):
    """On the same tokens, knowing the same past; without the training text `uniform` alone."""

    uniform: Quality
    unigram: Quality | None = None
    ngram: NgramQuality | None = None

    def __getitem__(self, name: BaselineName) -> Quality:
        return self.known[name]

    @property
    def known(self) -> dict[BaselineName, Quality]:
        """Those that there are, from what is usually the best."""
        found: dict[BaselineName, Quality | None]
        found = {"ngram": self.ngram, "unigram": self.unigram, "uniform": self.uniform}
        return {name: quality for name, quality in found.items() if quality is not None}


class Position(Entry):
    """The mean loss after so many tokens."""

    position: int  # from 1
    tokens: int  # predictions
    loss: float
    ngram_loss: float | None = None  # sequences alone


class HardToken(Entry):
    """One of the tokens with the greatest mean loss."""

    token: str
    count: int
    loss: float
    ngram_loss: float
    share: float  # of the loss of all tokens


class Sample(Entry):
    """Tokens that the model drew, and what of them stands in the training text."""

    tokens: int
    run: int  # tokens of the runs that were looked up
    copied: float  # the share of the runs that stand there
    copied_held_back: float  # the same of as much held-back text
    longest: int  # tokens of the longest run that stands there
    longest_held_back: int
    longest_text: str
    text: str


class NextTokenEvaluation(Evaluation):
    """How a model does on one part, a token at a time, beside the baselines."""

    task: Literal["next_token"] = "next_token"
    kind: Kind  # running text, or sequences that begin and end
    level: Level
    tokens: int  # that were judged
    judged: Bound | None = None  # where they are not all
    counted: Bound | None = None  # the training tokens of the baselines, where not all
    sequences: int | None = None  # None: running text
    vocabulary: int  # tokens that the model knows
    loss: float  # nats a token
    bits: float
    perplexity: float
    accuracy: float
    top_5_accuracy: float
    baselines: Baselines
    best_baseline: BaselineName
    gain: float  # nats a token less than the best baseline
    gain_interval: tuple[float, float] | None  # 95 %; None: there is one sequence alone
    verdict: Verdict
    positions: tuple[Position, ...]
    hardest: tuple[HardToken, ...]  # none without the training text
    sample: Sample | None = None  # None: the same
    notes: tuple[str, ...] = ()  # on the tokens, as sentences

    @property
    def rival(self) -> Quality:
        """The best baseline."""
        return self.baselines[self.best_baseline]

    @property
    def baseline_numbers(self) -> Mapping[str, float | None]:
        return self.rival.model_dump(include={"loss", "bits", "perplexity", "accuracy"})
