"""`python -m rnnkit` is `rnnkit`."""

from rnnkit.cli.app import main

if __name__ == "__main__":
    main()
