"""The replicas of a training: the same steps as one replica makes, whatever divides the shards."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from rnnkit.errors import ConfigError, RunError
from rnnkit.training.cluster import Cluster, cluster_from_environment
from rnnkit.workflows.launch import reserved_ports, tf_config

# MirroredStrategy on two logical CPUs, which only a new process can have, beside one replica.
MIRRORED = """
import numpy as np
from rnnkit.runtime import keras, tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from rnnkit.training.distribution import ALONE, Distribution
from rnnkit.training.objective import Objective
from rnnkit.training.step import EvaluateStep, TrainStep
from tests.training.trainers import classes, classifier, language_model, tokens
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
LAYERS = {"lstm": {"units": 4}}, {"dropout": {"rate": 0.2}}
cases = (
    (classifier, classes(), (), False),
    (lambda: language_model(*LAYERS), tokens(), (4, 4), True),
)
for build, feed, states, xla in cases:
    seen = []
    for distribution in (ALONE, Distribution(strategy)):
        with distribution.scope():
            model = build()
            optimizer = keras.optimizers.Adam(0.05, global_clipnorm=0.1)
            options = {"shards": 2, "distribution": distribution, "jit_compile": xla}
            step = TrainStep(model, optimizer, Objective(loss), seed=1, **options)
        evaluate = EvaluateStep(model, Objective(loss), **options)
        state = tuple(np.zeros((8, size), np.float32) for size in states)
        results = []
        for number, batch in enumerate(feed.batches(8)):
            batch = batch._replace(state=state)
            result = step(batch, number)
            state = result.state
            results += [result.sums["loss"], result.sums["gradient_norm"], *state]
            results.append(evaluate(batch).sums["loss"])
        seen.append([np.asarray(value) for value in [*results, *model.get_weights()]])
    for one, two in zip(*seen, strict=True):
        np.testing.assert_allclose(two, one, rtol=1e-5, atol=1e-6)
print("same")
"""

# A worker that joins the others and then has nothing to do.
JOINS = """
import time
from rnnkit.training.devices import select_device
from rnnkit.training.distribution import distribution_for
distribution_for(select_device("cpu"))
print("joined", flush=True)
time.sleep(120)
"""
slow = functools.partial(pytest.param, marks=pytest.mark.slow)


def test_mirrored_replicas_step_as_one() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MIRRORED], capture_output=True, text=True, timeout=280, check=False
    )
    assert done.stdout.endswith("same\n"), done.stderr


def test_tf_config_numbers_the_chief_first(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "cluster": {"worker": ["b:1", "c:1"], "chief": ["a:1"]},
        "task": {"type": "worker", "index": 1},
    }
    monkeypatch.setenv("TF_CONFIG", json.dumps(values))
    assert cluster_from_environment() == Cluster(("a:1", "b:1", "c:1"), 2)


def test_one_worker_is_no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 0}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(values))
    assert cluster_from_environment() is None


@pytest.mark.parametrize(
    ("cluster", "task", "message"),
    [
        ({"worker": ["a:1", "a:1"]}, {"type": "worker", "index": 0}, "named twice"),
        ({"worker": ["a", "b:1"]}, {"type": "worker", "index": 0}, '"a" is no host:port'),
        ({"worker": "a:1"}, {"type": "worker", "index": 0}, "must be a list"),
        ({"ps": ["a:1"]}, {"type": "ps", "index": 0}, "'chief' and 'worker' only"),
        ({"worker": ["a:1", "b:1"]}, {"type": "worker", "index": 2}, "which has 2"),
        ({"worker": ["a:1", "b:1"]}, {"type": "worker", "index": "1"}, r'\(="1"\) is none of'),
        ({"worker": ["a:1", "b:1"]}, {"type": "worker", "index": True}, r"\(=true\) is none of"),
        ({"worker": ["a:1", "b:1"]}, {}, "it needs a 'task'"),
    ],
)
def test_a_wrong_tf_config_is_explained(
    cluster: object, task: object, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": task}))
    with pytest.raises(ConfigError, match=message):
        cluster_from_environment()


def test_what_is_no_json_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", "{")
    with pytest.raises(ConfigError, match="TF_CONFIG: it is no JSON"):
        cluster_from_environment()


def test_workers_meet_whoever_comes_first() -> None:
    with reserved_ports(3) as ports, contextlib.ExitStack() as stack:
        addresses = tuple(f"127.0.0.1:{port}" for port in ports)

        def join(rank: int) -> None:
            Cluster(addresses, rank).meet()
            stack.enter_context(socket.create_server(("", ports[rank])))  # as TensorFlow does

        waiting = [threading.Thread(target=join, args=(rank,), daemon=True) for rank in range(3)]
        for thread in waiting:
            thread.start()
            time.sleep(0.2)
        for thread in waiting:
            thread.join(timeout=30)
        assert not any(thread.is_alive() for thread in waiting)


def test_a_port_that_another_program_has_is_explained() -> None:
    with socket.create_server(("", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(RunError, match=f"worker 1 at {address} cannot listen there: Address"):
            Cluster(("127.0.0.1:1", address), 1).meet()


@pytest.mark.parametrize(
    ("number", "started"), [(signal.SIGTERM, 1), slow(signal.SIGINT, 1), slow(signal.SIGTERM, 2)]
)
def test_a_signal_ends_a_worker_that_waits_or_has_joined(
    number: signal.Signals, started: int
) -> None:
    with reserved_ports(2) as ports, contextlib.ExitStack() as stack:
        first, *_ = [stack.enter_context(joining(ports, rank)) for rank in range(started)]
        if started == 1:
            wait_for_listener(ports[0])
        else:
            assert first.stdout is not None
            assert first.stdout.readline() == b"joined\n"
        first.send_signal(number)
        first.communicate(timeout=30)
        assert first.returncode in {-number, 1}  # the second by KeyboardInterrupt


@contextlib.contextmanager
def joining(ports: list[int], rank: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "TF_CONFIG": tf_config(ports, rank)}
    command = [sys.executable, "-c", JOINS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_listener(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.2)
    raise AssertionError(f"nobody listens at {port}")
