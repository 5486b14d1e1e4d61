"""Which config class each `task:` is read with: one line a task."""

from rnnkit.config.classification import ClassificationConfig
from rnnkit.config.root import Config

CONFIGS: dict[str, type[Config]] = {
    "classification": ClassificationConfig,
}
