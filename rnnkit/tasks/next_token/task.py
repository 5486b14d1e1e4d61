"""`task: next_token`: the tokens so far -> one of V tokens, at every step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.cache import Place
from rnnkit.data.tokens.dataset import TokenDataset, TokenPart
from rnnkit.data.tokens.preprocessing import TokenPreprocessing
from rnnkit.tasks.contract import Answer, Task, View
from rnnkit.tasks.next_token import dataset
from rnnkit.tasks.next_token.config import NextTokenConfig
from rnnkit.tasks.next_token.evaluation import NextTokenEvaluation

if TYPE_CHECKING:
    from rnnkit.data.card import DataCard
    from rnnkit.data.look.source import Look
    from rnnkit.reports.findings import Findings
    from rnnkit.runtime import keras
    from rnnkit.tasks.next_token.trained import TrainedTokens
    from rnnkit.tasks.proposing import Proposal
    from rnnkit.training.objective import Objective


class NextToken(
    Task[NextTokenConfig, TokenDataset, TokenPreprocessing, TokenPart, NextTokenEvaluation]
):
    name: ClassVar[str] = "next_token"
    config = NextTokenConfig
    kept = TokenPreprocessing
    evaluation = NextTokenEvaluation
    needs_training_data: ClassVar[bool] = True  # n-grams count it, copies are looked up in it
    next_command: ClassVar[Sequence[str]] = ("generate",)

    def outline(self, config: NextTokenConfig, place: Place | None = None) -> InputFacts:
        return dataset.outline(config, place)

    def load(self, config: NextTokenConfig, place: Place | None = None) -> TokenDataset:
        return dataset.load_dataset(config, place)

    def checksum(self, config: NextTokenConfig) -> str:
        return dataset.source_of(config.data).checksum()

    def facts(self, config: NextTokenConfig, kept: TokenPreprocessing) -> InputFacts:
        return kept.facts

    def propose(self, look: Look) -> Proposal | None:
        from rnnkit.tasks.next_token import propose

        return propose.propose(look)

    def objective(self, config: NextTokenConfig, stack: Stack) -> Objective:
        from rnnkit.tasks.next_token.objective import objective

        return objective(config, stack)

    def callbacks(
        self,
        config: NextTokenConfig,
        stack: Stack,
        dataset: TokenDataset,
        say: Callable[[str], None],
    ) -> Sequence[keras.callbacks.Callback]:
        """A sample every few epochs; in the end, if asked for, the hidden states of a text."""
        from rnnkit.tasks.next_token.samples import watchers

        return watchers(config, stack, dataset.preprocessing, say)

    @property
    def trained(self) -> type[TrainedTokens]:
        from rnnkit.tasks.next_token.trained import TrainedTokens

        return TrainedTokens

    @property
    def view(self) -> View[NextTokenEvaluation]:
        from rnnkit.tasks.next_token import view

        return view

    def findings(self, evaluation: NextTokenEvaluation, card: DataCard) -> Findings:
        from rnnkit.tasks.next_token import findings

        return findings.findings(evaluation)

    @property
    def predict(self) -> Answer:
        from rnnkit.tasks.next_token import answers

        return answers.PREDICT

    @property
    def generate(self) -> Answer:
        from rnnkit.tasks.next_token import answers

        return answers.GENERATE
