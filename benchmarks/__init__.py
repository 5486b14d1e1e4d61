"""rnnkit's speed beside plain Keras and PyTorch: `python -m benchmarks`, or `make bench`."""
