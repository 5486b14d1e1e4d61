"""`make test-crash`: N trainings killed at random instants, and one at each step of a write."""

import argparse
import collections
import contextlib
import random
import tempfile
import time
from pathlib import Path

from tests.crash.harness import Bench, Server


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=50, help="at random instants")
    parser.add_argument("--seed", type=int, default=None, help="of the instants; default: the time")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else int(time.time())
    instants = random.Random(seed)
    places: collections.Counter[str] = collections.Counter()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as name,
        contextlib.closing(Server(Path(name))) as server,
    ):
        bench = Bench(Path(name), server)
        print(f"a whole run takes {bench.whole.seconds:.1f} s; seed {seed}")
        number = 0
        while number < options.kills:
            length = bench.whole.seconds
            again = instants.uniform(0, length) if instants.random() < 0.3 else None
            where = bench.disturb(kill_after=instants.uniform(0, length), again_after=again)
            number += where != "after its end"  # it was quicker than the whole run: none was killed
            print(f"{number}/{options.kills}: killed {where}", flush=True)
            places[_kind(where)] += 1
        for number in bench.calls_of_one_checkpoint():
            where = bench.disturb(fault={"at": number})
            print(f"killed at `{bench.calls[number].split()[0]}` of a write: {where}", flush=True)
    print(f"all ended bit for bit as the whole run; {time.monotonic() - began:.0f} s")
    for place, count in places.most_common():
        print(f"{count:5} {place}")


def _kind(where: str) -> str:
    where = where.partition(", then")[0]
    return "between steps" if where.startswith("after step") and "," not in where else (
        "inside a write" if "inside" in where else where
    )  # fmt: skip


if __name__ == "__main__":
    main()
