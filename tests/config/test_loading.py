"""Files, bases, the environment and --set -> one config; problems name where each was written."""

from pathlib import Path

import pytest

from rnnkit.config.document import dump_document
from rnnkit.errors import ConfigError
from rnnkit.tasks import load_config
from tests.config.small import SMALL, block, load, refusal


def write(**files: str) -> None:
    for name, text in files.items():
        path = Path(name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def base_refusal(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(text)
    return str(caught.value)


def test_a_file() -> None:
    loaded = load(SMALL)
    assert loaded.config.name == "small"
    assert loaded.text == SMALL
    assert str(loaded.location(("data", "source"), key=False)) == "c.yaml:5:11"
    assert str(loaded.location(("model", "kernels"))) == "c.yaml:6:1"


def test_a_dict_is_left_as_it_was() -> None:
    values = {
        "version": 1,
        "name": "small",
        "task": "classification",
        "data": {"source": "x.npz"},
        "model": {"layers": [{"lstm": {"units": 4}}, {"dense": {"units": 10}}]},
        "training": {"epochs": 1},
    }
    loaded = load_config(values, overrides=["training.epochs=2"], environment={})
    assert loaded.config.training.epochs == 2
    assert values["data"] == {"source": "x.npz"}
    with pytest.raises(ConfigError) as caught:
        load_config({**values, "seed": -1}, environment={})
    assert str(caught.value) == "config: seed (=-1) must be greater than or equal to 0"


def test_several_problems_in_the_order_of_the_file() -> None:
    text = SMALL.replace("name: small", "name: a/b\nsede: 1")
    text = text.replace("lstm: {units: 4}", "lstm: {unit: 1e-4}").replace("epochs: 1", "epochs: x")
    assert refusal(text) == block(
        """
        c.yaml:2:7: name: 'a/b' names the run's folder: use letters, digits, '-', '_' and '.' only
          2 | name: a/b
            |       ^^^
        c.yaml:3:1: unknown key 'sede'. Did you mean 'seed'?
          3 | sede: 1
            | ^^^^
        c.yaml:9:7: lstm: missing key 'units'
          9 |     - lstm: {unit: 1e-4}
            |       ^^^^
        c.yaml:9:14: lstm: unknown key 'unit'. Did you mean 'units'?
          9 |     - lstm: {unit: 1e-4}
            |              ^^^^
        c.yaml:12:11: training: epochs (='x') must be an integer
          12 |   epochs: x
             |           ^
        """
    )


def test_not_more_problems_than_a_screen_or_two() -> None:
    text = SMALL + "".join(f"  key{number}: 1\n" for number in range(5000))
    assert refusal(text).count("unknown key") == 100
    assert refusal(text).endswith("c.yaml: these are the first 100 problems; there are more")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "c.yaml:1:1: missing key 'task': one of classification"),
        ("task: clasification", "c.yaml:3:7: unknown task 'clasification'. "),
        ("task: [a]", "c.yaml:3:7: unknown task ['a']. Known here: "),
        ("task:", "c.yaml:3:1: unknown task null. Known here: "),
    ],
)
def test_the_task(line: str, message: str) -> None:
    head = refusal(SMALL.replace("task: classification", line)).splitlines()[0]
    assert head.startswith(message)


def test_a_base_is_found_beside_the_file_that_names_it() -> None:
    write(bases__all=SMALL.replace("source: mnist", "source: ../data/x.npz"))
    loaded = load("base: bases/all.yaml\nname: mine\ntraining: {batch_size: 8}\n")
    training = loaded.config.training
    assert (loaded.config.name, training.epochs, training.batch_size) == ("mine", 1, 8)
    assert loaded.document.values["data"]["source"] == str(Path("data/x.npz").absolute())
    assert "base" not in loaded.document.values
    assert loaded.text.startswith("base: bases/all.yaml")


def test_a_base_of_a_base() -> None:
    write(one=SMALL, two="base: one.yaml\nseed: 5\ntraining: {epochs: 2}\n")
    loaded = load("base: two.yaml\ntraining: {epochs: 3}\n")
    assert (loaded.config.seed, loaded.config.training.epochs) == (5, 3)


def test_what_a_base_says_keeps_its_place() -> None:
    write(all=SMALL.replace("units: 4", "units: x"))
    assert base_refusal("base: all.yaml\nseed: x\n") == block(
        """
        all.yaml:8:21: lstm: units (='x') must be an integer
          8 |     - lstm: {units: x}
            |                     ^
        c.yaml:2:7: seed (='x') must be an integer
          2 | seed: x
            |       ^
        """
    )


@pytest.mark.parametrize(
    ("base", "message"),
    [
        ("c.yaml", "base: 'c.yaml' leads back to itself"),
        ("./nothing.yaml", "base: there is no file nothing.yaml"),
        ("3", "base (=3) must be a path"),
        ("", "base (=null) must be a path"),
        ('"\\0"', "base: there is no file \0"),
        ("x" * 5000, "base: there is no file " + "x" * 5000),
    ],
)
def test_bases_that_are_refused(base: str, message: str) -> None:
    assert message in base_refusal(f"base: {base}\n{SMALL}").splitlines()[0]


