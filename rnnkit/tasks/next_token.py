"""Next token: the tokens so far -> one of V tokens, at every step. Loss, metrics, evaluation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from rnnkit.config.layers import Dense
from rnnkit.config.next_token import NextTokenConfig
from rnnkit.config.stack import Stack
from rnnkit.data.tokens.dataset import TokenPart
from rnnkit.data.tokens.preprocessing import TokenPreprocessing
from rnnkit.runtime import keras, tf
from rnnkit.tasks.next_token_evaluation import NextTokenEvaluation, evaluate_tokens
from rnnkit.tasks.next_token_samples import Samples, Trace, draw_tokens
from rnnkit.tasks.sampling import Sampler
from rnnkit.tasks.task import Task
from rnnkit.training.inference import Inference
from rnnkit.training.objective import Objective


class NextToken(Task):
    """One of V tokens after each token."""

    needs_training_data: ClassVar[bool] = True  # n-grams count it, copies are looked up in it

    def __init__(self, config: NextTokenConfig, stack: Stack) -> None:
        super().__init__(config, stack)
        last = stack.layers[-1]
        activation = last.activation if isinstance(last, Dense) else None
        self.from_logits = activation in {None, "linear"}  # the loss applies the softmax

    def objective(self) -> Objective:
        """Loss and metrics of every step: y_true (B, T), y_pred (B, T, V)."""
        return Objective(
            self._loss, {name: _METRICS[name] for name in self.config.training.metrics}
        )

    def sampler(self, kept: TokenPreprocessing) -> Sampler:
        """A sampler for this model, without weights yet; it never draws `<unk>`."""
        unknown = kept.vocabulary.unknown
        return Sampler(
            self.stack.layers,
            kept.facts,
            forbidden=[] if unknown is None else [unknown],
            jit_compile=self.config.training.jit_compile,
        )

    def evaluate(
        self,
        inference: Inference,
        feed: Any,
        *,
        name: str,
        kept: TokenPreprocessing,
        dataset: Any,
    ) -> NextTokenEvaluation:
        """Every token of a part, beside baselines on the same tokens, and a sample's copies."""
        part: TokenPart = feed
        sampler = self.sampler(kept)
        sampler.set_weights(inference.model.get_weights())
        return evaluate_tokens(
            inference,
            Objective(self._loss, _METRICS),
            part,
            train=dataset.train,
            kept=kept,
            name=name,
            draw=lambda length: draw_tokens(sampler, kept, length, seed=self.config.seed),
        )

    def callbacks(
        self, dataset: Any, say: Callable[[str], None]
    ) -> Sequence[keras.callbacks.Callback]:
        """A sample every few epochs; in the end, if asked for, the hidden states of a text."""
        kept: TokenPreprocessing = dataset.preprocessing
        training = self.config.training
        watchers: list[keras.callbacks.Callback] = []
        if training.sample is not None:
            seed = self.config.seed
            watchers.append(Samples(training.sample, self.sampler(kept), kept, say, seed=seed))
        if training.trace is not None:
            trace = (training.trace, self.sampler(kept), self.stack, kept.vocabulary)
            watchers.append(Trace(*trace, say))
        return watchers

    def _loss(self, y_true: Any, y_pred: Any) -> Any:
        """-ln p(token), nats, (B, T)."""
        return keras.losses.sparse_categorical_crossentropy(
            y_true, y_pred, from_logits=self.from_logits
        )


def _accuracy(y_true: Any, y_pred: Any) -> Any:
    said = tf.argmax(y_pred, axis=-1, output_type=tf.int32)
    return tf.cast(said == y_true, tf.float32)


def _top_5_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where fewer than 5 tokens score above the true one, (B, T)."""
    truth = tf.gather(y_pred, y_true, axis=2, batch_dims=2)
    above = tf.reduce_sum(tf.cast(y_pred > truth[..., None], tf.int32), axis=-1)
    return tf.cast(above < 5, tf.float32)


_METRICS = {"accuracy": _accuracy, "top_5_accuracy": _top_5_accuracy}
