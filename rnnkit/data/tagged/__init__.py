"""Sequences with a tag for every step: a table with a step a row, or text with its own marks."""
