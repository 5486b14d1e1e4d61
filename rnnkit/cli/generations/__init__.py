"""`rnnkit generate`: one file a task."""
