"""`rnnkit predict RUN --steps N` for forecasting: what comes after the data, with intervals."""

from __future__ import annotations

from rnnkit.cli.predictions import writing
from rnnkit.cli.streams import tell
from rnnkit.runs import Run
from rnnkit.workflows.forecast import forecast

OPTIONS = frozenset({"data", "output", "form", "device", "steps", "plot"})


def answer(
    run: Run,
    *,
    data: str | None,
    output: str | None,
    form: str | None,
    device: str | None,
    steps: int | None,
    plot: str | None,
) -> None:
    """Forecast beyond the end of the run's data, or of new rows."""
    outlook = forecast(run, steps=steps, data=data, device=device)
    same = {"series": len(outlook.series) == 1, "target": len(outlook.targets) == 1}
    records = [
        {name: value for name, value in row.items() if not same.get(name, False)}
        for row in outlook.rows()
    ]
    as_csv = writing.form_of(form, output) == "csv"
    columns = list(records[0])
    text = writing.csv_text(records, columns) if as_csv else writing.jsonl_text(records)
    writing.deliver(text, output, f"{len(records):,} forecasts")
    if plot is not None:
        outlook.plot(plot)
        tell(f"plot in {plot}")
    for note in outlook.notes:
        tell(f"note: {note}")
