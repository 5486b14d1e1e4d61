"""The evaluation of a long-memory problem -> tables, and what its page shows."""

from __future__ import annotations

from typing import Any

from rich.console import Group
from rich.text import Text

from rnnkit.reports.scores import number_table
from rnnkit.tasks.memory.evaluation import MemoryEvaluation
from rnnkit.words import counted, fraction, measured

SOLVED = 0.1  # of the memoryless loss


def summary(evaluation: MemoryEvaluation) -> Group:
    """The result beside the answer that needs no memory."""
    return Group(
        Text(evaluated(evaluation), "bold"),
        number_table("", "this model", "no memory", rows=score_rows(evaluation)),
        Text(f"{explanation(evaluation)} {verdict(evaluation)}"),
    )


details = summary  # there is nothing more to say in numbers


def page(evaluation: MemoryEvaluation) -> dict[str, Any]:
    """What the template reads."""
    return {
        "rows": score_rows(evaluation),
        "verdict": verdict(evaluation),
        "explanation": explanation(evaluation),
        "share": evaluation.loss / evaluation.baseline_loss,
    }


def evaluated(evaluation: MemoryEvaluation) -> str:
    """`test: 1,000 examples of adding, length 200`."""
    examples = f"{counted(evaluation.examples, 'example')} of {evaluation.problem}"
    return f"{evaluation.data}: {examples}, length {evaluation.length:,}"


def verdict(evaluation: MemoryEvaluation) -> str:
    """Whether the model remembers at all."""
    share = evaluation.loss / evaluation.baseline_loss
    if share > 1.05:
        return "This model does worse: it has not learned even that."
    if share > 0.95:
        return "This model has learned no more than that."
    if share > SOLVED:
        return f"This model's loss is {100 * share:.0f} % of it: it remembers something."
    return f"This model's loss is {100 * share:.2g} % of it: it remembers."


def score_rows(evaluation: MemoryEvaluation) -> list[tuple[str, str, str]]:
    """(score, this model, no memory), as text."""
    loss = "mean squared error" if evaluation.problem == "adding" else "loss, nats a step"
    found = [(loss, measured(evaluation.loss), measured(evaluation.baseline_loss))]
    if (error := evaluation.mean_absolute_error) is not None:
        found.append(("mean absolute error", measured(error), "–"))
    if (close := evaluation.close) is not None:
        found.append(("within 0.04 of the sum", fraction(close), "–"))
    if (recall := evaluation.recall) is not None:
        found.append(("digits recalled", fraction(recall), fraction(1 / 8)))
    if (whole := evaluation.all_recalled) is not None:
        found.append(("all ten recalled", fraction(whole), fraction(0.0)))
    return found


def explanation(evaluation: MemoryEvaluation) -> str:
    """What answers without a memory, and how well it must do."""
    expected = measured(evaluation.expected_baseline_loss)
    if evaluation.problem == "adding":
        return (
            "Without memory the best answer is always 1; its error is the variance of two uniform "
            f"values' sum, 1/6 = {expected} on endless data."
        )
    return (
        "Without memory the best answer is blanks, then each of 8 digits alike: "
        f"10 ln 8 / {evaluation.length + 20:,} = {expected}."
    )
