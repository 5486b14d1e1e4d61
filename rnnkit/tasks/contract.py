"""What a task is: all that the rest of rnnkit asks of one, whatever it predicts.

A task is a folder, rnnkit/tasks/<name>/, or an installed package; its subclass of Task stands in
task.py there and is its table of contents. Importing that module imports no TensorFlow.
"""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from rnnkit.config.root import Config
from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.batch import Feed
from rnnkit.data.cache import Place
from rnnkit.data.dataset import Dataset
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.reports.evaluation import Evaluation

if TYPE_CHECKING:
    import click
    from rich.console import RenderableType

    from rnnkit.runtime import keras
    from rnnkit.tasks.trained import TrainedRun
    from rnnkit.training.objective import Objective

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
    """

    give: Callable[..., object]
    options: Sequence[click.Option]
    what: str
    examples: Sequence[str]


class Task(abc.ABC, Generic[C, D, K, P, E]):
    """What is predicted, from what data, how it is judged, shown and asked.

    C is its config, D its data in parts P, K what a run keeps of them, E its evaluation.
    """

    name: ClassVar[str]  # `task:` in a config
    config: type[C]
    kept: type[K]
    evaluation: type[E]
    needs_training_data: ClassVar[bool] = False  # for its baselines, also on new data
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

    @abc.abstractmethod
    def facts(self, config: C, kept: K) -> InputFacts:
        """The input and output of the model of a run, from what it kept of its data."""

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


AnyTask = Task[Config, Dataset[Preprocessing, Feed], Preprocessing, Feed, Evaluation]
