"""The evaluation of a regression run -> what its model card says."""

from __future__ import annotations

from collections.abc import Iterator

from rnnkit.baselines.measurement import Measurement, Third
from rnnkit.baselines.versus import SIGNIFICANT
from rnnkit.data.card import DataCard, Spread
from rnnkit.reports.card import Grid
from rnnkit.reports.findings import Findings, held, missed
from rnnkit.tasks.regression.evaluation import RegressionEvaluation
from rnnkit.tasks.regression.view import HEADS, evaluated, notes, score_rows, target_rows
from rnnkit.words import brief, measured, named


def findings(evaluation: RegressionEvaluation, card: DataCard) -> Findings:
    """What it predicts, beside what, where it fails, and what that speaks against."""
    targets = evaluation.targets
    learnt = {one.name: one for one in card.parts[0].targets}
    return Findings(
        does=f"Predicts {named([target.target for target in targets])} from a sequence.",
        judged=evaluated(evaluation),
        scores=_scores(evaluation),
        verdict=[
            *(_of(one, one.sentence, evaluation) for one in targets),
            *(text for one in targets for text in held(one.intervals, f"{one.target}'s")),
        ],
        fails=[
            *(_of(one, text, evaluation) for one in targets for text in notes(one)),
            *(text for one in targets for text in _thirds(one)),
        ],
        unfit=[
            *(text for one in targets for text in _not_better(one)),
            *(text for one in targets for text in missed(one.intervals, f"{one.target}'s")),
            *(text for one in targets for text in _beyond(one, learnt.get(one.target))),
        ],
    )


def _scores(evaluation: RegressionEvaluation) -> Grid:
    if len(evaluation.targets) > 1:
        heads, rows = target_rows(evaluation.targets)
        return Grid(heads, tuple(rows))
    return Grid(("", *HEADS), tuple(map(tuple, score_rows(evaluation.targets[0]))))


def _of(target: Measurement, text: str, evaluation: RegressionEvaluation) -> str:
    return f"{brief(target.target)}: {text}" if len(evaluation.targets) > 1 else text


def _thirds(target: Measurement) -> Iterator[str]:
    """Where the error is largest, by what was true."""
    if not target.thirds:
        return
    worst = max(target.thirds, key=lambda third: third.rmse)
    yield (
        f"Where {target.target} is {_range(worst)}, its RMSE is {measured(worst.rmse)}; over all "
        f"it is {measured(target.rmse)}."
    )


def _range(third: Third) -> str:
    """`125.00`, `1.0000 to 20.00`."""
    return " to ".join(dict.fromkeys([measured(third.low), measured(third.high)]))


def _not_better(target: Measurement) -> Iterator[str]:
    sure = target.p_value is not None and target.p_value < SIGNIFICANT
    if not sure or target.rmse >= target.best.rmse:
        yield f"Predicting {target.target} in place of {target.best_baseline}: {target.sentence}"
        return
    for third in target.thirds:
        if third.rmse >= third.best_rmse:
            yield (
                f"Predicting {target.target} where it is {_range(third)}: there "
                f"{target.best_baseline} has the lower RMSE, {measured(third.best_rmse)} against "
                f"{measured(third.rmse)}."
            )


def _beyond(target: Measurement, learnt: Spread | None) -> Iterator[str]:
    if learnt is not None:
        yield (
            f"Values of {target.target} beyond {measured(learnt.minimum)} to "
            f"{measured(learnt.maximum)}: none trained it."
        )
