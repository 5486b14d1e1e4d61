"""One file a task: what is predicted, its loss, its metrics, its baselines."""

from rnnkit.tasks.classification import Classification

TASKS = {
    "classification": Classification,
}
