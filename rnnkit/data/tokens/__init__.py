"""Tokens to predict one by one: `task: next_token`."""

from rnnkit.data.tokens.load import input_facts, load_dataset, read_new
from rnnkit.data.tokens.preprocessing import TokenPreprocessing as Kept

__all__ = ["Kept", "input_facts", "load_dataset", "read_new"]
