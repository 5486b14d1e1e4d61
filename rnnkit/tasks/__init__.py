"""One file a task: what is predicted, its loss, its metrics, its baselines."""

from rnnkit.tasks.classification import Classification
from rnnkit.tasks.forecasting import Forecasting
from rnnkit.tasks.memory import Memory
from rnnkit.tasks.next_frame import NextFrame
from rnnkit.tasks.next_token import NextToken
from rnnkit.tasks.task import Task

TASKS: dict[str, type[Task]] = {
    "classification": Classification,
    "next_token": NextToken,
    "next_frame": NextFrame,
    "forecasting": Forecasting,
    "memory": Memory,
}
