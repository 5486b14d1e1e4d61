"""Sequences of vectors, each to be predicted from those before."""
