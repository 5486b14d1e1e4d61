"""A trained run, ready to be asked: what `rnnkit.load` gives, whatever the task."""

from __future__ import annotations

import abc
import dataclasses
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Generic, cast

from rnnkit.config.root import Config
from rnnkit.config.stack import Stack
from rnnkit.data.batch import Feed
from rnnkit.data.cache import Place
from rnnkit.data.dataset import Dataset
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.errors import DataError
from rnnkit.reports.evaluation import Evaluation, Judged, keep_evaluation
from rnnkit.runs import Run
from rnnkit.runtime import keras
from rnnkit.tasks.contract import C, D, E, K, P, Task
from rnnkit.training.devices import Device
from rnnkit.training.inference import Inference
from rnnkit.training.shards import shards_of


@dataclasses.dataclass(frozen=True, eq=False)
class TrainedRun(abc.ABC, Generic[C, D, K, P, E]):
    """A run's model with all that it takes to ask it. Each task has a subclass, trained.py.

    Args:
        run: its folder.
        task: what it was trained for.
        config: its config.
        stack: its layers, every derived argument filled in.
        preprocessing: what was learnt from its data.
        model: the trained model.
        device: where to compute.
    """

    run: Run
    task: Task[C, D, K, P, E]
    config: C
    stack: Stack
    preprocessing: K
    model: keras.Model
    device: Device

    @functools.cached_property
    def inference(self) -> Inference:
        """The model and how to compute with it."""
        training = self.config.training
        return Inference(
            self.model,
            batch_size=training.batch_size,
            shards=shards_of(training, self.device),
            jit_compile=training.jit_compile,
        )

    @property
    def place(self) -> Place:
        """Where what was converted for the run lies; it is not converted again."""
        return Place(self.run.cache)

    def own_data(self) -> D:
        """The data that it was trained on.

        Raises:
            DataError: they are not there any more, or cannot be used.
        """
        return self.task.load(self.config, self.place)

    @abc.abstractmethod
    def read(self, path: Path) -> P:
        """A file in the form of the training data, answers included, read as those were.

        Raises:
            DataError: the file does not fit the run.
        """

    @abc.abstractmethod
    def judge(self, part: P, *, name: str, dataset: D | None) -> Judged[E]:
        """Judge the model on one part.

        Args:
            part: what to judge it on.
            name: what the part is called: `test`, `validation`, or a file.
            dataset: the run's own data, for baselines; None where they were not asked for.

        Raises:
            RunError: the model answers with what is not a finite number.
        """

    def evaluate(
        self,
        data: str | Path | None = None,
        *,
        on_message: Callable[[str], None] | None = None,
    ) -> E:
        """Judge the model on what its run kept back, or on a file, beside the baselines.

        The result is also written into the run folder: evaluation.json and plots/ for its own
        data, files that end in -<file> for a file.

        Args:
            data: a file in the form of the training data, with the answers.
            on_message: called with what could not be written; None warns.

        Raises:
            DataError: the data cannot be used, or the run kept none back.
            RunError: the model answers with what is not a finite number.
        """
        if data is None:
            judged = self.judge_held_back(self.own_data())
        else:
            dataset = self.own_data() if self.task.needs_training_data else None
            judged = self.judge(self.read(Path(data)), name=str(data), dataset=dataset)
        label = "" if data is None else Path(data).stem
        keep_evaluation(self.run, judged, label=label, on_message=on_message)
        return judged.evaluation

    def judge_held_back(self, dataset: D) -> Judged[E]:
        """Judge the model on the part of its run's data that was kept back.

        Raises:
            DataError: there is none.
            RunError: the model answers with what is not a finite number.
        """
        if dataset.held_back is None:
            raise DataError(
                "the run kept no examples back: give a labelled file with --data, "
                "or train with data: {split: {validation: 0.1}}"
            )
        part, name = dataset.held_back
        # the parts of a D are P, which its bound does not say
        return self.judge(cast(P, part), name=name, dataset=dataset)


AnyRun = TrainedRun[Config, Dataset[Preprocessing, Feed], Preprocessing, Feed, Evaluation]
