"""The evaluation of a regression run -> rich tables, and what its page shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rnnkit.baselines.measurement import Measurement, Scores
from rnnkit.reports.scores import interval_row, interval_table, number_table
from rnnkit.tasks.regression.evaluation import RegressionEvaluation
from rnnkit.words import counted, fraction, measured, shorten

LONGEST_TARGET = 14  # characters of a target's name
HEADS = ("RMSE", "MAE", "R2")


def summary(evaluation: RegressionEvaluation) -> Group:
    """The result beside the baselines."""
    targets = evaluation.targets
    if len(targets) > 1:
        sentences = [Text(f"{_name(target)}: {target.sentence}") for target in targets]
        body: list[RenderableType] = [_target_table(targets), *sentences]
    else:
        body = [_score_table(targets[0]), Text(targets[0].sentence, "bold")]
    return Group(Text(evaluated(evaluation), "bold"), *body)


def details(evaluation: RegressionEvaluation) -> Group:
    """The summary; for each target every baseline, the intervals, the bias."""
    parts: list[RenderableType] = [summary(evaluation)]
    for target in evaluation.targets:
        if len(evaluation.targets) > 1:
            parts += [Text(f"\n{target.target}", "bold"), _score_table(target)]
        if target.intervals:
            parts += [Text("Intervals, and how often they held:"), interval_table(target.intervals)]
        parts += map(Text, notes(target))
    parts.append(
        Text(f"Loss, of scaled targets as in training: {measured(evaluation.scaled_loss)}")
    )
    parts += (Text(f"Note: {note}.", "dim") for note in evaluation.notes)
    return Group(*parts)


def page(evaluation: RegressionEvaluation) -> dict[str, Any]:
    """What the template reads."""
    return {
        "evaluated": evaluated(evaluation),
        "measurements": [
            {
                "name": target.target,
                "sentence": target.sentence,
                "best": target.best_baseline,
                "rmse": target.rmse,
                "best_rmse": target.best.rmse,
                "rows": score_rows(target),
                "intervals": [interval_row(band) for band in target.intervals],
                "notes": notes(target),
            }
            for target in evaluation.targets
        ],
    }


def evaluated(evaluation: RegressionEvaluation) -> str:
    """`test: 100 windows, the last of each`."""
    if evaluation.units is None:
        return f"{evaluation.data}: {counted(evaluation.examples, 'example')}"
    windows = f"{evaluation.data}: {counted(evaluation.examples, 'window')}"
    if evaluation.at == "last":
        return f"{windows}, the last one of each sequence"
    return f"{windows} of {counted(evaluation.units, 'sequence')}"


def notes(target: Measurement) -> list[str]:
    """What is to be said beside the scores."""
    low = "too little" if target.mean_error < 0 else "too much"
    found = [f"On average it says {measured(abs(target.mean_error))} {low}."]
    if target.intervals_note:
        found.append(f"No intervals: {target.intervals_note}.")
    if any(band.coverage is None for band in target.intervals):
        found.append("The intervals come from these same examples: nothing measures how they hold.")
    return found


def _score_table(target: Measurement) -> Table:
    return number_table("", *HEADS, rows=score_rows(target), bold="this network")


def score_rows(target: Measurement) -> list[list[str]]:
    """This network first, then the baselines from the best to the worst."""
    ranked = sorted(target.baselines.items(), key=lambda item: item[1].rmse)
    rows: list[tuple[str, Scores]] = [("this network", target), *ranked]
    return [
        [name, measured(one.rmse), measured(one.mae), "–" if one.r2 is None else fraction(one.r2)]
        for name, one in rows
    ]


def _target_table(targets: Sequence[Measurement]) -> Table:
    heads, rows = target_rows(targets)
    rows = [(shorten(name, LONGEST_TARGET), *cells) for name, *cells in rows]
    table = number_table(*heads, rows=rows)
    table.columns[3].no_wrap = False  # or the numbers beside a long name would be cut
    return table


def target_rows(targets: Sequence[Measurement]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Heads, and a row a target: this network beside the best baseline."""
    return ("target", "RMSE", "R2", "best other", "its RMSE", "p"), [
        (
            target.target,
            measured(target.rmse),
            "–" if target.r2 is None else fraction(target.r2),
            target.best_baseline,
            measured(target.best.rmse),
            "–" if target.p_value is None else f"{target.p_value:.3f}",
        )
        for target in targets
    ]


def _name(target: Measurement) -> str:
    return shorten(target.target, LONGEST_TARGET)
