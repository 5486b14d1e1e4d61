"""`rnnkit export`: a run -> a file that other programs run, which answers as the run does."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import importlib
import importlib.metadata
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.data.batch import Feed
from rnnkit.data.given import Given, as_file
from rnnkit.errors import OptionError, RunError
from rnnkit.files import (
    TEMPORARY,
    cannot_write,
    clear_up,
    of_this_process,
    write_json,
    write_text,
)
from rnnkit.formats import Format, find_format
from rnnkit.formats.agreement import OwnModel, compare, inputs_of, milliseconds
from rnnkit.formats.card import ARRAYS, CARD, PROGRAM, described, examples_of, program
from rnnkit.formats.network import Ask, network_of
from rnnkit.formats.result import Agreement, Export
from rnnkit.formats.stand_in import judged_by
from rnnkit.models.build import initial_state
from rnnkit.run import Run
from rnnkit.tasks.contract import AnyRun
from rnnkit.version import __version__
from rnnkit.workflows.build import model_name
from rnnkit.workflows.load import load

Say = Callable[[str], None]
PACKAGES = ("tensorflow", "keras", "numpy")  # whose versions are noted


def export(
    run: str | Path | Run,
    to: str,
    *,
    output: str | Path | None = None,
    quantize: str | None = None,
    data: Given = None,
    examples: int | None = None,
    on_message: Say | None = None,
) -> Export:
    """Write a run's network for other programs, once it was seen to answer as the run does.

    It is written elsewhere first, asked about the part that was kept back, and takes its place when
    its answers are the run's own.

    Args:
        run: a run folder, a run's name, or `latest`.
        to: onnx, saved_model or litert.
        output: a new folder; None: export/<format>/ in the run's.
        quantize: float16 or int8, how weights are stored; None: float32.
        data: what is asked about; a file in the form of the training data, or a table or arrays, as
            `rnnkit.train` takes them. None: what the run kept back.
        examples: of these at most; None: all.
        on_message: called with where the run's own data were found; None warns.

    Raises:
        OptionError: the format cannot hold the model or store weights so, a package is missing, or
            the folder is there already; nothing was written.
        RunError: the run cannot be opened, or what was written does not answer as it does.
        DataError: there are no data to ask about.
    """
    chosen = find_format(to, quantize)
    trained = load(run, device="cpu", on_message=on_message)
    folder = _folder(trained.run, to, quantize, output)
    part, name = _asked(trained, data, on_message or warnings.warn)
    with _taking_place(folder) as temporary:
        exporter = _Exporter(trained, chosen, part, name, examples)
        found = exporter.write(temporary, quantize)
        found = dataclasses.replace(found, folder=folder, format=to)
        exporter.describe(temporary, found)
    return found


def _asked(trained: AnyRun, data: Given, say: Say) -> tuple[Feed, str]:
    """The part that both are asked about, and what it is called."""
    if data is not None:
        path = as_file(data, trained.run.given)
        return trained.read_to_judge(path, say), str(path)
    dataset = trained.own_data(say)
    if dataset.held_back is None:
        say("the run kept no examples back: it is asked about those that it was trained on")
        return dataset.train, "train"
    return dataset.held_back


def _folder(run: Run, to: str, quantize: str | None, output: str | Path | None) -> Path:
    name = to if quantize is None else f"{to}-{quantize}"
    folder = run.exports / name if output is None else Path(output)
    if folder.exists() or folder.is_symlink():
        raise OptionError(
            f"{folder}: it is there already: remove it, or name another with --output"
        )
    if output is not None and not folder.parent.is_dir():
        raise OptionError(f"--output {folder}: there is no folder {folder.parent}: make it first")
    return folder


@contextlib.contextmanager
def _taking_place(folder: Path) -> Iterator[Path]:
    """A temporary folder that becomes `folder` if the body succeeds.

    Raises:
        RunError: the disk is full, the folder's is gone or read-only, or another was quicker.
    """
    made = not folder.parent.exists()
    try:
        folder.parent.mkdir(exist_ok=True)
        clear_up(folder.parent, TEMPORARY)
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=of_this_process(TEMPORARY)))
    except OSError as error:
        raise cannot_write(folder, error) from error
    try:
        yield temporary
        temporary.chmod(0o755)  # mkdtemp makes folders private
        temporary.rename(folder)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise RunError(f"{folder}: another export has made it meanwhile: it stays") from None
        raise cannot_write(folder, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        if made:
            with contextlib.suppress(OSError):  # something lies in it
                folder.parent.rmdir()


class _Exporter:
    """Writes one network, asks it and the run's model, and says what came of it."""

    def __init__(
        self, trained: AnyRun, chosen: Format, part: Feed, name: str, examples: int | None
    ) -> None:
        training = trained.config.training
        self.trained = trained
        self.format = chosen
        self.part, self.name, self.examples = part, name, examples
        self.batch_size = training.batch_size
        self.facts = trained.task.facts(trained.config, trained.preprocessing)
        self.meaning = trained.meaning()
        self.network = network_of(
            trained.stack, self.facts, trained.model.get_weights(),
            carried=self.meaning.carried, name=model_name(trained.config),
        )  # fmt: skip
        self.own = OwnModel(
            trained.model, jit_compile=training.jit_compile, dtype_policy=training.dtype_policy
        )
        self.module = importlib.import_module(chosen.module)
        # of running text the first batch can be what stands before the part
        first = next(batch for batch in part.batches(self.batch_size) if batch.valid.any())
        self.rows = len(first.valid)
        self.first = first._replace(state=initial_state(trained.model, self.rows))

    def write(self, folder: Path, quantize: str | None) -> Export:
        """Write the network and compare it.

        Raises:
            OptionError: the format cannot hold it.
            RunError: it does not answer as the run does.
        """
        path = folder / self.format.file
        ask, agreement = self._written(path, None)
        if not agreement.holds:
            raise RunError(
                f"{self.trained.run.path}: what was written answers up to "
                f"{agreement.largest_difference:.2g} apart from the run, more than the "
                f"{agreement.tolerance:.2g} of rounding: nothing was exported"
            )
        quantized: Agreement | None = None
        scores: dict[str, tuple[float, float]] = {}
        if quantize is not None:
            before = self._numbers(ask)
            ask, quantized = self._written(path, quantize)
            after = self._numbers(ask)
            scores = {name: (value, after[name]) for name, value in before.items()}
        inputs = {**inputs_of(self.first), **self.network.zeros(self.rows)}
        single = {name: x[:1] for name, x in inputs.items()}
        return Export(
            folder=folder,
            format="",
            quantize=quantize,
            agreement=agreement,
            quantized=quantized,
            part=self.name,
            bytes=sum(file.stat().st_size for file in [path, *path.rglob("*")] if file.is_file()),
            run_bytes=self.trained.run.model.stat().st_size,
            milliseconds=milliseconds(lambda: ask(inputs), rows=self.rows),
            run_milliseconds=milliseconds(lambda: self.own(self.first), rows=self.rows),
            single_milliseconds=milliseconds(lambda: ask(single), rows=1),
            scores=scores,
        )

    def _written(self, path: Path, quantize: str | None) -> tuple[Ask, Agreement]:
        self.module.write(self.network, path, quantize)
        ask = self.module.opened(path, self.network)
        agreement = compare(
            self.network, ask, self.own, self.part,
            batch_size=self.batch_size, most=self.examples,
        )  # fmt: skip
        return ask, agreement

    def _numbers(self, ask: Ask) -> dict[str, float]:
        """What the task measures of the network, as it is asked."""
        judged = judged_by(self.trained, self.network, ask).judge(
            self.part, name=self.name, dataset=None
        )
        numbers = judged.evaluation.numbers.items()
        return {name: value for name, value in numbers if isinstance(value, float)}

    def describe(self, folder: Path, export: Export) -> None:
        """Write what stands beside the network."""
        trained = self.trained
        answers, _ = self.own(self.first)
        arrays: dict[str, Any] = examples_of(self.first, answers, self.meaning)
        np.savez(folder / ARRAYS, **arrays)
        write_text(
            folder / PROGRAM,
            program(self.module.EXAMPLE, file=self.format.file, network=self.network,
                    meaning=self.meaning),
        )  # fmt: skip
        packages = (*PACKAGES, *self.format.packages)
        values = {
            "version": 1,
            "file": self.format.file,
            "task": trained.config.task,
            "run": trained.run.name,
            **described(self.network, self.meaning, self.facts),
            "export": export.as_dict(),
            "weights_sha256": hashlib.sha256(trained.run.model.read_bytes()).hexdigest(),
            "versions": {
                "rnnkit": __version__,
                **{name: importlib.metadata.version(name) for name in packages},
            },
        }
        write_json(folder / CARD, values)
