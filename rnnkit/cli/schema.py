"""`rnnkit schema`."""

from __future__ import annotations

import click

from rnnkit import options


@click.command("schema")
@options.common
def command() -> None:
    """Print the JSON schema of configs, by which editors complete and check them.

    \b
    Examples:
      rnnkit schema > rnnkit.schema.json
      check-jsonschema --schemafile rnnkit.schema.json my.yaml

    A config says where it is: `# yaml-language-server: $schema=rnnkit.schema.json` as its first
    line. Every task is in it, those of installed packages too.
    """
    from rnnkit import console
    from rnnkit.config.schema import schema_of
    from rnnkit.tasks import CONFIGS

    console.print_json(schema_of(CONFIGS))
