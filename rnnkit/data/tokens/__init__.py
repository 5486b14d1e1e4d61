"""Running text and sequences of tokens."""
