"""Texts to a class: from the config to a trained run that is judged, asked, resumed."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import rnnkit
from rnnkit.cli.app import run as run_command
from rnnkit.config.stack import InputFacts
from rnnkit.data.labelled.preprocessing import LabelledPreprocessing
from rnnkit.datasets import EMBEDDED
from rnnkit.errors import ConfigError, DataError
from rnnkit.tasks.classification.dataset import facts, load_dataset, outline, read_new
from rnnkit.tasks.classification.ngrams import judge_ngrams
from rnnkit.workflows.check import check
from tests.crash.fingerprint import fingerprint
from tests.tasks.classification.small import config_of
from tests.workflows.resume.stopping import KillAt, stopped

NOUNS = ("film", "phone", "meal", "seat", "plot", "cast")
SHARES = {"validation": 0.25, "test": 0.25}


def write_folder(folder: Path) -> Path:
    """60 texts with a word of their own; the classes differ by an adjective, one of two."""
    folder.mkdir(parents=True)
    for kind, words in (("bad", ("bad", "awful")), ("good", ("good", "fine"))):
        texts = [f"the {NOUNS[n % 6]} {kind}{n} was {words[n % 2]}" for n in range(30)]
        (folder / f"{kind}.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
    return folder


def text_config(source: Path | str, **data: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "name": "texts",
        "task": "classification",
        "data": {"source": str(source), "split": SHARES, **data},
        "model": {"layers": [{"embedding": {"output_dim": 3}}, {"lstm": {"units": 3}}, "dense"]},
        "training": {
            "epochs": 2,
            "batch_size": 8,
            "jit_compile": False,
            "optimizer": {"name": "adam", "learning_rate": 0.05},
        },
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("texts") / "reviews")


@pytest.fixture(scope="module")
def trained(folder: Path) -> rnnkit.Run:
    return rnnkit.train(text_config(folder), runs=folder.parent / "runs")


def loaded(source: Path | str, **options: Any):
    """The dataset, whose facts are what `outline` says."""
    config = config_of(source, ids=True, **options)
    dataset = load_dataset(config)
    assert outline(config) == facts(config, dataset.preprocessing)
    assert LabelledPreprocessing.from_json(dataset.preprocessing.to_json()) == dataset.preprocessing
    return dataset


def test_a_folder(folder: Path) -> None:
    dataset = loaded(folder, split=SHARES)
    kept = dataset.preprocessing
    assert (kept.classes, kept.length, kept.masked) == (("bad", "good"), 5, False)
    assert kept.tokens is not None
    assert kept.vocabulary == len(kept.tokens) + 1 == kept.lengths[0][1]
    assert kept.tokens.tokens[:3] == ("<unk>", "the", "was")
    assert dataset.train.store.dtype == np.int32
    assert dataset.train.store.min() >= 1  # none is padded
    assert len(dataset.train) + len(dataset.validation) + len(dataset.test) == 60
    words = dataset.train.texts[0].split()
    words[2] = "<unk>"  # which stands once
    assert [kept.tokens.tokens[i - 1] for i in dataset.train.store[0]] == words


def test_padding_is_no_token(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("t,y\na a a,no\na b,yes\nb,no\na b b b,yes\n")
    options = {"text": "t", "label": "y", "min_count": 1}
    dataset = loaded(tmp_path / "a.csv", **options)
    assert dataset.preprocessing.masked
    assert dataset.train.store[:].tolist() == [
        [2, 2, 2, 0],
        [2, 3, 0, 0],
        [3, 0, 0, 0],
        [2, 3, 3, 3],
    ]
    short = loaded(tmp_path / "a.csv", **options, max_length=2, truncating="post", padding="pre")
    assert short.train.store[:].tolist() == [[2, 2], [2, 3], [0, 3], [2, 3]]
    assert outline(config_of(tmp_path / "a.csv", ids=True, **options)) == InputFacts(
        (None,), integer=True, vocabulary=4, outputs=2, masked=True
    )


def test_the_vocabulary_follows_the_training_part(folder: Path) -> None:
    """What only held-back texts have is unknown, though the source has it often."""
    for seed in range(3):
        dataset = loaded(folder, split=SHARES, seed=seed, min_count=4)
        tokens = [token for text in dataset.train.texts for token in text.split()]
        known = dataset.preprocessing.tokens.tokens[1:]
        assert set(known) == {token for token in tokens if tokens.count(token) >= 4}


@pytest.mark.parametrize("name", ["splice", "sentences"])
def test_what_rnnkit_brings(name: str) -> None:
    """Equal texts stay in one part: the audit finds none in two."""
    text, label, level = {
        "splice": ("sequence", "junction", "character"),
        "sentences": ("sentence", "sentiment", "word"),
    }[name]
    assert EMBEDDED[name].holds == "texts"
    shares = {"validation": 0.2, "test": 0.2}
    dataset = loaded(name, text=text, label=label, level=level, split=shares)
    whole = [text for part in dataset.parts.values() for text in part.texts]
    assert len(whole) == {"splice": 3186, "sentences": 3000}[name]
    assert len(whole) - len(set(whole)) == {"splice": 185, "sentences": 18}[name]
    assert dataset.audited.findings == ()


def message_of(source: Path | str, *, ids: bool = True, **options: Any) -> str:
    with pytest.raises(DataError) as error:
        load_dataset(config_of(source, ids=ids, **options))
    return str(error.value)


def test_options_for_other_sources(folder: Path, tmp_path: Path) -> None:
    texts = f"is for tables, but {folder} holds texts: remove it"
    assert message_of(folder, label="y") == f"data.label {texts}"
    assert message_of(folder, split={"column": "p"}) == f"data.split.column {texts}"
    assert "data.scale (=standard) does not apply" in message_of(folder, scale="standard")
    (tmp_path / "a.csv").write_text("t,y\n1,no\n2,yes\n")
    options = {"label": "y", "ids": False}
    assert message_of(tmp_path / "a.csv", **options, level="character") == (
        "data.level is for texts: name their column in data.text: remove it"
    )
    assert message_of("splice", ids=False).startswith("'splice', which rnnkit brings, holds texts")


@pytest.fixture(scope="module")
def rated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Texts that say nothing, and numbers: above 5 is good."""
    path = tmp_path_factory.mktemp("rated") / "a.csv"
    rows = [f"so it {NOUNS[n % 6]} {n},{n % 11},{n * 3 % 7},{n % 11 > 5}" for n in range(80)]
    path.write_text("\n".join(["said,stars,x,good", *rows]))
    return path


