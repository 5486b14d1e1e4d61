"""A trained model -> sequences that it makes up, or completions of given ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.sequences import Indices
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.models.build import build_model, initial_state
from rnnkit.runtime import keras, tf
from rnnkit.tasks.next_frame.config import NextFrameConfig
from rnnkit.tasks.next_frame.dataset import facts
from rnnkit.tasks.next_frame.objective import FrameOutput

Floats = NDArray[np.float32]


class FrameSampler:
    """Draws frame by frame, each fed back as input; all frames in one compiled loop.

    Args:
        model: the trained model.
        config: the run's.
        stack: its layers.
        kept: what was learnt from its data.
    """

    def __init__(
        self,
        model: keras.Model,
        config: NextFrameConfig,
        stack: Stack,
        kept: FramePreprocessing,
    ) -> None:
        self.features = kept.features
        self.context = config.data.context
        self.places = kept.places(config.data)
        self.output = FrameOutput.of(config, stack)
        whole = facts(config, kept)
        one_step = InputFacts((1, whole.shape[1]), outputs=whole.outputs)
        self.model = build_model(stack.layers, one_step, use_kernels=True, carry_state=True)
        self.model.set_weights(model.get_weights())
        compiled = config.training.jit_compile and all(
            getattr(layer, "supports_jit", True) for layer in self.model._flatten_layers()
        )
        self._loop = tf.function(self._frames, jit_compile=compiled, autograph=False)

    def draw(
        self,
        count: int,
        *,
        length: int,
        seed: int,
        temperature: float = 1.0,
        given: Floats | None = None,
        begins: Indices | None = None,
    ) -> Floats:
        """Sequences (count, length, F), as scaled as the model's input.

        Args:
            count: how many.
            length: T, in frames.
            seed: equal seeds give equal sequences.
            temperature: below 1 likelier frames, above 1 more surprising ones; 0 the likeliest.
            given: (count, G, F), the frames that the sequences begin with.
            begins: (count,) how many of them hold for each; None: all G.
        """
        start = np.zeros((count, length, self.features), np.float32)
        if given is not None:
            start[:, : given.shape[1]] = given
        if begins is None:
            begins = np.full(count, 0 if given is None else given.shape[1])
        state = initial_state(self.model, count)
        key = np.array(seed % 2**32, np.uint32).view(np.int32)[()]
        frames: Floats = self._loop(
            start, begins.astype(np.int32), key, np.float32(temperature), state
        ).numpy()
        return frames

    def _frames(
        self,
        start: tf.Tensor,
        begins: tf.Tensor,
        seed: tf.Tensor,
        temperature: tf.Tensor,
        state: tuple[tf.Tensor, ...],
    ) -> tf.Tensor:
        count, length, features = start.shape
        context, places = self.context, self.places

        def step(
            t: tf.Tensor, window: tf.Tensor, state: tuple[tf.Tensor, ...], drawn: tf.Tensor
        ) -> tuple[tf.Tensor, ...]:
            x = tf.reshape(window, [count, 1, context * features])  # newest frame first
            if places is not None:
                here = tf.broadcast_to(tf.constant(places)[t], [count, 1, places.shape[1]])
                x = tf.concat([x, here], axis=2)
            outputs = self.model([x, *state], training=False)
            y, *state_after = keras.tree.flatten(outputs)  # without states a bare tensor
            frame = self.output.draw(y[:, 0], seed=tf.stack([seed, t]), temperature=temperature)
            frame = tf.where((t < begins)[:, tf.newaxis], start[:, t], frame)
            window = tf.concat([frame[:, tf.newaxis], window[:, :-1]], axis=1)
            return t + 1, window, tuple(state_after), drawn.write(t, frame)

        nothing = tf.TensorArray(tf.float32, size=length, element_shape=(count, features))
        *_, drawn = tf.while_loop(
            lambda t, *_: t < length,
            step,
            (tf.constant(0), tf.zeros([count, context, features]), state, nothing),
            maximum_iterations=length,
        )
        return tf.transpose(drawn.stack(), [1, 0, 2])
