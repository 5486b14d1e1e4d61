"""One file a task: what is predicted, its loss, its metrics, its baselines."""

from rnnkit.tasks.classification import Classification
from rnnkit.tasks.task import Task

TASKS: dict[str, type[Task]] = {
    "classification": Classification,
}
