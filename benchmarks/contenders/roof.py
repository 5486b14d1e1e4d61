"""The roof: how fast the same cores multiply two matrices, in each library at hand."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.contenders.contender import Contender, Measures
from benchmarks.rows import Row

SIZES = {"cpu": 1024, "gpu": 8192}  # n of an (n x n) product of float32


class _Roof(Contender):
    """Subclasses give `product`, which multiplies once and waits for the result."""

    def __init__(self, row: Row, *, device: str) -> None:
        super().__init__(row, device=device)
        size = SIZES[device]
        rng = np.random.default_rng(0)
        a, b = (rng.normal(size=(size, size)).astype(np.float32) for _ in range(2))
        self.flops = 2 * size**3
        self._product = self.product(a, b)

    def product(self, a: Any, b: Any) -> Callable[[], object]:
        """(n, n), (n, n) -> what computes their product."""
        raise NotImplementedError

    def run(self, steps: int) -> Measures:
        """The best of `steps` products: a roof is what the machine can do."""
        self._product()
        best = float("inf")
        for _ in range(max(1, steps)):
            began = time.perf_counter()
            self._product()
            best = min(best, time.perf_counter() - began)
        return {"seconds": best, "flops_per_second": self.flops / best}


class NumpyRoof(_Roof):
    packages = ("numpy",)

    def product(self, a: Any, b: Any) -> Callable[[], object]:
        out = np.empty_like(a)
        return lambda: np.matmul(a, b, out=out)


class TensorFlowRoof(_Roof):
    packages = ("tensorflow",)

    def product(self, a: Any, b: Any) -> Callable[[], object]:
        from benchmarks.contenders.keras_models import require_device
        from rnnkit.runtime import tf

        require_device(self.device)
        a, b = tf.constant(a), tf.constant(b)
        return lambda: tf.matmul(a, b)[0, 0].numpy()


class TorchRoof(_Roof):
    packages = ("torch",)

    def product(self, a: Any, b: Any) -> Callable[[], object]:
        import torch

        from benchmarks.contenders.torch_models import torch_device

        device = torch_device(self.device)
        a, b = torch.from_numpy(a).to(device), torch.from_numpy(b).to(device)
        out = torch.empty_like(a)

        def multiply() -> float:
            torch.matmul(a, b, out=out)
            return float(out[0, 0])

        return multiply
