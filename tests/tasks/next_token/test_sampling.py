"""Sampling: the carried state, the choice of tokens, and what the same seed gives."""

import itertools

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from rnnkit.config.layers import Dense, Dropout, Embedding, Layer
from rnnkit.config.layers.cells import GRU, LSTM
from rnnkit.config.stack import InputFacts
from rnnkit.models.build import build_model
from rnnkit.runtime import tf
from rnnkit.tasks.next_token.sampling import CHUNK, Past, Sampler, _kept

SIZE = 6
FACTS = InputFacts((None,), integer=True, vocabulary=SIZE, outputs=SIZE)
LAYERS: list[Layer] = [
    Embedding(input_dim=SIZE, output_dim=3, mask_zero=True),
    Dropout(rate=0.5),
    LSTM(units=5, return_sequences=True),
    GRU(units=4, return_sequences=True),
    Dense(units=SIZE, activation="softmax"),
]
PROMPT = [1, 2, 3, 0, 4]


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """As it is trained, on whole sequences; weights large enough that choices differ."""
    keras.utils.set_random_seed(1)
    whole = build_model(
        [LAYERS[0].model_copy(update={"mask_zero": False}), *LAYERS[1:]], FACTS, use_kernels=True
    )
    whole.set_weights([2 * weight for weight in whole.get_weights()])
    return whole


@pytest.fixture(scope="module")
def sampler(model: keras.Model) -> Sampler:
    one = Sampler(LAYERS, FACTS)
    one.set_weights(model.get_weights())
    return one


def test_without_xla_and_without_a_recurrent_layer() -> None:
    layers = [LAYERS[0], Dense(units=SIZE)]
    drawn = []
    for compiled in (False, True):
        one = Sampler(layers, FACTS, jit_compile=compiled)
        assert one._draw._jit_compile is one._read._jit_compile is compiled
        rng = np.random.default_rng(0)
        one.set_weights([rng.normal(size=w.shape) for w in one._model.get_weights()])
        assert len(set(one.stream(PROMPT, 70, seed=4))) > 1
        drawn.append(list(one.stream(PROMPT, 70, temperature=0)))
        assert logits_after(one, PROMPT) == pytest.approx(logits_after(one, PROMPT[-1:]))
    assert drawn[0] == drawn[1]


@pytest.fixture(scope="module")
def memoryless(sampler: Sampler) -> tuple[Sampler, NDArray[np.float64]]:
    """A sampler that expects the same after whatever it read, and its logits."""
    one = Sampler(LAYERS, FACTS)
    weights = [np.zeros_like(weight) for weight in sampler._model.get_weights()]
    logits = np.array([0.3, 2.0, -1.0, 1.2, 1.1, -0.4])
    weights[-1] = logits.astype(np.float32)
    one.set_weights(weights)
    return one, logits


def logits_after(sampler: Sampler, ids: list[int]) -> NDArray[np.float64]:
    return np.asarray(sampler.read(ids).logits, np.float64)


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = np.exp(logits - logits.max())
    return weights / weights.sum()


def test_reading_is_the_forward_pass_over_the_whole(model: keras.Model, sampler: Sampler) -> None:
    ids = (PROMPT * 30)[: 2 * CHUNK + 7]  # three calls, the last one not full
    whole = model(np.array([ids]), training=False).numpy()[0]
    for length in (1, 5, CHUNK, CHUNK + 1, len(ids)):
        p = softmax(logits_after(sampler, ids[:length]))
        np.testing.assert_allclose(p, whole[length - 1], atol=2e-6)


def test_reading_goes_on_from_a_memory_that_stays_as_it_is(sampler: Sampler) -> None:
    memory = sampler.read(PROMPT[:2])
    before = np.asarray(memory.logits).copy()
    first = sampler.read(PROMPT[2:], memory)
    second = sampler.read(PROMPT[2:], memory)
    np.testing.assert_array_equal(memory.logits, before)
    np.testing.assert_array_equal(first.logits, second.logits)
    np.testing.assert_allclose(first.logits, logits_after(sampler, PROMPT), atol=1e-6)


def test_greedy_takes_the_likeliest_of_every_step(model: keras.Model, sampler: Sampler) -> None:
    drawn = list(sampler.stream(PROMPT, 20, temperature=0, seed=5))
    ids = list(PROMPT)
    for token in drawn:
        assert token == model(np.array([ids]), training=False).numpy()[0, -1].argmax()
        ids.append(token)
    assert drawn == list(sampler.stream(PROMPT, 20, temperature=0, seed=6))


def test_the_tiniest_temperature_is_greedy_too(sampler: Sampler) -> None:
    greedy = list(sampler.stream(PROMPT, 20, temperature=0))
    assert list(sampler.stream(PROMPT, 20, temperature=1e-300)) == greedy


def expected_after(
    logits: NDArray[np.float64], temperature: float, top_k: int | None, top_p: float | None
) -> NDArray[np.float64]:
    """Temperature, then top_k, then top_p, written out one by one."""
    p = softmax(logits / temperature)
    order = np.argsort(-p, kind="stable")
    if top_k is not None:
        p[order[top_k:]] = 0
        p /= p.sum()
    if top_p is not None:
        mass, kept = 0.0, []
        for token in order:
            kept.append(token)
            mass += p[token]
            if mass >= top_p:
                break
        p[[token for token in order if token not in kept]] = 0
        p /= p.sum()
    return p


