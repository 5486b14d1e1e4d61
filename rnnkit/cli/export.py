"""`rnnkit export RUN`."""

from __future__ import annotations

import click

from rnnkit import options
from rnnkit.formats import FORMATS, QUANTIZED
from rnnkit.streams import tell


@click.command("export")
@options.run
@click.option("--to", type=click.Choice(list(FORMATS)), required=True, help="The format.")
@click.option(
    "--output", metavar="DIR", help="A new folder; default: export/<format>/ in the run's."
)
@click.option(
    "--quantize", type=click.Choice(QUANTIZED),
    help="How weights are stored; the loss of accuracy is measured. Default: float32.",
)  # fmt: skip
@click.option(
    "--data", metavar="FILE", help="Labelled examples to ask both about; default: those kept back."
)
@click.option(
    "--examples", type=click.IntRange(min=1), metavar="N", help="Of these at most; default: all."
)
@options.as_json
@options.common
def command(
    run: str,
    to: str,
    output: str | None,
    quantize: str | None,
    data: str | None,
    examples: int | None,
    as_json: bool,
) -> None:
    """Write RUN's network for programs that have no rnnkit.

    Beside it lie model.json, which says what its numbers mean, and example.py, which asks it with
    numpy and the format's runtime alone. Nothing is exported that does not answer as the run does.

    \b
    Examples:
      rnnkit export latest --to onnx
      rnnkit export mnist --to litert --quantize int8
      rnnkit export mnist --to saved_model --output served/
    """
    from rnnkit import console
    from rnnkit.formats import find_format
    from rnnkit.runs import find_run

    find_format(to, quantize)
    found_run = find_run(run)
    console.load_tensorflow()
    from rnnkit.reports.export import export_table
    from rnnkit.workflows.export import export

    found = export(
        found_run, to, output=output, quantize=quantize, data=data, examples=examples,
        on_message=tell,
    )  # fmt: skip
    if as_json:
        console.print_json(found.as_dict())
    else:
        console.print_result(export_table(found))
    tell(f"next: python {found.folder / 'example.py'}")
