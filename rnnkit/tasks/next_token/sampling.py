"""A trained next-token model -> new tokens, drawn one after the other with the state carried.

A token costs the same wherever it stands: the model is built for one step, and a compiled loop
runs it up to CHUNK times a call. What is drawn depends on the weights, the prompt, the choice and
the seed alone, not on how the loop is cut.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rnnkit.config.layers import Dense, Embedding, Layer, TimeDistributed
from rnnkit.config.layers.container import changed
from rnnkit.config.layers.recurrent import Recurrent
from rnnkit.config.stack import InputFacts
from rnnkit.models.build import build_model, initial_state
from rnnkit.runtime import keras, tf

CHUNK = 64  # tokens a compiled call: 7 times as quick as a call a token, and still a stream
COLDEST = 1e-6  # temperatures between 0 and this one would divide by a denormal number


class Past(NamedTuple):
    """What a model has made of the tokens that it read."""

    logits: tf.Tensor  # (V,), of the token that comes next
    states: tuple[tf.Tensor, ...]  # (1, H) each, in the order of the layers


class Sampler:
    """Reads tokens and draws the ones that follow.

    The recurrent layers are Keras's own, unrolled over their one step: so they are never cuDNN's,
    which XLA cannot compile.

    Args:
        layers: of the trained model (`Stack.layers`); the last one gives V logits or probabilities.
        facts: of the trained model.
        forbidden: ids that are never drawn, such as that of `<unk>`.
        jit_compile: whether to compile with XLA; a seed draws other tokens without it.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        facts: InputFacts,
        *,
        forbidden: Collection[int] = (),
        jit_compile: bool = True,
    ) -> None:
        one_step = InputFacts((1,), integer=True, vocabulary=facts.vocabulary)
        stepwise = changed(layers, _for_one_step)
        self._model = build_model(stepwise, one_step, use_kernels=False, carry_state=True)
        self.size: int = self._model.outputs[0].shape[-1]  # V
        self._forbidden = self._members(forbidden)
        self._read = tf.function(self._read_chunk, jit_compile=jit_compile, autograph=False)
        self._draw = tf.function(self._draw_chunk, jit_compile=jit_compile, autograph=False)

    def set_weights(self, weights: Sequence[npt.NDArray[Any]]) -> None:
        """Take the weights of the trained model, `model.get_weights()`; nothing compiles anew."""
        self._model.set_weights(weights)

    def start(self) -> Past:
        """What is known before anything is read: the first token is any, all equally likely."""
        return Past(tf.zeros([self.size]), tuple(map(tf.constant, initial_state(self._model, 1))))

    def read(self, ids: Sequence[int] | npt.NDArray[Any], past: Past | None = None) -> Past:
        """Read tokens, going on from `past`, which stays as it is."""
        past = past or self.start()
        tokens = np.asarray(ids, np.int32)
        for begin in range(0, len(tokens), CHUNK):
            part = tokens[begin : begin + CHUNK]
            padded = np.zeros(CHUNK, np.int32)  # XLA compiles once for each shape
            padded[: len(part)] = part
            past = self._read(padded, np.int32(len(part)), past)
        return past

    def stream(
        self,
        prompt: Sequence[int] | npt.NDArray[Any],
        length: int,
        *,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int = 0,
        text: int = 0,
        stop: Collection[int] = (),
    ) -> Iterator[int]:
        """Draw the tokens that follow a prompt.

        Args:
            prompt: ids that are read first; none of them is given back.
            length: tokens to draw at most.
            temperature: divides the logits; 0 always takes the likeliest token.
            top_k: draw among the k likeliest tokens only; None or V: among all.
            top_p: draw among the likeliest tokens that together reach this probability, after
                temperature and top_k: the nucleus of Holtzman et al. 2020, arXiv:1904.09751.
            seed: the same seed gives the same tokens.
            text: the number of the text among those of one seed; each is drawn on its own.
            stop: ids that end the text; the one drawn is the last that is given back.
        """
        key = np.random.SeedSequence([seed, text]).generate_state(1).view(np.int32)[0]
        past = self.read(prompt)
        choice = _Choice(
            np.float32(max(temperature, COLDEST)),
            np.int32(min(top_k or self.size, self.size)),
            np.float32(1.0 if top_p is None else top_p),
        )
        filtered = bool(choice.top_k < self.size or choice.top_p < 1)
        stops = self._members(stop)
        for begin in range(0, length, CHUNK):
            place = _Place(key, np.int32(begin), np.int32(min(CHUNK, length - begin)))
            drawn, count, past = self._draw(
                past, place, choice, stops, greedy=temperature == 0, filtered=filtered
            )
            tokens = drawn.numpy()[: int(count)].tolist()
            yield from tokens
            if stops[tokens[-1]]:
                return

    def _members(self, ids: Collection[int]) -> npt.NDArray[np.bool_]:
        """Which of the V tokens are among `ids`, (V,)."""
        return np.isin(np.arange(self.size), list(ids))

    def _step(self, token: tf.Tensor, states: Sequence[tf.Tensor]) -> Past:
        outputs = self._model([tf.reshape(token, [1, 1]), *states], training=False)
        y, *after = keras.tree.flatten(outputs)  # without states Keras gives a bare tensor
        return Past(y[0, 0], tuple(after))

    def _read_chunk(self, tokens: tf.Tensor, count: tf.Tensor, past: Past) -> Past:
        def body(n: tf.Tensor, past: Past) -> tuple[tf.Tensor, Past]:
            return n + 1, self._step(tokens[n], past.states)

        _, past = tf.while_loop(lambda n, _: n < count, body, (0, past))
        return past

    def _draw_chunk(
        self,
        past: Past,
        place: _Place,
        choice: _Choice,
        stops: tf.Tensor,
        *,
        greedy: bool,
        filtered: bool,
    ) -> tuple[tf.Tensor, tf.Tensor, Past]:
        def body(
            n: tf.Tensor, stopped: tf.Tensor, drawn: tf.Tensor, past: Past
        ) -> tuple[tf.Tensor, ...]:
            logits = tf.where(self._forbidden, -np.inf, past.logits)
            if greedy:
                token = tf.argmax(logits, output_type=tf.int32)
            else:
                noise = _gumbel(self.size, place.key, place.begin + n)
                token = _pick(logits, noise, choice, filtered=filtered)
            drawn = tf.tensor_scatter_nd_update(drawn, [[n]], [token])
            return n + 1, tf.gather(stops, token), drawn, self._step(token, past.states)

        def goes_on(n: tf.Tensor, stopped: tf.Tensor, *_: tf.Tensor) -> tf.Tensor:
            return tf.logical_and(n < place.count, tf.logical_not(stopped))

        start = (0, False, tf.zeros([CHUNK], tf.int32), past)
        count, _, drawn, past = tf.while_loop(goes_on, body, start)
        return drawn, count, past


