"""Series of numbers in time, cut into windows."""
