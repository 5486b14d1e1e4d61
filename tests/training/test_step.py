"""The compiled steps: Keras's update, whatever the filler, the shards and the interruptions."""

from typing import Any

import numpy as np
import pytest

from rnnkit import layers
from rnnkit.config.infer import infer_stack
from rnnkit.config.stack import InputFacts
from rnnkit.data.batch import Batch
from rnnkit.models.build import build_model, initial_state
from rnnkit.runtime import keras, tf
from rnnkit.training.objective import Objective
from rnnkit.training.shards import default_shards, sum_in_pairs
from rnnkit.training.step import EvaluateStep, PredictStep, TrainStep
from tests.config.small import load, with_layers

CLASSES = 3
OBJECTIVE = Objective(
    keras.losses.sparse_categorical_crossentropy,
    {"accuracy": keras.metrics.sparse_categorical_accuracy},
)


def classifier(
    dropout: float = 0.0, noise: float = 0.0, *, deep: bool = True, **options: Any
) -> Any:
    """(B, 5, 2) -> (B, CLASSES), always with the same weights."""
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((5, 2)),
            keras.layers.GaussianNoise(noise),
            layers.LSTM(4, activation="relu", return_sequences=deep, **options),
            layers.Dropout(dropout),
            *([layers.GRU(4)] if deep else []),
            keras.layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def batch(rows: int = 8, real: int | None = None, seed: int = 0) -> Batch:
    """A batch whose rows from `real` on are filler, wild in x so that a leak would show."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 5, 2)).astype("float32")
    valid = (np.arange(rows) < (rows if real is None else real)).astype("float32")
    x[valid == 0] = 100
    return Batch(x, rng.integers(0, CLASSES, rows).astype("int32"), valid, valid)


def train_step(
    model: Any, optimizer: Any, objective: Objective = OBJECTIVE, **options: Any
) -> TrainStep:
    """Of two shards. Without XLA, whose compilation takes longer than all the rest."""
    options = {"seed": 0, "shards": 2, "jit_compile": False, **options}
    return TrainStep(model, optimizer, objective, **options)


def evaluate_step(model: Any, objective: Objective = OBJECTIVE, *, shards: int = 2) -> EvaluateStep:
    return EvaluateStep(model, objective, shards=shards, jit_compile=False)


def trained(model: Any, optimizer: Any, batches: list[Batch], **options: Any) -> list[np.ndarray]:
    step = train_step(model, optimizer, **{"seed": 1, "shards": 1, **options})
    for number, one in enumerate(batches):
        step(one, number)
    return [w.numpy() for w in model.trainable_weights]


def assert_close(actual: list[np.ndarray], expected: list[np.ndarray]) -> None:
    for a, e in zip(actual, expected, strict=True):
        np.testing.assert_allclose(a, e, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize("shards", [1, 2])
def test_same_update_as_keras(shards: int, jit_compile: bool) -> None:
    options = {"kernel_regularizer": keras.regularizers.L2(0.1)}
    batches = [batch(seed=i) for i in range(3)]
    ours = trained(
        classifier(**options),
        keras.optimizers.SGD(0.5),
        batches,
        shards=shards,
        jit_compile=jit_compile,
    )
    model = classifier(**options)
    model.compile(keras.optimizers.SGD(0.5), "sparse_categorical_crossentropy", jit_compile=False)
    for one in batches:
        model.train_on_batch(one.x, one.y)
    assert_close(ours, [w.numpy() for w in model.trainable_weights])


@pytest.mark.parametrize("shards", [1, 2])
def test_filler_rows_count_for_nothing(shards: int) -> None:
    padded, exact = batch(8, real=3), batch(8)
    exact = Batch(*(t[:3] for t in exact[:4]))
    with_filler = trained(classifier(), keras.optimizers.SGD(0.5), [padded], shards=shards)
    assert_close(with_filler, trained(classifier(), keras.optimizers.SGD(0.5), [exact]))


def test_sums() -> None:
    one = batch(8, real=5)._replace(weight=np.array([2, 0, 1, 1, 1, 0, 0, 0], "float32"))
    model = classifier()
    probability = model(one.x).numpy()
    losses = -np.log(probability[np.arange(8), one.y])
    sums = evaluate_step(model)(one).sums
    assert sums["loss"] == pytest.approx(np.sum(losses * one.weight), rel=1e-5)
    assert sums["accuracy"] == np.sum((probability.argmax(1) == one.y)[:5])
    assert sums["count"] == 5
    step = train_step(model, keras.optimizers.SGD(0.0))
    train_sums = step(one, 0).sums
    assert train_sums.keys() == {*sums, "gradient_norm"}
    for name, value in sums.items():
        assert train_sums[name] == pytest.approx(value, rel=1e-5)


def test_gradient_norm_is_taken_before_clipping() -> None:
    one, rate = batch(), 0.5
    norms, lengths = [], []
    for clip in (None, 0.01):
        model = classifier()
        start = [w.numpy() for w in model.trainable_weights]
        optimizer = keras.optimizers.SGD(rate, global_clipnorm=clip)
        step = train_step(model, optimizer)
        norms.append(step(one, 0).sums["gradient_norm"])
        moves = [w.numpy() - s for w, s in zip(model.trainable_weights, start, strict=True)]
        lengths.append(np.sqrt(sum(np.sum(m**2) for m in moves)) / rate)
    assert norms[0] == pytest.approx(norms[1], rel=1e-5)
    assert lengths == [pytest.approx(norms[0], rel=1e-3), pytest.approx(0.01, rel=1e-3)]


def adam() -> Any:
    schedule = keras.optimizers.schedules.InverseTimeDecay(1e-2, decay_steps=1, decay_rate=0.1)
    return keras.optimizers.AdamW(schedule, clipnorm=0.1, weight_decay=1e-2)


def test_bit_identical_again_and_after_a_resume() -> None:
    shards, batches = 2, [batch(seed=i) for i in range(4)]
    options = {"dropout": 0.3, "recurrent_dropout": 0.2, "noise": 0.1, "deep": False}
    xla = {"shards": shards, "jit_compile": True}
    whole = trained(classifier(**options), adam(), batches, **xla)

    model, optimizer = classifier(**options), adam()
    step = train_step(model, optimizer, seed=1, **xla)
    for number in (0, 1):
        step(batches[number], number)
    resumed, resumed_optimizer = classifier(**options), adam()
    resumed_optimizer.build(resumed.trainable_variables)
    resumed.set_weights(model.get_weights())
    for variable, value in zip(resumed_optimizer.variables, optimizer.variables, strict=True):
        variable.assign(value)
    resumed_step = train_step(resumed, resumed_optimizer, seed=1, **xla)
    for number in (2, 3):
        step(batches[number], number)
        resumed_step(batches[number], number)

    for a, again, c in zip(whole, model.trainable_weights, resumed.trainable_weights, strict=True):
        b = again.numpy()
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c.numpy())


@pytest.mark.parametrize(
    "options",
    [
        {"dropout": 0.5},
        {"recurrent_dropout": 0.5, "unroll": True},  # unrolled, it is Keras's own
        {"noise": 0.5},
    ],
    ids=["rnnkit", "keras", "noise"],
)
def test_dropout_follows_seed_step_and_shard(options: dict[str, Any]) -> None:
    one = batch()
    one = Batch(*(np.concatenate([t[:4], t[:4]]) for t in one[:4]))  # equal shards, but for dropout

    model = classifier(**options)

    def losses(seed: int, steps: list[int]) -> list[float]:
        sgd = keras.optimizers.SGD(0.0)
        train = train_step(model, sgd, seed=seed)
        return [float(train(one, step).sums["loss"]) for step in steps]

    first, second, again = losses(0, [0, 1, 0])
    assert first == again
    assert len({first, second, *losses(1, [0])}) == 3
    half = Batch(*(t[:4] for t in one[:4]))
    sgd = keras.optimizers.SGD(0.0)
    train = train_step(model, sgd, shards=1)
    assert first != pytest.approx(2 * float(train(half, 0).sums["loss"]), rel=1e-6)


def test_mixed_float16_skips_an_overflow_and_goes_on() -> None:
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = classifier()
    finally:
        keras.config.set_dtype_policy("float32")
    inner = keras.optimizers.SGD(0.5)
    optimizer = keras.optimizers.LossScaleOptimizer(inner, initial_scale=2.0**60)
    step = train_step(model, optimizer)
    start = model.get_weights()
    assert not np.isfinite(step(batch(), 0).sums["gradient_norm"])
    for now, before in zip(model.get_weights(), start, strict=True):
        np.testing.assert_array_equal(now, before)
    while not np.isfinite(norm := step(batch(), 1).sums["gradient_norm"]):
        pass
    sgd = keras.optimizers.SGD(0.0)
    full = train_step(classifier(), sgd, shards=1)
    assert norm == pytest.approx(full(batch(), 0).sums["gradient_norm"], rel=0.02)
    assert optimizer.iterations == 1


@pytest.mark.parametrize("dtype_policy", ["mixed_bfloat16", "mixed_float16"])
def test_losses_of_different_types_are_added(dtype_policy: str) -> None:
    """Of activities in the policy's type, of weights in float32."""
    text = with_layers(
        "lstm: {units: 2, return_sequences: true, activity_regularizer: l2}",
        "dense: {units: 2, activity_regularizer: l1, kernel_regularizer: {l2: {l2: 25}}}",
        "lstm: {units: 2}",
        "dense: {units: 10, activation: softmax, bias_regularizer: l1, activity_regularizer: l2}",
    )
    stack = infer_stack(load(text), InputFacts((5, 2), outputs=10), sequence_output=False)
    after = []
    for policy in ("float32", dtype_policy):
        keras.utils.set_random_seed(0)
        facts = InputFacts((5, 2), outputs=10)
        model = build_model(stack.layers, facts, use_kernels=True, dtype_policy=policy)
        optimizer = keras.optimizers.SGD(0.01)
        after.append(trained(model, optimizer, [batch()]))
    for mixed, whole in zip(after[1], after[0], strict=True):
        np.testing.assert_allclose(mixed, whole, rtol=0.1, atol=0.1)


