"""The evaluation of a next_frame run -> what its model card says."""

from __future__ import annotations

from rnnkit.reports.card import Grid
from rnnkit.reports.findings import Findings
from rnnkit.tasks.next_frame.evaluation import BEATS, NextFrameEvaluation
from rnnkit.tasks.next_frame.view import columns, headline, number
from rnnkit.words import counted


def findings(evaluation: NextFrameEvaluation) -> Findings:
    """What it predicts, beside what, and what that speaks against."""
    low, high = evaluation.nats_per_sequence_interval
    unit, shown = evaluation.unit, columns(evaluation)
    unfit = [] if evaluation.verdict.startswith(BEATS) else [
        f"Predicting or drawing {unit}s in place of a baseline: {evaluation.verdict}"
    ]  # fmt: skip
    return Findings(
        does=f"Predicts the next frame of {counted(evaluation.features, 'feature')}, and draws "
        f"{unit}s by it.",
        judged=headline(evaluation),
        scores=Grid(
            ("", *(head for _, head in shown)),
            tuple(
                (row.name, *(number(name, getattr(row, name)) for name, _ in shown))
                for row in (evaluation.cost, *evaluation.baselines)
            ),
        ),
        verdict=[
            evaluation.verdict,
            f"95 % interval of this model's nats/{unit}: {low:.2f} to {high:.2f}.",
            *(f"{one.name}: {one.text}." for one in evaluation.baselines),
            *(f"Note: {note}." for note in evaluation.notes),
        ],
        unfit=[
            *unfit,
            f"Frames of other than {counted(evaluation.features, 'feature')}, or of another kind "
            f"than its {counted(evaluation.sequences, unit)}: no others were judged.",
        ],
    )