class _Choice(NamedTuple):
    """How a token is chosen; tensors, so that another choice compiles nothing."""

    temperature: tf.Tensor
    top_k: tf.Tensor
    top_p: tf.Tensor


class _Place(NamedTuple):
    """Where in a text the loop draws."""

    key: tf.Tensor  # of the text
    begin: tf.Tensor  # the number of the first token
    count: tf.Tensor  # tokens to draw at most


def _pick(logits: tf.Tensor, noise: tf.Tensor, choice: _Choice, *, filtered: bool) -> tf.Tensor:
    """One token, by the Gumbel-max trick: argmax(logits + noise) is a draw from their softmax."""
    scaled = (logits - tf.reduce_max(logits)) / choice.temperature
    if not filtered:
        return tf.argmax(scaled + noise, output_type=tf.int32)
    ordered, order = tf.math.top_k(scaled, k=scaled.shape[0])  # argsort: 150 times as slow in XLA
    kept = _kept(ordered, choice.top_k, choice.top_p)
    return tf.gather(order, tf.argmax(kept + tf.gather(noise, order), output_type=tf.int32))


def _kept(ordered: tf.Tensor, top_k: tf.Tensor, top_p: tf.Tensor) -> tf.Tensor:
    """Logits in falling order, with -inf for those that top_k and top_p leave out; never all."""
    rank = tf.range(tf.size(ordered))
    ordered = tf.where(rank < top_k, ordered, -np.inf)
    before = tf.cumsum(tf.nn.softmax(ordered), exclusive=True)  # the mass of those likelier
    return tf.where(tf.logical_or(rank == 0, before < top_p), ordered, -np.inf)


def _gumbel(size: int, key: tf.Tensor, position: tf.Tensor) -> tf.Tensor:
    """Standard Gumbel noise, (V,), a function of the text's key and the token's number in it."""
    seed = tf.stack([tf.cast(key, tf.int32), position])
    tiny = np.finfo(np.float32).tiny  # log(0) would be a draw that always loses
    uniform = tf.random.stateless_uniform([size], seed, minval=tiny, alg="philox")
    return -tf.math.log(-tf.math.log(uniform))


def _for_one_step(layer: Layer) -> Layer:
    """The layer as it is drawn from: one step a call, logits at the end, nothing masked."""
    if isinstance(layer, TimeDistributed):
        return _for_one_step(layer.layer)
    if isinstance(layer, Recurrent):
        return layer.model_copy(update={"unroll": True})
    if isinstance(layer, Embedding):
        return layer.model_copy(update={"mask_zero": False})
    if isinstance(layer, Dense) and layer.activation == "softmax":
        return layer.model_copy(update={"activation": None})
    return layer
