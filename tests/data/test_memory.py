"""The machine says how much memory it has, or nothing."""

from rnnkit.data import memory


def test_a_machine_has_memory():
    assert memory.memory_size() > 2**27


def test_a_system_may_not_say(monkeypatch):
    monkeypatch.delattr(memory.os, "sysconf")
    assert memory.memory_size() is None
