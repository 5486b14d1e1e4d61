"""The classes of all configs -> one JSON schema, for editors and for check-jsonschema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from rnnkit.config.root import Config

BASE = {
    "type": "string",
    "description": "a config that this one lies over; what it says need not be said again",
}


class _Untitled(GenerateJsonSchema):
    """Without a title at each field, which would repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema_of(configs: Mapping[str, type[Config]]) -> dict[str, Any]:
    """What a config file may hold.

    Of a file with a `base:`, which may leave out what that says, keys and values are looked at.

    Args:
        configs: the class of each task.
    """
    references, schema = models_json_schema(
        [(config, "validation") for config in configs.values()], schema_generator=_Untitled
    )
    definitions: dict[str, Any] = schema["$defs"]
    of_task = {task: references[config, "validation"]["$ref"] for task, config in configs.items()}
    for reference in of_task.values():
        definitions[reference.rpartition("/")[2]]["properties"]["base"] = BASE
    partial = {f"{name}.partial": _partial(part) for name, part in definitions.items()}
    has_base = {"required": ["base"]}
    choices = [
        {
            "if": {"required": ["task"], "properties": {"task": {"const": task}}},
            "then": {
                "if": has_base,
                "then": {"$ref": f"{reference}.partial"},
                "else": {"$ref": reference},
            },
        }
        for task, reference in of_task.items()
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rnnkit config",
        "type": "object",
        "properties": {
            "base": BASE,
            "task": {"enum": list(configs), "description": "what is predicted"},
        },
        "anyOf": [{"required": ["task"]}, has_base],
        "allOf": choices,
        "$defs": definitions | partial,
    }


def _partial(schema: Any) -> Any:
    """A schema in which nothing is required, made of others like it."""
    if isinstance(schema, list):
        return [_partial(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _partial(value) for key, value in schema.items() if key != "required"}
    if "$ref" in found:
        found["$ref"] += ".partial"
    return found
