"""Files -> a Dataset of numpy arrays: sources, labels, padding, splits, scales. No TensorFlow."""
