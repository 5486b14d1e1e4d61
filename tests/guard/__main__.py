"""Random configs through every verb: whatever `check` accepts must train, and end without a bug."""

import argparse
import collections
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import unburden
from tests.guard.trial import Guard


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.guard", description=__doc__)
    parser.add_argument("--count", type=int, default=500, help="of configs")
    parser.add_argument("--seed", type=int, default=0, help="of the configs")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="begin with the Nth")
    parser.add_argument("--only", type=int, default=None, metavar="N", help="the Nth alone")
    options = parser.parse_args()
    began = time.monotonic()
    numbers = range(options.first, options.count) if options.only is None else [options.only]
    codes: collections.Counter[str] = collections.Counter()
    accepted = faults = 0
    with tempfile.TemporaryDirectory() as name:
        guard = Guard(Path(name), options.seed)
        for number in numbers:
            trial = guard.trial(number)
            codes.update(f"{end.command[0]} {end.code}" for end in trial.ended)
            print(f"{number}: {trial.seconds:.1f} s", flush=True)
            if options.only is not None or trial.fault is not None:
                print(f"{trial.report()}\n", flush=True)
            faults += trial.fault is not None
            accepted += trial.accepted
            unburden()
    taken = time.monotonic() - began
    print(f"{len(numbers)} configs, {accepted} accepted, {faults} faults; {taken:.0f} s")
    for what, count in sorted(codes.items()):
        print(f"{count:5} {what}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
