"""What can be asked of a server -> its OpenAPI description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from pydantic import BaseModel

from rnnkit.server.choices import Choices
from rnnkit.server.limits import Limits
from rnnkit.server.posted import JSON, TEXTS
from rnnkit.version import __version__

Schema = dict[str, Any]
EVENTS, PLAIN = "text/event-stream", "text/plain"
_STATUSES = {
    400: "No JSON, or a choice that there is not.",
    403: "The Host or the Origin is another one.",
    408: "The body came too slowly.",
    413: "The body is too large.",
    415: "The Content-Type is not one of these.",
    422: "The rows do not fit the run, or too much is asked for.",
    503: "Too many requests wait: Retry-After says when to come back.",
    504: "There was no answer in time.",
}


class Problem(BaseModel):
    """What a request is answered with that cannot be answered otherwise."""

    error: str  # what happened, where, and what helps


class Answer(BaseModel):
    """What /predict answers in JSON."""

    answers: list[dict[str, Any]]  # as `rnnkit predict --format jsonl` prints them
    notes: list[str]  # what must be known of them


class Health(BaseModel):
    """What /health answers."""

    status: str
    run: str
    task: str
    waiting: int  # requests


def describe(
    title: str,
    asked: str,
    limits: Limits,
    *,
    predict: tuple[Choices, Any] | None,
    generate: tuple[Choices, Any] | None,
) -> Schema:
    """The description, as JSON.

    Args:
        title: the run's name.
        asked: what it answers, in a few words.
        limits: what is borne.
        predict: what a request may choose, and a body that is answered; None: it does not answer.
        generate: the same of what it makes up.
    """
    paths: Schema = {
        "/health": _get("Whether the network answers.", Health),
        "/metrics": {"get": {"summary": "Counters, for Prometheus.", "responses": {
            "200": {"description": "In its text format.", "content": {PLAIN: {}}}}}},
    }  # fmt: skip
    if predict is not None:
        paths["/predict"] = {"post": _predict(asked, limits, *predict)}
    if generate is not None:
        paths["/generate"] = {"post": _generate(limits, *generate)}
    models = (Problem, Answer, Health)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__, "description": asked},
        "paths": paths,
        "components": {"schemas": {one.__name__: one.model_json_schema() for one in models}},
    }


def _predict(asked: str, limits: Limits, choices: Choices, sample: Any) -> Schema:
    text = {"type": "string"}
    content: Schema = {kind: {"schema": text} for kind in TEXTS}
    if not isinstance(sample, str):
        content = {JSON: {"schema": _schema_of(sample), "example": sample}, **content}
    elif sample:
        content[PLAIN]["example"] = sample
    return {
        "summary": asked,
        "description": "Rows in the form of the training data, as `rnnkit predict --data` takes "
        f"them; at most {limits.rows:,}, in {limits.body:,} bytes. Answers: JSON, or by "
        "`Accept: text/csv` a table.",
        "parameters": [
            {"name": name, "in": "query", "schema": _schema_of_option(option),
             "description": option.help or ""}
            for name, option in choices.options.items()
        ],
        "requestBody": {"required": True, "content": content},
        "responses": _responses({JSON: {"schema": _named(Answer)}, "text/csv": {"schema": text}}),
    }  # fmt: skip


def _generate(limits: Limits, choices: Choices, sample: Any) -> Schema:
    properties = {
        name: {**_schema_of_option(option), "description": option.help or ""}
        for name, option in choices.options.items()
    }
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {
        "summary": "Make something up, as it is drawn.",
        "description": f"At most {limits.length:,} tokens. By `Accept: {EVENTS}` each piece is an "
        "event with JSON, notes and the end are too; else it is plain text.",
        "requestBody": {
            "required": True, "content": {JSON: {"schema": schema, "example": sample}}
        },
        "responses": _responses({kind: {"schema": {"type": "string"}} for kind in (PLAIN, EVENTS)}),
    }  # fmt: skip


def _get(summary: str, model: type[BaseModel]) -> Schema:
    answer = {"description": "It does.", "content": {JSON: {"schema": _named(model)}}}
    return {"get": {"summary": summary, "responses": {"200": answer}}}


def _responses(content: Schema) -> Schema:
    problem = {JSON: {"schema": _named(Problem)}}
    refused = {
        str(status): {"description": text, "content": problem} for status, text in _STATUSES.items()
    }
    return {"200": {"description": "Answered.", "content": content}, **refused}


def _named(model: type[BaseModel]) -> Schema:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _schema_of(value: Any) -> Schema:
    """A schema that a sample, and others like it, fit."""
    if isinstance(value, list):
        return {"type": "array", "minItems": 1, "items": _schema_of(value[0]) if value else {}}
    if isinstance(value, Mapping):
        properties = {name: _schema_of(one) for name, one in value.items()}
        return {"type": "object", "properties": properties}
    return {"type": "string" if isinstance(value, str) else ["number", "string", "null"]}


def _schema_of_option(option: click.Option) -> Schema:
    if option.is_flag:
        return {"type": "boolean"}
    kind = option.type
    if not isinstance(kind, click.IntRange | click.FloatRange):
        return {"type": "string"}
    schema: Schema = {"type": "integer" if isinstance(kind, click.IntRange) else "number"}
    names = {"min": "exclusiveMinimum" if kind.min_open else "minimum",
             "max": "exclusiveMaximum" if kind.max_open else "maximum"}  # fmt: skip
    return schema | {
        key: getattr(kind, bound)
        for bound, key in names.items()
        if getattr(kind, bound) is not None
    }
