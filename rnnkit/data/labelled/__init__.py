"""Sequences with one label each: arrays of equal length, or tables, wide and long."""
