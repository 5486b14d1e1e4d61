"""What a terminal shows while a model trains, at 60 columns."""

import io
import re

import pytest
from rich.console import Console

from rnnkit.cli.progress import LiveProgress, PlainProgress, progress_on
from rnnkit.console import hide_stage, print_line, show_stage


def terminal() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=60, legacy_windows=False)


def shown(console: Console) -> list[str]:
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", console.file.getvalue())  # type: ignore[attr-defined]
    return [line.strip("\r").rpartition("\r")[2] for line in text.split("\n")]


def test_epoch_and_whole_validation_and_scoring_are_counted() -> None:
    console = terminal()
    progress = progress_on(console)
    assert isinstance(progress, LiveProgress)
    progress.set_params({"epochs": 4, "steps": 12_000})
    told: list[str] = []

    def look() -> None:
        progress._bars.refresh()
        told.append(" | ".join(shown(console)[-2:]))

    progress.on_train_begin()
    look()
    progress.on_epoch_begin(1)
    progress.on_train_batch_end(5, {"loss": 0.5})
    look()
    progress.count(3, 40)
    look()
    progress.on_stage("compiling")  # what the bars say themselves
    progress.on_train_end()
    progress.on_stage("saving the model")
    look()
    progress.count(7, 50)
    look()
    progress.close()
    bars = [re.sub("[━╸╺]+", "", line) for line in told]
    bars = [re.sub(" +", " ", re.sub(r"[-0-9]+:[-0-9:]+", "", bar)).strip() for bar in bars]
    assert bars == [
        "compiling 0/12,000 | in all 0/48,000",
        "epoch 2/4 6/12,000 loss 0.5000 | in all 12,006/48,000",
        "validating 3/40 | in all 12,006/48,000",
        "saving the model | in all 12,006/48,000",
        "scoring 7/50 | in all 12,006/48,000",
    ]
    assert max(map(len, shown(console))) <= 60


def test_what_is_done_before_the_bars_stands_in_a_line_that_goes() -> None:
    console = terminal()
    progress = progress_on(console)
    for stage in ("building the model", "a stage with a name that no terminal " + "is wide " * 9):
        progress.on_stage(stage)
        assert len(shown(console)[-1]) <= 60
    print_line(console, "data   all of it", indent=7)
    assert console.file.getvalue().endswith("\x1b[2Kdata   all of it\n")  # type: ignore[attr-defined]


def test_a_pipe_gets_plain_lines() -> None:
    console = Console(file=io.StringIO(), width=60)
    progress = progress_on(console)
    assert type(progress) is PlainProgress
    progress.on_stage("building the model")
    show_stage(console, "loading TensorFlow")
    hide_stage(console)
    assert shown(console) == [""]


@pytest.mark.parametrize("long", ["a" * 80, "data/very-long-name-of-a-folder/of-data.csv " * 3])
def test_no_word_is_broken(long: str) -> None:
    console = terminal()
    print_line(console, f"data   {long} 12 train", indent=7)
    assert " ".join(" ".join(shown(console)).split()) == f"data {long.strip()} 12 train"
