"""`rnnkit generate RUN` for next_token: texts, streamed; tunes are checked and can be played."""

from __future__ import annotations

from pathlib import Path

import click

from rnnkit.cli import console
from rnnkit.cli.streams import tell
from rnnkit.errors import DataError
from rnnkit.files import write_text
from rnnkit.music.tune import Tune, read_tune
from rnnkit.runs import Run
from rnnkit.workflows.generate import Wish, between, draws_tunes, stream_text, until_id
from rnnkit.workflows.next_tokens import TokenRun, open_tokens
from rnnkit.workflows.outputs import check_outputs

OPTIONS = frozenset(
    {"prompt", "length", "temperature", "top_k", "top_p", "count", "seed", "until", "output",
     "midi", "piano_roll", "device"}
)  # fmt: skip


def answer(
    run: Run,
    *,
    prompt: str | None,
    length: int | None,
    temperature: float,
    top_k: int | None,
    top_p: float | None,
    count: int | None,
    seed: int,
    until: str | None,
    output: str | None,
    midi: str | None,
    piano_roll: str | None,
    device: str | None,
) -> None:
    """Write `count` texts to stdout as they are drawn, or into a file."""
    check_outputs(
        {"output": output, "midi": midi, "piano-roll": piano_roll}, output=[".txt", ".abc", ""]
    )
    tokens = open_tokens(run, device=device)
    wish = Wish(
        prompt=prompt or "",
        length=length or Wish.length,
        temperature=temperature,
        top_k=top_k,
        top_p=top_p,
        seed=seed,
        until=until,
    )
    _refuse(tokens, wish, midi=midi, piano_roll=piano_roll)
    only_shown = output is None and midi is None and piano_roll is None
    texts = [_write(tokens, wish, text, output, only_shown) for text in range(count or 1)]
    if output is not None:
        write_text(Path(output), between(tokens).join(texts))
        tell(f"{len(texts):,} {'text' if len(texts) == 1 else 'texts'} in {output}")
    if draws_tunes(tokens):
        _play([read_tune(text) for text in texts], midi, piano_roll)


def _refuse(tokens: TokenRun, wish: Wish, *, midi: str | None, piano_roll: str | None) -> None:
    """Usage errors that only the run can tell."""
    size = len(tokens.vocabulary)
    if wish.top_k is not None and wish.top_k > size:
        message = f"{wish.top_k} is more than the {size:,} tokens of the run's vocabulary"
        raise click.BadParameter(message, param_hint="--top-k")
    for option, file in (("--midi", midi), ("--piano-roll", piano_roll)):
        if file is not None and not draws_tunes(tokens):
            raise click.UsageError(f"{option}: the run was not trained on tunes in ABC notation")
    try:
        until_id(tokens, wish.until)
    except DataError as error:
        raise click.UsageError(f"--{error}") from None


def _write(tokens: TokenRun, wish: Wish, text: int, output: str | None, only_shown: bool) -> str:
    """One text, on stdout as it grows unless it goes into a file; for tunes whether it is valid.

    Raises:
        Exit: it is only shown, and nobody reads on.
    """
    pieces = []
    if text and output is None:
        console.print_text(between(tokens))
    for piece in stream_text(tokens, wish, text=text):
        pieces.append(piece)
        if output is None and not console.print_live(piece) and only_shown:
            raise click.exceptions.Exit
    whole = "".join(pieces)
    if draws_tunes(tokens):
        tune = read_tune(whole)
        verdict = "valid" if tune.valid else "not valid: " + "; ".join(tune.problems[:3])
        more = f" and {len(tune.problems) - 3} more" if len(tune.problems) > 3 else ""
        tell(f"tune {text + 1}: {verdict}{more}")
    return whole


def _play(tunes: list[Tune], midi: str | None, piano_roll: str | None) -> None:
    valid = sum(tune.valid for tune in tunes)
    tell(f"{valid} of {len(tunes)} tunes valid ({100 * valid / len(tunes):.0f} %)")
    if midi is not None:
        from rnnkit.music.midi import write_midi

        write_midi(tunes, midi)
        tell(f"played in {midi}")
    if piano_roll is not None:
        from rnnkit.reports.plots.piano_roll import plot_piano_roll

        plot_piano_roll(tunes, piano_roll)
        tell(f"drawn in {piano_roll}")
