"""The command line: app.py and one file a verb. Each parses options, calls one workflow, prints."""
