"""Config + the data's shape -> the stack, with everything wrong about it, without TensorFlow."""

from __future__ import annotations

import dataclasses

from rnnkit.config.infer import infer_stack
from rnnkit.config.layers import Concatenate
from rnnkit.config.loading import LoadedConfig
from rnnkit.config.stack import InputFacts, Stack
from rnnkit.problems import Problem
from rnnkit.words import listed, nearest


def check_config(loaded: LoadedConfig, facts: InputFacts) -> Stack:
    """Follow the shapes through the layers and ask the task whether the output fits.

    Returns:
        The stack; `problems` is empty when a model can be built from it.
    """
    config = loaded.config
    stack = infer_stack(loaded, facts, sequence_output=config.sequence_output)
    misfits = config.output_problems(stack, facts)
    problems = {
        *stack.problems,
        *_name_problems(loaded, stack, facts),
        *_frozen_problems(loaded, stack),
        *(loaded.problem(m.path, m.message, key=m.at_key) for m in misfits),
        *_monitor_problems(loaded, facts),
    }
    return dataclasses.replace(stack, problems=tuple(sorted(problems)))


def _name_problems(loaded: LoadedConfig, stack: Stack, facts: InputFacts) -> list[Problem]:
    """Keras wants every name once; the layers that the model adds have names as well."""
    taken = {"input": "the input", "masking": "the layer that skips padding"}
    if facts.answered:
        taken |= dict.fromkeys(("cropping", "answers"), "a layer about the steps that are answered")
    for name in facts.beside:
        taken |= {name: "another input", f"masking_{name}": "the layer that skips its padding"}
    for row in stack.summaries:
        if isinstance(row.layer, Concatenate):
            ends = (f"{row.name}_{end}" for end in ("each", "flat"))
            taken |= dict.fromkeys(ends, f"what layer {row.number} adds")
    problems = []
    for row in sorted(stack.summaries, key=lambda row: row.layer.name is not None):
        if row.name in taken:
            what = f"layer {row.number}, {row.kind}, has the name '{row.name}'"
            message = f"{what} of {taken[row.name]}: choose another"
            problems.append(loaded.problem((*row.path, "name"), message, key=False))
        taken.setdefault(row.name, f"layer {row.number}")
    return problems


def _frozen_problems(loaded: LoadedConfig, stack: Stack) -> list[Problem]:
    """Some of the weights must move."""
    if stack.trained or not stack.parameters:
        return []
    message = "every layer with weights has trainable: false, so that nothing would be trained"
    return [loaded.problem(("model", "layers"), message)]


def _monitor_problems(loaded: LoadedConfig, facts: InputFacts) -> list[Problem]:
    """Early stopping and plateaus can only watch what an epoch logs."""
    training = loaded.config.training
    measured = ("loss", *training.metrics)
    validated = [f"val_{name}" for name in measured]
    logged = [*measured, *(validated if facts.validated else ())]
    problems = []
    for key, section in (
        ("early_stopping", training.early_stopping),
        ("schedule", training.schedule),
    ):
        monitor = getattr(section, "monitor", None)
        if monitor is not None and monitor not in logged:
            near = nearest(monitor, logged)
            hint = f" Did you mean '{near}'?" if near else ""
            message = (
                f"{key}: monitor (='{monitor}') is not logged.{hint} Logged here: {listed(logged)}"
            )
            if monitor in validated:
                message = (
                    f"{key} watches {monitor}, but there are no validation examples: set data: "
                    f"{{split: {{validation: 0.1}}}}, or watch {monitor.removeprefix('val_')}"
                )
            problems.append(loaded.problem(("training", key, "monitor"), message, key=False))
    return problems
