"""What a server counts, in the form that Prometheus reads."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_REQUESTS = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """Counters of one server.

    Args:
        waiting: gives the requests that wait.
    """

    def __init__(self, waiting: Callable[[], int]) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "rnnkit_requests", "Requests that were answered.", ["path", "status"], registry=registry
        )
        self._seconds = Histogram(
            "rnnkit_request_seconds", "From a request to the end of its answer.", ["path"],
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self._rows = Counter("rnnkit_rows", "Rows that were answered.", registry=registry)
        self._together = Histogram(
            "rnnkit_requests_together", "Requests that were answered at once.",
            buckets=_REQUESTS, registry=registry,
        )  # fmt: skip
        gauge = Gauge("rnnkit_requests_waiting", "Requests that wait.", registry=registry)
        gauge.set_function(waiting)

    def answered(self, path: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(path, str(status)).inc()
        self._seconds.labels(path).observe(seconds)

    def rows(self, count: int) -> None:
        """Count rows that were answered."""
        self._rows.inc(count)

    def together(self, requests: int) -> None:
        """Count requests that were answered at once."""
        self._together.observe(requests)

    def text(self) -> bytes:
        """All of them."""
        return generate_latest(self._registry)
