"""TF_CONFIG -> the workers that train together, and which of them this process is.

Kubeflow, Vertex AI and the wrappers for Slurm set it; so does `rnnkit launch`. Imports no
TensorFlow.
"""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import time
from collections.abc import Iterable
from typing import Any

from rnnkit.errors import ConfigError, RunError
from rnnkit.problems import Location, Problem

VARIABLE = "TF_CONFIG"
_JOBS = ("chief", "worker")  # in this order they are numbered
_EXAMPLE = (
    '{"cluster": {"worker": ["host0:2222", "host1:2222"]}, "task": {"type": "worker", "index": 0}}'
)
_PROBE = 1.0  # seconds that a worker has to answer
_POLL = 0.1


@dataclasses.dataclass(frozen=True)
class Cluster:
    """The workers that train together."""

    addresses: tuple[str, ...]  # host:port of each; the first is the chief's
    rank: int  # which of them this process is

    @property
    def is_chief(self) -> bool:
        return self.rank == 0

    def silent(self) -> list[int]:
        """The workers at whose address nobody listens any more."""
        others = (i for i in range(len(self.addresses)) if i != self.rank)
        return [i for i in others if not _listens(self.addresses[i])]

    def names(self, ranks: Iterable[int]) -> str:
        """`worker 1 at host:port`."""
        return " and ".join(f"worker {i} at {self.addresses[i]}" for i in ranks)

    def meet(self) -> None:
        """Listen at this worker's port until each of the others has been found to listen too.

        TensorFlow's own waiting holds Python's lock, so that neither Ctrl-C nor SIGTERM ends it;
        afterwards it is short.

        Raises:
            RunError: this worker cannot listen at its port.
        """
        dual = socket.has_dualstack_ipv6()
        family = socket.AF_INET6 if dual else socket.AF_INET
        own = ("", _host_and_port(self.addresses[self.rank])[1])
        backlog = len(self.addresses)
        try:
            listening = socket.create_server(
                own, family=family, dualstack_ipv6=dual, backlog=backlog
            )
        except OSError as error:
            raise RunError(
                f"{self.names([self.rank])} cannot listen there: {os.strerror(error.errno or 0)}. "
                "Does another worker have the same task.index, or another program this port?"
            ) from None
        with listening:
            missing = [i for i in range(len(self.addresses)) if i != self.rank]
            while missing := [i for i in missing if not _listens(self.addresses[i])]:
                time.sleep(_POLL)


def cluster_from_environment() -> Cluster | None:
    """What TF_CONFIG says; None where it is not set or names one worker alone.

    Raises:
        ConfigError: it is malformed.
    """
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return None
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _malformed(f"it is no JSON: {error}") from None
    jobs, task = _section(values, "cluster"), _section(values, "task")
    for name in (*jobs, str(task.get("type"))):
        if name not in _JOBS:
            raise _malformed(f"'{name}': rnnkit knows the jobs 'chief' and 'worker' only")
    addresses = [(job, address) for job in _JOBS for address in _addresses(jobs.get(job, []), job)]
    if len({address for _, address in addresses}) < len(addresses):
        raise _malformed("an address is named twice")
    job, index = task["type"], task.get("index", 0)
    own = [rank for rank, (name, _) in enumerate(addresses) if name == job]
    if type(index) is not int or not 0 <= index < len(own):  # True is an int as well
        raise _malformed(
            f"task.index (={json.dumps(index)}) is none of cluster.{job}, which has {len(own)}"
        )
    if len(addresses) == 1:
        return None
    return Cluster(tuple(address for _, address in addresses), own[index])


def _section(values: object, name: str) -> dict[str, Any]:
    section = values.get(name) if isinstance(values, dict) else None
    if not isinstance(section, dict) or not section:
        raise _malformed(f"it needs a '{name}'")
    return section


def _addresses(values: object, job: str) -> list[str]:
    if not isinstance(values, list):
        raise _malformed(f"cluster.{job} must be a list of host:port")
    for address in values:
        host, _, port = address.rpartition(":") if isinstance(address, str) else ("", "", "")
        if not host or not port.isdigit() or not 0 < int(port) < 1 << 16:
            raise _malformed(f"cluster.{job}: {json.dumps(address)} is no host:port")
    return values


def _malformed(what: str) -> ConfigError:
    return ConfigError([Problem(Location(VARIABLE), f"{what}. It should read like {_EXAMPLE}")])


def _listens(address: str) -> bool:
    try:
        with socket.create_connection(_host_and_port(address), timeout=_PROBE):
            return True
    except (OSError, UnicodeError):  # the second from names that no host can have
        return False


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)
