"""`rnnkit predict RUN --prompt TEXT` for next_token: the likeliest next tokens."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from rnnkit.cli import console
from rnnkit.cli.by_task import one_of
from rnnkit.cli.predictions import writing
from rnnkit.reports.tokens import next_token_table, shown_token
from rnnkit.runs import Run
from rnnkit.workflows.next_tokens import Expected, next_tokens, open_tokens, read_prompts

OPTIONS = frozenset({"data", "output", "form", "device", "prompt", "from_stdin", "most", "as_json"})
COLUMNS = ["prompt", "rank", "token", "probability"]


def answer(
    run: Run,
    *,
    data: str | None,
    output: str | None,
    form: str | None,
    device: str | None,
    prompt: str | None,
    from_stdin: bool,
    most: int,
    as_json: bool,
) -> None:
    """Say what comes next after one prompt, each of a file, or each line as it arrives."""
    one_of({"--prompt": prompt, "--data": data, "--stdin": from_stdin})
    if data is None and (output is not None or form is not None):
        raise click.UsageError("--output and --format are for --data")
    if data is not None and as_json:
        raise click.UsageError("--json: with --data it is --format jsonl")
    if from_stdin:
        _answer_lines(run, most, as_json, device)
    elif data is not None:
        found = list(next_tokens(run, read_prompts(data), most=most, device=device))
        as_csv = writing.form_of(form, output) == "csv"
        text = writing.csv_text(_long(found), COLUMNS) if as_csv else _jsonl(found)
        writing.deliver(text, output, f"{len(found):,} prompts answered")
    else:
        [expected] = next_tokens(run, [prompt or ""], most=most, device=device)
        if as_json:
            console.print_json(expected.as_dict())
        else:
            console.print_result(next_token_table(expected.tokens, expected.probabilities))


def _answer_lines(run: Run, most: int, as_json: bool, device: str | None) -> None:
    """One line out for each line in, at once."""
    tokens = open_tokens(run, device=device)
    for expected in tokens.follow(sys.stdin, most=most):
        line = json.dumps(expected.as_dict(), ensure_ascii=False) if as_json else _line(expected)
        if not console.print_live(line + "\n"):
            return


def _line(expected: Expected) -> str:
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
