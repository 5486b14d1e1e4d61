"""What happens inside a model: gradients through time, gates, states, units that never fire."""
