"""Which config class each `task:` is read with: one line a task."""

from rnnkit.config.classification import ClassificationConfig
from rnnkit.config.forecasting import ForecastingConfig
from rnnkit.config.memory import MemoryConfig
from rnnkit.config.next_frame import NextFrameConfig
from rnnkit.config.next_token import NextTokenConfig
from rnnkit.config.root import Config

CONFIGS: dict[str, type[Config]] = {
    "classification": ClassificationConfig,
    "forecasting": ForecastingConfig,
    "memory": MemoryConfig,
    "next_frame": NextFrameConfig,
    "next_token": NextTokenConfig,
}