def test_bases_in_a_circle() -> None:
    write(one="base: two.yaml\n", two="base: one.yaml\n")
    assert base_refusal("base: one.yaml\n") == block(
        """
        two.yaml:1:7: base: 'one.yaml' leads back to itself
          1 | base: one.yaml
            |       ^^^^^^^^
        """
    )


def test_a_long_chain_of_bases() -> None:
    for number in range(20):
        Path(f"b{number}.yaml").write_text(f"base: b{number + 1}.yaml\n")
    assert "base: more than 10 files in a chain" in base_refusal("base: b0.yaml\n")


def test_the_environment_lies_over_the_file_and_set_over_both() -> None:
    environment = {"RNNKIT__TRAINING__EPOCHS": "5", "RNNKIT__SEED": "7", "HOME": "/"}
    config = load(SMALL, "training.epochs=6", environment=environment).config
    assert (config.seed, config.training.epochs) == (7, 6)


def test_the_environment_is_heeded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RNNKIT__SEED", "7")
    Path("c.yaml").write_text(SMALL)
    loaded = load_config("c.yaml", overrides=["seed=8"])
    assert load_config(loaded, overrides=["training.epochs=2"]).config.seed == 8


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("RNNKIT__TRAIN__EPOCHS", "1", "unknown key 'train'. Did you mean 'training'?"),
        (
            "RNNKIT__TRAINING__EPOCH", "1",
            "training: unknown key 'epoch'. Did you mean 'epochs'?",
        ),
        ("RNNKIT__TRAINING__EPOCHS", "x", "training: epochs (='x') must be an integer"),
        ("RNNKIT__SEED", "[", "not YAML: expected the node content, but found '<stream end>'"),
        (
            "RNNKIT__MODEL__LAYERS__5", "dense",
            "model.layers has no item 5: it has 2, numbered from 0",
        ),
        ("RNNKIT__", "1", "expected a key and its value, as in RNNKIT__TRAINING__EPOCHS=1"),
        (
            "RNNKIT__TRAINING____EPOCHS", "1",
            "expected a key and its value, as in RNNKIT__TRAINING__EPOCHS=1",
        ),
    ],
)  # fmt: skip
def test_variables_that_are_refused(name: str, value: str, message: str) -> None:
    assert refusal(SMALL, environment={name: value}) == f"{name}: {message}"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("training.epochs", "expected a key and its value, as in --set training.epochs=1"),
        ("=1", "expected a key and its value, as in --set training.epochs=1"),
        ("training..epochs=1", "expected a key and its value, as in --set training.epochs=1"),
        ("training.epochs=x", "training: epochs (='x') must be an integer"),
        ("training.epochs=a: b: c", "not YAML: mapping values are not allowed here"),
        ("epochs=1", "unknown key 'epochs'. Known here: checkpoint, data, decision, device, "
         "diagnostics, logging, model, name, search, seed, start_from, task, training or version."),
        ("model.layers.9.lstm.units=1", "model.layers has no item 9: it has 2, numbered from 0"),
        ("model.layers.0={lstm: {unit: 1}}", "lstm: missing key 'units'"),
        ("model.layers.1.lstm.units=1", "layers: a layer is one name with its arguments, like "
         "`lstm: {units: 64}`: here 'lstm' stands beside 'dense'"),
        ("name.x=1", "name (={'x': 1}) must be text (put it in quotes if it looks like a number)"),
    ],
)  # fmt: skip
def test_overrides_that_are_refused(override: str, message: str) -> None:
    assert refusal(SMALL, override).splitlines()[0] == f"--set {override}: {message}"


def test_all_overrides_are_answered_at_once() -> None:
    lines = refusal(SMALL, "training.epochs", "model.layers.9=x", "seed=[").splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "--set training.epochs", "--set model.layers.9=x", "--set seed=[",
    ]  # fmt: skip


def test_values_of_overrides_are_yaml() -> None:
    config = load(
        SMALL, "training.optimizer={name: sgd, learning_rate: 1e-2}", "training.metrics=[accuracy]",
        "training.early_stopping.patience=3", "data.limit=", "name='1e4'",
    ).config  # fmt: skip
    assert config.training.optimizer.learning_rate == 0.01
    assert config.training.early_stopping is not None
    assert config.name == "1e4"


@pytest.mark.parametrize("key", ["data.source=x.npz", "data={source: x.npz}"])
def test_a_source_given_by_override_is_looked_for_here(key: str) -> None:
    Path("sub").mkdir()
    Path("sub/c.yaml").write_text(SMALL)
    loaded = load_config("sub/c.yaml", overrides=[key], environment={})
    assert loaded.document.values["data"]["source"] == str(Path("x.npz").absolute())


def test_a_source_in_the_home_of_nobody() -> None:
    assert load(SMALL.replace("mnist", "~nobody-at-all/x.npz"))


def test_what_is_loaded_can_be_written_and_loaded_again() -> None:
    loaded = load(SMALL.replace("name: small", "name: '1e4'"))
    text = dump_document(loaded.config.model_dump(exclude_none=True))
    assert load(text).config == loaded.config
