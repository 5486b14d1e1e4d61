"""The evaluation of a long-memory problem -> what its model card says."""

from __future__ import annotations

from rnnkit.reports.card import Grid
from rnnkit.reports.findings import Findings
from rnnkit.tasks.memory.evaluation import MemoryEvaluation
from rnnkit.tasks.memory.view import SOLVED, evaluated, explanation, score_rows, verdict
from rnnkit.words import measured


def findings(evaluation: MemoryEvaluation) -> Findings:
    """What it remembers, beside no memory at all."""
    unfit = []
    if evaluation.loss > SOLVED * evaluation.baseline_loss:
        unfit.append(
            f"Solving the problem: its loss is {measured(evaluation.loss)}; without memory it is "
            f"{measured(evaluation.baseline_loss)}."
        )
    return Findings(
        does=f"Solves '{evaluation.problem}' of length {evaluation.length:,}, which takes memory.",
        judged=evaluated(evaluation),
        scores=Grid(("", "this model", "no memory"), tuple(score_rows(evaluation))),
        verdict=[explanation(evaluation), verdict(evaluation)],
        unfit=[
            *unfit,
            f"Sequences of another length: it was judged on {evaluation.length:,} alone.",
        ],
    )
