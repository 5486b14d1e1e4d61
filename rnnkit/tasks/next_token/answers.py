"""Next token's answers: `predict`, what comes after a prompt, and `generate`, texts, streamed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rnnkit import console, options, writing
from rnnkit.errors import DataError
from rnnkit.outputs import check_outputs
from rnnkit.streams import tell
from rnnkit.tasks.contract import Answer
from rnnkit.tasks.served import Served
from rnnkit.words import counted

if TYPE_CHECKING:
    from rnnkit.music.tune import Tune
    from rnnkit.tasks.next_token.trained import Expected, TrainedTokens

Load = Callable[[], "TrainedTokens"]
COLUMNS = ["prompt", "rank", "token", "probability"]
DEFAULT_LENGTH = 500


def predict(
    load: Load,
    *,
    data: str | None,
    output: str | None,
    form: str | None,
    prompt: str | None,
    from_stdin: bool,
    most: int,
    as_json: bool,
) -> None:
    """Say what comes next after one prompt, each of a file, or each line as it arrives."""
    from rnnkit.tasks.next_token.prompts import read_prompts
    from rnnkit.tasks.next_token.token_table import next_token_table

    options.one_of({"--prompt": prompt, "--data": data, "--stdin": from_stdin})
    if data is None and (output is not None or form is not None):
        raise click.UsageError("--output and --format are for --data")
    if data is not None and as_json:
        raise click.UsageError("--json: with --data it is --format jsonl")
    if from_stdin:
        _answer_lines(load().follow(sys.stdin, most=most), as_json)
    elif data is not None:
        found = list(load().predict(read_prompts(data), most=most))
        as_csv = writing.form_of(form, output) == "csv"
        text = writing.csv_text(_long(found), COLUMNS) if as_csv else _jsonl(found)
        writing.deliver(text, output, f"{counted(len(found), 'prompt')} answered")
    else:
        [expected] = load().predict(prompt or "", most=most)
        if as_json:
            console.print_json(expected.as_dict())
        else:
            console.print_result(next_token_table(expected.tokens, expected.probabilities))


def generate(
    load: Load,
    *,
    prompt: str | None,
    count: int | None,
    output: str | None,
    midi: str | None,
    piano_roll: str | None,
    **how: Any,
) -> None:
    """Write `count` texts to stdout as they are drawn, or into a file; tunes are checked."""
    from rnnkit.files import write_text
    from rnnkit.music.tune import read_tune

    check_outputs(
        {"output": output, "midi": midi, "piano-roll": piano_roll}, output=[".txt", ".abc", ""]
    )
    run = load()
    how |= {"prompt": prompt or "", "length": how["length"] or DEFAULT_LENGTH}
    _refuse(run, how, midi=midi, piano_roll=piano_roll)
    only_shown = output is None and midi is None and piano_roll is None
    texts = [_write(run, how, text, output, only_shown) for text in range(count or 1)]
    if output is not None:
        write_text(Path(output), run.between.join(texts))
        tell(f"{len(texts):,} {'text' if len(texts) == 1 else 'texts'} in {output}")
    if run.draws_tunes:
        _play([read_tune(text) for text in texts], midi, piano_roll)


def _answer_lines(found: Iterable[Expected], as_json: bool) -> None:
    """One line out for each line in, at once."""
    for expected in found:
        line = json.dumps(expected.as_dict(), ensure_ascii=False) if as_json else _line(expected)
        if not console.print_live(line + "\n"):
            return


def _line(expected: Expected) -> str:
    from rnnkit.tasks.next_token.token_table import shown_token

    pairs = zip(expected.tokens, expected.probabilities, strict=True)
    return "  ".join(f"{shown_token(token)} {probability:.3f}" for token, probability in pairs)


def _long(found: list[Expected]) -> list[dict[str, Any]]:
    return [
        {"prompt": expected.prompt, "rank": rank, "token": token, "probability": probability}
        for expected in found
        for rank, (token, probability) in enumerate(
            zip(expected.tokens, expected.probabilities, strict=True), start=1
        )
    ]


def _jsonl(found: list[Expected]) -> str:
    return writing.jsonl_text([expected.as_dict() for expected in found])


def _refuse(
    run: TrainedTokens, how: dict[str, Any], *, midi: str | None, piano_roll: str | None
) -> None:
    """Usage errors that only the run can tell."""
    size, top_k = len(run.vocabulary), how["top_k"]
    if top_k is not None and top_k > size:
        message = f"{top_k} is more than the {size:,} tokens of the run's vocabulary"
        raise click.BadParameter(message, param_hint="--top-k")
    for option, file in (("--midi", midi), ("--piano-roll", piano_roll)):
        if file is not None and not run.draws_tunes:
            raise click.UsageError(f"{option}: the run was not trained on tunes in ABC notation")
    try:
        run.until_id(how["until"])
    except DataError as error:
        raise click.UsageError(f"--{error}") from None


def _write(
    run: TrainedTokens, how: dict[str, Any], text: int, output: str | None, only_shown: bool
) -> str:
    """One text, on stdout as it grows unless it goes into a file; for tunes whether it is valid.

    Raises:
        Exit: it is only shown, and nobody reads on.
    """
    from rnnkit.music.tune import read_tune

    pieces = []
    if text and output is None:
        console.print_text(run.between)
    for piece in run.generate(**how, text=text):
        pieces.append(piece)
        if output is None and not console.print_live(piece) and only_shown:
            raise click.exceptions.Exit
    whole = "".join(pieces)
    if run.draws_tunes:
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
        from rnnkit.tasks.next_token.plots.piano_roll import plot_piano_roll

        plot_piano_roll(tunes, piano_roll)
        tell(f"drawn in {piano_roll}")


def _sample(run: TrainedTokens) -> str:
    """What a text may begin with."""
    known, end = len(run.vocabulary), (run.vocabulary.end, run.vocabulary.unknown)
    return run.vocabulary.decode([i for i in range(known) if i not in end][:1])


PREDICT = Answer(
    predict,
    options=[
        click.Option(["--prompt"], metavar="TEXT", help="What was read so far; may be empty."),
        click.Option(["--stdin", "from_stdin"], is_flag=True, help="Answer lines as they come."),
        click.Option(["--data"], metavar="FILE", help="Prompts: a line each, or column `prompt`."),
        options.output,
        options.form,
        click.Option(
            ["--k", "most"], type=click.IntRange(min=1), default=5, show_default=True,
            help="How many of the likeliest tokens.",
        ),
        click.Option(
            ["--json", "as_json"], is_flag=True, help="Print JSON instead of a table."
        ),
    ],
    what="the likeliest next tokens, with probabilities; with --stdin each line goes on where "
    "the line before it ended",
    examples=[
        'rnnkit predict chess --prompt "e4 e5 Nf3"',
        "rnnkit predict chess --data prompts.txt --output next.csv",
        "rnnkit predict chess --stdin --json < moves.txt",
    ],
    served=Served(options=["k"], sample=lambda run: [{"prompt": _sample(run)}]),
)  # fmt: skip

GENERATE = Answer(
    generate,
    options=[
        click.Option(["--prompt"], metavar="TEXT", help="What the text begins with."),
        click.Option(
            ["--length"], type=click.IntRange(min=1), metavar="N",
            help=f"Tokens at most; default {DEFAULT_LENGTH}.",
        ),
        options.temperature,
        click.Option(
            ["--top-k"], type=click.IntRange(min=1), metavar="K",
            help="Draw among the K likeliest.",
        ),
        click.Option(
            ["--top-p"], type=options.Number(min=0, max=1, min_open=True), metavar="P",
            help="Draw among the likeliest that together reach P.",
        ),
        click.Option(["--count"], type=click.IntRange(min=1), metavar="N", help="How many; 1."),
        options.seed,
        click.Option(
            ["--until"], metavar="TOKEN",
            help=r"Stop after this token; '\n' is a line break.",
        ),
        options.output,
        click.Option(
            ["--midi"], metavar="FILE", help="Tunes: write them to play; needs the extra music."
        ),
        click.Option(["--piano-roll"], metavar="FILE.png", help="Tunes: draw them."),
    ],
    what="text, to stdout as it is drawn; of tunes in ABC notation stderr says whether each is "
    "valid",
    examples=[
        'rnnkit generate shakespeare_letters --prompt "ROMEO:" --temperature 0.7',
        "rnnkit generate chess --count 5 --top-p 0.9 --seed 1",
        "rnnkit generate tunes --count 3 --midi tunes.mid --piano-roll tunes.png",
    ],
    served=Served(
        options=[
            "prompt", "length", "temperature", "top-k", "top-p", "count", "seed", "until",
        ],
        sample=lambda run: {"prompt": _sample(run), "length": 50},
    ),
)  # fmt: skip
