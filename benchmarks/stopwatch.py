"""A command in a process of its own -> a line a part of it: when it began, and what it is.

    python -m benchmarks.stopwatch FILE BEGAN rnnkit train configs/mnist.yaml
    python -m benchmarks.stopwatch FILE BEGAN keras MODEL BATCH_SIZE

Times are seconds since BEGAN, the parent's clock when it started the process. Nothing is imported
here that the command would not import itself.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

Tell = Callable[[str], None]


def main() -> int:
    file, began, contender, *arguments = sys.argv[1:]
    with Path(file).open("w", encoding="utf-8", buffering=1) as out:

        def note(part: str) -> None:
            out.write(f"{time.time() - float(began):.3f}\t{part}\n")

        return {"rnnkit": _rnnkit, "keras": _keras}[contender](note, arguments)


def _rnnkit(note: Tell, arguments: list[str]) -> int:
    """Its command line; the parts are those that it tells people of."""
    from rnnkit import stages
    from rnnkit.cli.app import run

    with stages.told_to(note):
        code = run(arguments)
    note("ending")
    return code


def _keras(note: Tell, arguments: list[str]) -> int:
    """What a script of Keras's needs before its first step, and that step, on random values.

    The model is that of a run, of Keras's own layers; the loss is the mean squared error.
    """
    model_path, rows = arguments[0], int(arguments[1])
    note("loading TensorFlow")
    from rnnkit.runtime import keras

    note("building the model")
    import numpy as np

    model = keras.models.load_model(model_path)
    model.compile("adam", "mse")
    sides = [(rows, *(side or 1 for side in one.shape[1:])) for one in model.inputs]
    x = [np.ones(side, one.dtype) for side, one in zip(sides, model.inputs, strict=True)]
    y = [np.zeros((rows, *(side or 1 for side in one.shape[1:]))) for one in model.outputs]
    note("compiling")
    model.train_on_batch(x, y)
    note("ending")
    return 0


if __name__ == "__main__":
    sys.exit(main())
