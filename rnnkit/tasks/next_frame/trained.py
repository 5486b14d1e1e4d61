"""A trained model of frames: judged on sequences, asked to make some up or complete real ones."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.paired import Paired
from rnnkit.baselines.vectors import Baseline, Independent, NeighbourTable, PreviousFrame
from rnnkit.data.batch import INPUT
from rnnkit.data.keys import name_keys
from rnnkit.data.ram import is_large
from rnnkit.data.scaling import Scale
from rnnkit.data.vectors.dataset import Beginnings, FrameDataset, Frames
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.errors import OptionError
from rnnkit.formats.meaning import Meaning, Numbers
from rnnkit.reports.evaluation import Judged
from rnnkit.tasks.contract import TrainedRun
from rnnkit.tasks.next_frame.config import NextFrameConfig
from rnnkit.tasks.next_frame.dataset import read_new
from rnnkit.tasks.next_frame.drawn import Drawn
from rnnkit.tasks.next_frame.evaluation import NextFrameEvaluation, Score
from rnnkit.tasks.next_frame.objective import FrameOutput
from rnnkit.tasks.next_frame.plots.frames import plot_completions, plot_samples
from rnnkit.tasks.next_frame.plots.positions import plot_positions
from rnnkit.tasks.next_frame.sampling import FrameSampler
from rnnkit.tasks.own_data import Say
from rnnkit.training.step import PredictStep
from rnnkit.words import counted

SAMPLES = 64  # drawn at evaluation; fewer where sequences are no images
COMPLETED = 24
PICTURES = 8  # sequences that are no images


class TrainedFrameModel(
    TrainedRun[NextFrameConfig, FrameDataset, FramePreprocessing, Frames, NextFrameEvaluation]
):
    """A run that predicts frames of F features from those before."""

    @functools.cached_property
    def sampler(self) -> FrameSampler:
        """What draws sequences, frame by frame."""
        return FrameSampler(self.model, self.config, self.stack, self.preprocessing)

    def generate(
        self,
        *,
        count: int = 64,
        length: int | None = None,
        temperature: float = 1.0,
        seed: int = 0,
        complete: bool = False,
        on_message: Say | None = None,
    ) -> Drawn:
        """Draw sequences.

        Args:
            count: how many.
            length: frames of each; None: as long as the longest of the training data.
            temperature: below 1 likelier frames, above 1 more surprising ones; 0 the likeliest.
            seed: equal seeds give equal sequences.
            complete: give the first half of real sequences that the run kept back, or else of its
                training data, and draw the rest.
            on_message: called with where those were found, after a move; None warns.

        Raises:
            OptionError: an option does not apply, or the sequences would take too much RAM.
            DataError: the data to complete cannot be read.
        """
        kept = self.preprocessing
        length = self._length(length, complete=complete)
        if not complete and is_large(size := 4 * count * length * kept.features):
            raise OptionError(
                f"{count:,} sequences of {counted(length, 'frame')} take {size:,} bytes, more than "
                "a quarter of this machine's RAM: set --count or --length lower"
            )
        real = self._beginnings(count, seed, on_message) if complete else None
        scaled = self.sampler.draw(
            count if real is None else len(real.frames),
            length=length if real is None else real.frames.shape[1],
            seed=seed,
            temperature=temperature,
            given=None if real is None else real.frames[:, : real.given],
        )
        return Drawn(scaled, real, self.config.data, kept)

    def read(self, path: Path) -> Frames:
        return read_new(path, self.config, self.preprocessing, self.place)

    def judge(
        self, part: Frames, *, name: str, dataset: FrameDataset | None
    ) -> Judged[NextFrameEvaluation]:
        """Nats beside the baselines, where they arise, and what the model draws."""
        score, positions = self._score(part)
        baselines = [] if dataset is None else self._baselines(dataset.train)
        scores = [_score_of(baseline, part) for baseline in baselines]

        def plot(folder: Path, suffix: str) -> None:
            data, kept = self.config.data, self.preprocessing
            samples, real, completed = self._pictures(part)
            plot_samples(samples, data, kept, folder / f"samples{suffix}.svg")
            if len(completed):  # none where every sequence is one frame long
                plot_completions(real, completed, data, kept, folder / f"completions{suffix}.svg")
            plot_positions(positions, kept.order, folder / f"positions{suffix}.svg")

        return Judged(NextFrameEvaluation.of(score, scores, part, data=name), plot)

    def meaning(self) -> Meaning:
        output = FrameOutput.of(self.config, self.stack)
        columns = "the probability that each feature of the next frame is 1"
        if output.gaussian:
            columns = "the means of the next frame's features, scaled, then their spreads"
        elif not output.from_sigmoid:
            columns = "the logit of the probability that each feature of the next frame is 1"
        scale = self.preprocessing.scale
        answer = Numbers((), scale if output.gaussian else None, columns=columns)
        scales = {} if scale is None else {INPUT: self._input_scale(scale)}
        return dataclasses.replace(super().meaning(), scales=scales, answer=answer, carried=True)

    def _input_scale(self, scale: Scale) -> Scale:
        """Of the frames before, side by side, and of where a step is, which stays as it is."""
        places, context = self.preprocessing.places(self.config.data), self.config.data.context
        width = 0 if places is None else places.shape[1]
        offset = scale.offset * context + (0.0,) * width
        return Scale(
            name=scale.name, offset=offset, divisor=scale.divisor * context + (1.0,) * width
        )

    def paired(self, part: Frames) -> Paired:
        """The nats of each sequence; those of densities and of probabilities are never equal."""
        frames = (part.frames(np.array([row]))[0].tobytes() for row in range(len(part)))
        output = self.config.data.output
        return Paired(
            keys=name_keys((output, one.rstrip(b"\0")) for one in frames),
            loss=self._score(part)[0].nats[:, None],
            measure="nats_per_frame",
            noun="sequence" if self.preprocessing.order is None else "image",
            test="bootstrap",
            weight=part.lengths.astype(np.float64),
        )

    def _length(self, length: int | None, *, complete: bool) -> int:
        kept = self.preprocessing
        if length is not None and complete:
            raise OptionError(
                "--length: completed sequences are as long as the real ones: leave it out"
            )
        if length is not None and kept.equal and length != kept.length:
            what = "images" if kept.order is not None else "sequences"
            raise OptionError(
                f"--length {length}: the run learned {what} of {kept.length} frames: leave it out"
            )
        return length or kept.length

    def _beginnings(self, count: int, seed: int, on_message: Say | None) -> Beginnings:
        """Real sequences from what was kept back, or else from the training part."""
        dataset = self.own_data(on_message)
        part = dataset.train if dataset.held_back is None else dataset.held_back[0]
        found = part.beginnings(count, seed=seed)
        if not len(found.frames):
            raise OptionError(
                "--complete: every sequence that was kept back is one frame long: leave it out"
            )
        return found

    def _score(self, part: Frames) -> tuple[Score, NDArray[np.float64]]:
        """The model's nats a sequence, and at each place in it, (T, F), the mean of those there."""
        inference, output = self.inference, FrameOutput.of(self.config, self.stack)
        predict = PredictStep(
            inference.model, shards=inference.shards, jit_compile=inference.jit_compile
        )
        total, count = np.zeros(part.store.shape[1:]), np.zeros((part.store.shape[1], 1))
        sequences = []
        for batch in part.batches(inference.batch_size):
            nats = output.nats(batch.y, predict(batch.x)).numpy() * batch.valid[:, :, None]
            real = batch.valid[:, 0] > 0
            sequences.append(nats[real].sum(axis=(1, 2), dtype=np.float64))
            steps = nats.shape[1]
            total[:steps] += nats.sum(axis=0, dtype=np.float64)
            count[:steps] += batch.valid.sum(axis=0, dtype=np.float64)[:, None]
        nats = part.in_order(np.concatenate(sequences), inference.batch_size)
        return Score("this model", "", nats), total / np.maximum(count, 1)

    def _baselines(self, train: Frames) -> list[Baseline]:
        data, order = self.config.data, self.preprocessing.order
        gaussian = data.output == "gaussian"
        found: list[Baseline] = [
            Independent.fit(train.chunks(), gaussian=gaussian, per_position=order is not None),
            PreviousFrame.fit(train.chunks(), gaussian=gaussian),
        ]
        if order is not None and data.binarize != "none":
            found.append(NeighbourTable.fit(train.chunks(), order.undo))
        return found

    def _pictures(
        self, part: Frames
    ) -> tuple[NDArray[np.float32], Beginnings, NDArray[np.float32]]:
        """Samples (S, T, F), C real sequences, and those (C, T, F) as the model completes them."""
        kept = self.preprocessing
        images = kept.order is not None
        real = part.beginnings(COMPLETED if images else PICTURES, seed=0)
        samples = SAMPLES if images else PICTURES
        count = samples + len(real.frames)  # all at once: a loop is compiled for each shape
        begins = np.where(np.arange(count) < samples, 0, real.given)
        start = np.zeros((count, *real.frames.shape[1:]), np.float32)
        start[samples:] = real.frames
        length = start.shape[1]
        drawn = self.sampler.draw(count, length=length, seed=0, given=start, begins=begins)
        return drawn[:samples, : kept.length], real, drawn[samples:]


def _score_of(baseline: Baseline, part: Frames) -> Score:
    nats = [
        baseline.nats(frames, mask).sum(axis=(1, 2), dtype=np.float64)
        for frames, mask in part.chunks(mixed=False)
    ]
    return Score(baseline.name, baseline.text, np.concatenate(nats))
