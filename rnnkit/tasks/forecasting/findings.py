"""The evaluation of a forecasting run -> what its model card says."""

from __future__ import annotations

from collections.abc import Iterator

from rnnkit.baselines.judgement import Judgement
from rnnkit.baselines.versus import IN_WORDS, SIGNIFICANT
from rnnkit.data.card import DataCard
from rnnkit.reports.card import Grid
from rnnkit.reports.findings import Findings, held, missed
from rnnkit.tasks.forecasting import panel_view
from rnnkit.tasks.forecasting.baselines.by_series import BySeries
from rnnkit.tasks.forecasting.evaluation import ForecastEvaluation
from rnnkit.tasks.forecasting.view import (
    LEFT,
    SCORES,
    SUMMED_UP,
    echoes,
    evaluated,
    residuals_in_words,
    said,
    score_rows,
    scores_of,
    target_rows,
)
from rnnkit.words import brief, counted, measured, named, percent

WORST = 5  # series that are named


def findings(evaluation: ForecastEvaluation, card: DataCard) -> Findings:
    """What it forecasts, beside what, where it fails, and what that speaks against."""
    targets, panels = evaluation.targets, evaluation.by_series
    ahead = counted(evaluation.horizon, "step")
    rhythm = "" if card.time is None else f"; times: {card.time.frequency}"
    series = "" if card.series is None else f" of {card.series.used:,} series"
    return Findings(
        does=f"Forecasts {named([t.target for t in targets])}{series}, {ahead} ahead{rhythm}.",
        judged=evaluated(evaluation),
        scores=_scores(evaluation),
        verdict=[
            *(_of(target, text, evaluation) for target in targets for text in said(target)),
            *panel_view.sentences(panels),
            *(text for one in targets for text in held(one.own_intervals, f"{one.target}'s")),
        ],
        fails=[
            *echoes(evaluation),
            *(text for one in targets for text in _farther(one)),
            *(text for panel in panels for text in _worst(panel)),
            *(_of(one, text, evaluation) for one in targets for text in _left(one)),
        ],
        unfit=[
            *(text for one in targets for text in _not_better(one)),
            *(text for panel in panels for text in _not_for(panel)),
            *(text for one in targets for text in missed(one.own_intervals, f"{one.target}'s")),
            f"More than {ahead} ahead at once: nothing farther was judged.",
        ],
    )


def _scores(evaluation: ForecastEvaluation) -> Grid:
    if len(evaluation.targets) > 1:
        heads, rows = target_rows(evaluation.targets)
        return Grid(heads, tuple(rows))
    [target] = evaluation.targets
    scores = scores_of(target, SUMMED_UP)
    heads = ("", *(SCORES[name] for name in scores))
    return Grid(heads, tuple(map(tuple, score_rows(target, scores))))


def _of(target: Judgement, text: str, evaluation: ForecastEvaluation) -> str:
    return f"{brief(target.target)}: {text}" if len(evaluation.targets) > 1 else text


def _farther(target: Judgement) -> Iterator[str]:
    """How the error changes with the steps ahead."""
    errors = target.score_by_horizon(target)
    if len(errors) > 1:
        ends = [(errors.index(end(errors)) + 1, end(errors)) for end in (max, min)]
        (worst, highest), (best, lowest) = ends
        yield (
            f"{SCORES[target.compared_by]} of {target.target} is highest "
            f"{counted(worst, 'step')} ahead, {measured(highest)}, and lowest "
            f"{counted(best, 'step')} ahead, {measured(lowest)}."
        )


def _worst(panel: BySeries) -> Iterator[str]:
    for one in panel.worst[:WORST]:
        yield (
            f"Series {brief(one.series)}: MASE {measured(one.mase or 0)} in "
            f"{counted(one.windows, 'window')}; {panel.best_baseline}: "
            f"{measured(one.baseline_mase or 0)}."
        )


def _left(target: Judgement) -> Iterator[str]:
    """What its errors tell of the next ones, where that is more than chance."""
    text = residuals_in_words(target)
    if text.endswith(LEFT):
        yield text


def _not_better(target: Judgement) -> Iterator[str]:
    """Whole forecasts, or those of later steps, that a baseline makes as well."""
    own, theirs = (target.score_by_horizon(one) for one in (target, target.best))
    best, measure = IN_WORDS.get(target.best_baseline, target.best_baseline), target.compared_by
    sure = target.p_value is not None and target.p_value < SIGNIFICANT
    if not sure or target.score(target) >= target.score(target.best):
        yield f"Forecasting {target.target} in place of {best}: {target.sentence}"
        return
    lost = [step for step, pair in enumerate(zip(own, theirs, strict=True)) if pair[0] >= pair[1]]
    if lost and lost == list(range(lost[0], len(own))):
        yield (
            f"Forecasting {target.target} more than {counted(lost[0], 'step')} ahead: from there "
            f"on {best} has the lower {SCORES[measure]}, at last {measured(theirs[-1])} against "
            f"{measured(own[-1])}."
        )


def _not_for(panel: BySeries) -> Iterator[str]:
    """Series of which the best baseline forecasts as well."""
    if 0 < panel.better < 1:
        best = IN_WORDS.get(panel.best_baseline, panel.best_baseline)
        yield (
            f"Forecasting {panel.target} of {percent(1 - panel.better)} of its series, where "
            f"{best} has the lower MASE: series.csv says which."
        )
