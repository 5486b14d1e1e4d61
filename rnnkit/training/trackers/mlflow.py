"""A training -> a run of MLflow: its parameters, its metrics by epoch, its folder as artifacts."""

from __future__ import annotations

import contextlib
import os
import re
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rnnkit.run import Run
from rnnkit.runtime import keras
from rnnkit.training.callbacks import Logs
from rnnkit.training.lines import EPOCH
from rnnkit.version import __version__
from rnnkit.words import ends

RUN_ID = "mlflow_run"  # in run.json: a resumed run goes on in the same one of MLflow
LEFT_OUT = ("checkpoints", "tensorboard", ".lock")  # of the folder: large, or of no use elsewhere
MAX_VALUE = 500  # characters of a parameter, that every MLflow takes
MAX_PARAMETERS = 100  # at once
STATUS = {"completed": "FINISHED", "interrupted": "KILLED"}  # any other: FAILED

# MLflow reports how it is used over the network unless it is told not to, and asks a server that
# does not answer for minutes.
_ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
}


@contextlib.contextmanager
def tracked(
    run: Run, experiment: str, parameters: Mapping[str, object], say: Callable[[str], None]
) -> Iterator[MlflowTracker]:
    """A callback, and after the body what became of the run; the arguments are the callback's."""
    tracker = MlflowTracker(run, experiment, parameters, say)
    try:
        yield tracker
    finally:
        tracker.close()


class MlflowTracker(keras.callbacks.Callback):
    """Follows a training; once MLflow fails, that is said, and nothing more is tracked.

    Args:
        run: what is trained.
        experiment: that it is a run of, unless MLFLOW_EXPERIMENT_NAME says another.
        parameters: what it is trained with, by key; those of its beginning stay.
        say: hears where to look, and what failed.
    """

    def __init__(
        self,
        run: Run,
        experiment: str,
        parameters: Mapping[str, object],
        say: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.run, self.parameters, self.say = run, parameters, say
        self.experiment = os.environ.get("MLFLOW_EXPERIMENT_NAME", experiment)
        self._client: Any = None  # None: not begun, or failed
        self._id, self._logged = "", 0  # epochs that MLflow has

    def on_train_begin(self, logs: Logs | None = None) -> None:
        with self._unharmed():
            self._client = _new_client()
            self._id = self.run.read_metadata().get(RUN_ID, "")
            if self._id:
                self._go_on()
            else:
                self._begin()
            place = re.sub("//[^/@]*@", "//", self._client.tracking_uri)  # without a password
            self.say(f"mlflow: run {self._id} of experiment '{self.experiment}' at {place}")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """What MLflow lacks of history.csv: a resumed run repeats epochs, or was not tracked."""
        if self._client is None:
            return
        with self._unharmed():
            for row in self.run.read_history():
                if (number := int(row.pop(EPOCH))) > self._logged:
                    self._log_metrics(row, step=number)
                    self._logged = number

    def close(self) -> None:
        """Hand over the evaluation, the folder and how the run ended."""
        if self._client is None:
            return
        with self._unharmed():
            if evaluation := self.run.read_evaluation():
                numbers = {k: v for k, v in evaluation.items() if isinstance(v, float)}
                part = evaluation["data"]
                self._log_metrics({f"{part}_{k}": v for k, v in numbers.items()}, step=self._logged)
            self._log_folder()
            status = STATUS.get(self.run.read_metadata().get("status", ""), "FAILED")
            self._client.set_terminated(self._id, status)

    def _begin(self) -> None:
        from mlflow.entities import Param

        client, metadata = self._client, self.run.read_metadata()
        found = client.get_experiment_by_name(self.experiment)
        own = client.create_experiment(self.experiment) if found is None else found.experiment_id
        tags = {
            "rnnkit.run": str(self.run.path.absolute()),
            "rnnkit.version": __version__,
            "rnnkit.data.sha256": str(metadata.get("data", {}).get("sha256", "")),
        }
        self._id = client.create_run(own, run_name=self.run.name, tags=tags).info.run_id
        self.run.update_metadata(**{RUN_ID: self._id})
        values = [Param(_key(k), ends(str(v), MAX_VALUE - 3)) for k, v in self.parameters.items()]
        for begin in range(0, len(values), MAX_PARAMETERS):
            client.log_batch(self._id, params=values[begin : begin + MAX_PARAMETERS])

    def _go_on(self) -> None:
        self._client.update_run(self._id, status="RUNNING")
        steps = [metric.step for metric in self._client.get_metric_history(self._id, "loss")]
        self._logged = max(steps, default=0)

    def _log_folder(self) -> None:
        """Every file but what is left out; links lead elsewhere."""
        for path in sorted(self.run.path.rglob("*")):
            place = path.relative_to(self.run.path)
            if path.is_file() and not path.is_symlink() and place.parts[0] not in LEFT_OUT:
                folder = None if len(place.parts) == 1 else place.parent.as_posix()
                self._client.log_artifact(self._id, str(path), folder)

    def _log_metrics(self, values: Mapping[str, float], *, step: int) -> None:
        from mlflow.entities import Metric

        now = round(1000 * time.time())
        metrics = [Metric(_key(name), value, now, step) for name, value in values.items()]
        self._client.log_batch(self._id, metrics=metrics)

    @contextlib.contextmanager
    def _unharmed(self) -> Iterator[None]:
        """Whatever MLflow raises ends the tracking, not the training; its warnings are its own."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        except Exception as error:
            self._client = None
            reason = ends(" ".join(str(error).split()), 300)
            self.say(
                f"mlflow: {type(error).__name__}: {reason}: nothing more is tracked; the training "
                "goes on"
            )


def _new_client() -> Any:
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    from mlflow.tracking import MlflowClient  # slow to import, and only an extra

    return MlflowClient()


def _key(name: str) -> str:
    """In the characters that MLflow takes."""
    return re.sub(r"[^\w\-./: ]", "_", name)
