"""Fixtures of these tests."""

from tests.config.conftest import _own_folder
from tests.data.on_disk import disk

__all__ = ["_own_folder", "disk"]
