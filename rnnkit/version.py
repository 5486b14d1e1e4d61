"""The version of rnnkit."""

__version__ = "0.1.0"
