"""YAML -> a validated Config. pydantic and PyYAML only: nothing here imports TensorFlow or numpy."""
