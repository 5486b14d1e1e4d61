"""What a task is: all that the rest of rnnkit asks of one, and of a run trained for it.

A task is a folder, rnnkit/tasks/<name>/, or an installed package; its subclass of Task stands in
task.py there and is its table of contents. Importing that module imports no TensorFlow.
"""

from __future__ import annotations

import abc
import dataclasses
import functools
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar, cast

from rnnkit.baselines.paired import Paired
from rnnkit.config.root import Config
from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.audit import Audit
from rnnkit.data.batch import Feed
from rnnkit.data.cache import Place
from rnnkit.data.card import DataCard
from rnnkit.data.dataset import Dataset
from rnnkit.data.given import Given, as_file
from rnnkit.data.preprocessing import Names, Preprocessing
from rnnkit.errors import ChangedData, DataError, OptionError
from rnnkit.formats.meaning import Meaning, Numbers
from rnnkit.reports.evaluation import Evaluation, Judged, where_writable, write_evaluation
from rnnkit.reports.findings import Findings
from rnnkit.reports.model_card import read_data_card, write_model_card
from rnnkit.run import Run
from rnnkit.tasks.own_data import Say, is_own_data, load_own_data
from rnnkit.tasks.served import Served

if TYPE_CHECKING:
    import click
    from rich.console import RenderableType

    from rnnkit.data.look.source import Look
    from rnnkit.runtime import keras
    from rnnkit.tasks.proposing import Proposal
    from rnnkit.training.devices import Device
    from rnnkit.training.inference import Inference
    from rnnkit.training.objective import Objective
    from rnnkit.training.step import EvaluateStep

C = TypeVar("C", bound=Config)
K = TypeVar("K", bound=Preprocessing)
P = TypeVar("P", bound=Feed)
D = TypeVar("D", bound=Dataset[Preprocessing, Feed])
E = TypeVar("E", bound=Evaluation)
Shown = TypeVar("Shown", bound=Evaluation, contravariant=True)


class View(Protocol[Shown]):
    """How an evaluation is shown; a module of functions is one."""

    def summary(self, evaluation: Shown, /) -> RenderableType:
        """The result beside the baselines, for the end of a training."""
        ...

    def details(self, evaluation: Shown, /) -> RenderableType:
        """All that a terminal shows of it."""
        ...

    def page(self, evaluation: Shown, /) -> dict[str, Any]:
        """What page.html.jinja, beside it, reads beside `evaluation`."""
        ...


@dataclasses.dataclass(frozen=True)
class Answer:
    """How a task answers `rnnkit predict` or `rnnkit generate`, or `evaluate` in its own way.

    Args:
        give: called with a function that opens the run, once that is needed, and with the options
            by name; prints the answer, or gives the evaluation.
        options: of the command line.
        what: is asked, in a few words, for the help.
        examples: command lines, for the help.
        served: what of it `rnnkit serve` gives; None: nothing.
    """

    give: Callable[..., object]
    options: Sequence[click.Option]
    what: str
    examples: Sequence[str]
    served: Served | None = None


