"""Model + Dataset -> trained weights: the step, the loop, checkpoints and callbacks."""
