"""The evaluation of a forecasting run -> rich tables, and what its page shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rnnkit.baselines.judgement import Judgement
from rnnkit.baselines.residuals import independence
from rnnkit.baselines.versus import SIGNIFICANT
from rnnkit.reports.scores import interval_row, interval_table, number_table
from rnnkit.tasks.forecasting import distribution_view, panel_view
from rnnkit.tasks.forecasting.evaluation import ForecastEvaluation
from rnnkit.words import counted, measured, percent, shorten

LONGEST_TARGET = 14  # characters of a target's name
SHOWN_STEPS = 12  # of a longer horizon some are left out
SCORES = {
    "rmse": "RMSE", "mae": "MAE", "mase": "MASE", "rmsse": "RMSSE", "smape": "sMAPE",
    "wape": "WAPE", "direction_accuracy": "right sign",
}  # fmt: skip
SUMMED_UP = ("rmse", "mae", "mase", "direction_accuracy")  # what 60 columns have room for
WITHOUT_UNITS = ("mase", "rmsse", "smape", "wape")
SHARES = ("smape", "wape", "direction_accuracy")
LEFT = "something is left to learn."


def summary(evaluation: ForecastEvaluation) -> Group:
    """The result beside the baselines."""
    targets = evaluation.targets
    if len(targets) > 1:
        sentences = [_named(target, sentence) for target in targets for sentence in said(target)]
        body: list[RenderableType] = [_target_table(targets), *map(Text, sentences)]
    else:
        body = [_score_table(targets[0]), *(Text(text, "bold") for text in said(targets[0]))]
    told = [*panel_view.sentences(evaluation.by_series), *echoes(evaluation)]
    notes = (Text(f"Note: {note}.", "dim") for note in evaluation.notes)
    return Group(Text(evaluated(evaluation), "bold"), *body, *map(Text, told), *notes)


def details(evaluation: ForecastEvaluation) -> Group:
    """The summary; for each target every baseline, the horizon, the intervals, the residuals."""
    parts: list[RenderableType] = [summary(evaluation)]
    for target in evaluation.targets:
        if len(evaluation.targets) > 1:
            parts += [Text(f"\n{target.target}", "bold"), _score_table(target)]
        if scores_of(target, WITHOUT_UNITS):
            parts += [Text("Without units; lower is better:"), _score_table(target, WITHOUT_UNITS)]
        if evaluation.horizon > 1:
            parts += [Text(f"{SCORES[target.compared_by]} by steps ahead:"), _horizon_table(target)]
        if target.distribution:
            parts += distribution_view.tables(target.distribution, _steps(evaluation.horizon))
        elif target.intervals:
            parts += [Text("Intervals, and how often they held:"), interval_table(target.intervals)]
            parts += _held_by_step(target, evaluation.horizon)
        if target.intervals_note:
            parts.append(Text(target.intervals_note))
        parts += [Text(residuals_in_words(target)), *map(Text, filter(None, [target.scores_note]))]
    for panel in evaluation.by_series:
        parts += [panel_view.spread_table(panel), panel_view.worst_table(panel)]
        parts.append(Text("series.csv in the run has all series."))
    if evaluation.stretches:
        parts += [Text("RMSE by training; lower is better:"), _stretch_table(evaluation)]
    parts.append(Text(f"Loss, of scaled values as in training: {measured(evaluation.scaled_loss)}"))
    return Group(*parts)


def page(evaluation: ForecastEvaluation) -> dict[str, Any]:
    """What the template reads."""
    targets = evaluation.targets
    steps = _steps(evaluation.horizon)
    return {
        "evaluated": evaluated(evaluation),
        "forecasts": [
            {
                "name": target.target,
                "sentences": said(target),
                "best": target.best_baseline,
                "measure": SCORES[target.compared_by],
                "score": target.score(target),
                "best_score": target.score(target.best),
                "heads": ["", *(SCORES[name] for name in scores_of(target))],
                "rows": score_rows(target, scores_of(target)),
                "by_horizon": _horizon_rows(target, steps),
                "intervals": [interval_row(interval) for interval in target.intervals],
                "held_by_step": distribution_view.held_rows(target.intervals, steps),
                "told": target.distribution and distribution_view.page(target.distribution, steps),
                "notes": [
                    *([target.intervals_note] if target.intervals_note else []),
                    residuals_in_words(target),
                    *([target.scores_note] if target.scores_note else []),
                ],
            }
            for target in targets
        ],
        "steps": steps,
        "echoes": echoes(evaluation),
        "panels": panel_view.page(evaluation.by_series),
    }


def said(target: Judgement) -> list[str]:
    """The verdict on one target, in sentences."""
    distribution = target.distribution.sentence if target.distribution else ""
    return [text for text in (target.sentence, target.mean_note, distribution) if text]


def echoes(evaluation: ForecastEvaluation) -> list[str]:
    """A sentence for each target whose forecast repeats the last value."""
    found = []
    for target in evaluation.targets:
        echo = target.echo
        if echo.is_echo:
            text = (
                "The forecast is an echo of the last value: one step ahead it lies "
                f"{measured(echo.to_last)} from the last known value and "
                f"{measured(echo.to_actual)} from what came (RMSE), where the last value "
                f"itself is {measured(echo.naive)} off."
            )
            found.append(_named(target, text) if len(evaluation.targets) > 1 else text)
    return found


def residuals_in_words(target: Judgement) -> str:
    """Whether the errors one step ahead still tell something of the next."""
    band = target.residual_autocorrelation_band
    lags = target.residual_autocorrelation
    if not lags:
        return "Errors: too few to see whether one tells of the next."
    outside = [lag for lag, value in enumerate(lags, start=1) if abs(value) > band]
    what = f"{len(outside)} of {counted(len(lags), 'lag')} outside the 95 % band (±{band:.2f})"
    chance = independence(lags, band)
    tested = f"(Ljung-Box, p = {chance:.2g})"
    if chance >= SIGNIFICANT:
        return f"Errors: {what}, as independent ones may {tested}."
    shown = ", ".join(map(str, outside[:8])) + (", …" if len(outside) > 8 else "")
    where = f", at {shown}" if outside else ""
    return f"Errors: {what}{where} {tested}: {LEFT}"


def evaluated(evaluation: ForecastEvaluation) -> str:
    """`test: 62 forecasts, 2 steps ahead`."""
    ahead = counted(evaluation.horizon, "step")
    text = f"{evaluation.data}: {counted(evaluation.windows, 'forecast')}, {ahead} ahead"
    walked = {
        "fixed": "; every origin, baselines fitted once",
        "refit": "; every origin, baselines fitted anew at each",
        "retrain": "; every origin, the network trained anew "
        f"{counted(len(evaluation.stretches) - 1, 'time')}, baselines fitted anew at each",
    }
    return text + walked.get(evaluation.walk_forward or "", "")


def scores_of(target: Judgement, among: Iterable[str] = SCORES) -> list[str]:
    """Of the names of scores those that a target has."""
    return [name for name in among if getattr(target, name) is not None]


def _score_table(target: Judgement, among: Iterable[str] = SUMMED_UP) -> Table:
    scores = scores_of(target, among)
    heads, rows = [SCORES[name] for name in scores], score_rows(target, scores)
    return number_table("", *heads, rows=rows, bold="this network")


def score_rows(target: Judgement, scores: Sequence[str]) -> list[list[str]]:
    """This network first, then the baselines from the best to the worst."""
    ranked = sorted(target.baselines.items(), key=lambda item: target.score(item[1]))
    return [
        [name, *(_cell(score, getattr(row, score)) for score in scores)]
        for name, row in [("this network", target), *ranked]
    ]


def _cell(score: str, value: float | None) -> str:
    if value is None:
        return "–"
    return percent(value) if score in SHARES else measured(value)


def _target_table(targets: Sequence[Judgement]) -> Table:
    heads, rows = target_rows(targets)
    rows = [(shorten(name, LONGEST_TARGET), *cells) for name, *cells in rows]
    return number_table(*heads, rows=rows)


def target_rows(targets: Sequence[Judgement]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Heads, and a row a target: this network beside the best baseline."""
    measure = SCORES[targets[0].compared_by]
    return ("target", measure, "best other", f"its {measure}", "p"), [
        (
            target.target,
            measured(target.score(target)),
            target.best_baseline,
            measured(target.score(target.best)),
            "–" if target.p_value is None else f"{target.p_value:.3f}",
        )
        for target in targets
    ]


