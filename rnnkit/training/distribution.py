"""Several replicas of one training: which shards each computes, and the sum over all of them.

A replica is a GPU, or a worker without one. Every replica sees the same global batches, computes
its own shards of each and keeps weights that are the same everywhere: gradients, sums, states and
the wish to stop go into one vector, which is added up over all replicas (an all-reduce) in the
middle of a step. What a step gives back is therefore the same on every worker.
"""

from __future__ import annotations

import contextlib
import functools
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import RunError
from rnnkit.runtime import keras, tf
from rnnkit.training.cluster import Cluster, cluster_from_environment
from rnnkit.training.devices import Device
from rnnkit.training.interrupt import StopRequest

_GONE = (  # what TensorFlow raises in a collective operation that a worker has left
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.FailedPreconditionError,
    tf.errors.InternalError,
    tf.errors.UnavailableError,
    tf.errors.UnknownError,
)
_PATIENCE = 5.0  # seconds in which a worker that is ending stops to listen

Item = TypeVar("Item")
Result = TypeVar("Result")


class Distribution:
    """The replicas of a training.

    With one replica a worker the variables are ordinary ones and only the sum is TensorFlow's
    collective operation; with several, tf.distribute mirrors the variables over its GPUs.

    Args:
        strategy: a MirroredStrategy or MultiWorkerMirroredStrategy; None for one replica.
        cluster: the workers; None for one.
    """

    def __init__(
        self, strategy: tf.distribute.Strategy | None = None, cluster: Cluster | None = None
    ) -> None:
        self.strategy: tf.distribute.Strategy = strategy  # not asked where it is None
        self.cluster = cluster
        self.workers = len(cluster.addresses) if cluster else 1
        self.replicas: int = strategy.num_replicas_in_sync if strategy else 1
        self.mirrored = self.replicas > self.workers
        self._wished, self._agreed = StopRequest(), StopRequest()

    @property
    def is_chief(self) -> bool:
        """Whether this worker is the one that writes."""
        return self.cluster is None or self.cluster.is_chief

    @property
    def name(self) -> str | None:
        """The strategy's name, for run.json."""
        return type(self.strategy).__name__ if self.strategy else None

    def scope(self) -> contextlib.AbstractContextManager[object]:
        """Where the variables of model and optimizer are to be made."""
        return self.strategy.scope() if self.mirrored else contextlib.nullcontext()

    def run(self, function: Callable[..., Result], *arguments: object) -> Result:
        """`function` on every replica of this worker; what the first of them gives."""
        if not self.mirrored:
            return function(*arguments)
        results = self.strategy.run(function, args=arguments)
        first: Result = self.strategy.experimental_local_results(results)[0]
        return first

    def divides(self, shards: int) -> bool:
        """Whether each replica gets its own, equally many; else every replica computes all."""
        return self.replicas > 1 and shards % self.replicas == 0

    def own(self, shards: Sequence[Item]) -> list[tuple[int, Item]]:
        """The shards of this replica, each with its number among all. Within `run`."""
        numbered = list(enumerate(shards))
        if not self.divides(len(shards)):
            return numbered
        each = len(shards) // self.replicas
        return numbered[self._replica * each : (self._replica + 1) * each]

    def total(self, values: Item) -> Item:
        """A structure of tensors, added up over all replicas in one message. Within `run`."""
        parts = tf.nest.flatten(values)
        flat = tf.concat([tf.reshape(tf.cast(part, tf.float32), [-1]) for part in parts], axis=0)
        pieces = tf.split(self._all_reduce(flat), [part.shape.num_elements() for part in parts])
        added: Item = tf.nest.pack_sequence_as(
            values,
            [
                tf.cast(tf.reshape(piece, part.shape), part.dtype)
                for piece, part in zip(pieces, parts, strict=True)
            ],
        )
        return added

    def in_place(self, rows: tf.Tensor) -> tf.Tensor:
        """This replica's rows (b, H) of a batch among zeros, (B, H): their total is all rows."""
        count = rows.shape[0]
        before = count * self._replica
        return tf.pad(rows, [[before, count * self.replicas - before - count], [0, 0]])

    def from_chief(self, content: bytes = b"") -> bytes:
        """What the chief passes, on every worker; all of them must call this together."""
        if self.workers == 1:
            return content
        size = int(self._sent_by_chief(np.array([len(content)]))[0])
        padded = (
            content.ljust(-(-size // 8) * 8, b"\0") if self.is_chief else bytes(-(-size // 8) * 8)
        )
        words = np.frombuffer(padded, np.int64)
        return self._sent_by_chief(words).tobytes()[:size] if size else b""

    def agree_on(self, stop: StopRequest) -> StopRequest:
        """A stop request that every worker takes up after the same step, whoever has it first."""
        self._wished = stop
        self._agreed = StopRequest() if self.workers > 1 else stop
        return self._agreed

    @property
    def wish(self) -> np.float32:
        """1 where this worker wants to stop; goes into every step."""
        return np.float32(bool(self._wished))

    def hear(self, wishes: float) -> None:
        """Take up how many workers want to stop."""
        if wishes and not self._agreed:
            if not self._wished:
                self._wished.signal = signal.SIGTERM
            self._agreed.signal = self._wished.signal

    @property
    def _replica(self) -> int:
        if self.mirrored:
            context = tf.distribute.get_replica_context()
            return int(tf.get_static_value(context.replica_id_in_sync_group))
        return self.cluster.rank if self.cluster else 0

    def _all_reduce(self, vector: tf.Tensor) -> tf.Tensor:
        def add(part: tf.Tensor) -> tf.Tensor:  # `identity` puts it on the replica's device
            return tf.distribute.get_replica_context().all_reduce("SUM", tf.identity(part))

        return add(vector) if self.mirrored else self.strategy.run(add, args=(vector,))

    def _sent_by_chief(self, words: NDArray[np.int64]) -> NDArray[np.int64]:
        def send(part: tf.Tensor) -> tf.Tensor:
            context = tf.distribute.get_replica_context()
            first = tf.equal(context.replica_id_in_sync_group, 0)
            return context.all_reduce("SUM", tf.where(first, part, tf.zeros_like(part)))

        function = tf.function(lambda part: self.strategy.run(send, args=(part,)), autograph=False)
        results = function(tf.constant(words, tf.int64))
        sent: NDArray[np.int64] = self.strategy.experimental_local_results(results)[0].numpy()
        return sent


ALONE = Distribution()


def distribution_for(device: Device) -> Distribution:
    """What TF_CONFIG and the visible GPUs ask for; call before anything is computed.

    Waits until all the workers are there; Ctrl-C and SIGTERM end that.

    Raises:
        ConfigError: TF_CONFIG is malformed.
        RunError: the workers do not find each other, or this one's port is taken.
    """
    gpus = tf.config.get_visible_devices("GPU") if device.is_gpu else []
    return _distribution(cluster_from_environment(), len(gpus))


@functools.cache  # TensorFlow can join a cluster once in a process
def _distribution(cluster: Cluster | None, gpus: int) -> Distribution:
    if cluster is None:
        return Distribution(tf.distribute.MirroredStrategy()) if gpus > 1 else ALONE
    cluster.meet()
    try:
        with _sigterm_kept():
            return Distribution(tf.distribute.MultiWorkerMirroredStrategy(), cluster)
    except (tf.errors.OpError, RuntimeError) as error:
        address = cluster.addresses[cluster.rank]
        text = str(error).strip().partition("\n")[0][:200]
        raise RunError(
            f"worker {cluster.rank} at {address} cannot join the others: {text}. Is the address "
            "this machine's, its port free, and the TF_CONFIG of all workers the same but for "
            "task.index?"
        ) from None


@contextlib.contextmanager
def _sigterm_kept() -> Iterator[None]:
    """Put SIGTERM's handler back: TensorFlow sets one of its own, which ends nothing."""
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():  # only it may set handlers
            signal.signal(signal.SIGTERM, handler)


def apply_mirrored(optimizer: keras.optimizers.Optimizer) -> None:
    """Keep a Keras optimizer from adding up gradients that are totals already.

    It would do so after clipping, which would clip each replica's share by itself.
    """
    optimizer._all_reduce_sum_gradients = lambda gradients: gradients


@contextlib.contextmanager
def lost_workers_explained(distribution: Distribution) -> Iterator[None]:
    """Turn TensorFlow's errors of a worker that is gone into one that says which.

    Raises:
        RunError: a worker is gone.
    """
    cluster = distribution.cluster
    try:
        yield
    except _GONE as error:
        if cluster is None:
            raise
        gone = _gone(cluster)
        who = "another worker is gone or out of reach"
        if gone:
            who = f"{cluster.names(gone)} {'is' if len(gone) == 1 else 'are'} gone"
        raise RunError(
            f"{who}; this is worker {cluster.rank}. What the checkpoints hold is kept. Start all "
            "workers again with --resume" + ("" if gone else f". TensorFlow said: {_said(error)}")
        ) from None


def _said(error: tf.errors.OpError) -> str:
    """The message without the places in the code that stand before it."""
    lines = str(error.message).splitlines()
    told = [one for one in lines if one and not one.startswith((" ", "Detected", "Graph"))]
    return next(iter(told), type(error).__name__)[:200]


def _gone(cluster: Cluster) -> list[int]:
    """Who no longer listens; one that is just ending still does for a moment."""
    until = time.monotonic() + _PATIENCE
    while not (found := cluster.silent()) and time.monotonic() < until:
        time.sleep(0.2)
    return found
