"""A trained model and one part -> every token's loss, beside baselines on the same tokens."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.ngram import HIGHEST_ORDER, Tokens, choose_order, fit_ngram
from rnnkit.data.tokens.dataset import SequencePart, TokenPart
from rnnkit.data.tokens.preprocessing import TokenPreprocessing
from rnnkit.data.tokens.streams import TextPart
from rnnkit.tasks.next_token.bounds import bounded
from rnnkit.tasks.next_token.evaluation import (
    BaselineName,
    Baselines,
    HardToken,
    NextTokenEvaluation,
    NgramQuality,
    Position,
    Quality,
    Sample,
    Verdict,
)
from rnnkit.tasks.next_token.memorisation import find_copies
from rnnkit.tasks.next_token.samples import readable
from rnnkit.training.inference import Inference
from rnnkit.training.objective import Objective

EXACT_WINDOW = 1024  # steps a call of the one stream that reads a whole held-back text
BLOCK = 500  # tokens of running text whose losses are taken as one observation
HARDEST = 20  # tokens
LEAST_COUNT = 10  # rarer tokens are left out of the hardest, where there are enough others
LEAST_AT_POSITION = 20  # predictions; fewer say little about a position
RUN = {"character": 8, "word": 4, "item": 4}  # tokens of a copied run
SAMPLE = {"character": 2000, "word": 400, "item": 400}  # tokens that are drawn for it
SHOWN = 600  # characters of the sample that are kept

Losses = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False)
class JudgedTokens:
    """Each predicted token of a part, in its order."""

    ids: NDArray[np.int32]  # (n,)
    position: NDArray[np.intp]  # (n,) in its sequence, from 1; in running text from its start
    block: NDArray[np.intp]  # (n,) the sequence, or the stretch of text, that it belongs to
    loss: Losses  # (n,) nats
    hit: NDArray[np.bool_]  # (n,)
    in_top_5: NDArray[np.bool_]  # (n,)


def evaluate_tokens(
    inference: Inference,
    objective: Objective,
    part: TokenPart,
    *,
    train: TokenPart | None,
    kept: TokenPreprocessing,
    name: str,
    draw: Callable[[int], list[int]],
) -> NextTokenEvaluation:
    """Judge a model on one part.

    The loss is exact: each token is predicted once, from all that stands before it. Running text
    is read as one stream with the state carried from end to end, after up to WARM_UP tokens of
    what stands before the part; the n-grams look back into the same history. Of much only the first
    JUDGED_TOKENS are judged, by n-grams of the last COUNTED_TOKENS that trained.

    Args:
        inference: the trained model.
        objective: loss, accuracy and top_5_accuracy.
        part: what to judge it on.
        train: what the baselines learn from; None: it is not there.
        kept: the run's vocabulary.
        name: what the part is called.
        draw: gives so many tokens of the model's own.
    """
    part, train, bounds = bounded(part, train)
    judged = judge_tokens(inference, objective, part)
    vocabulary = kept.vocabulary
    baselines, losses = _baselines(part, train, len(vocabulary), tokens=len(judged.ids))
    ngram = losses.get("ngram")
    best = min(losses, key=lambda key: baselines[key].loss)
    gain, interval, verdict = _comparison(judged, losses[best])
    own = Quality(**_quality(judged.loss), accuracy=float(judged.hit.mean()))
    return NextTokenEvaluation(
        data=name,
        kind="text" if isinstance(part, TextPart) else "sequences",
        level=vocabulary.level,
        tokens=len(judged.ids),
        judged=bounds.get("judged"),
        counted=bounds.get("counted"),
        sequences=len(part) if isinstance(part, SequencePart) else None,
        vocabulary=len(vocabulary),
        loss=own.loss,
        bits=own.bits,
        perplexity=own.perplexity,
        accuracy=own.accuracy,
        top_5_accuracy=float(judged.in_top_5.mean()),
        baselines=baselines,
        best_baseline=best,
        gain=gain,
        gain_interval=interval,
        verdict=verdict,
        positions=_positions(inference, objective, part, judged, ngram),
        hardest=() if ngram is None else _hardest(judged, ngram, vocabulary.tokens),
        sample=None if train is None else _memorisation(draw, part, train, kept),
        notes=part.notes if isinstance(part, SequencePart) else (),
    )


def _baselines(
    part: TokenPart, train: TokenPart | None, vocabulary: int, *, tokens: int
) -> tuple[Baselines, dict[BaselineName, Losses]]:
    """What is reached without a network, and the loss of each of the tokens."""
    losses: dict[BaselineName, Losses] = {"uniform": np.full(tokens, math.log(vocabulary))}
    uniform = Quality(**_quality(losses["uniform"]), accuracy=1 / vocabulary)
    if train is None:
        return Baselines(uniform=uniform), losses
    learned, asked = baseline_tokens(train), baseline_tokens(part)
    order = choose_order(learned, vocabulary)
    model = fit_ngram(learned, vocabulary, order=order)
    ngram, unigram = model.scores(asked), model.up_to(0).scores(asked)
    baselines = Baselines(
        uniform=uniform,
        unigram=Quality(**_quality(unigram.loss), accuracy=float(unigram.hit.mean())),
        ngram=NgramQuality(**_quality(ngram.loss), accuracy=float(ngram.hit.mean()), order=order),
    )
    return baselines, {**losses, "unigram": unigram.loss, "ngram": ngram.loss}


def baseline_tokens(part: TokenPart) -> Tokens:
    """The predicted tokens of a part, in its order, with the past that a model has read."""
    if isinstance(part, TextPart):
        begin = max(0, part.begin - HIGHEST_ORDER)
        ids = part.ids[begin : part.end]
        predicted = np.arange(begin, part.end) >= part.begin
        return Tokens(ids, np.zeros(len(ids), np.intp), predicted)
    lengths = part.sequences.lengths + 2  # <end> before and after
    ends = np.cumsum(lengths)
    ids = np.full(ends[-1], part.end, np.int32)
    inner = np.ones(len(ids), np.bool_)
    inner[ends - 1] = inner[ends - lengths] = False
    ids[inner] = part.sequences.values[part.sequences.rows]
    first = np.repeat(ends - lengths, lengths)
    return Tokens(ids, first, np.arange(len(ids)) != first)


def judge_tokens(inference: Inference, objective: Objective, part: TokenPart) -> JudgedTokens:
    """Each predicted token of a part, from all that stands before it."""
    names = ("loss", *objective.metrics)
    if isinstance(part, TextPart):
        batches = inference.scores(objective, part.whole(EXACT_WINDOW), batch_size=1)
        found = _of_valid(batches, names)
        position = np.arange(1, len(part) + 1)
        block = (position - 1) // BLOCK
        ids = part.targets
    else:
        found, ids, position, block = _of_sequences(inference, objective, part)
    loss, hit, top_5 = (found[name] for name in ("loss", "accuracy", "top_5_accuracy"))
    return JudgedTokens(ids, position, block, loss.astype(np.float64), hit > 0, top_5 > 0)


def _of_valid(
    batches: Iterable[tuple[Any, Mapping[str, NDArray[np.float32]]]], names: Sequence[str]
) -> dict[str, NDArray[np.float32]]:
    """The values of what counts, in the order of reading."""
    found: dict[str, list[NDArray[np.float32]]] = {name: [] for name in names}
    for batch, values in batches:
        for name in names:
            found[name].append(values[name][batch.valid > 0])
    return {name: np.concatenate(pieces) for name, pieces in found.items()}


def _of_sequences(
    inference: Inference, objective: Objective, part: SequencePart
) -> tuple[dict[str, NDArray[np.float32]], NDArray[np.int32], NDArray[np.intp], NDArray[np.intp]]:
    """The values in the order of the sequences, which batches of like length are not in."""
    names = ("loss", *objective.metrics)
    size = inference.batch_size
    lengths = part.sequences.lengths + 1
    rows = np.concatenate([rows[real > 0] for _, rows, real in part.plan(size)])
    found = _of_valid(inference.scores(objective, part, batch_size=size), names)
    block = np.repeat(rows, lengths[rows])  # as the values came
    order = np.argsort(block, kind="stable")
    position = np.arange(len(block)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    tokens = baseline_tokens(part)
    ids = tokens.ids[tokens.predicted]
    return {name: found[name][order] for name in names}, ids, position, block[order]


def _quality(loss: Losses) -> dict[str, float]:
    mean = float(loss.mean())
    return {"loss": mean, "bits": mean / math.log(2), "perplexity": math.exp(min(mean, 700))}


def _comparison(
    judged: JudgedTokens, rival: Losses
) -> tuple[float, tuple[float, float] | None, Verdict]:
    """How much less the model loses than a baseline, nats a token, with a 95 % interval.

    The tokens of a sequence, or of a stretch of text, are not independent: each is one
    observation, weighted by its tokens.
    """
    difference = rival - judged.loss
    tokens = np.bincount(judged.block)
    sums = np.bincount(judged.block, difference)
    mean, blocks = float(difference.mean()), int((tokens > 0).sum())
    verdict: Verdict = "better" if mean > 0 else "worse"
    interval = None
    if blocks > 1:
        spread = math.sqrt(float(((sums - mean * tokens) ** 2).sum()) * blocks / (blocks - 1))
        half = 1.96 * spread / len(difference)
        interval = (mean - half, mean + half)
        if interval[0] <= 0 <= interval[1]:
            verdict = "unclear"
    return mean, interval, verdict


def _positions(
    inference: Inference,
    objective: Objective,
    part: TokenPart,
    judged: JudgedTokens,
    ngram: Losses | None,
) -> tuple[Position, ...]:
    """The mean loss by how many tokens the model has read.

    Sequences: the position in the sequence. Running text: windows are read without their past,
    which shows how far back the model's memory reaches; the exact loss carries it all.
    """
    if isinstance(part, SequencePart):
        rows = []
        for position in range(1, int(judged.position.max()) + 1):
            chosen = judged.position == position
            if (count := int(chosen.sum())) < min(LEAST_AT_POSITION, len(part)):
                break
            rows.append(
                Position(
                    position=position,
                    tokens=count,
                    loss=float(judged.loss[chosen].mean()),
                    ngram_loss=None if ngram is None else float(ngram[chosen].mean()),
                )
            )
        return tuple(rows)
    windows = part.windows
    if not len(windows):
        return ()
    size = min(inference.batch_size, len(windows) // part.window)
    loss = np.zeros(part.window)
    only_loss = Objective(objective.loss)
    for batch, values in inference.scores(only_loss, windows, batch_size=size, carry=False):
        loss += (values["loss"] * batch.valid).sum(axis=0)
    count = len(windows) // part.window
    return tuple(
        Position(position=t + 1, tokens=count, loss=float(total) / count)
        for t, total in enumerate(loss)
    )


def _hardest(judged: JudgedTokens, ngram: Losses, tokens: tuple[str, ...]) -> tuple[HardToken, ...]:
    """The tokens with the greatest mean loss, among those that occur often enough."""
    count = np.bincount(judged.ids, minlength=len(tokens))
    total = np.bincount(judged.ids, judged.loss, minlength=len(tokens))
    other = np.bincount(judged.ids, ngram, minlength=len(tokens))
    enough = np.flatnonzero(count >= LEAST_COUNT)
    if len(enough) < HARDEST // 2:
        enough = np.flatnonzero(count)
    ranked = enough[np.argsort(-total[enough] / count[enough], kind="stable")][:HARDEST]
    return tuple(
        HardToken(
            token=tokens[i],
            count=int(count[i]),
            loss=float(total[i] / count[i]),
            ngram_loss=float(other[i] / count[i]),
            share=float(total[i] / total.sum()),
        )
        for i in ranked
    )


def _memorisation(
    draw: Callable[[int], list[int]], part: TokenPart, train: TokenPart, kept: TokenPreprocessing
) -> Sample:
    """What a sample has from the training text, beside what held-back text has by itself."""
    vocabulary = kept.vocabulary
    length = SAMPLE[vocabulary.level]
    ids = draw(length)
    learned = baseline_tokens(train)
    source = learned.ids[learned.predicted]
    own = find_copies(ids, source, run=RUN[vocabulary.level])
    asked = baseline_tokens(part)
    held_back = find_copies(asked.ids[asked.predicted][:length], source, run=RUN[vocabulary.level])
    begin, longest = own.longest
    text = "\n".join(readable(vocabulary, ids))
    return Sample(
        tokens=len(ids),
        run=own.run,
        copied=own.share,
        copied_held_back=held_back.share,
        longest=longest,
        longest_held_back=held_back.longest[1],
        longest_text=" / ".join(readable(vocabulary, ids[begin : begin + longest])),
        text=text if len(text) <= SHOWN else text[:SHOWN].rstrip() + " …",
    )
