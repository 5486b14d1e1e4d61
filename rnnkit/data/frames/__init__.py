"""Tables on disk -> pandas DataFrames: table.py is the door, one file a format."""
