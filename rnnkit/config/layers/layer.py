"""What every layer of a config is: its arguments, its output's shape, its number of parameters.

A subclass is named as the Keras class that it stands for and has that class's arguments, with
Keras's defaults. In YAML its name is in snake_case: `lstm: {units: 256}` or, without arguments,
the bare name. Shapes leave out the batch: (T, F) a sequence of vectors, (H,) one vector, (T,) a
sequence of integer ids; T is None where lengths differ.
"""

from __future__ import annotations

import abc
import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import (
    BeforeValidator,
    Discriminator,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    Tag,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from rnnkit.config.section import LayerName, Section, does_not_fit
from rnnkit.words import did_you_mean, shown

Shape = tuple[int | None, ...]


class Ahead(NamedTuple):
    """What of a layer reads later steps than the one whose output it makes, and what to do."""

    what: str
    cure: str
    key: tuple[str, ...] = ()  # of the argument at fault; (): the layer itself


class Flaw(NamedTuple):
    """Why a layer cannot read what reaches it."""

    message: str
    key: str = ""  # of the argument at fault; "": the layer itself


class Layer(Section, abc.ABC):
    """One item of `layers:`. The YAML form `kind: {arguments}` is unwrapped before validation."""

    kind: ClassVar[str]  # the class's name in snake_case
    recurrent: ClassVar[bool] = False
    stepwise: ClassVar[bool] = True  # what it needs of earlier steps can be carried to the next
    stateful: ClassVar[bool] = False  # training changes more of it than what it learns
    input_rank: ClassVar[int | None] = None  # 2 reads (T, F) alone, 1 only (F,), None either

    name: LayerName | None = None  # Keras's name of the layer; None: its kind and its number

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        words = re.findall("[A-Z][a-z]+|[0-9]+[A-Z]|[A-Z]+(?![a-z])", cls.__name__)
        if "kind" not in vars(cls):
            cls.kind = "_".join(words).lower()

    @abc.abstractmethod
    def output_shape(self, shape: Shape) -> Shape:
        """The shape of its output, for an input of this shape that it accepts."""

    @abc.abstractmethod
    def parameters(self, shape: Shape) -> int:
        """How many numbers it learns or keeps, for an input of this shape."""

    def trained(self, shape: Shape) -> int:
        """How many of these an update moves."""
        return 0

    @property
    def looks_ahead(self) -> Ahead | None:
        """What of it reads later steps; None: nothing."""
        return None

    def carried(self, shape: Shape) -> Mapping[str, int]:
        """What it hands on to the next step, by name: how many numbers."""
        return {}

    @property
    def keeps_steps(self) -> bool:
        """Whether it gives one output a step of the sequence that it reads."""
        return True

    def steps_for(self, outputs: int) -> int:
        """How many steps it must read to give this many."""
        return outputs

    def misfit(self, shape: Shape) -> Flaw | None:
        """Why it cannot read this shape, of the rank that it reads."""
        return None

    def masked_misfit(self, *, in_front: bool) -> Flaw | None:
        """Why it cannot skip the padded steps of a sequence, which are all `in_front` or behind."""
        return None

    @property
    def reads_sequence(self) -> bool:
        """Whether it needs (B, T, F), so that the layer before must give a sequence."""
        return self.input_rank == 2

    @property
    def reads_ids(self) -> bool:
        """Whether it needs integer ids."""
        return False

    @property
    def note(self) -> str:
        """The arguments worth seeing in a table."""
        keys = ("units", "output_dim", "activation", "rate")
        values = (getattr(self, key, None) for key in keys)
        return " ".join(str(value) for value in values if value is not None)

    @property
    def pace(self) -> str:
        """How its weights move where that is not as the optimizer says."""
        return ""

    @property
    def keras_name(self) -> str:
        """The name of the Keras class."""
        return type(self).__name__

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: Any) -> Any:
        if value == cls.kind:
            return {}
        if isinstance(value, Mapping) and set(value) == {cls.kind}:
            return value[cls.kind] if value[cls.kind] is not None else {}
        return value

    @model_serializer(mode="wrap")
    def _wrap(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        inner: dict[str, Any] = serialize(self)
        # of a layer made of layers, pydantic calls this within its own call
        wrapped = set(inner) == {self.kind} and isinstance(inner[self.kind], dict)
        return inner if wrapped else {self.kind: inner}

    @classmethod
    def short_forms(cls, arguments: JsonSchemaValue) -> list[JsonSchemaValue]:
        """What may stand for its arguments, as JSON schemas; `arguments` is theirs."""
        return []

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """`kind: {arguments}`; where none is required also the bare name."""
        found = super().__get_pydantic_json_schema__(core_schema, handler)
        schema = handler.resolve_ref_schema(found)
        arguments = dict(schema)
        bare = not arguments.get("required")
        others = [{"type": "null"}] if bare else cls.short_forms(arguments)
        inner = {"anyOf": [arguments, *others]} if others else arguments
        wrapped = {
            "type": "object",
            "properties": {cls.kind: inner},
            "required": [cls.kind],
            "additionalProperties": False,
        }
        schema.clear()
        schema |= {"anyOf": [wrapped, {"const": cls.kind}]} if bare else wrapped
        return found

    def keras_arguments(self, shape: Shape) -> dict[str, Any]:
        """The arguments of the Keras class, for an input of this shape.

        Defaults and derived ones are among them.
        """
        return {key: getattr(self, key) for key in type(self).model_fields}


def union_of(layers: tuple[type[Layer], ...]) -> Any:
    """The type of a place where one of these layers stands, told apart by their names."""
    tagged = tuple(Annotated[layer, Tag(layer.kind)] for layer in layers)
    union = tagged[0]
    for one in tagged[1:]:
        union = union | one
    return Annotated[union, Discriminator(_kind_of), _known([layer.kind for layer in layers])]


def _kind_of(value: Any) -> Any:
    """The discriminator of the unions; `_known` has refused what has no kind."""
    if isinstance(value, Layer):
        return value.kind
    return next(iter(value)) if isinstance(value, Mapping) else value


def _known(names: list[str]) -> BeforeValidator:
    """Refuse what is not one of `names`, with the names that are."""

    def validate(value: Any) -> Any:
        form = "a layer is one name with its arguments, like `lstm: {units: 64}`"
        if isinstance(value, Mapping) and len(value) > 1:  # forgotten indentation, mostly
            first, second, *_ = value
            text = f"{form}: here {shown(second)} stands beside {shown(first)}"
            raise does_not_fit(text, second)
        if not isinstance(value, Layer | str) and not (isinstance(value, Mapping) and value):
            raise does_not_fit(form)
        kind = _kind_of(value)
        if kind not in names:
            hint = did_you_mean(str(kind), names)
            raise does_not_fit(f"unknown layer {shown(kind)}.{hint}", kind)
        return value

    return BeforeValidator(validate)
