"""`rnnkit predict`: one file a task, and how answers are written."""
