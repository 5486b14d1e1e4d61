"""Next frame's loss and metric, and what the last layer's numbers say of a frame."""

from __future__ import annotations

import dataclasses
import math

from rnnkit.config.layers import Dense
from rnnkit.config.stack import Stack
from rnnkit.runtime import tf
from rnnkit.tasks.next_frame.config import NextFrameConfig
from rnnkit.training.objective import Objective

CLIP = 1e-7  # of probabilities from a sigmoid layer
LOG_VARIANCE_FLOOR = math.log(1e-4)  # of the scaled frames: no value is known closer than 0.01


@dataclasses.dataclass(frozen=True, kw_only=True)
class FrameOutput:
    """The distribution of a frame of F features.

    Args:
        gaussian: outputs are F means and F log-variances; else F logits.
        from_sigmoid: the last layer has a sigmoid, so outputs are F probabilities.
    """

    gaussian: bool
    from_sigmoid: bool

    @classmethod
    def of(cls, config: NextFrameConfig, stack: Stack) -> FrameOutput:
        """That of a config's last layer."""
        last = stack.last
        sigmoid = isinstance(last, Dense) and last.activation == "sigmoid"
        return cls(gaussian=config.data.output == "gaussian", from_sigmoid=sigmoid)

    def nats(self, y_true: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        """-ln p of each value: y_true (..., F), outputs (..., F) or (..., 2F) -> (..., F).

        For Gaussian frames it is a density, constants included. Bernoulli frames may hold values
        between 0 and 1: then it is the cross-entropy.
        """
        if self.gaussian:
            mean, log_variance = self.moments(outputs)
            error = tf.square(y_true - mean) * tf.exp(-log_variance)
            return 0.5 * (math.log(2 * math.pi) + log_variance + error)
        logits = self.logits(outputs)
        return tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(y_true, logits.dtype), logits)

    def logits(self, outputs: tf.Tensor) -> tf.Tensor:
        """ln p / (1 - p) of Bernoulli frames, (..., F)."""
        if not self.from_sigmoid:
            return outputs
        p = tf.clip_by_value(outputs, CLIP, 1 - CLIP)
        return tf.math.log(p) - tf.math.log1p(-p)

    def moments(self, outputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Mean and log-variance of Gaussian frames, (..., F) each.

        The variance approaches its floor smoothly, so that gradients do not vanish there.
        """
        mean, raw = tf.split(outputs, 2, axis=-1)
        return mean, LOG_VARIANCE_FLOOR + tf.nn.softplus(raw - LOG_VARIANCE_FLOOR)

    def draw(self, outputs: tf.Tensor, *, seed: tf.Tensor, temperature: tf.Tensor) -> tf.Tensor:
        """One frame, (B, F), from the outputs of a step, (B, F) or (B, 2F).

        Args:
            outputs: of the model.
            seed: two int32; equal seeds give equal frames.
            temperature: divides logits, multiplies standard deviations; 0 takes what is likeliest.
        """
        if self.gaussian:
            mean, log_variance = self.moments(outputs)
            noise = tf.random.stateless_normal(tf.shape(mean), seed, alg="philox")
            return mean + temperature * tf.exp(0.5 * log_variance) * noise
        logits = self.logits(outputs)
        u = tf.random.stateless_uniform(
            tf.shape(logits), seed, minval=CLIP, maxval=1 - CLIP, alg="philox"
        )
        noise = tf.math.log(u) - tf.math.log1p(-u)  # logistic: above -logits/t with probability p
        return tf.cast(logits + temperature * noise > 0, tf.float32)


def objective(config: NextFrameConfig, stack: Stack) -> Objective:
    """Nats a frame, (B, T), of y_true (B, T, F) and y_pred (B, T, F) or (B, T, 2F)."""
    output = FrameOutput.of(config, stack)

    def loss(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        return tf.reduce_sum(output.nats(y_true, y_pred), axis=-1)

    def bits_per_dim(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(output.nats(y_true, y_pred), axis=-1) / math.log(2)

    return Objective(loss, {"bits_per_dim": bits_per_dim} if config.training.metrics else {})
