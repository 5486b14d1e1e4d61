"""Melodies as text: a documented subset of ABC notation, checked, and written as MIDI."""

from rnnkit.music.tune import Note, Tune, read_tune, split_tunes

__all__ = ["Note", "Tune", "read_tune", "split_tunes"]
