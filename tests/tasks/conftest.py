"""Fixtures of these tests."""

from tests.data.on_disk import disk

__all__ = ["disk"]
