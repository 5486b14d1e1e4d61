"""Sequences with numbers to predict: arrays, or tables, wide and long, whole or in windows."""
