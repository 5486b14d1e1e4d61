"""A trained tagger: judged on sequences, asked about new ones."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

import numpy as np

from rnnkit.baselines.paired import Paired
from rnnkit.data.given import Given, as_file
from rnnkit.data.keys import name_keys
from rnnkit.data.tagged.dataset import TaggedDataset, TaggedPart
from rnnkit.data.tagged.preprocessing import TaggedPreprocessing
from rnnkit.formats.meaning import Classes, Meaning
from rnnkit.reports.evaluation import Judged
from rnnkit.reports.plots.confusion import plot_confusion
from rnnkit.tasks.contract import TrainedRun
from rnnkit.tasks.tagging.config import TaggingConfig
from rnnkit.tasks.tagging.dataset import read_new
from rnnkit.tasks.tagging.evaluation import TaggingEvaluation
from rnnkit.tasks.tagging.judging import Tagged, evaluate_tags, tag_rows
from rnnkit.tasks.tagging.objective import answers
from rnnkit.training.step import ScoreStep


@dataclasses.dataclass(frozen=True, eq=False)
class Predictions:
    """A tag for every row, in the order of the data."""

    sequences: list[str]  # the name of each row's sequence, or its number from 1
    tokens: dict[str, list[str]]  # each row's, by column
    tags: list[int | str]  # as the training data wrote them
    probabilities: list[float]  # of those tags
    notes: tuple[str, ...] = ()  # on the rows, as sentences


class TrainedTagger(
    TrainedRun[TaggingConfig, TaggedDataset, TaggedPreprocessing, TaggedPart, TaggingEvaluation]
):
    """A run that tags every step."""

    @functools.cached_property
    def _ask(self) -> ScoreStep:
        """Kept, because what it compiles is its own."""
        jit_compile = self.config.training.jit_compile
        return ScoreStep(self.model, answers(self.stack), jit_compile=jit_compile)

    def _tagged(self, part: TaggedPart) -> Tagged:
        return tag_rows(self._ask, part, self.config.training.batch_size)

    def predict(self, data: Given) -> Predictions:
        """Tag sequences.

        Args:
            data: a file in the form of the training data, or a table or arrays, as `rnnkit.train`
                takes them; tags are not needed.

        Raises:
            DataError: the file does not fit the model.
        """
        path = as_file(data, self.run.given)
        part = read_new(path, self.config, self.preprocessing, tagged=False)
        tagged = self._tagged(part)
        rows, order = part.rows, np.argsort(part.rows.order)
        names = range(1, len(part) + 1) if rows.names is None else rows.names
        sequence = np.repeat(list(map(str, names)), rows.lengths)[order]
        tokens = {
            column: [one.symbols[code] for code in one.codes[order].tolist()]
            for column, one in rows.tokens.items()
        }
        tags = list(map(self.preprocessing.tag, tagged.tags[order].tolist()))
        probabilities = tagged.probability[order].tolist()
        return Predictions(sequence.tolist(), tokens, tags, probabilities, rows.notes)

    def read(self, path: Path) -> TaggedPart:
        return read_new(path, self.config, self.preprocessing)

    def meaning(self) -> Meaning:
        kept = self.preprocessing
        tags = tuple(map(kept.tag, range(len(kept.tags))))
        answer = Classes(tags, "softmax" if self.stack.gives_logits else None)
        return dataclasses.replace(super().meaning(), answer=answer)

    def paired(self, part: TaggedPart) -> Paired:
        """The mistakes in each sequence."""
        y, lengths = part.y[part.index], part.lengths
        sequence = np.repeat(np.arange(len(part)), lengths)
        mistakes = np.bincount(sequence, self._tagged(part).tags != y)
        names = np.array([*self.preprocessing.tags], object)[y]
        tags = np.split(names, np.cumsum(lengths)[:-1])
        numbered = zip(part.members.tolist(), map(" ".join, tags), strict=True)
        return Paired(
            keys=name_keys(numbered),
            loss=mistakes[:, None].astype(np.float64),
            measure="accuracy",
            noun="sequence",
            test="bootstrap",
            weight=lengths.astype(np.float64),
        )

    def judge(
        self, part: TaggedPart, *, name: str, dataset: TaggedDataset | None
    ) -> Judged[TaggingEvaluation]:
        """Loss, accuracy and the scores of every tag beside baselines of the training part."""
        tags = self.preprocessing.tags
        tagged = self._tagged(part)
        train = None if dataset is None else dataset.train
        evaluation, confusion = evaluate_tags(tagged, part, tags, train=train, name=name)

        def plot(folder: Path, suffix: str) -> None:
            plot_confusion(confusion, tags, folder / f"confusion{suffix}.svg")

        return Judged(evaluation, plot)
