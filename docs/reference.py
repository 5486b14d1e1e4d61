"""`python docs/reference.py`: the config classes -> docs/reference.md, every key of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rnnkit.config.document import read_document
from rnnkit.config.schema import schema_of
from rnnkit.config.shipped import shipped_configs
from rnnkit.tasks import CONFIGS, TASKS, load_config

PATH = Path(__file__).with_suffix(".md")
BAR = "\\|"  # within a cell
INTRODUCTION = """\
# Every key of a config

Made from the config classes by `python docs/reference.py`; `rnnkit schema` prints the same as a
JSON schema. A layer, an optimizer or a schedule without arguments may be its bare name. Where a
key has no example in `configs/`, its default stands in its place.
"""
OTHER_EXAMPLES = {  # of keys without a default that the shipped configs do not use, or at length
    "ModelConfig.layers": [{"lstm": {"units": 64}}, "dense"],
    "TableFormat.missing": ["", "-999"],
    "activity_regularizer": {"l2": {"l2": 0.001}},
    "bias_constraint": "non_neg",
    "bias_regularizer": {"l2": {"l2": 0.001}},
    "choices": [16, 32, 64],
    "class_weight": "balanced",
    "clipnorm": 1.0,
    "clipvalue": 0.5,
    "column": "part",
    "comment": "'#'",
    "decay_rate": 0.5,
    "decay_steps": 1000,
    "exclude": ["row"],
    "features": ["sensor_*"],
    "gamma_constraint": {"max_norm": {"max_value": 2}},
    "beta_constraint": {"max_norm": {"max_value": 2}},
    "embeddings_constraint": {"max_norm": {"max_value": 2}},
    "embeddings_regularizer": {"l2": {"l2": 0.001}},
    "beta_regularizer": {"l2": {"l2": 0.001}},
    "gamma_regularizer": {"l2": {"l2": 0.001}},
    "high": 0.01,
    "id": "recording",
    "input": "static",
    "intercept": 0.5,
    "key_dim": 16,
    "kernel_constraint": {"max_norm": {"max_value": 2}},
    "kernel_regularizer": {"l2": {"l2": 0.001}},
    "label": "activity",
    "layer": {"lstm": {"units": 64}},
    "learning_rate_factor": 0.1,
    "limit": 1000,
    "low": 0.0001,
    "loss": "sparse_categorical_crossentropy",
    "max_length": 500,
    "max_vocabulary": 20000,
    "min_count": 5,
    "minutes": 60,
    "multiply": 100,
    "n": 12,
    "name": "mine",
    "num_heads": 4,
    "parameters": {"training.batch_size": [16, 32, 64]},
    "query": "SELECT * FROM source WHERE speed > 0",
    "recurrent_constraint": {"max_norm": {"max_value": 2}},
    "recurrent_regularizer": {"l2": {"l2": 0.001}},
    "season": 24,
    "separator": "';'",
    "sequence": "user",
    "series": "site",
    "shards": 2,
    "sheet": "2024",
    "stddev": 0.1,
    "table": "measurements",
    "tables": {"sites": "sites.csv"},
    "test": 0.2,
    "thousands": "','",
    "time": "date",
    "time_format": "'%d.%m.%Y'",
    "time_step": 0.1,
    "token": "action",
    "trace": "to be or not",
    "vectors": "glove.6B.100d.txt",
    "weight_decay": 0.01,
    "window": 64,
}  # fmt: skip


def reference() -> str:
    """The page: each task's sections; what several share stands where it comes first."""
    definitions = schema_of({name: CONFIGS[name] for name in TASKS})["$defs"]
    lines, seen = [INTRODUCTION], set()
    for task in TASKS:
        top = CONFIGS[task].__name__
        examples = dict(_examples(task))
        lines += [f"## task: {task}", ""]
        below: dict[str, None] = {top: None}
        _gather(definitions[top], definitions, below)
        for name in below:
            if name not in seen:
                seen.add(name)
                lines += _section(name, definitions[name], examples)
    return "\n".join(lines)


