"""A trained model of tokens: judged on text, asked what comes next, and made to go on."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.baselines.paired import Paired
from rnnkit.data.keys import name_keys
from rnnkit.data.tokens.dataset import TokenDataset, TokenPart
from rnnkit.data.tokens.preprocessing import TokenPreprocessing
from rnnkit.data.tokens.streams import TextPart
from rnnkit.data.tokens.vocabulary import Vocabulary
from rnnkit.errors import DataError
from rnnkit.formats.meaning import Classes, Meaning
from rnnkit.reports.evaluation import Judged
from rnnkit.tasks.contract import TrainedRun
from rnnkit.tasks.next_token.bounds import bounded
from rnnkit.tasks.next_token.config import NextTokenConfig
from rnnkit.tasks.next_token.dataset import read_new
from rnnkit.tasks.next_token.evaluation import NextTokenEvaluation
from rnnkit.tasks.next_token.judging import evaluate_tokens, judge_tokens
from rnnkit.tasks.next_token.objective import full_objective
from rnnkit.tasks.next_token.plots.tokens import plot_hardest, plot_positions
from rnnkit.tasks.next_token.samples import draw_tokens, opening, sampler_of
from rnnkit.tasks.next_token.sampling import Past, Sampler


@dataclasses.dataclass(frozen=True)
class Expected:
    """The likeliest next tokens after a prompt, the likeliest first."""

    prompt: str
    tokens: tuple[str, ...]
    probabilities: tuple[float, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        pairs = zip(self.tokens, self.probabilities, strict=True)
        following = [{"token": token, "probability": round(p, 6)} for token, p in pairs]
        return {"prompt": self.prompt, "next": following}


class TrainedTokens(
    TrainedRun[NextTokenConfig, TokenDataset, TokenPreprocessing, TokenPart, NextTokenEvaluation]
):
    """A run that predicts the next token."""

    @property
    def vocabulary(self) -> Vocabulary:
        return self.preprocessing.vocabulary

    @functools.cached_property
    def sampler(self) -> Sampler:
        """What reads and draws tokens, with the model's weights."""
        sampler = sampler_of(
            self.stack, self.preprocessing, jit_compile=self.config.training.jit_compile
        )
        sampler.set_weights(self.model.get_weights())
        return sampler

    def read(self, path: Path) -> TokenPart:
        return read_new(path, self.config, self.preprocessing, self.place)

    def judge(
        self, part: TokenPart, *, name: str, dataset: TokenDataset | None
    ) -> Judged[NextTokenEvaluation]:
        """Every token of a part, beside baselines on the same tokens, and a sample's copies.

        Without the run's own data nothing is counted, and the only baseline is a uniform guess.
        """
        evaluation = evaluate_tokens(
            self.inference,
            full_objective(self.stack),
            part,
            train=None if dataset is None else dataset.train,
            kept=self.preprocessing,
            name=name,
            draw=lambda length: draw_tokens(
                self.sampler, self.preprocessing, length, seed=self.config.seed
            ),
        )

        def plot(folder: Path, suffix: str) -> None:
            if evaluation.baselines.ngram is None:  # the pictures set the model beside it
                return
            if evaluation.positions:
                plot_positions(evaluation, folder / f"positions{suffix}.svg")
            plot_hardest(evaluation, folder / f"hardest{suffix}.svg")

        return Judged(evaluation, plot)

    def meaning(self) -> Meaning:
        answer = Classes(self.vocabulary.tokens, "softmax" if self.stack.gives_logits else None)
        return dataclasses.replace(super().meaning(), answer=answer, carried=True)

    def paired(self, part: TokenPart) -> Paired:
        """The nats of the tokens of each sequence, or passage of running text."""
        part, _, _ = bounded(part, None)
        judged = judge_tokens(self.inference, full_objective(self.stack), part)
        tokens = np.bincount(judged.block)
        names = np.array([*self.vocabulary.tokens], object)[judged.ids]
        passages = np.split(names, np.cumsum(tokens)[:-1])
        return Paired(
            keys=name_keys(map("\0".join, passages)),
            loss=np.bincount(judged.block, judged.loss)[:, None].astype(np.float64),
            measure="loss",
            noun="passage" if isinstance(part, TextPart) else "sequence",
            test="bootstrap",
            weight=tokens.astype(np.float64),
        )

    def predict(self, prompts: str | Sequence[str], *, most: int = 5) -> Iterator[Expected]:
        """What is expected after each prompt.

        Args:
            prompts: a text in the form of the training data, or several; "" asks for the first
                token.
            most: how many of the likeliest tokens.

        Raises:
            DataError: a prompt has unknown tokens.
        """
        prompts = [prompts] if isinstance(prompts, str) else prompts
        for number, prompt in enumerate(prompts, start=1):
            try:
                ids = self.encode(prompt)
            except DataError as error:
                place = f"prompt {number:,}: " if len(prompts) > 1 else ""
                raise DataError(f"{place}{error}") from None
            past = self.sampler.read([*opening(self.vocabulary), *ids])
            yield self._expected(past, prompt, most=most)

    def follow(self, lines: Iterable[str], *, most: int = 5) -> Iterator[Expected]:
        """Answer lines as they come, each read on from the one before; an empty one starts anew.

        Running text has no beginnings: there an empty line is a part of it.

        Raises:
            DataError: a line has unknown tokens.
        """
        past: Past | None = None
        breaks = [i for i, token in enumerate(self.vocabulary.tokens) if token == "\n"]
        for number, line in enumerate(lines, start=1):
            text = line.rstrip("\r\n")
            if past is None or (self.config.data.kind == "sequences" and not text.strip()):
                past = self.sampler.read(opening(self.vocabulary))
            else:
                past = self.sampler.read(breaks, past)
            try:
                past = self.sampler.read(self.encode(text), past)
            except DataError as error:
                raise DataError(f"line {number:,}: {error}") from None
            yield self._expected(past, text, most=most)

    def generate(
        self,
        *,
        prompt: str = "",
        length: int = 500,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int = 0,
        until: str | None = None,
        text: int = 0,
    ) -> Iterator[str]:
        """The pieces of a text as they are drawn, the prompt first; the last one ends the line.

        Args:
            prompt: what the text begins with.
            length: tokens that are drawn at most.
            temperature: below 1 likelier tokens, above 1 more surprising ones; 0 the likeliest.
            top_k: draw among so many of the likeliest tokens.
            top_p: draw among the likeliest tokens that together reach this probability.
            seed: the same seed gives the same texts.
            until: a token after which the text ends.
            text: the number of the text among those of one seed.

        Raises:
            DataError: the prompt has unknown tokens, or `until` is not one token.
        """
        vocabulary = self.vocabulary
        prompt = vocabulary.splitter.normalized(prompt)
        before = self.encode(prompt)
        stops = {vocabulary.end, self.until_id(until)}
        drawn = self.sampler.stream(
            [*opening(vocabulary), *before],
            length,
            temperature=temperature,
            top_k=top_k,
            top_p=top_p,
            seed=seed,
            text=text,
            stop=[token for token in stops if token is not None],
        )
        last = prompt
        if last:
            yield last
        previous = before[-1:]
        for token in drawn:
            if token == vocabulary.end:
                break
            # what joins two tokens depends on these two alone
            last = vocabulary.decode([*previous, token])[len(vocabulary.decode(previous)) :]
            previous = [token]
            yield last
        if not last.endswith("\n"):
            yield "\n"

    @property
    def between(self) -> str:
        """What separates two texts: what separated them in the data; a rule in running text."""
        if self.config.data.kind == "text":
            return "---\n"
        return "\n" if self.config.data.separated_by == "blank_line" else ""

    @property
    def draws_tunes(self) -> bool:
        """Whether it was trained on tunes in ABC notation."""
        return self.preprocessing.tunes

    def encode(self, prompt: str) -> list[int]:
        """The ids of a prompt.

        Raises:
            DataError: it has tokens that the run does not know; the message lists them.
        """
        try:
            ids: list[int] = self.vocabulary.encode(prompt).tolist()
        except DataError as error:
            raise DataError(f"the prompt has {error}") from None
        return ids

    def until_id(self, until: str | None) -> int | None:
        """The id of the token that ends a text; `\\n` typed as two characters is a line break.

        Raises:
            DataError: it is not one token of the vocabulary.
        """
        if until is None:
            return None
        name = "\n" if until == r"\n" else self.vocabulary.splitter.normalized(until)
        if name not in self.vocabulary.tokens:
            kind = {"character": "one character", "word": "one word", "item": "one token"}
            raise DataError(
                f"until: {until!r} is not {kind[self.vocabulary.level]} of the run's vocabulary"
            )
        return self.vocabulary.tokens.index(name)

    def _expected(self, past: Past, prompt: str, *, most: int) -> Expected:
        """The `most` likeliest tokens; equally likely ones in the vocabulary's order."""
        logits = np.asarray(past.logits, np.float64)
        weights = np.exp(logits - logits.max())
        best = np.argsort(-weights, kind="stable")[:most]
        tokens = tuple(self.vocabulary.tokens[i] for i in best)
        return Expected(prompt, tokens, tuple((weights[best] / weights.sum()).tolist()))
