"""Tokens to predict one by one: `task: next_token`."""

from rnnkit.data.tokens.preprocessing import TokenPreprocessing as Kept
from rnnkit.tasks.next_token.dataset import input_facts, load_dataset, read_new

__all__ = ["Kept", "input_facts", "load_dataset", "read_new"]
