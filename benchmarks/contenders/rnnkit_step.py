"""rnnkit: its compiled steps, fed as `rnnkit train` feeds them, and the loop of `generate`."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.contenders.contender import Contender, Measures
from benchmarks.contenders.keras_models import (
    build_keras_model,
    crossentropy,
    tensorflow_device_memory,
)
from benchmarks.data import SEED, load_data, load_unequal
from benchmarks.rows import Network, Row
from rnnkit.config.layers import Dense, Embedding
from rnnkit.config.layers.lstm import LSTM
from rnnkit.config.stack import InputFacts
from rnnkit.data.batch import Batch, Shuffle
from rnnkit.data.labelled.dataset import Part
from rnnkit.data.padded_rows import CutRows
from rnnkit.runtime import keras
from rnnkit.tasks.next_token.sampling import Sampler
from rnnkit.training.devices import available_cores, select_device
from rnnkit.training.layouts import Shape, suited, with_layout
from rnnkit.training.objective import Objective
from rnnkit.training.shards import default_shards
from rnnkit.training.step import PredictStep, TrainStep
from rnnkit.words import counted


class RnnkitSteps(Contender):
    """TrainStep or PredictStep with the shards that rnnkit would choose; or the Sampler."""

    packages = ("rnnkit", "tensorflow", "keras", "numpy")

    def __init__(self, row: Row, *, device: str) -> None:
        super().__init__(row, device=device)
        select_device(device)
        self._trained = 0
        if row.task == "generate":
            self._sampler = _sampler(row.network)
            return
        self._model = build_keras_model(row, use_kernels=True)
        shards = default_shards(row.batch, available_cores())
        if row.network.cell == "lstm" and device == "cpu":
            self.settings["layout"] = self._set_layout(row.network, row.batch // shards)
        if row.task == "train":
            self._train_step = TrainStep(
                self._model,
                keras.optimizers.Adam(row.learning_rate),
                Objective(crossentropy),
                seed=SEED,
                shards=shards,
            )
            shards = self._train_step.shards
        else:
            self._predict_step = PredictStep(self._model, shards=shards)
            shards = self._predict_step.shards
        self.settings["shards"] = counted(shards, "shard")

    def _set_layout(self, network: Network, rows: int) -> str:
        features = network.features if network.layers == 1 else network.units
        layout = suited(Shape(rows, features, network.units))
        with_layout(self._model, layout)
        return layout.replace("_", " ")

    def run(self, steps: int) -> Measures:
        if self.row.source == "unequal":
            return self._train_unequal(steps)
        work = {"train": self._train, "predict": self._predict, "generate": self._generate}
        return work[self.row.task](steps)

    def device_memory(self) -> float | None:
        return tensorflow_device_memory()

    def _train(self, steps: int) -> Measures:
        size = self.row.batch
        data = load_data(self.row, size * (steps + 1))
        order = np.random.default_rng(SEED).permutation(len(data.x))
        ones = np.ones(size, np.float32)
        losses = []
        began = time.perf_counter()
        for step in range(steps + 1):
            if step == 1:
                began = time.perf_counter()
            rows = order[step * size : (step + 1) * size]
            batch = Batch(data.x[rows], data.y[rows], ones, ones)
            sums = self._train_step(batch, self._trained).sums
            losses.append(float(sums["loss"]) / float(sums["count"]))
            self._trained += 1
        return {"seconds": time.perf_counter() - began, "loss": float(np.mean(losses))}

    def _train_unequal(self, steps: int) -> Measures:
        """One epoch; with no steps its first batch alone."""
        values, lengths, y = load_unequal(self.row.network)
        starts, longest = np.cumsum(lengths) - lengths, int(lengths.max())
        part = Part(CutRows(values, starts, lengths, longest, "post"), y=y, masked=True)
        losses = []
        began = time.perf_counter()
        for batch in part.batches(self.row.batch, shuffle=Shuffle(SEED, self._trained)):
            sums = self._train_step(batch, self._trained).sums
            losses.append(float(sums["loss"]) / float(sums["count"]))
            self._trained += 1
            if not steps:
                break
        return {"seconds": time.perf_counter() - began, "loss": float(np.mean(losses))}

    def _predict(self, steps: int) -> Measures:
        size = self.row.batch
        x = load_data(self.row, size * (steps + 1)).x
        began = time.perf_counter()
        for step in range(steps + 1):
            if step == 1:
                began = time.perf_counter()
            self._predict_step(x[step * size : (step + 1) * size])
        return {"seconds": time.perf_counter() - began}

    def _generate(self, steps: int) -> Measures:
        """The likeliest token each time, in the compiled loop of `rnnkit generate`."""
        list(self._sampler.stream([0], 1, temperature=0))
        began = time.perf_counter()
        list(self._sampler.stream([0], steps, temperature=0))
        return {"seconds": time.perf_counter() - began}


def _sampler(network: Network) -> Sampler:
    """The row's network as a config describes it, without trained weights."""
    recurrent = [
        LSTM(units=network.units, activation=network.activation, return_sequences=True)
        for _ in range(network.layers)
    ]
    embedding = Embedding(input_dim=network.inputs, output_dim=network.embedding)
    layers = [embedding, *recurrent, Dense(units=network.outputs)]
    facts = InputFacts((network.steps,), integer=True, vocabulary=network.inputs)
    return Sampler(layers, facts)
