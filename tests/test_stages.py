"""Whoever listens is told what is being done, as long as it listens."""

from rnnkit import stages


def test_all_who_listen_are_told() -> None:
    outer: list[str] = []
    inner: list[str] = []
    with stages.told_to(outer.append):
        stages.begin("reading")
        with stages.told_to(inner.append):
            stages.begin("building")
        stages.begin("training")
    stages.begin("ending")
    assert outer == ["reading", "building", "training"]
    assert inner == ["building"]
