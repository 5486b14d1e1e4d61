"""What the model card says of a model of frames."""

from rnnkit.tasks.next_frame.findings import findings
from tests.tasks.next_frame.test_view import evaluation


def test_one_that_beats_the_baselines():
    found = findings(evaluation())
    assert found.does == "Predicts the next frame of 28 features, and draws images by it."
    assert found.scores.rows[0] == ("this model", "98.25", "3.5089", "0.1808")
    assert found.verdict[1] == "95 % interval of this model's nats/image: 97.50 to 99.00."
    assert len(found.unfit) == 1


def test_one_that_does_not():
    verdict = "The model is no better than the best baseline."
    found = findings(evaluation(verdict=verdict, images=False))
    assert found.unfit[0] == f"Predicting or drawing sequences in place of a baseline: {verdict}"
