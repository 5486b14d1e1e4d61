"""Forecasting's answers: what comes after the data, to `rnnkit predict RUN --steps N`, and a walk
through the part held back, to `rnnkit evaluate RUN --walk-forward`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from rnnkit import options, writing
from rnnkit.streams import tell
from rnnkit.tasks.contract import Answer
from rnnkit.tasks.forecasting.history import sample_history
from rnnkit.tasks.served import Served
from rnnkit.words import counted

if TYPE_CHECKING:
    from rnnkit.tasks.forecasting.evaluation import ForecastEvaluation
    from rnnkit.tasks.forecasting.trained import TrainedForecaster


def predict(
    load: Callable[[], TrainedForecaster],
    *,
    data: str | None,
    output: str | None,
    form: str | None,
    steps: int | None,
    future: str | None,
    plot: str | None,
    paths: str | None,
) -> None:
    """Forecast beyond the end of the run's data, or of new rows."""
    outlook = load().forecast(steps, data, future=future, paths=paths is not None)
    same = {"series": len(outlook.series) == 1, "target": len(outlook.targets) == 1}
    records = [
        {name: value for name, value in row.items() if not same.get(name, False)}
        for row in outlook.rows()
    ]
    as_csv = writing.form_of(form, output) == "csv"
    columns = list(records[0])
    text = writing.csv_text(records, columns) if as_csv else writing.jsonl_text(records)
    writing.deliver(text, output, counted(len(records), "forecast"))
    if paths is not None:
        drawn = list(outlook.path_rows())
        writing.deliver(writing.csv_text(drawn, list(drawn[0])), paths, counted(len(drawn), "step"))
    if plot is not None:
        outlook.plot(plot)
        tell(f"plot in {plot}")
    for note in outlook.notes:
        tell(f"note: {note}")


def evaluate(
    load: Callable[[], TrainedForecaster],
    *,
    data: str | None,
    walk_forward: bool,
    refit: bool,
    retrain: int | None,
) -> ForecastEvaluation | None:
    """Walk through the part held back, where that is asked for."""
    for option, given in (("--refit", refit), ("--retrain", retrain is not None)):
        if given and not walk_forward:
            raise click.UsageError(f"{option} needs --walk-forward")
    if walk_forward and data is not None:
        raise click.UsageError("--walk-forward goes through the run's own data: leave --data out")
    if not walk_forward:
        return None
    return load().walk_forward(refit=refit, retrain_every=retrain, on_message=tell)


def _every(ctx: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """`every=168` -> 168."""
    if value is None:
        return None
    key, _, rows = value.partition("=")
    if key.strip() == "every" and rows.strip().isdecimal() and int(rows):
        return int(rows)
    raise click.BadParameter(f"'{value}': expected every=ROWS, for example every=168", ctx, option)


PREDICT = Answer(
    predict,
    options=[
        options.data,
        options.output,
        options.form,
        click.Option(
            ["--steps"], type=click.IntRange(min=1), metavar="N",
            help="How far ahead; default: the run's horizon.",
        ),
        click.Option(
            ["--future"], metavar="FILE",
            help="A table of what is known of the rows to forecast (data.known).",
        ),
        click.Option(["--plot"], metavar="FILE", help="Draw it into a .png as well."),
        click.Option(
            ["--paths"], metavar="FILE", help="Write the paths that it drew into a .csv as well."
        ),
    ],
    what="what comes after the run's data, or after the rows of FILE",
    examples=[
        "rnnkit predict sunspots --steps 30 --plot ahead.png",
        "rnnkit predict wti_volatility --data new.csv --output ahead.csv",
    ],
    served=Served(options=["steps"], sample=sample_history),
)  # fmt: skip
EVALUATE = Answer(
    evaluate,
    options=[
        click.Option(["--walk-forward"], is_flag=True, help="From every row of the test part."),
        click.Option(
            ["--refit"], is_flag=True, help="With --walk-forward: fit the baselines at each row."
        ),
        click.Option(
            ["--retrain"], callback=_every, metavar="every=N",
            help="With --walk-forward: train the network anew every N rows, fit the baselines too.",
        ),
    ],
    what="forecasts from every row of the test part, as a walk through it",
    examples=[
        "rnnkit evaluate sunspots --walk-forward --refit",
        "rnnkit evaluate sunspots --walk-forward --retrain every=20",
    ],
)  # fmt: skip