def test_values_a_token_count_by_their_mean() -> None:
    inputs = keras.Input((5,), dtype="int32")
    x = keras.layers.Embedding(7, 4)(inputs)
    model = keras.Model(inputs, keras.layers.Dense(7)(layers.LSTM(4, return_sequences=True)(x)))
    tokens = np.random.default_rng(0).integers(0, 7, (4, 6)).astype("int32")
    ones = np.ones(4, "float32")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    objective = Objective(
        lambda y, p: keras.losses.sparse_categorical_crossentropy(y, p, from_logits=True)
    )
    one = Batch(tokens[:, :-1], tokens[:, 1:], ones, ones)
    expected = 4 * float(loss(one.y, model(one.x)))
    step = train_step(model, keras.optimizers.SGD(0.1), objective)
    assert step(one, 0).sums["loss"] == pytest.approx(expected, rel=1e-5)
    assert step(one, 1).sums["loss"] < expected


@pytest.mark.parametrize("shards", [1, 2])
def test_prediction_keeps_the_order_of_rows(shards: int) -> None:
    model, x = classifier(), batch(8).x
    np.testing.assert_allclose(PredictStep(model, shards=shards)(x), model(x), rtol=1e-5)


def test_changing_variables_keep_a_model_in_one_shard() -> None:
    normalised = keras.Sequential([keras.Input((2,)), keras.layers.BatchNormalization()])
    assert PredictStep(normalised, shards=2).shards == 1
    assert PredictStep(classifier(dropout=0.5, recurrent_dropout=0.5), shards=2).shards == 2


