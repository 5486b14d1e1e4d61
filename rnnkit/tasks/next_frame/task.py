"""`task: next_frame`: the frames of a sequence so far -> a distribution over the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.cache import Place
from rnnkit.data.vectors.dataset import FrameDataset, Frames
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.tasks.contract import Answer, Task, View
from rnnkit.tasks.next_frame import dataset
from rnnkit.tasks.next_frame.config import NextFrameConfig
from rnnkit.tasks.next_frame.evaluation import NextFrameEvaluation

if TYPE_CHECKING:
    from rnnkit.data.card import DataCard
    from rnnkit.data.look.source import Look
    from rnnkit.reports.findings import Findings
    from rnnkit.tasks.next_frame.trained import TrainedFrameModel
    from rnnkit.tasks.proposing import Proposal
    from rnnkit.training.objective import Objective


class NextFrame(
    Task[NextFrameConfig, FrameDataset, FramePreprocessing, Frames, NextFrameEvaluation]
):
    name: ClassVar[str] = "next_frame"
    config = NextFrameConfig
    kept = FramePreprocessing
    evaluation = NextFrameEvaluation
    needs_training_data: ClassVar[bool] = True  # the baselines are fitted on it
    next_command: ClassVar[Sequence[str]] = ("generate", "--image", "samples.png")

    def outline(self, config: NextFrameConfig, place: Place | None = None) -> InputFacts:
        return dataset.outline(config, place)

    def load(self, config: NextFrameConfig, place: Place | None = None) -> FrameDataset:
        return dataset.load_dataset(config, place)

    def checksum(self, config: NextFrameConfig) -> str:
        return dataset.find_source(config.data).checksum()

    def facts(self, config: NextFrameConfig, kept: FramePreprocessing) -> InputFacts:
        return dataset.facts(config, kept)

    def propose(self, look: Look) -> Proposal | None:
        from rnnkit.tasks.next_frame import propose

        return propose.propose(look)

    def objective(self, config: NextFrameConfig, stack: Stack) -> Objective:
        from rnnkit.tasks.next_frame.objective import objective

        return objective(config, stack)

    @property
    def trained(self) -> type[TrainedFrameModel]:
        from rnnkit.tasks.next_frame.trained import TrainedFrameModel

        return TrainedFrameModel

    @property
    def view(self) -> View[NextFrameEvaluation]:
        from rnnkit.tasks.next_frame import view

        return view

    def findings(self, evaluation: NextFrameEvaluation, card: DataCard) -> Findings:
        from rnnkit.tasks.next_frame import findings

        return findings.findings(evaluation)

    @property
    def generate(self) -> Answer:
        from rnnkit.tasks.next_frame import answers

        return answers.GENERATE
