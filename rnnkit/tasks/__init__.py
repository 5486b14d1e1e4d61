"""One file a task: what is predicted, its loss, its metrics, its baselines."""

from rnnkit.tasks.classification.objective import Classification
from rnnkit.tasks.contract import Task
from rnnkit.tasks.forecasting.evaluation import Forecasting
from rnnkit.tasks.memory.evaluation import Memory
from rnnkit.tasks.next_frame.objective import NextFrame
from rnnkit.tasks.next_token.objective import NextToken

TASKS: dict[str, type[Task]] = {
    "classification": Classification,
    "next_token": NextToken,
    "next_frame": NextFrame,
    "forecasting": Forecasting,
    "memory": Memory,
}
