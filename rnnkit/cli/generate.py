"""`rnnkit generate RUN`: what a run makes up. Each task answers in cli/generations/."""

from __future__ import annotations

import math
from typing import Any

import click

from rnnkit import options
from rnnkit.cli.by_task import answer

GENERATIONS = {
    "next_frame": "rnnkit.tasks.next_frame.answers",
    "next_token": "rnnkit.tasks.next_token.generate_answer",
}


class _Number(click.FloatRange):
    """A number in a range; `nan` and `inf` are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a number that can be used.", param, ctx)
        return number


@click.command("generate")
@options.run
@click.option("--prompt", metavar="TEXT", help="What the text begins with.")
@click.option(
    "--length", type=click.IntRange(min=1), metavar="N", help="Tokens at most; default 500."
)
@click.option(
    "--temperature", type=_Number(min=0), default=1.0, show_default=True, metavar="X",
    help="Below 1 likelier, above 1 more surprising; 0 always the likeliest.",
)  # fmt: skip
@click.option(
    "--top-k", type=click.IntRange(min=1), metavar="K", help="Draw among the K likeliest."
)
@click.option(
    "--top-p", type=_Number(min=0, max=1, min_open=True), metavar="P",
    help="Draw among the likeliest that together reach P.",
)  # fmt: skip
@click.option(
    "--count", type=click.IntRange(min=1), metavar="N", help="How many; 1 text, 64 of frames."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N",
    help="The same seed gives the same result.",
)  # fmt: skip
@click.option("--until", metavar="TOKEN", help=r"Stop after this token; '\n' is a line break.")
@click.option("--output", metavar="FILE", help="Write into FILE instead of to stdout.")
@click.option("--image", metavar="FILE.png", help="Frames: draw them, images in a grid.")
@click.option("--complete", is_flag=True, help="Frames: finish real ones, given their first half.")
@click.option(
    "--midi", metavar="FILE", help="Tunes, rolls: write them to play; needs the extra music."
)
@click.option("--piano-roll", metavar="FILE.png", help="Tunes: draw them.")
@options.device
@options.common
@click.pass_context
def command(ctx: click.Context, /, run: str, **_: Any) -> None:
    """Let RUN (a run folder, a run's name, or `latest`) make something up.

    Text goes to stdout as it is drawn, the prompt first. A run on tunes in ABC notation says of
    each tune on stderr whether it is valid. Frames go into the files that are named.

    \b
    Examples:
      rnnkit generate shakespeare_letters --prompt "ROMEO:" --temperature 0.7
      rnnkit generate chess --count 5 --top-p 0.9 --seed 1
      rnnkit generate tunes --count 3 --midi tunes.mid --piano-roll tunes.png
      rnnkit generate mnist_pixels_generate --count 64 --image grid.png
      rnnkit generate mnist_pixels_generate --complete --image completed.png
    """
    answer(ctx, run, GENERATIONS, otherwise=f"generate is for {', '.join(GENERATIONS)}")
