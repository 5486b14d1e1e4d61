"""A file or a folder -> what it is at first sight, from which tasks guess a config."""
