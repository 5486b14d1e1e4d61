"""Next frame's answer to `rnnkit generate RUN`: images, piano rolls or curves, into files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rnnkit import options
from rnnkit.errors import OptionError
from rnnkit.outputs import check_outputs
from rnnkit.streams import tell
from rnnkit.tasks.contract import Answer
from rnnkit.words import counted, listed

if TYPE_CHECKING:
    from rnnkit.tasks.next_frame.trained import TrainedFrameModel

DEFAULT_COUNT = 64


def generate(
    load: Callable[[], TrainedFrameModel],
    *,
    length: int | None,
    temperature: float,
    count: int | None,
    seed: int,
    complete: bool,
    image: str | None,
    output: str | None,
    midi: str | None,
) -> None:
    """Write `count` sequences into the files that were named."""
    if image is None and output is None and midi is None:
        raise click.UsageError(
            "say where to: --image grid.png draws them, --output samples.npz keeps them as arrays"
        )
    check_outputs({"image": image, "output": output, "midi": midi}, output=[".npz"])
    trained = load()
    if midi is not None and not trained.preprocessing.midi:
        raise OptionError(f"{trained.run.path}: it was not trained on tunes: leave out --midi")
    drawn = trained.generate(
        count=count or DEFAULT_COUNT,
        length=length,
        temperature=temperature,
        seed=seed,
        complete=complete,
        on_message=tell,
    )
    files: list[str | Path] = []
    if image is not None:
        drawn.plot(image)
        files.append(image)
    if output is not None:
        drawn.save(output)
        files.append(output)
    if midi is not None:
        files += drawn.write_midi(midi)
    what = counted(len(drawn.scaled), "sequence")
    done = f", completed from {counted(drawn.given, 'frame')} each," if complete else ""
    where = (
        listed([str(file) for file in files]) if len(files) <= 4 else f"{files[0]} … {files[-1]}"
    )
    tell(f"{what}{done} in {where.replace(' or ', ' and ')}")


GENERATE = Answer(
    generate,
    options=[
        click.Option(
            ["--length"], type=click.IntRange(min=1), metavar="N",
            help="Frames of each; default: those of the longest in the data.",
        ),
        options.temperature,
        click.Option(
            ["--count"], type=click.IntRange(min=1), metavar="N",
            help=f"How many; {DEFAULT_COUNT}.",
        ),
        options.seed,
        click.Option(
            ["--complete"], is_flag=True, help="Finish real ones, given their first half."
        ),
        click.Option(["--image"], metavar="FILE.png", help="Draw them, images in a grid."),
        click.Option(["--output"], metavar="FILE", help="Keep them as arrays, in an .npz."),
        click.Option(
            ["--midi"], metavar="FILE", help="Write piano rolls to play; needs the extra music."
        ),
    ],
    what="images, arrays or piano rolls, in the files that are named",
    examples=[
        "rnnkit generate mnist_pixels_generate --count 64 --image grid.png",
        "rnnkit generate mnist_pixels_generate --complete --image completed.png",
    ],
)  # fmt: skip