@pytest.mark.parametrize("hidden", [layers.LSTM(4, unroll=True), keras.layers.Flatten()])
def test_models_without_a_kernel(hidden: Any) -> None:
    model = keras.Sequential([keras.Input((5, 2)), hidden, keras.layers.Dense(3, "softmax")])
    sgd = keras.optimizers.SGD(0.1)
    step = train_step(model, sgd)
    first = step(batch(), 0).sums["loss"]
    assert step(batch(), 1).sums["loss"] < first


@pytest.mark.parametrize(
    ("batch_size", "cores", "shards"),
    [(32, 2, 2), (32, 1, 1), (32, 64, 8), (33, 2, 1), (36, 4, 4), (1, 8, 1), (30, 4, 3), (8, 2, 2)],
)
@pytest.mark.parametrize("gpus", [0, 1])
def test_default_shards(
    batch_size: int, cores: int, shards: int, gpus: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: [kind] * gpus)
    assert default_shards(batch_size, cores) == (1 if gpus else shards)


def language_model(*, carry_state: bool) -> Any:
    """Ids below 7 -> a distribution over 7 tokens a step, always with the same weights."""
    recurrent = ("lstm: {units: 4}", "gru: {units: 5}", "dropout: {rate: 0.3}")
    text = ("embedding: {output_dim: 3}", *recurrent, "dense: {units: 7, activation: softmax}")
    facts = InputFacts((None,), integer=True, vocabulary=7, outputs=7)
    loaded = load(with_layers(*text))
    stack = infer_stack(loaded, facts, sequence_output=True)
    keras.utils.set_random_seed(0)
    return build_model(stack.layers, facts, use_kernels=True, carry_state=carry_state)


