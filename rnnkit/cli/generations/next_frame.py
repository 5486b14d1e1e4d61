"""`rnnkit generate RUN` for next_frame: images, piano rolls or curves, drawn or completed."""

from __future__ import annotations

import click

from rnnkit.cli.streams import tell
from rnnkit.config.problems import listed
from rnnkit.data.wording import counted
from rnnkit.runs import Run
from rnnkit.workflows.draw import draw

DEFAULT_COUNT = 64
OPTIONS = frozenset(
    {"length", "temperature", "count", "seed", "complete", "image", "output", "midi", "device"}
)


def answer(
    run: Run,
    *,
    length: int | None,
    temperature: float,
    count: int | None,
    seed: int,
    complete: bool,
    image: str | None,
    output: str | None,
    midi: str | None,
    device: str | None,
) -> None:
    """Write `count` sequences into the files that were named."""
    if image is None and output is None and midi is None:
        raise click.UsageError(
            "say where to: --image grid.png draws them, --output samples.npz keeps them as arrays"
        )
    drawn = draw(
        run,
        count=count or DEFAULT_COUNT,
        length=length,
        temperature=temperature,
        seed=seed,
        complete=complete,
        image=image,
        output=output,
        midi=midi,
        device=device,
    )
    what = counted(len(drawn.frames), "sequence")
    done = f", completed from {counted(drawn.given, 'frame')} each," if complete else ""
    files = [str(path) for path in drawn.written]
    where = listed(files) if len(files) <= 4 else f"{files[0]} … {files[-1]}"
    tell(f"{what}{done} in {where.replace(' or ', ' and ')}")
