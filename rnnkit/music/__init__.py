"""Melodies as text: ABC notation, checked, and written as MIDI."""

from rnnkit.music.tune import Note, Tune, read_tune, read_tunes, split_tunes

__all__ = ["Note", "Tune", "read_tune", "read_tunes", "split_tunes"]