BESIDE: dict[str, Any] = {
    "text": "said", "features": ["stars", "x"], "label": "good", "scale": "standard",
}  # fmt: skip


def test_features_beside_texts(rated: Path, tmp_path: Path) -> None:
    config = text_config(rated, **BESIDE)
    with pytest.raises(ConfigError, match="features"):  # which nothing reads
        check(config)
    config["model"]["layers"].insert(2, {"concatenate": {"input": "features"}})
    config["training"]["epochs"] = 15
    run = rnnkit.train(config, runs=tmp_path / "runs")
    asked = rnnkit.load(run)
    kept = asked.preprocessing
    assert kept.columns == ("stars", "x")
    assert len(kept.beside["features"].scale.offset) == 2
    found = json.loads(run.evaluation.read_text())
    assert found["accuracy"] > 0.85 > found["ngrams"]["accuracy"]
    new = pd.DataFrame({"said": ["so it plot 0"] * 2, "stars": [0, 10], "x": [1, 1]})
    assert asked.predict(new).predicted == ["false", "true"]
    with pytest.raises(DataError, match="no column 'x'"):
        asked.predict(new.drop(columns="x"))
    resumed = rnnkit.resume(stopped(config, tmp_path / "half", KillAt(20)))
    assert fingerprint(resumed.path) == fingerprint(run.path)


def test_features_beside_texts_are_looked_at(rated: Path) -> None:
    """`stars` alone tells the class."""
    dataset = loaded(rated, **BESIDE)
    [features] = dataset.train.beside.values()
    assert features.dtype == np.float32
    assert features.mean(axis=0) == pytest.approx([0, 0], abs=1e-6)
    assert [f.check for f in dataset.audited.findings] == ["labels"]
    assert "'stars' alone tells the label" in dataset.audited.texts[0]


def test_static_columns_beside_texts(rated: Path) -> None:
    """Names become ids there too; features stay an input of their own."""
    frame = pd.read_csv(rated).assign(site=["u", "v"] * 40)
    frame.to_csv(path := rated.with_name("b.csv"), index=False)
    dataset = loaded(path, **BESIDE | {"features": "x", "static": ["stars", "site"]})
    assert list(dataset.train.beside) == ["features", "static", "site"]
    assert dataset.preprocessing.beside["site"].known == ("u", "v")


def test_a_model_without_embedding(folder: Path) -> None:
    config = text_config(folder)
    del config["model"]["layers"][0]
    with pytest.raises(ConfigError, match="cannot read integer ids: start with an embedding"):
        check(config)


