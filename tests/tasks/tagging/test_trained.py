"""One run of .conllu in BIO and one of text, asked in every way."""

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner

import rnnkit
from rnnkit.cli.app import cli
from rnnkit.tasks.tagging.answers import predict
from rnnkit.tasks.tagging.evaluation import TaggingEvaluation
from rnnkit.tasks.tagging.view import details, summary
from tests.conftest import painting
from tests.server.asking import sample_answered
from tests.tasks.tagging.small import COLUMNS, config_of, write_conllu

LETTERS = {
    "input": "characters",
    "layers": [{"embedding": {"output_dim": 2}}, {"gru": {"units": 2}}],
}
LAYERS = [
    {"embedding": {"output_dim": 3}},
    {"concatenate": LETTERS},
    {"bidirectional": {"layer": {"lstm": {"units": 3}}}},
    "dense",
]


@pytest.fixture(scope="module")
@painting()
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tagging")
    path = write_conllu(folder / "a.conllu", 60)
    options = {"characters": True, "max_length": 3, "layers": LAYERS}
    config = config_of(path, token="form", tag="upos", **options)
    config["training"]["optimizer"] = {"name": "adam", "learning_rate": 0.05}
    config["training"]["epochs"] = 3
    return rnnkit.train(config, runs=folder / "runs")


@pytest.fixture(scope="module")
def trained(run):
    return rnnkit.load(run.path)


def test_evaluation(run, trained):
    found = trained.evaluate()
    assert found == TaggingEvaluation.model_validate_json(run.evaluation.read_text())
    assert set(found.baselines) == {"majority", "token", "logistic"}
    assert found.baselines["token"].accuracy == 1
    assert found.rows == sum(scores.support for scores in found.tags)
    assert found.spans[0].name == "all"
    assert found.span_f1 == found.spans[0].f1
    assert found.accuracy > found.baselines["majority"].accuracy
    assert (run.plots / "confusion.svg").is_file()
    paired = trained.paired(trained.own_data().test)
    assert (len(paired), paired.score) == (found.sequences, pytest.approx(found.accuracy))


def test_the_same_tags_in_the_page_and_in_the_terminal(run, trained, capsys):
    from rich.console import Console

    found = trained.evaluate().model_copy(update={"notes": ("1 row left out",)})
    Console(width=100).print(summary(found), details(found))
    shown = capsys.readouterr().out
    for words in ("logistic regression on neighbours", "span F1", "Every tag, the hardest first"):
        assert words in shown
    assert "Note: 1 row left out." in shown
    report = (run.path / "report.html").read_text()
    assert "Whole spans" in report
    assert "each token&#39;s most frequent tag" in report


def test_predictions_stand_in_the_order_of_the_rows(trained, tmp_path):
    path = write_conllu(tmp_path / "new.conllu", 7)
    found = trained.predict(path)
    assert found.sequences[:6] == ["1", "2", "2", "3", "3", "3"]
    assert len(found.tags) == len(found.probabilities) == 22
    again = write_conllu(tmp_path / "two.conllu", 14)
    more = trained.predict(again)
    np.testing.assert_allclose(more.probabilities[:22], found.probabilities, atol=1e-5)
    assert more.tags[:22] == found.tags


def test_predict_writes_the_treebank_with_its_tags(trained, tmp_path, capsys):
    path = write_conllu(tmp_path / "new.conllu", 3)
    predict(lambda: trained, data=str(path), output=None, form=None)
    before, after = path.read_text().splitlines(), capsys.readouterr().out.splitlines()
    assert len(before) == len(after)
    found = trained.predict(path)
    tagged = [line.split("\t") for line in after if line[:1].isdigit() and "-" not in line[:2]]
    assert [fields[3] for fields in tagged] == found.tags
    assert tagged[0][9] == f"SpaceAfter=No|Probability={found.probabilities[0]:.6f}"
    assert [line for line in after if line.startswith("#")] == [
        line for line in before if line.startswith("#")
    ]


def test_predict_as_a_table(trained, tmp_path, capsys):
    path = write_conllu(tmp_path / "new.conllu", 3)
    output = tmp_path / "out.csv"
    predict(lambda: trained, data=str(path), output=str(output), form=None)
    rows = list(csv.DictReader(output.read_text().splitlines()))
    assert list(rows[0])[1:5] == ["id", "form", "lemma", "upos"]  # as the file has them
    assert list(rows[0])[-1] == "probability"
    assert [row["upos"] for row in rows] == trained.predict(path).tags
    predict(lambda: trained, data=str(path), output=None, form="jsonl")
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert first["form"] == rows[0]["form"]


def test_text_is_written_with_its_marks(tmp_path):
    text = "\n\n".join(f"So it {verb}, is it?\nNo." for verb in ("is", "was") * 12)
    (tmp_path / "a.txt").write_text(text)
    run = rnnkit.train(config_of(tmp_path / "a.txt", split={}), runs=tmp_path / "runs")
    (tmp_path / "bare.txt").write_text("so it is\n\nno")
    answer = CliRunner().invoke(
        cli, ["predict", str(run.path), "--data", str(tmp_path / "bare.txt")]
    )
    assert answer.exit_code == 0, answer.output
    words = answer.stdout.lower().translate({ord(mark): None for mark in ",.?"})
    assert words == "so it is\n\nno\n"


@pytest.mark.slow
def test_letters_tell_the_tag_of_words_that_are_new(tmp_path):
    rng = np.random.default_rng(0)
    stems = ["".join(rng.choice(list("bdgklmnprst"), 3)) for _ in range(400)]
    endings = {"N": "tion", "V": "ing", "A": "ly"}
    drawn = [(n // 4, str(rng.choice(list(endings)))) for n in range(1600)]
    rows = [f"{n},{rng.choice(stems)}{endings[tag]},{tag}" for n, tag in drawn]
    (tmp_path / "a.csv").write_text("s,w,t\n" + "\n".join(rows))

    def unknown_accuracy(*, characters):
        layers = [LAYERS[0], *LAYERS[1:2] * characters, {"lstm": {"units": 8}}, "dense"]
        options = {**COLUMNS, "characters": characters, "layers": layers}
        config = config_of(tmp_path / "a.csv", **options)
        config["training"]["optimizer"] = {"name": "adam", "learning_rate": 0.02}
        config["training"]["epochs"] = 6
        run = rnnkit.train(config, runs=tmp_path / "runs")
        return rnnkit.load(run.path).evaluate().unknown_accuracy

    assert unknown_accuracy(characters=False) < 0.45
    assert unknown_accuracy(characters=True) > 0.9


def test_a_server_answers_what_it_makes_up(run) -> None:
    assert sample_answered(run)
