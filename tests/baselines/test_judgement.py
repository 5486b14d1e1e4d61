"""The verdict: who is better, in words; skill; intervals and their reasons for being missing."""

import dataclasses
import json

import numpy as np
import pytest

from rnnkit.baselines.judgement import Judgement, judge
from rnnkit.baselines.points import Baseline, Points
from rnnkit.tasks.forecasting.baselines.field import baselines

RNG = np.random.default_rng(3)


def judgement_of(
    values: np.ndarray,
    *,
    horizon: int = 1,
    windows: int = 40,
    shift: float = 0.0,
    validation: int | None = 50,
    same_points: bool = False,
) -> Judgement:
    """What comes, with an error of `shift`, beside the baselines; one target."""
    origins = np.arange(len(values) - windows - horizon, len(values) - horizon)
    train = values[: origins[0] + 1]
    points = Points([train], [values], np.zeros(windows, int), origins, origins, horizon)
    actual = values[origins[:, None] + 1 + np.arange(horizon), 0]
    return judge(
        "y",
        actual + shift,
        actual,
        column=0,
        points=points,
        field=baselines(points)[0],
        validation_errors=None if validation is None else RNG.normal(size=(validation, horizon)),
        same_points=same_points,
    )


WALK = np.cumsum(RNG.normal(size=(200, 1)), axis=0)


@pytest.mark.parametrize("horizon", [1, 8])
def test_skill_is_against_the_best_baseline(horizon: int) -> None:
    found = judgement_of(WALK, horizon=horizon, shift=0.5)
    best = min(scores.rmse for scores in found.baselines.values())
    assert found.best.rmse == best
    assert found.skill == pytest.approx(1 - 0.25 / best**2)
    assert found.p_value is not None
    assert found.p_value < 0.05
    assert found.sentence.startswith("This network is better than ")
    assert len(found.rmse_by_horizon) == horizon
    values = dataclasses.asdict(found)
    assert next(iter(values)) == "target"
    assert json.loads(json.dumps(values)) == values


def test_several_series_of_one_time_count_once() -> None:
    origins = np.arange(40, 59)
    actual, naive = WALK[origins + 1], WALK[origins]
    found = []
    for copies in (2, 4):
        points = Points(
            train=[WALK[:41]] * copies,
            values=[WALK] * copies,
            series=np.repeat(np.arange(copies), len(origins)),
            origins=np.tile(origins, copies),
            moments=np.tile(origins, copies),
            horizon=1,
        )
        came = np.tile(actual, (copies, 1))
        judgement = judge(
            "y", 0.9 * came, came, column=0, points=points,
            field=[Baseline("mean", np.tile(naive, (copies, 1)))],
            validation_errors=None, same_points=False,
        )  # fmt: skip
        found.append(judgement.p_value)
    assert found[0] == pytest.approx(found[1])


@pytest.mark.parametrize("windows", [1, 2, 3])
def test_a_few_points_have_scores_and_no_p_value(windows: int) -> None:
    found = judgement_of(WALK, windows=windows, shift=5.0)
    assert found.p_value is None
    assert "too few to tell that from chance" in found.sentence
    assert found.rmse == pytest.approx(5.0)
    assert found.residual_autocorrelation == []


def test_a_constant_series_has_no_skill_and_no_mase() -> None:
    found = judgement_of(np.full((100, 1), 7.0), shift=0.1)
    assert found.skill is None
    assert found.mase is None
    assert found.sentence.startswith("The mean is better than this network by 100.0 %")
    assert judgement_of(np.full((100, 1), 7.0)).sentence.endswith("are equally good.")


def test_intervals_and_why_there_are_none() -> None:
    found = judgement_of(WALK, shift=0.5)
    assert [interval.level for interval in found.intervals] == [0.8, 0.95]
    assert found.intervals[0].coverage == 1.0
    assert found.intervals[1].mean_width == 2 * found.intervals[1].half_width[0]
    assert found.intervals_note == ""
    few = judgement_of(WALK, validation=18)
    assert [interval.level for interval in few.intervals] == [0.8]
    assert few.intervals_note.endswith("18 forecasts, too few for some intervals: 95 % needs 19.")
    none = judgement_of(WALK, validation=None)
    assert none.intervals == []
    assert "no validation part" in none.intervals_note
    same = judgement_of(WALK, same_points=True)
    assert same.intervals[0].coverage is None
    assert "nothing measures how they hold" in same.intervals_note


def test_where_nothing_beats_the_mean_it_is_said() -> None:
    noise = RNG.normal(size=(300, 1))
    actual, mean = noise[200:], np.zeros((100, 1))
    origins = np.arange(199, 299)
    points = Points([noise[:200]], [noise], np.zeros(100, int), origins, origins, 1)
    found = {}
    for name, forecast in (("guess", 0.1 * RNG.normal(size=(100, 1))), ("knows", 0.5 * actual)):
        found[name] = judge(
            "y", forecast, actual, column=0, points=points, field=[Baseline("mean", mean)],
            validation_errors=None, same_points=False,
        ).mean_note  # fmt: skip
    assert found["guess"].startswith("Nothing here beats the mean (RMSE ")
    assert found["knows"] == ""


def panel_of(windows: int, *, series: int = 12) -> tuple[Points, np.ndarray]:
    """Series of levels from 1 up to 1,000, the last rows of each to be forecast; what comes."""
    rng = np.random.default_rng(5)
    levels = np.geomspace(1, 1_000, series)
    values = [level * (1 + 0.1 * rng.normal(size=(60, 1))) for level in levels]
    origins = np.tile(np.arange(58 - windows, 58), series)
    numbers = np.repeat(np.arange(series), windows)
    points = Points([one[:40] for one in values], values, numbers, origins, origins, 2)
    came = [values[n][o + 1 : o + 3, 0] for n, o in zip(numbers, origins, strict=True)]
    return points, np.array(came)


def test_of_several_series_none_outweighs_the_others() -> None:
    points, came = panel_of(windows=1)
    level = np.geomspace(1, 1_000, 12)[points.series, None]
    others = (points.series < 11)[:, None]
    found = judge(
        "y", came + 0.1 * level, came, column=0, points=points,
        field=[
            Baseline("naive", came + 0.18 * level * others),  # without error where RMSE looks
            Baseline("mean", came + 0.15 * level),
        ],
        validation_errors=None, same_points=False,
    )  # fmt: skip
    assert found.compared_by == "mase" and found.best_baseline == "mean"
    assert found.baselines["naive"].rmse < found.rmse < found.baselines["mean"].rmse
    assert found.skill == pytest.approx(1 / 3)
    assert "This network is better than the mean by 33.3 % in MASE (p < 0.001, " in found.sentence
    assert "t-test over 12 series, taken as independent, though series move" in found.sentence


def test_intervals_of_series_are_measured_in_their_own_scales() -> None:
    points, came = panel_of(windows=5)
    level = np.geomspace(1, 1_000, 12)[points.series, None]
    error = level * np.random.default_rng(0).normal(size=came.shape)
    found = judge(
        "y", came + error, came, column=0, points=points, field=[Baseline("naive", came)],
        validation_errors=np.random.default_rng(1).normal(size=(500, 2)), same_points=False,
        spread=level,
    )  # fmt: skip
    eighty = found.intervals[0]
    assert eighty.half_width == pytest.approx([1.28, 1.28], abs=0.15)
    assert eighty.coverage == pytest.approx(0.8, abs=0.08)
    assert eighty.mean_width == pytest.approx(2 * np.mean(eighty.half_width) * level.mean())
    assert "in the scale of each window" in found.intervals_note