TOKENS = Objective(keras.losses.sparse_categorical_crossentropy)


@pytest.mark.parametrize("shards", [1, 2])
def test_carried_state_makes_windows_one_sequence(shards: int) -> None:
    ids = np.random.default_rng(0).integers(0, 7, (4, 13)).astype("int32")
    x, y, ones = ids[:, :-1], ids[:, 1:], np.ones((4, 12), "float32")
    whole = evaluate_step(language_model(carry_state=False), TOKENS, shards=1)
    expected = whole(Batch(x, y, ones, ones)).sums

    model = language_model(carry_state=True)
    step = evaluate_step(model, TOKENS, shards=shards)
    state, total = initial_state(model, 4), 0.0
    for window in (slice(0, 6), slice(6, 12)):
        parts = (x[:, window], y[:, window], ones[:, window], ones[:, window])
        sums, state, _ = step(Batch(*parts, state=state))
        total += float(sums["loss"])
    assert total == pytest.approx(float(expected["loss"]), rel=1e-5)
    assert [s.shape for s in state] == [(4, 4), (4, 4), (4, 5)]


def test_gradients_are_cut_between_windows_and_the_state_goes_on() -> None:
    ids = np.random.default_rng(0).integers(0, 7, (4, 7)).astype("int32")
    ones = np.ones((4, 6), "float32")
    model = language_model(carry_state=True)
    step = train_step(model, keras.optimizers.SGD(0.1), TOKENS)
    one = Batch(ids[:, :-1], ids[:, 1:], ones, ones, initial_state(model, 4))
    first = step(one, 0)
    second = step(one._replace(state=first.state), 1)
    assert all(np.any(s.numpy() != 0) for s in second.state)
    assert step(one, 2).sums["loss"] < first.sums["loss"]


def test_tokens_count_one_by_one_where_valid_says_so() -> None:
    ids = np.random.default_rng(0).integers(0, 7, (4, 7)).astype("int32")
    valid = (np.arange(6) < np.array([[6], [2], [0], [3]])).astype("float32")
    model = language_model(carry_state=False)
    sums = evaluate_step(model, TOKENS)(Batch(ids[:, :-1], ids[:, 1:], valid, valid)).sums
    losses = TOKENS.loss(ids[:, 1:], model(ids[:, :-1])).numpy()
    assert sums["count"] == 11
    assert sums["loss"] == pytest.approx(float((losses * valid).sum()), rel=1e-5)


@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize("count", [4, 6, 8])
def test_a_compiled_sum_adds_halves_as_two_workers_do(count: int, jit_compile: bool) -> None:
    parts = np.random.default_rng(0).normal(size=(count, 40, 30)).astype(np.float32)

    def compiled(*parts: object) -> object:
        return 1.5 * sum_in_pairs(parts)

    one = tf.function(compiled, autograph=False, jit_compile=jit_compile)
    halves = [sum_in_pairs(list(half)) for half in np.split(parts, 2)]
    np.testing.assert_array_equal(one(*parts), np.float32(1.5) * (halves[0] + halves[1]))
