"""Random configs through every verb: whatever `check` accepts must train, and end without a bug."""

import argparse
import collections
import sys
import tempfile
import time
from pathlib import Path

from tests.guard.trial import Guard


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.guard", description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="of configs")
    parser.add_argument("--seed", type=int, default=0, help="of the configs")
    parser.add_argument("--only", type=int, default=None, metavar="N", help="the Nth alone")
    options = parser.parse_args()
    began = time.monotonic()
    numbers = range(options.count) if options.only is None else [options.only]
    codes: collections.Counter[str] = collections.Counter()
    faults = 0
    with tempfile.TemporaryDirectory() as name:
        guard = Guard(Path(name), options.seed)
        for number in numbers:
            trial = guard.trial(number)
            codes.update(f"{end.command[0]} {end.code}" for end in trial.ended)
            if options.only is not None or trial.fault is not None:
                print(trial.text)
            print(f"{number}: {trial.seconds:.1f} s: {', '.join(trial.keys)}", flush=True)
            if trial.fault is not None:
                faults += 1
                print(trial.fault)
                print(f"again: python -m tests.guard --seed {options.seed} --only {number}\n")
    print(f"{len(numbers)} configs, {faults} faults; {time.monotonic() - began:.0f} s")
    for what, count in sorted(codes.items()):
        print(f"{count:5} {what}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
