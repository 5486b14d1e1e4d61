"""PyTorch: a plain training loop with a fused optimizer, and inference without gradients."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from benchmarks.contenders.contender import Contender, Measures
from benchmarks.contenders.torch_models import TorchNetwork, torch_device
from benchmarks.data import SEED, load_data, load_unequal
from benchmarks.rows import Row
from rnnkit.words import counted

MODES = ("default", "reduce-overhead", "max-autotune")  # of torch.compile


class TorchLoop(Contender):
    """Eager PyTorch, with as many threads as are fastest."""

    packages = ("torch",)

    def __init__(self, row: Row, *, device: str) -> None:
        super().__init__(row, device=device)
        torch.manual_seed(SEED)
        self._device = torch_device(device)
        self._model = TorchNetwork(row.network).to(self._device)
        self.forward: Callable[..., Any] = self._model
        self._optimizer = torch.optim.Adam(
            self._model.parameters(), row.learning_rate, eps=1e-7, fused=True
        )
        self._loss = torch.nn.CrossEntropyLoss()
        self._threads: int = torch.get_num_threads()

    @property
    def threads(self) -> int:
        """Threads inside an operation."""
        return self._threads

    @threads.setter
    def threads(self, count: int) -> None:
        torch.set_num_threads(count)
        self._threads = count

    def run(self, steps: int) -> Measures:
        if self.row.source == "unequal":
            return self._train_unequal(steps)
        work = {"train": self._train, "predict": self._predict, "generate": self._generate}
        measures: Measures = work[self.row.task](steps)
        return measures

    def tune(self) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        counts = {self._threads} if self.device == "gpu" else {1, cores, self._threads}
        self.fastest("threads", {counted(count, "thread"): count for count in sorted(counts)})

    def device_memory(self) -> float | None:
        return float(torch.cuda.max_memory_allocated()) if self.device == "gpu" else None

    def _train(self, steps: int) -> Measures:
        size = self.row.batch
        data = load_data(self.row, size * (steps + 1))
        x = torch.from_numpy(data.x).to(self._device)
        y = torch.from_numpy(data.y.astype(np.int64)).to(self._device)
        order = torch.randperm(len(x), device=self._device)
        total = torch.zeros((), device=self._device)
        self._model.train()
        began = time.perf_counter()
        for step in range(steps + 1):
            if step == 1:
                began = self._now()
            rows = order[step * size : (step + 1) * size]
            self._optimizer.zero_grad(set_to_none=True)
            with torch.autocast(self._device.type, torch.bfloat16, enabled=self.row.bfloat16):
                logits, _ = self.forward(x[rows])
            loss = self._loss(logits.float().flatten(0, -2), y[rows].flatten())
            loss.backward()
            self._optimizer.step()
            total += loss.detach()
        return {"seconds": self._now() - began, "loss": float(total) / (steps + 1)}

    def _train_unequal(self, steps: int) -> Measures:
        """One epoch of packed sequences; with no steps its first batch alone."""
        size = self.row.batch
        values, lengths, classes = load_unequal(self.row.network)
        sequences = torch.split(torch.from_numpy(values).to(self._device), lengths.tolist())
        y = torch.from_numpy(classes.astype(np.int64)).to(self._device)
        order = torch.randperm(len(y)).split(size)
        total = 0.0
        self._model.train()
        began = self._now()
        for rows in order[: None if steps else 1]:
            some = [sequences[row] for row in rows.tolist()]
            packed = torch.nn.utils.rnn.pack_sequence(some, enforce_sorted=False)
            self._optimizer.zero_grad(set_to_none=True)
            loss = self._loss(self._model.of_packed(packed), y[rows])
            loss.backward()
            self._optimizer.step()
            total += float(loss.detach())
        return {"seconds": self._now() - began, "loss": total / len(order)}

    @torch.inference_mode()
    def _predict(self, steps: int) -> Measures:
        size = self.row.batch
        x = load_data(self.row, size * (steps + 1)).x
        self._model.eval()
        began = time.perf_counter()
        for step in range(steps + 1):
            if step == 1:
                began = self._now()
            part = torch.from_numpy(x[step * size : (step + 1) * size]).to(self._device)
            self._model(part)[0].cpu().numpy()
        return {"seconds": self._now() - began}

    @torch.inference_mode()
    def _generate(self, steps: int) -> Measures:
        self._model.eval()
        token = torch.zeros((1, 1), dtype=torch.int64, device=self._device)
        state = None
        began = time.perf_counter()
        for step in range(steps + 1):
            if step == 1:
                began = self._now()
            logits, state = self._model(token, state)
            token[0, 0] = int(logits.argmax())
        return {"seconds": self._now() - began}

    def _now(self) -> float:
        if self.device == "gpu":
            torch.cuda.synchronize()
        return time.perf_counter()


class TorchCompiled(TorchLoop):
    """The same through torch.compile, in the mode that is fastest.

    It compiles loops written by hand, unrolled; of the fused layers it calls the same code.
    """

    def __init__(self, row: Row, *, device: str) -> None:
        super().__init__(row, device=device)
        self.forward = torch.compile(self._model, mode=MODES[0])

    def tune(self) -> None:
        compiled = {mode: torch.compile(self._model, mode=mode) for mode in MODES[1:]}
        self.fastest("forward", {MODES[0]: self.forward, **compiled})
