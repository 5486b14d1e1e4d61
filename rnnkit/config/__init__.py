"""YAML -> a validated Config. With pydantic and PyYAML only: no TensorFlow, no numpy."""
