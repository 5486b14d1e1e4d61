"""The task end to end: exact losses, baselines on the same tokens, samples and hidden states."""

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnkit
from rnnkit.config.infer import infer_stack
from rnnkit.config.stack import InputFacts
from rnnkit.data.tokens.dataset import SequencePart, TokenDataset
from rnnkit.data.tokens.streams import WARM_UP, TextPart
from rnnkit.models.build import initial_state
from rnnkit.runtime import keras, tf
from rnnkit.tasks import load_config
from rnnkit.tasks.next_token.config import NextTokenConfig
from rnnkit.tasks.next_token.dataset import load_dataset
from rnnkit.tasks.next_token.objective import objective
from rnnkit.training.interrupt import StopRequest
from rnnkit.workflows.check import read
from rnnkit.workflows.setup import new_trainer, prepare

TEXT = "".join(f"{n} and {n * n % 97} or {n % 7}.\n" for n in range(330))  # 4,600 characters
GAMES = [f"a b{n % 3} c{n % 3} d{n % 3 if n % 5 else 'x'}" + " e" * (n % 4) for n in range(80)]


@dataclasses.dataclass(frozen=True)
class Trained:
    """A finished run and what it said."""

    run: rnnkit.Run
    said: list[str]

    @property
    def evaluation(self) -> dict[str, Any]:
        values = self.run.read_evaluation()
        assert values is not None
        return values


def config(source: Path, *, text: bool, **training: object) -> dict[str, Any]:
    return {
        "version": 1,
        "name": "letters" if text else "games",
        "task": "next_token",
        "seed": 1,
        "data": {
            "source": str(source),
            "level": "character" if text else "item",
            **({} if text else {"separator": "line"}),
            "split": {"validation": 0.2},
        },
        "model": {
            "layers": [
                {"embedding": {"output_dim": 6}},
                {"lstm": {"units": 8}},
                {"gru": {"units": 6, "dropout": 0.1}},
                "dense",
            ]
        },
        "training": {
            "epochs": 2,
            "batch_size": 8,
            "jit_compile": False,
            "optimizer": {"learning_rate": 0.03},
            "sample": {"every": 1, "length": 30},
            **({"window": 16} if text else {}),
            **training,
        },
    }


def train(folder: Path, *, text: bool, **training: object) -> Trained:
    source = folder / "data.txt"
    source.write_text(TEXT if text else "\n".join(GAMES))
    said: list[str] = []
    made = config(source, text=text, **training)
    return Trained(
        rnnkit.train(made, runs=folder / "runs", watch=rnnkit.Watch(on_message=said.append)), said
    )


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train(tmp_path_factory.mktemp("letters"), text=True)


