"""`rnnkit check CONFIG`."""

from __future__ import annotations

import click

from rnnkit import options


@click.command("check")
@options.config
@options.overrides
@options.as_json
@options.common
def command(config: str, overrides: tuple[str, ...], as_json: bool) -> None:
    """Validate CONFIG and show its layers, without starting TensorFlow.

    \b
    Examples:
      rnnkit check configs/mnist.yaml
      rnnkit check configs/mnist.yaml --set model.layers.0.lstm.units=128

    Every problem is shown at once, with its line and what was expected; the exit code is then 2.
    """
    from rnnkit import console
    from rnnkit.reports.card import short_lines
    from rnnkit.workflows.begin import check_start
    from rnnkit.workflows.check import check

    checked = check_start(check(config, overrides=overrides))
    stack = checked.stack
    card = checked.card
    notes = [("note", text) for text in checked.facts.notes]
    lines = notes if card is None else short_lines(card)
    for label, text in [*lines, *checked.start_lines]:
        console.print_line(console.err(), f"{label:<7}{text}", indent=7)
    if as_json:
        rows = [
            {"kind": s.kind, "name": s.name, "output_shape": s.output_shape,
             "parameters": s.parameters, "trained": s.trained}
            for s in stack.summaries
        ]  # fmt: skip
        data = None if card is None else card.model_dump(mode="json")
        numbers = {"parameters": stack.parameters, "trained": stack.trained}
        start = None if checked.start is None else checked.start.facts
        console.print_json({"data": data, "start": start, "layers": rows, **numbers})
        return
    from rnnkit.reports.tables import layer_table

    console.print_result(layer_table(stack.summaries, input_shape=checked.facts.shape))
    command = ["train", config, *options.typed(overrides)]
    console.advise(command, "(or --dry-run first: it measures the time needed)")
