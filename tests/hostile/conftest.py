"""The command that every test here runs."""

from tests.hostile.command import refused

__all__ = ["refused"]
