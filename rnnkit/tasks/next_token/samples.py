"""What a next-token model makes up, and what its hidden state holds, shown while it trains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from rnnkit.config.layers.recurrent import Recurrent
from rnnkit.config.stack import Stack
from rnnkit.data.tokens.preprocessing import TokenPreprocessing
from rnnkit.data.tokens.vocabulary import Vocabulary
from rnnkit.runtime import keras
from rnnkit.tasks.next_token.config import NextTokenConfig, SampleSection
from rnnkit.tasks.next_token.sampling import Past, Sampler
from rnnkit.tasks.next_token.token_table import shown_token

SHOWN_UNITS = 8  # of a hidden state, in a line
SHOWN_NEXT = 3  # likeliest next tokens
MAX_TEXTS = 200  # drawn one after the other until there are tokens enough
Say = Callable[[str], None]


def watchers(
    config: NextTokenConfig, stack: Stack, kept: TokenPreprocessing, say: Say
) -> list[keras.callbacks.Callback]:
    """What a training shows, as its config asks."""
    training = config.training
    sampler = sampler_of(stack, kept, jit_compile=training.jit_compile)
    found: list[keras.callbacks.Callback] = []
    if training.sample is not None:
        found.append(Samples(training.sample, sampler, kept, say, seed=config.seed))
    if training.trace is not None:
        found.append(Trace(training.trace, sampler, stack, kept.vocabulary, say))
    return found


def sampler_of(stack: Stack, kept: TokenPreprocessing, *, jit_compile: bool) -> Sampler:
    """A sampler for the models of a stack, without weights yet; it never draws `<unk>`."""
    unknown = kept.vocabulary.unknown
    forbidden = [] if unknown is None else [unknown]
    return Sampler(stack.layers, kept.facts, forbidden=forbidden, jit_compile=jit_compile)


def opening(vocabulary: Vocabulary) -> list[int]:
    """What a model reads before the first token: `<end>`, or in running text a line break."""
    if vocabulary.end is not None:
        return [vocabulary.end]
    return [vocabulary.tokens.index("\n")] if "\n" in vocabulary.tokens else []


def draw_tokens(
    sampler: Sampler,
    kept: TokenPreprocessing,
    length: int,
    *,
    seed: int,
    temperature: float = 1.0,
) -> list[int]:
    """`length` drawn tokens: one running text, or sequences one after the other with `<end>`."""
    vocabulary = kept.vocabulary
    stop = [] if vocabulary.end is None else [vocabulary.end]
    drawn: list[int] = []
    for text in range(MAX_TEXTS):
        drawn += sampler.stream(
            opening(vocabulary),
            length - len(drawn),
            temperature=temperature,
            seed=seed,
            text=text,
            stop=stop,
        )
        if len(drawn) >= length:
            break
    return drawn


def readable(vocabulary: Vocabulary, ids: list[int]) -> list[str]:
    """Drawn tokens as lines of text; a sequence begins a new one."""
    texts: list[list[int]] = [[]]
    for token in ids:
        if token == vocabulary.end:
            texts.append([])
        else:
            texts[-1].append(token)
    return "\n".join(vocabulary.decode(t) for t in texts if t).strip("\n").split("\n")


class Samples(keras.callbacks.Callback):
    """Says some drawn text every few epochs and after the last."""

    def __init__(
        self,
        section: SampleSection,
        sampler: Sampler,
        kept: TokenPreprocessing,
        say: Say,
        *,
        seed: int,
    ) -> None:
        super().__init__()
        self.section = section
        self.sampler = sampler
        self.kept = kept
        self.say = say
        self.seed = seed
        self.sampler = sampler
        self.epochs = 0  # done

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """So that the sample stands below the epoch's own line."""
        if epoch and epoch % self.section.every == 0:
            self._show(epoch)
        self.epochs = epoch + 1

    def on_train_end(self, logs: Any = None) -> None:
        self._show(self.epochs)

    def _show(self, epoch: int) -> None:
        self.sampler.set_weights(self.model.get_weights())
        temperature = self.section.temperature
        ids = draw_tokens(
            self.sampler, self.kept, self.section.length, seed=self.seed, temperature=temperature
        )
        self.say(f"sample after epoch {epoch}, temperature {temperature:g}:")
        for line in readable(self.kept.vocabulary, ids):
            self.say(f"  | {line}")


class Trace(keras.callbacks.Callback):
    """Says, after the last epoch, the hidden state after each token of a text."""

    def __init__(
        self, text: str, sampler: Sampler, stack: Stack, vocabulary: Vocabulary, say: Say
    ) -> None:
        super().__init__()
        self.text = text
        self.sampler = sampler
        self.stack = stack
        self.vocabulary = vocabulary
        self.say = say

    def on_train_end(self, logs: Any = None) -> None:
        self.sampler.set_weights(self.model.get_weights())
        for line in trace_lines(self.sampler, self.stack, self.vocabulary, self.text):
            self.say(line)


def trace_lines(sampler: Sampler, stack: Stack, vocabulary: Vocabulary, text: str) -> Iterator[str]:
    """A table: what was read, h of the last recurrent layer, and what comes next."""
    layers = [row.layer for row in stack.summaries]
    last = [layer for layer in layers if isinstance(layer, Recurrent)][-1]
    before = sum(len(layer.carried(())) for layer in layers[: layers.index(last)])
    units = min(last.units, SHOWN_UNITS)
    which = f"its first {units} of {last.units} units" if units < last.units else f"{units} units"
    yield f"h of the last {last.kind} ({which}) after each token, and what it expects next:"
    width = max(4, *(len(shown_token(token)) for token in vocabulary.split(text)))
    yield "  ".join(
        [f"  {'read':<{width}}", *(f"{f'h{n}':>5}" for n in range(1, units + 1)), "next"]
    )
    past: Past | None = None
    for token in [*opening(vocabulary)[:1], *vocabulary.encode(text).tolist()]:
        past = sampler.read([token], past)
        h = np.asarray(past.states[before])[0, :units]
        name = shown_token(vocabulary.tokens[token])
        cells = [
            f"  {name:<{width}}",
            *(f"{value:5.2f}" for value in h),
            _expected(past, vocabulary),
        ]
        yield "  ".join(cells)


def _expected(past: Past, vocabulary: Vocabulary) -> str:
    """`Z 0.97`, and the tokens after it that are worth a word."""
    logits = np.asarray(past.logits, np.float64)
    p = np.exp(logits - logits.max())
    p /= p.sum()
    best = np.argsort(-p)[:SHOWN_NEXT]
    said = [f"{shown_token(vocabulary.tokens[i])} {p[i]:.2f}" for i in best if p[i] >= 0.05]
    return ", ".join(said)
