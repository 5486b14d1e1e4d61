"""`rnnkit serve RUN`."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import click

from rnnkit import options
from rnnkit.errors import OptionError

if TYPE_CHECKING:
    from rnnkit.tasks.contract import AnyRun

_NEEDED = ("starlette", "uvicorn", "prometheus_client")


@click.command("serve")
@options.run
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
    help="0 takes a free one.",
)  # fmt: skip
@click.option(
    "--max-body", type=click.IntRange(min=1), default=10, show_default=True, metavar="MB",
    help="Megabytes of a request.",
)  # fmt: skip
@click.option(
    "--max-rows", type=click.IntRange(min=1), default=10_000, show_default=True, metavar="N",
    help="Rows of a request.",
)  # fmt: skip
@click.option(
    "--max-length", type=click.IntRange(min=1), default=10_000, show_default=True, metavar="N",
    help="Tokens or steps that a request may ask for.",
)  # fmt: skip
@click.option(
    "--timeout", type=options.Number(min=0, min_open=True), default=30.0, show_default=True,
    metavar="SECONDS", help="From a request to its answer.",
)  # fmt: skip
@click.option(
    "--queue", type=click.IntRange(min=1), default=128, show_default=True, metavar="N",
    help="Requests that may wait; more are sent away.",
)  # fmt: skip
@options.device
@options.quiet
@options.common
def command(
    run: str,
    host: str,
    port: int,
    max_body: int,
    max_rows: int,
    max_length: int,
    timeout: float,
    queue: int,
    device: str | None,
    quiet: bool,
) -> None:
    """Let RUN (a run folder, a run's name, or `latest`) answer over HTTP, until Ctrl-C.

    POST /predict takes CSV or JSON in the form of the training data, and answers as `rnnkit
    predict` does; POST /generate streams. / is a page to try it, /openapi.json describes it,
    /health and /metrics are for who watches. It listens to this machine alone unless --host says
    otherwise; it has no TLS and asks nobody who they are.

    \b
    Examples:
      rnnkit serve latest
      curl --data-binary @new.csv -H 'Content-Type: text/csv' localhost:8000/predict
      rnnkit serve sunspots --port 0 --timeout 5
    """
    from rnnkit import console
    from rnnkit.runs import find_run
    from rnnkit.tasks import task_of
    from rnnkit.workflows.check import config_of

    found = find_run(run)
    task = task_of(config_of(found).config)
    if lacking := [name for name in _NEEDED if importlib.util.find_spec(name) is None]:
        raise OptionError(f"serve needs {', '.join(lacking)}: pip install 'rnnkit[serve]'")
    from rnnkit.server.limits import Limits
    from rnnkit.server.serving import serve
    from rnnkit.streams import tell

    def load() -> AnyRun:
        console.load_tensorflow(quiet=quiet)
        from rnnkit.workflows.load import load

        return load(found, device=device, on_message=tell)

    limits = Limits(max_body << 20, max_rows, max_length, timeout, queue)
    serve(found, task, load, host=host, port=port, limits=limits, quiet=quiet)
