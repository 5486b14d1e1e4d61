"""Config + the data's shape -> the stack, with everything wrong about it, without TensorFlow."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from rnnkit.config.classification import ClassificationTraining
from rnnkit.config.layers import Dense, Embedding
from rnnkit.config.loading import LoadedConfig
from rnnkit.config.problems import Problem, did_you_mean
from rnnkit.config.stack import InputFacts, Stack, infer_stack


def check_config(loaded: LoadedConfig, facts: InputFacts) -> Stack:
    """Follow the shapes through the layers and ask the task whether the output fits.

    Returns:
        The stack; `problems` is empty when a model can be built from it.
    """
    stack = infer_stack(loaded, facts, sequence_output=False)
    problems = [*stack.problems, *_monitor_problems(loaded)]
    if not stack.problems:
        problems += _OUTPUT_CHECKS[loaded.config.task](loaded, stack, facts)
    return dataclasses.replace(stack, problems=tuple(sorted(problems)))


def reads_ids(loaded: LoadedConfig) -> bool:
    """Whether the model starts with an embedding, and so reads integer ids."""
    return isinstance(loaded.config.model.layers[0], Embedding)


def classification_loss(training: ClassificationTraining, units: int) -> str:
    """The loss the config names, or the one that an output of this width calls for."""
    derived = "binary_crossentropy" if units == 1 else "sparse_categorical_crossentropy"
    return training.loss or derived


def _classification(loaded: LoadedConfig, stack: Stack, facts: InputFacts) -> list[Problem]:
    config = loaded.config
    assert isinstance(config.training, ClassificationTraining)
    index, last = len(stack.layers) - 1, stack.layers[-1]
    path = ("model", "layers", index, last.kind)
    if not isinstance(last, Dense):
        message = f"the last layer is {last.kind}; classification ends with a dense layer"
        return [loaded.problem(path, message)]
    problems = []
    loss = classification_loss(config.training, last.units)
    outputs = {"binary_crossentropy": "sigmoid"}.get(loss, "softmax")
    if last.activation not in {None, "linear", outputs}:
        message = (
            f"dense: activation (='{last.activation}') before {loss} must be {outputs} or linear"
        )
        problems.append(loaded.problem((*path, "activation"), message))
    if loss == "binary_crossentropy" and last.units != 1:
        message = f"dense: units (={last.units}) before binary_crossentropy must be 1"
        problems.append(loaded.problem((*path, "units"), message))
    elif facts.classes is not None:
        holds = 2 if loss == "binary_crossentropy" else last.units
        if facts.classes > holds:
            advice = f"set units: {facts.classes} and activation: softmax"
            message = f"dense: units (={last.units}) cannot hold {facts.classes} classes: {advice}"
            problems.append(loaded.problem((*path, "units"), message))
    return problems


def _monitor_problems(loaded: LoadedConfig) -> list[Problem]:
    """Early stopping and plateaus can only watch what an epoch logs."""
    training = loaded.config.training
    assert isinstance(training, ClassificationTraining)
    logged = [prefix + name for prefix in ("", "val_") for name in ("loss", *training.metrics)]
    problems = []
    for key, section in (
        ("early_stopping", training.early_stopping),
        ("schedule", training.schedule),
    ):
        monitor = getattr(section, "monitor", None)
        if monitor is not None and monitor not in logged:
            message = f"{key}: monitor '{monitor}' is not logged.{did_you_mean(monitor, logged)}"
            problems.append(loaded.problem(("training", key, "monitor"), message))
    return problems


_OUTPUT_CHECKS: dict[str, Callable[[LoadedConfig, Stack, InputFacts], list[Problem]]] = {
    "classification": _classification,
}
