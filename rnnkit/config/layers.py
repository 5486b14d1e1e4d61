"""The `model:` section: a stack of layers under Keras's names, with Keras's own arguments.

A list item is `lstm: {units: 256}` or, without arguments, the bare name. Each class below holds
the arguments of the Keras class of the same name; its defaults are Keras's. `None` for
`return_sequences` and `input_dim` means: derived from the neighbours and the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    SerializerFunctionWrapHandler,
    Tag,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from rnnkit.config.section import (
    Activation,
    BiasInitializer,
    Constraint,
    Fraction,
    GateBiasInitializer,
    Initializer,
    LayerName,
    PositiveFloat,
    PositiveInt,
    Regularizer,
    Section,
)
from rnnkit.words import did_you_mean, shown


class Layer(Section):
    """One item of `layers:`. The YAML form `kind: {arguments}` is unwrapped before validation."""

    kind: ClassVar[str]
    recurrent: ClassVar[bool] = False

    name: LayerName | None = None

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
        return {self.kind: serialize(self)}

    def arguments(self) -> dict[str, Any]:
        """The arguments of the Keras class, defaults and derived ones included."""
        return {key: getattr(self, key) for key in type(self).model_fields}


class Recurrent(Layer):
    """The arguments that LSTM, GRU and SimpleRNN share."""

    recurrent: ClassVar[bool] = True

    units: PositiveInt
    activation: Activation = "tanh"
    use_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    recurrent_initializer: Initializer = "orthogonal"
    bias_initializer: BiasInitializer = "zeros"
    kernel_regularizer: Regularizer | None = None
    recurrent_regularizer: Regularizer | None = None
    bias_regularizer: Regularizer | None = None
    activity_regularizer: Regularizer | None = None
    kernel_constraint: Constraint | None = None
    recurrent_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None
    dropout: Fraction = 0.0
    recurrent_dropout: Fraction = 0.0
    return_sequences: bool | None = None  # None: whatever the next layers need
    go_backwards: bool = False
    unroll: bool = False


class Gated(Recurrent):
    """The arguments that LSTM and GRU share."""

    recurrent_activation: Activation = "sigmoid"
    bias_initializer: GateBiasInitializer = "zeros"

    @property
    def chrono(self) -> float | None:
        """The longest memory, in steps, that the gates start with; None: Keras's biases."""
        start = self.bias_initializer
        return (
            start["chrono"]["max_length"] if isinstance(start, dict) and "chrono" in start else None
        )

    @model_validator(mode="after")
    def _chrono_fits(self) -> Self:
        if self.chrono is None:
            return self
        if self.chrono <= 2:  # gates draw from 1 to max_length - 1
            raise PydanticCustomError(
                "chrono",
                "chrono: max_length (={max_length}) must be greater than 2: it is the number of "
                "steps that the layer may have to remember",
                {"max_length": self.chrono, "at": ("bias_initializer", "chrono", "max_length")},
            )
        if not self.use_bias:
            raise PydanticCustomError(
                "chrono", "chrono sets biases: remove use_bias: false", {"at": ("use_bias",)}
            )
        return self


class LSTM(Gated):
    kind: ClassVar[str] = "lstm"

    unit_forget_bias: bool = True  # the forget gate starts open: gradients pass from the start


class GRU(Gated):
    kind: ClassVar[str] = "gru"

    reset_after: bool = True


class SimpleRNN(Recurrent):
    kind: ClassVar[str] = "simple_rnn"


class Dense(Layer):
    kind: ClassVar[str] = "dense"

    units: PositiveInt | None = None  # None, for the last layer: as many as the task needs
    activation: Activation | None = None
    use_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: BiasInitializer = "zeros"
    kernel_regularizer: Regularizer | None = None
    bias_regularizer: Regularizer | None = None
    activity_regularizer: Regularizer | None = None
    kernel_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None


class Dropout(Layer):
    kind: ClassVar[str] = "dropout"

    rate: Fraction


class Embedding(Layer):
    kind: ClassVar[str] = "embedding"

    input_dim: PositiveInt | None = None  # None: the largest id in the data, plus one
    output_dim: PositiveInt
    embeddings_initializer: Initializer = "uniform"
    embeddings_regularizer: Regularizer | None = None
    embeddings_constraint: Constraint | None = None
    mask_zero: bool | None = None  # None: when lengths differ; id 0 is then the padding