@pytest.fixture(scope="module")
def games(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    options = {"epochs": 15, "trace": "a b1"}
    return train(tmp_path_factory.mktemp("games"), text=False, **options)


def saved_model(run: rnnkit.Run) -> Any:
    """ids (B, T) -> logits (B, T, V): model.keras as plain Keras reads it, in a graph of any T."""
    return tf.function(keras.models.load_model(run.model), reduce_retracing=True)


def own_data(run: rnnkit.Run) -> TokenDataset:
    config = load_config(run.resolved_config).config
    assert isinstance(config, NextTokenConfig)
    return load_dataset(config)


def nats(logits: np.ndarray, y: np.ndarray) -> np.ndarray:
    """-ln p of each token, (n,), from logits (n, V)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(y)), y]


def test_the_loss_of_running_text_is_that_of_one_long_pass(letters: Trained) -> None:
    dataset = own_data(letters.run)
    part = dataset.validation
    assert isinstance(part, TextPart)
    first = part.begin - WARM_UP
    plain = saved_model(letters.run)
    logits = plain(part.ids[None, first - 1 : part.end - 1])[0].numpy()
    expected = nats(logits[WARM_UP:], part.targets)
    values = letters.evaluation
    assert values["tokens"] == len(part) == round(0.2 * len(TEXT))
    assert values["loss"] == pytest.approx(expected.mean(), abs=1e-5)
    assert values["bits"] == pytest.approx(expected.mean() / math.log(2), abs=1e-5)
    assert values["perplexity"] == pytest.approx(math.exp(expected.mean()), rel=1e-4)
    hit = logits[WARM_UP:].argmax(axis=1) == part.targets
    assert values["accuracy"] == pytest.approx(hit.mean())
    # read in streams of batch_size while training, here only one for so short a part
    assert letters.run.read_history()[-1]["val_loss"] == pytest.approx(values["loss"], abs=1e-5)


def test_the_loss_of_sequences_is_that_of_each_alone(games: Trained) -> None:
    dataset = own_data(games.run)
    part = dataset.validation
    assert isinstance(part, SequencePart)
    plain = saved_model(games.run)
    losses = []
    for i in range(len(part)):
        y = np.array([*part.tokens(i), part.end])
        x = np.array([[part.end, *part.tokens(i)]])
        losses.append(nats(plain(x)[0].numpy(), y))
    values = games.evaluation
    assert (values["sequences"], values["tokens"]) == (16, sum(map(len, losses)))
    assert values["loss"] == pytest.approx(np.concatenate(losses).mean(), abs=1e-5)
    assert games.run.read_history()[-1]["val_loss"] == pytest.approx(values["loss"], abs=1e-5)
    first = np.mean([loss[0] for loss in losses])
    assert values["positions"][0]["loss"] == pytest.approx(first, abs=1e-5)
    assert values["positions"][0]["tokens"] == 16


def test_it_learns_and_stands_beside_its_baselines(games: Trained) -> None:
    values = games.evaluation
    baselines = values["baselines"]
    assert list(baselines) == ["uniform", "unigram", "ngram"]
    assert baselines["uniform"]["loss"] == pytest.approx(math.log(values["vocabulary"]))
    assert baselines["ngram"]["loss"] < baselines["unigram"]["loss"] < baselines["uniform"]["loss"]
    assert values["loss"] < baselines["unigram"]["loss"]
    assert values["best_baseline"] == "ngram"
    assert values["gain"] == pytest.approx(baselines["ngram"]["loss"] - values["loss"])
    low, high = values["gain_interval"]
    assert low < values["gain"] < high
    assert values["top_5_accuracy"] >= values["accuracy"]


def test_a_model_that_loses_is_said_to_lose(letters: Trained) -> None:
    values = letters.evaluation
    assert values["baselines"]["ngram"]["loss"] < values["loss"]  # two epochs are too few
    assert values["verdict"] == "worse"


def test_hard_tokens(games: Trained) -> None:
    values = games.evaluation
    hardest = values["hardest"]
    assert [row["loss"] for row in hardest] == sorted((r["loss"] for r in hardest), reverse=True)
    assert sum(row["share"] for row in hardest) <= 1 + 1e-9
    assert {row["token"] for row in hardest} <= {"<end>", *" ".join(GAMES).split()}


def test_text_that_begins_without_a_past_is_harder_at_first(letters: Trained) -> None:
    positions = letters.evaluation["positions"]
    assert [row["position"] for row in positions] == list(range(1, 17))
    assert positions[0]["loss"] > positions[-1]["loss"]
    assert positions[0]["ngram_loss"] is None


def test_a_sample_every_epoch(letters: Trained, games: Trained) -> None:
    heads = [text for text in letters.said if text.startswith("sample")]
    assert heads == [f"sample after epoch {n}, temperature 1:" for n in (1, 2)]
    assert letters.said == [line for line in letters.run.log.read_text().splitlines()
                            if line in letters.said]  # fmt: skip
    drawn = "\n".join(line[4:] for line in letters.said[letters.said.index(heads[1]) + 1 :])
    assert 20 <= len(drawn) <= 30
    assert set(drawn) <= set(TEXT)
    assert all(line.startswith("  | a ") for line in games.said[-10:] if "|" in line)


def test_hidden_states_of_a_text(games: Trained) -> None:
    [head, columns, *rows] = games.said[-5:]
    assert head == "h of the last gru (6 units) after each token, and what it expects next:"
    assert columns.split() == ["read", "h1", "h2", "h3", "h4", "h5", "h6", "next"]
    assert [row.split()[0] for row in rows] == ["<end>", "a", "b1"]
    states = [[float(cell) for cell in row.split()[1:7]] for row in rows]
    plain = keras.models.load_model(games.run.model)
    inner = keras.Model(plain.inputs[0], plain.layers[-2].output)
    kept = rnnkit.load(games.run).preprocessing
    expected = inner(np.array([[kept.vocabulary.end, *kept.vocabulary.encode("a b1")]]))[0]
    assert np.allclose(states, expected, atol=0.006)  # shown with 2 decimals
    assert rows[0].split()[7] == "a"  # every game begins with it


@pytest.mark.parametrize("compiled", [True, False])
def test_jit_compile_holds_for_drawn_tokens_too(compiled: bool, games: Trained) -> None:
    opened = rnnkit.load(games.run)
    training = opened.config.training.model_copy(update={"jit_compile": compiled})
    config = opened.config.model_copy(update={"training": training})
    assert dataclasses.replace(opened, config=config).sampler._draw._jit_compile is compiled


def test_copies_from_the_training_text(games: Trained) -> None:
    sample = games.evaluation["sample"]
    assert sample["tokens"] == 400
    assert 0 < sample["copied"] <= 1
    assert sample["longest"] >= 4
    assert sample["longest_text"].replace(" / ", "\n").split("\n")[0] in "\n".join(GAMES)


def test_what_a_run_folder_holds(games: Trained) -> None:
    names = {path.name for path in games.run.plots.glob("*.svg")}
    assert {"positions.svg", "hardest.svg", "history.svg"} <= names
    assert "nats a token" in games.run.report.read_text()


def test_another_file(games: Trained, tmp_path: Path) -> None:
    path = tmp_path / "new.txt"
    path.write_text("a b1 c1 d1\na b2 c2 d2\n")
    values = rnnkit.evaluate(games.run, data=path).model_dump()
    assert (values["sequences"], values["tokens"]) == (2, 10)
    assert values["data"] == str(path)


@pytest.mark.parametrize("options", [{"dtype_policy": "mixed_bfloat16"}, {"kernels": "keras"}])
@pytest.mark.parametrize("text", [True, False])
def test_other_ways_to_compute(tmp_path: Path, options: dict[str, str], text: bool) -> None:
    source = tmp_path / "data.txt"
    source.write_text(TEXT[:1500] if text else "\n".join(GAMES))
    made = config(source, text=text, epochs=1, sample=None, jit_compile=text)
    del made["model"]["layers"][2]  # one recurrent layer is compiled in half the time
    made["model"] |= {k: v for k, v in options.items() if k == "kernels"}
    made["training"] |= {k: v for k, v in options.items() if k != "kernels"}
    run = rnnkit.train(made, runs=tmp_path / "runs")
    values = run.read_evaluation()
    assert values is not None
    assert 0 < values["loss"] < math.log(values["vocabulary"]) + 0.1


def test_the_state_keeps_its_type_in_mixed_precision(tmp_path: Path) -> None:
    source = tmp_path / "data.txt"
    source.write_text(TEXT[:500])
    made = config(source, text=True, dtype_policy="mixed_bfloat16")
    trainer = new_trainer(prepare(read(load_config(made))), StopRequest())
    batch = next(trainer.train.batches(8))
    state = initial_state(trainer.train_step.model, 8)
    result = trainer.train_step(batch._replace(state=state), 0)
    assert [part.dtype for part in result.state] == ["float32"] * 3


@pytest.mark.parametrize("activation", [None, "softmax"])
def test_loss_and_metrics_by_hand(activation: str | None) -> None:
    made = config(Path("none.txt"), text=True)
    made["model"]["layers"][-1] = {"dense": {"activation": activation}}
    loaded = load_config(made)
    facts = InputFacts((None,), integer=True, vocabulary=6, outputs=6)
    assert isinstance(loaded.config, NextTokenConfig)
    found = objective(loaded.config, infer_stack(loaded, facts, sequence_output=True))
    p = np.array([[[0.5, 0.2, 0.1, 0.1, 0.06, 0.04], [0.1, 0.5, 0.1, 0.1, 0.1, 0.1]]], np.float32)
    y = np.array([[5, 1]], np.int32)
    outputs = p if activation else np.log(p)
    assert np.allclose(found.loss(y, outputs), [[-math.log(0.04), -math.log(0.5)]], atol=1e-5)
    assert np.array_equal(found.metrics["accuracy"](y, outputs), [[0, 1]])
    assert np.array_equal(found.metrics["top_5_accuracy"](y, outputs), [[0, 1]])
