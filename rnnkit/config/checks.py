"""Config + the data's shape -> the stack, with everything wrong about it, without TensorFlow."""

from __future__ import annotations

import dataclasses

from rnnkit.config.classification import ClassificationConfig, ClassificationTraining
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
    problems = {
        *stack.problems,
        *_name_problems(loaded, stack),
        *_output_problems(loaded, stack, facts),
        *_monitor_problems(loaded),
    }
    return dataclasses.replace(stack, problems=tuple(sorted(problems)))


def reads_ids(loaded: LoadedConfig) -> bool:
    """Whether the model starts with an embedding, and so reads integer ids."""
    return isinstance(loaded.config.model.layers[0], Embedding)


def classification_loss(training: ClassificationTraining, units: int) -> str:
    """The loss the config names, or the one that an output of this width calls for."""
    derived = "binary_crossentropy" if units == 1 else "sparse_categorical_crossentropy"
    return training.loss or derived


def _output_problems(loaded: LoadedConfig, stack: Stack, facts: InputFacts) -> list[Problem]:
    """Whether the last layer's output is one that the task can learn from: one case a task."""
    match loaded.config:
        case ClassificationConfig() as config:
            return _classification(loaded, config.training, stack, facts)
    return []


def _classification(
    loaded: LoadedConfig, training: ClassificationTraining, stack: Stack, facts: InputFacts
) -> list[Problem]:
    last = stack.layers[-1]
    path = ("model", "layers", len(stack.layers) - 1, last.kind)
    if not isinstance(last, Dense):
        message = f"the last layer is {last.kind}; classification ends with a dense layer"
        return [loaded.problem(path, message)]
    loss, classes = classification_loss(training, last.units), facts.classes or 0
    problems = []
    if training.loss == "binary_crossentropy" and classes > 2:
        loss = "sparse_categorical_crossentropy"
        message = f"training: loss (='{training.loss}') is for 2 classes, not {classes}: use {loss}"
        problems.append(loaded.problem(("training", "loss"), message, key=False))
    units, activation = f"dense: units (={last.units})", last.activation
    output = "sigmoid" if loss == "binary_crossentropy" else "softmax"
    if classes > max(2 if loss == "binary_crossentropy" else 0, last.units):
        message = (
            f"{units} cannot hold {classes} classes: set units: {classes} and activation: softmax"
        )
        problems.append(loaded.problem((*path, "units"), message, key=False))
    elif loss == "binary_crossentropy" and last.units != 1:
        message = f"{units} before binary_crossentropy must be 1"
        problems.append(loaded.problem((*path, "units"), message, key=False))
    elif activation not in {None, "linear", output}:
        message = f"dense: activation (='{activation}') before {loss} must be {output} or linear"
        problems.append(loaded.problem((*path, "activation"), message, key=False))
    return problems


def _name_problems(loaded: LoadedConfig, stack: Stack) -> list[Problem]:
    """Keras wants every name once; the model's own two layers in front have names as well."""
    taken = {"input": "the input", "masking": "the layer that skips padding"}
    specs = loaded.config.model.layers
    problems = []
    for index in sorted(range(len(specs)), key=lambda i: specs[i].name is not None):
        name, kind = stack.summaries[index].name, specs[index].kind
        if name in taken:
            message = f"layer {index + 1}, {kind}, has the name '{name}' of {taken[name]}"
            path = ("model", "layers", index, kind, "name")
            problems.append(loaded.problem(path, f"{message}: choose another", key=False))
        taken.setdefault(name, f"layer {index + 1}")
    return problems


def _monitor_problems(loaded: LoadedConfig) -> list[Problem]:
    """Early stopping and plateaus can only watch what an epoch logs."""
    training = loaded.config.training
    logged = [prefix + name for prefix in ("", "val_") for name in ("loss", *training.metrics)]
    problems = []
    for key, section in (
        ("early_stopping", training.early_stopping),
        ("schedule", training.schedule),
    ):
        monitor = getattr(section, "monitor", None)
        if monitor is not None and monitor not in logged:
            message = f"{key}: monitor (='{monitor}') is not logged.{did_you_mean(monitor, logged)}"
            problems.append(loaded.problem(("training", key, "monitor"), message, key=False))
    return problems