class LayerNormalization(Layer):
    kind: ClassVar[str] = "layer_normalization"

    epsilon: PositiveFloat = 1e-3
    center: bool = True
    scale: bool = True
    beta_initializer: BiasInitializer = "zeros"
    gamma_initializer: BiasInitializer = "ones"
    beta_regularizer: Regularizer | None = None
    gamma_regularizer: Regularizer | None = None
    beta_constraint: Constraint | None = None
    gamma_constraint: Constraint | None = None


def _kind_of(value: Any) -> Any:
    """The discriminator of the unions below; `_known` has refused what has no kind."""
    if isinstance(value, Layer):
        return value.kind
    return next(iter(value)) if isinstance(value, Mapping) else value


def _known(*layers: type[Layer]) -> BeforeValidator:
    """Refuse what is not one of `layers`, with the names that are."""
    names = [layer.kind for layer in layers]

    def validate(value: Any) -> Any:
        form = "a layer is one name with its arguments, like `lstm: {units: 64}`"
        if isinstance(value, Mapping) and len(value) > 1:  # forgotten indentation, mostly
            first, second, *_ = value
            raise PydanticCustomError(
                "layer",
                "{form}: here {second} stands beside {first}",
                {"form": form, "second": shown(second), "first": shown(first), "at": (second,)},
            )
        if not isinstance(value, Layer | str) and not (isinstance(value, Mapping) and value):
            raise PydanticCustomError("layer", "{form}", {"form": form})
        kind = _kind_of(value)
        if kind not in names:
            hint = did_you_mean(str(kind), names)
            context = {"kind": shown(kind), "hint": hint, "at": (kind,)}
            raise PydanticCustomError("layer", "unknown layer {kind}.{hint}", context)
        return value

    return BeforeValidator(validate)


AnyRecurrent = Annotated[
    Annotated[LSTM, Tag("lstm")]
    | Annotated[GRU, Tag("gru")]
    | Annotated[SimpleRNN, Tag("simple_rnn")],
    Discriminator(_kind_of),
    _known(LSTM, GRU, SimpleRNN),
]


class Bidirectional(Layer):
    """One recurrent layer run forwards and backwards; its `return_sequences` is the inner one's."""

    kind: ClassVar[str] = "bidirectional"
    recurrent: ClassVar[bool] = True

    layer: AnyRecurrent
    merge_mode: Literal["concat", "sum", "mul", "ave"] = "concat"

    @model_validator(mode="after")
    def _plain_inside(self) -> Bidirectional:
        if self.layer.name is not None:
            raise PydanticCustomError(
                "bidirectional",
                "name belongs to bidirectional, not to its layer",
                {"at": ("layer", self.layer.kind, "name")},
            )
        if self.layer.go_backwards:
            raise PydanticCustomError(
                "bidirectional",
                "it runs its layer backwards already: remove go_backwards",
                {"at": ("layer", self.layer.kind, "go_backwards")},
            )
        return self

    @property
    def return_sequences(self) -> bool | None:
        return self.layer.return_sequences


AnyLayer = Annotated[
    Annotated[LSTM, Tag("lstm")]
    | Annotated[GRU, Tag("gru")]
    | Annotated[SimpleRNN, Tag("simple_rnn")]
    | Annotated[Bidirectional, Tag("bidirectional")]
    | Annotated[Embedding, Tag("embedding")]
    | Annotated[Dense, Tag("dense")]
    | Annotated[Dropout, Tag("dropout")]
    | Annotated[LayerNormalization, Tag("layer_normalization")],
    Discriminator(_kind_of),
    _known(LSTM, GRU, SimpleRNN, Bidirectional, Embedding, Dense, Dropout, LayerNormalization),
]


class ModelConfig(Section):
    """`model:`: the layers from input to output; the input's shape comes from the data."""

    layers: list[AnyLayer] = Field(min_length=1)
    kernels: Literal["rnnkit", "keras"] = "rnnkit"  # keras: Keras's own recurrent layers

    @property
    def reads_ids(self) -> bool:
        """Whether the model starts with an embedding, and so reads integer ids."""
        return isinstance(self.layers[0], Embedding)