def test_the_card(trained: rnnkit.Run, capsys: pytest.CaptureFixture[str]) -> None:
    card = json.loads(trained.card.read_text())
    assert card["description"].endswith("texts of 5 words; 2 classes")
    assert card["text"]["level"] == "word"
    assert card["text"]["unknown"] == {"train": 0.2, "validation": 0.2, "test": 0.2}
    assert card["lengths"] == [5, 5]
    assert card["example"]["text"].startswith("the ")
    assert run_command(["data", str(trained.config)]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"tokens {card['text']['vocabulary']} words known; unknown: " in shown


def test_the_network_stands_beside_ngrams(
    trained: rnnkit.Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["evaluate", str(trained.path)]) == 0
    shown = capsys.readouterr().out
    ngrams = json.loads(trained.evaluation.read_text())["ngrams"]
    assert ngrams["kind"] == "words 1-2"
    assert ngrams["accuracy"] == 1.0  # the adjectives tell all
    assert "this model   baseline   n-grams \n" in shown
    assert "n-grams, words 1-2" in trained.report.read_text()


def test_mcnemar(folder: Path) -> None:
    """8 of 10 where the two differ: 2 P(X >= 8), X binomial(10, 1/2), is 112 / 1024."""
    dataset = load_dataset(config_of(folder, ids=True, split=SHARES))
    part, y = dataset.test, dataset.test.y
    wrong = np.arange(len(part)) < 3
    found = judge_ngrams(dataset.train, part, np.where(wrong, 1 - y, y), ("bad", "good"))
    assert found is not None
    assert (found.only_network, found.only_ngrams, found.p_value) == (0, 3, 0.25)
    assert found.sentence == (
        "Between this network and n-grams (words 1-2) there is no difference beyond chance: "
        "n-grams (words 1-2) are ahead by 3 examples (p = 0.25, McNemar's exact test)."
    )
    better = found.model_copy(update={"only_network": 9, "only_ngrams": 0, "p_value": 0.0039})
    assert better.sentence.startswith("This network is better than n-grams (words 1-2) by 9 ex")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_predict_names_every_text(
    trained: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new.txt").write_text("the film 1 was good\n\nthe nobody 2 was awful\n")
    command = ["predict", str(trained.path), "--data", str(tmp_path / "new.txt")]
    assert run_command(command) == 0
    assert [row["example"] for row in rows_of(capsys.readouterr().out)] == [
        "new.txt:1",
        "new.txt:3",
    ]
    assert run_command([*command, "--all-classes"]) == 0
    for row in rows_of(capsys.readouterr().out):
        every = {label: float(row[f"probability_{label}"]) for label in ("bad", "good")}
        assert sum(every.values()) == pytest.approx(1, abs=1e-5)
        assert every[row["class"]] == float(row["probability"]) == max(every.values())
    assert run_command([*command, "--top", "5", "--format", "jsonl"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(r["example"], r["rank"]) for r in found] == [
        ("new.txt:1", 1), ("new.txt:1", 2), ("new.txt:3", 1), ("new.txt:3", 2),
    ]  # fmt: skip
    assert all(
        a["probability"] >= b["probability"] for a, b in zip(found[::2], found[1::2], strict=True)
    )
    assert run_command([*command, "--all-classes", "--format", "jsonl"]) == 0
    assert set(json.loads(capsys.readouterr().out.splitlines()[0])["probabilities"]) == {
        "bad", "good",
    }  # fmt: skip
    assert run_command([*command, "--top", "2", "--all-classes"]) == 2
    assert "give one of --top and --all-classes" in capsys.readouterr().err


def test_other_forms_of_new_texts(trained: rnnkit.Run, tmp_path: Path) -> None:
    asked = rnnkit.load(trained)
    texts = ["the film 1 was good", "the cast 2 was awful"]
    pd.DataFrame({"id": [7, 8], "text": texts}).to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "all.txt").write_text("\n".join(texts))
    expected = asked.predict(texts).probabilities
    for data in (pd.DataFrame({"text": texts}), tmp_path / "a.csv", tmp_path / "new"):
        assert asked.predict(data).probabilities == pytest.approx(expected)


def test_new_texts_that_do_not_fit(trained: rnnkit.Run, tmp_path: Path) -> None:
    asked = rnnkit.load(trained)
    with pytest.raises(DataError, match="an example of 2 time steps, but the run was trained on 5"):
        asked.predict(["so good"])
    np.savez(tmp_path / "a.npz", x=np.zeros((2, 5)))
    with pytest.raises(DataError, match="holds arrays, but the run was trained on texts"):
        asked.predict(tmp_path / "a.npz")
    config, kept = asked.config, asked.preprocessing
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "fine.txt").write_text("the film 1 was good\n")
    with pytest.raises(
        DataError, match="unknown label 'fine': the run's classes are 'bad', 'good'"
    ):
        read_new(tmp_path / "new", config, kept)
    (tmp_path / "new" / "fine.txt").rename(tmp_path / "new" / "good.txt")
    assert read_new(tmp_path / "new", config, kept).y.tolist() == [1]


def test_inspect(trained: rnnkit.Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["inspect", str(trained.path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["trained"]


def test_resume_is_bit_for_bit(trained: rnnkit.Run, folder: Path, tmp_path: Path) -> None:
    half = stopped(text_config(folder), tmp_path / "runs", KillAt(5))
    done = rnnkit.resume(half)
    assert fingerprint(done.path) == fingerprint(trained.path)


def test_a_run_whose_texts_have_changed(trained: rnnkit.Run, folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "reviews"
    shutil.copytree(folder, copy)
    run = rnnkit.train(text_config(copy, limit=8), runs=tmp_path / "runs")
    with (copy / "good.txt").open("a") as file:
        file.write("the film 99 was fine\n")
    with pytest.raises(DataError, match="the data have changed"):
        rnnkit.evaluate(run)