class Task(abc.ABC, Generic[C, D, K, P, E]):
    """What is predicted, from what data, how it is judged, shown and asked.

    C is its config, D its data in parts P, K what a run keeps of them, E its evaluation.
    """

    name: ClassVar[str]  # `task:` in a config
    config: type[C]
    kept: type[K]
    evaluation: type[E]
    needs_training_data: ClassVar[bool] = False  # for its baselines, on new data where it is there
    next_command: ClassVar[Sequence[str]] = ()  # what a finished run is asked; its score, if empty

    @abc.abstractmethod
    def outline(self, config: C, place: Place | None = None) -> InputFacts:
        """What a model must know of the data, read with as little as they allow.

        Args:
            config: the config.
            place: where data that had to be converted lie; nothing is converted here.

        Raises:
            DataError: the data are missing, damaged, or do not fit the config.
        """

    @abc.abstractmethod
    def load(self, config: C, place: Place | None = None) -> D:
        """Read, split and prepare everything that the config's data section names.

        Args:
            config: the config.
            place: where data that must be converted go; None: they are refused.

        Raises:
            DataError: the data are missing, damaged, or do not fit the config.
        """

    def checksum(self, config: C) -> str:
        """The `sha256` of the dataset that `load` would give; of files, without reading them twice.

        Raises:
            DataError: the data are missing or cannot be read.
        """
        return self.load(config).sha256

    def before_growth(self, config: C, kept: K, place: Place | None = None) -> tuple[D, str] | None:
        """What a run was trained on, taken out of data that hold it still, and a note on the rest.

        None: it cannot be shown to be in them.

        Args:
            config: the run's.
            kept: what it kept of its data.
            place: where data that must be converted go; None: they are refused.

        Raises:
            DataError: the data cannot be read.
        """
        return None

    @abc.abstractmethod
    def facts(self, config: C, kept: K) -> InputFacts:
        """The input and output of the model of a run, from what it kept of its data."""

    def names(self, config: C, kept: K) -> Names:
        """What the ids that its models read and the outputs that they give stand for."""
        return kept.names

    def audit(self, dataset: D) -> Audit | None:
        """What the inputs of its models know of the answers; None where no check applies."""
        return dataset.audited

    def draw(self, dataset: D, folder: Path) -> Sequence[Path]:
        """Draw what pictures tell of the data themselves; no part held back is looked at.

        Args:
            dataset: the data.
            folder: where the pictures go.

        Raises:
            RunError: a file cannot be written.
        """
        return ()

    def propose(self, look: Look) -> Proposal | None:
        """The config that `rnnkit init` would write for a source, if this task fits it.

        Where the user asked for this task, whatever comes nearest.

        Raises:
            DataError: it depends on what only the user knows; the message names the option.
        """
        return None

    def lengths(self, config: C, kept: K) -> Sequence[tuple[str, int, int]]:
        """What a run kept that must be as long as its config says: a name and both lengths."""
        return []

    @abc.abstractmethod
    def objective(self, config: C, stack: Stack) -> Objective:
        """The loss and the metrics of a step. Imports TensorFlow."""

    def callbacks(
        self, config: C, stack: Stack, dataset: D, say: Callable[[str], None]
    ) -> Sequence[keras.callbacks.Callback]:
        """What the task adds to training; `say` prints a line for the user and logs it."""
        return ()

    @property
    def package(self) -> str:
        """Where its page.html.jinja is."""
        return type(self).__module__.rpartition(".")[0]

    @property
    @abc.abstractmethod
    def trained(self) -> type[TrainedRun[C, D, K, P, E]]:
        """The class of its trained runs. Imports TensorFlow."""

    @property
    @abc.abstractmethod
    def view(self) -> View[E]:
        """How its evaluations are shown."""

    def findings(self, evaluation: E, card: DataCard) -> Findings:
        """What an evaluation says of a model in sentences, for its model card.

        Args:
            evaluation: on the part that its run kept back.
            card: what was made of the run's data.
        """
        return Findings.plain(evaluation)

    @property
    def evaluate(self) -> Answer | None:
        """A way of its own to evaluate, where options of its own ask for it.

        Its `give` gets the verb's `data` too, and gives an E, or None for the ordinary way.
        """
        return None

    @property
    def predict(self) -> Answer | None:
        """Its answer to `rnnkit predict`."""
        return None

    @property
    def generate(self) -> Answer | None:
        """Its answer to `rnnkit generate`."""
        return None


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
        again: trains the run's config in another folder, with `key.path=value` texts, or goes on
            there, and opens the result; None while the run itself is being trained.
        validated: what was compiled to validate the model while it was trained here.
    """

    run: Run
    task: Task[C, D, K, P, E]
    config: C
    stack: Stack
    preprocessing: K
    model: keras.Model
    device: Device
    again: Callable[[Path, Sequence[str]], AnyRun] | None = None
    validated: EvaluateStep | None = None

    @functools.cached_property
    def inference(self) -> Inference:
        """The model and how to compute with it."""
        from rnnkit.training.inference import Inference
        from rnnkit.training.shards import shards_of

        training = self.config.training
        return Inference(
            self.model,
            self.task.objective(self.config, self.stack),
            batch_size=training.batch_size,
            shards=shards_of(training, self.device),
            jit_compile=training.jit_compile,
            validated=self.validated,
        )

    @property
    def place(self) -> Place:
        """Where what was converted for the run lies; it is not converted again."""
        return Place(self.run.cache)

    def own_data(self, on_message: Say | None = None) -> D:
        """The data that it was trained on, in the parts that it had then.

        Args:
            on_message: called with where they were found, or how they have grown; None warns.

        Raises:
            ChangedData: they are not there any more, or are others now.
            DataError: they cannot be used.
        """
        say = on_message or warnings.warn
        return load_own_data(self.run, self.task, self.config, self.preprocessing, self.place, say)

    def own_data_if_there(self, on_message: Say | None = None, *, without: str) -> D | None:
        """As `own_data`; None where they are not there any more, or others.

        Args:
            on_message: called also with why they are not there; None warns.
            without: what is then left out.
        """
        try:
            return self.own_data(on_message)
        except ChangedData as error:
            (on_message or warnings.warn)(f"{without}: {error}")
            return None

    @abc.abstractmethod
    def read(self, path: Path) -> P:
        """A file in the form of the training data, answers included, read as those were.

        Raises:
            DataError: the file does not fit the run.
        """

    def decide(self, dataset: D) -> None:
        """Choose what the trained model answers by, on its validation part, and write it down.

        Called once training has ended, before it is judged.

        Raises:
            RunError: the folder cannot be written, or the model's answers are not finite.
        """

    @abc.abstractmethod
    def judge(self, part: P, *, name: str, dataset: D | None) -> Judged[E]:
        """Judge the model on one part.

        Args:
            part: what to judge it on.
            name: what the part is called: `test`, `validation`, or a file.
            dataset: the run's own data, for baselines; None where they were not asked for, or
                are not there any more.

        Raises:
            RunError: the model answers with what is not a finite number.
        """

    def meaning(self) -> Meaning:
        """What its model reads and gives, for programs that have no rnnkit.

        Raises:
            RunError: what it decides by is missing or damaged.
        """
        names = self.task.names(self.config, self.preprocessing)
        return Meaning(names, self.preprocessing.scales, Numbers(tuple(names.outputs or ())))

    def paired(self, part: P) -> Paired:
        """What the model does on each example of a part, by which two runs are compared.

        Raises:
            OptionError: the task does not say.
            RunError: the model answers with what is not a finite number.
        """
        raise OptionError(
            f"{self.run.path}: its task, {self.task.name}, does not say how a model does on each "
            "example (TrainedRun.paired): its runs cannot be compared"
        )

    def evaluate(
        self,
        data: Given = None,
        *,
        on_message: Say | None = None,
    ) -> E:
        """Judge the model on what its run kept back, or on a file, beside the baselines.

        The result is also written into the run folder: evaluation.json, plots/ and model_card.md
        for its own data, files that end in -<file> for a file.

        Args:
            data: a file in the form of the training data, with the answers; or a table or arrays,
                as `rnnkit.train` takes them.
            on_message: called with what could not be written, and with where the run's own data
                were found or why they were not; None warns.

        Raises:
            ChangedData: the run's own data are not there any more, or are others now.
            DataError: the data cannot be used, or the run kept none back.
            RunError: the model answers with what is not a finite number.
        """
        if data is not None:
            path = as_file(data, self.run.given)
            judged = self._judge_file(path, on_message or warnings.warn)
            with where_writable(on_message):
                write_evaluation(self.run, judged, label=path.stem)
            return judged.evaluation
        judged = self.judge_held_back(self.own_data(on_message))
        with where_writable(on_message):
            write_evaluation(self.run, judged)
            card = read_data_card(self.run)
            write_model_card(self.run, card, self.task.findings(judged.evaluation, card))
        return judged.evaluation

    def _judge_file(self, path: Path, say: Say) -> Judged[E]:
        dataset = None
        if self.task.needs_training_data:
            dataset = self.own_data_if_there(say, without="without baselines that learn from data")
        return self.judge(self.read_to_judge(path, say), name=str(path), dataset=dataset)

    def read_to_judge(self, path: Path, say: Say) -> P:
        """As `read`; `say` hears where the run was trained on that file.

        Raises:
            DataError: the file does not fit the run.
        """
        if is_own_data(self.run, self.task, self.config, path):
            say(
                f"{path} is what the run was trained on: part of what is judged may have trained "
                "it. Without --data it is judged on what was held back"
            )
        return self.read(path)

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


AnyTask = Task[Config, Dataset[Preprocessing, Feed], Preprocessing, Feed, Evaluation]
AnyRun = TrainedRun[Config, Dataset[Preprocessing, Feed], Preprocessing, Feed, Evaluation]