def _stretch_table(evaluation: ForecastEvaluation) -> Table:
    """A row a network, of the first target; of many a selection."""
    first = evaluation.targets[0]
    table = number_table("from", "trained on", "forecasts", "RMSE", f"{first.best_baseline}'s")
    for number in _steps(len(evaluation.stretches)):
        one = evaluation.stretches[number - 1]
        counts = f"{one.trained_on:,}", f"{one.windows:,}"
        table.add_row(one.begins, *counts, measured(one.rmse[0]), measured(one.baseline_rmse[0]))
    return table


def _held_by_step(target: Judgement, horizon: int) -> list[RenderableType]:
    """How often intervals held by steps ahead, where there are several and it was measured."""
    held = distribution_view.held_rows(target.intervals, _steps(horizon))
    if horizon == 1 or not held[1]:
        return []
    return [Text("Intervals by steps ahead:"), distribution_view.table_of(held)]


def _horizon_table(target: Judgement) -> Table:
    steps = _steps(len(target.rmse_by_horizon))
    heads, rows = _horizon_rows(target, steps)
    return number_table("ahead", *heads, rows=rows)


def _horizon_rows(target: Judgement, steps: list[int]) -> tuple[list[str], list[list[str]]]:
    """Heads without the first, and a row a step: this network, the best baseline, naive."""
    best = target.best_baseline
    others = [best, *(["naive"] if best != "naive" else [])]
    columns = [target, *(target.baselines[name] for name in others)]
    rows = [
        [str(step), *(measured(target.score_by_horizon(column)[step - 1]) for column in columns)]
        for step in steps
    ]
    return ["this network", *others], rows


def _steps(horizon: int) -> list[int]:
    """Steps ahead, from 1; of a long horizon a selection that ends with the last."""
    if horizon <= SHOWN_STEPS:
        return list(range(1, horizon + 1))
    stride = -(-horizon // SHOWN_STEPS)
    return sorted({1, *range(stride, horizon, stride), horizon})


def _named(target: Judgement, text: str) -> str:
    return f"{shorten(target.target, LONGEST_TARGET)}: {text}"