def _gather(schema: Any, definitions: dict[str, Any], found: dict[str, None]) -> None:
    """Add the names of the definitions that a schema leads to; layers lead back to themselves."""
    if isinstance(schema, list):
        for one in schema:
            _gather(one, definitions, found)
    elif isinstance(schema, dict):
        name = schema.get("$ref", "").rpartition("/")[2]
        if name and name not in found:
            found[name] = None
            _gather(definitions[name], definitions, found)
        for value in schema.values():
            _gather(value, definitions, found)


def _section(name: str, schema: dict[str, Any], examples: dict[str, Any]) -> list[str]:
    """A heading and a table of the keys."""
    if (inner := _arguments(schema)) is None:
        return [f"### {name}", "", _type(schema), ""]
    about = inner.get("description", "").split("\n\n")[0].replace("\n", " ")
    lines = [f"### {name}", "", *([about, ""] if about else [])]
    lines += ["| key | type | default | what | example |", "|---|---|---|---|---|"]
    required = inner.get("required", [])
    for key, field in inner["properties"].items():
        default = field.get("default")
        value = examples.get(f"{name}.{key}", examples.get(key, default))
        section = _is_section(field)
        example = f"{key}: {_yaml(value)}" if not section else f"{key}: ..."
        default = "" if section else "required" if key in required else _yaml(default)
        what = field.get("description", "").replace("<", "&lt;")  # or <unk> would be a tag
        cells = [f"`{key}`", _type(field), default, what, f"`{example}`"]
        lines.append(f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |")
    return [*lines, ""]


def _arguments(schema: dict[str, Any]) -> dict[str, Any] | None:
    """The part of a section's schema that has its keys: a layer's stands under its name."""
    while "properties" not in schema:
        if "anyOf" not in schema or "properties" not in schema["anyOf"][0]:
            return None
        schema = schema["anyOf"][0]
    names = [*schema["properties"]]
    if len(names) == 1 and schema.get("required") == names and names[0].islower():
        inner = schema["properties"][names[0]]
        return _arguments(inner) or schema
    return schema


def _type(field: dict[str, Any]) -> str:
    """A JSON schema in words."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "const" in field:
        return f"`{_yaml(field['const'])}`"
    if "enum" in field:
        return " or ".join(f"`{_yaml(value)}`" for value in field["enum"])
    if choices := field.get("anyOf") or field.get("oneOf"):
        return " or ".join(dict.fromkeys(map(_type, choices)))
    kind = field.get("type", "anything")
    if kind == "array":
        return f"list of {_type(field.get('items', {}))}"
    if kind == "object":
        names = [*field.get("properties", {})]
        return "one of " + ", ".join(f"`{name}`" for name in names) if names else "mapping"
    bounds = {"exclusiveMinimum": ">", "minimum": "≥", "exclusiveMaximum": "<", "maximum": "≤"}
    said = [
        f"{sign} {field[key]:g}"
        for key, sign in bounds.items()
        if abs(field.get(key, 2**31)) < 2**31
    ]
    return " ".join([{"string": "text", "boolean": "true or false"}.get(kind, kind), *said])


def _examples(task: str) -> Iterator[tuple[str, Any]]:
    """A value for each key, the first that the shipped configs have; those of the task first."""
    yield from OTHER_EXAMPLES.items()
    configs = {path: load_config(path).config.task == task for path in shipped_configs().values()}
    for path in sorted(configs, key=lambda path: (configs[path], path), reverse=False):
        yield from _keys(read_document(path).values)


def _keys(values: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(values, dict):
        for key, value in values.items():
            yield key, value
            yield from _keys(value)
    elif isinstance(values, list):
        for value in values:
            yield from _keys(value)


def _is_section(field: dict[str, Any]) -> bool:
    """Whether a key holds keys that are described on their own."""
    return "$ref" in field and not isinstance(field.get("default"), str)


def _yaml(value: Any) -> str:
    """A value on one line, as YAML has it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]" if len(value) < 6 else "[...]"
    return (
        {None: "null", True: "true", False: "false"}.get(value, str(value))
        if (value is None or isinstance(value, bool))
        else str(value)
    )


if __name__ == "__main__":
    PATH.write_text(reference(), encoding="utf-8")