@pytest.mark.parametrize(
    ("temperature", "top_k", "top_p"),
    [(1.0, None, None), (0.5, None, None), (3.0, None, None), (1.0, 2, None), (2.0, 3, None),
     (1.0, None, 0.6), (2.0, None, 0.3), (2.0, 4, 0.7), (1.0, 1, None), (1.0, None, 1e-9)],
)  # fmt: skip
def test_draws_are_as_frequent_as_their_probabilities(
    memoryless: tuple[Sampler, NDArray[np.float64]],
    temperature: float,
    top_k: int | None,
    top_p: float | None,
) -> None:
    sampler, logits = memoryless
    p = expected_after(logits, temperature, top_k, top_p)
    draws = 40 * CHUNK
    drawn = sampler.stream([], draws, temperature=temperature, top_k=top_k, top_p=top_p)
    next(drawn)  # nothing was read: it can be any
    share = np.bincount(list(drawn), minlength=SIZE) / (draws - 1)
    assert not share[p == 0].any()
    np.testing.assert_allclose(share, p, atol=3.5 * 0.5 / np.sqrt(draws))


@pytest.mark.parametrize(
    ("top_k", "top_p", "kept"),
    [(4, 1.0, 4), (2, 1.0, 2), (4, 0.5, 1), (4, 0.51, 2), (4, 0.75, 2), (4, 0.76, 3), (3, 0.9, 3)],
)
def test_how_many_tokens_are_kept(top_k: int, top_p: float, kept: int) -> None:
    ordered = np.log(np.array([0.5, 0.25, 0.125, 0.125], np.float32))
    left = _kept(tf.constant(ordered), np.int32(top_k), np.float32(top_p)).numpy()
    np.testing.assert_array_equal(left[:kept], ordered[:kept])
    assert np.isneginf(left[kept:]).all()


def test_the_same_seed_gives_the_same_tokens(sampler: Sampler) -> None:
    def drawn(length: int, seed: int, text: int) -> list[int]:
        return list(sampler.stream(PROMPT, length, seed=seed, text=text))

    long = drawn(3 * CHUNK + 5, 1, 0)
    assert len(long) == 3 * CHUNK + 5
    assert drawn(3 * CHUNK + 5, 1, 0) == long
    assert drawn(CHUNK + 1, 1, 0) == long[: CHUNK + 1]
    others = [drawn(CHUNK, seed, text) for seed, text in [(2, 0), (1, 1), (2, 1)]]
    assert all(a != b for a, b in itertools.combinations([long[:CHUNK], *others], 2))


def test_positions_do_not_share_their_noise(
    memoryless: tuple[Sampler, NDArray[np.float64]],
) -> None:
    sampler, logits = memoryless
    drawn = np.array(list(sampler.stream([], 40 * CHUNK)))
    alike = (softmax(logits) ** 2).sum()  # how often two independent draws agree
    assert np.mean(drawn[1:] == drawn[:-1]) == pytest.approx(alike, abs=0.04)
    assert np.mean(drawn[CHUNK:] == drawn[:-CHUNK]) == pytest.approx(alike, abs=0.04)


def test_top_k_of_all_tokens_and_top_p_of_1_change_nothing(sampler: Sampler) -> None:
    plain = list(sampler.stream(PROMPT, CHUNK))
    assert list(sampler.stream(PROMPT, CHUNK, top_k=SIZE, top_p=1.0)) == plain
    nearly = list(sampler.stream(PROMPT, CHUNK, top_p=0.9999999))  # sorts, and leaves out nothing
    assert nearly == plain


def test_stops_after_a_token(sampler: Sampler) -> None:
    free = list(sampler.stream(PROMPT, 200, temperature=3, seed=3))
    for stop in set(free):
        until = list(sampler.stream(PROMPT, 200, temperature=3, seed=3, stop=[stop]))
        assert until == free[: free.index(stop) + 1]


def test_forbidden_tokens_are_never_drawn(model: keras.Model) -> None:
    without = Sampler(LAYERS, FACTS, forbidden=[0, 4])
    without.set_weights(model.get_weights())
    drawn = set(without.stream(PROMPT, 500, temperature=5)) | set(
        without.stream(PROMPT, 50, temperature=0)
    )
    assert drawn <= {1, 2, 3, 5}
    assert len(drawn) == 4


def test_new_weights_compile_nothing(model: keras.Model, sampler: Sampler) -> None:
    one = Sampler(LAYERS, FACTS)
    one.set_weights(model.get_weights())
    assert list(one.stream(PROMPT, 30, seed=1)) == list(sampler.stream(PROMPT, 30, seed=1))
    one.set_weights([-weight for weight in model.get_weights()])
    assert list(one.stream(PROMPT, 30, seed=1)) != list(sampler.stream(PROMPT, 30, seed=1))
    assert one._draw.experimental_get_tracing_count() == 1
    assert one._read.experimental_get_tracing_count() == 1


def test_without_xla_the_same_is_expected(model: keras.Model, sampler: Sampler) -> None:
    """Only the noise of a seed is another one."""
    plain = Sampler(LAYERS, FACTS, jit_compile=False)
    plain.set_weights(model.get_weights())
    greedy = list(sampler.stream(PROMPT, 20, temperature=0))
    assert list(plain.stream(PROMPT, 20, temperature=0)) == greedy
    assert list(plain.stream(PROMPT, 5, seed=1)) == list(plain.stream(PROMPT, 9, seed=1))[:5]


def test_nothing_read_means_any_token(sampler: Sampler) -> None:
    start = sampler.start()
    assert isinstance(start, Past)
    np.testing.assert_allclose(softmax(np.asarray(start.logits, np.float64)), 1 / SIZE)
    assert [state.shape.as_list() for state in start.states] == [[1, 5], [1, 5], [1, 4]]
