"""The JSON schema, the reference, and the shipped configs by name."""

import importlib.util
import json
from pathlib import Path

import jsonschema
import pytest

from rnnkit.cli.app import run
from rnnkit.config.comments import comments_of
from rnnkit.config.document import parse_document, read_document
from rnnkit.config.schema import schema_of
from rnnkit.config.section import Section
from rnnkit.config.shipped import find_config, shipped_configs
from rnnkit.errors import ConfigError
from rnnkit.tasks import CONFIGS, TASKS, load_config

ROOT = Path(__file__).parents[2]
OURS = {name: CONFIGS[name] for name in TASKS}
SCHEMA = schema_of(OURS)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
GOOD = """\
version: 1
name: small
task: classification
data: {source: a.csv, label: y, features: x_*, format: {separator: ";"}}
model:
  layers:
    - bidirectional: {layer: {gru: {units: 2, bias_initializer: {chrono: {max_length: 9}}}}}
    - dropout: {rate: 0.1}
    - dense:
training: {epochs: 1, optimizer: adam, schedule: {name: cosine_decay}}
"""


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_descriptions_say_null_as_yaml_has_it():
    described = json.dumps(SCHEMA)
    assert "null: every other one" in described
    assert "None" not in described


@pytest.mark.parametrize("path", shipped_configs().values(), ids=lambda path: path.stem)
def test_shipped_configs_fit_and_say_where_it_is(path: Path):
    VALIDATOR.validate(read_document(path).values)
    assert path.read_text().startswith("# yaml-language-server: $schema=schema.json\n")


def test_the_short_forms_fit():
    VALIDATOR.validate(parse_document(GOOD, "good.yaml").values)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("epochs: 1", "epochs: one"),
        ("epochs: 1", "epoch: 1"),
        ("gru:", "gruu:"),
        ("units: 2, ", ""),
        ("units: 2", "units: 0"),
        ("chrono: {max_length: 9}", "chrono"),
        ("optimizer: adam", "optimizer: adan"),
        ("dropout: {rate: 0.1}", "dropout: {rate: 0.1}\n      dense: {}"),
        ("task: classification", "task: classify"),
        ("name: small\n", ""),
        ("features: x_*", "target: x"),
    ],
)
def test_broken_configs_do_not(right: str, wrong: str):
    assert right in GOOD
    broken = parse_document(GOOD.replace(right, wrong, 1), "broken.yaml").values
    assert not VALIDATOR.is_valid(broken)


def test_over_a_base_nothing_is_required_but_keys_are_known():
    over = {"base": "mnist.yaml", "task": "classification", "training": {"epochs": 2}}
    VALIDATOR.validate(over)
    assert not VALIDATOR.is_valid({**over, "training": {"epoch": 2}})


def test_what_is_committed_is_not_stale():
    """`make docs` writes both anew."""
    assert json.loads((ROOT / "configs" / "schema.json").read_text()) == SCHEMA
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PATH.read_text() == module.reference()


def test_every_key_of_a_config_is_explained():
    tops = [OURS[name].model_json_schema() for name in TASKS]
    used = {name for top in tops for name in top["$defs"]} | {c.__name__ for c in OURS.values()}
    sections = [Section]
    for section in sections:
        sections += section.__subclasses__()
    lacking = {
        f"{section.__name__}.{name}"
        for section in sections
        if section.__name__ in used and section.__module__.startswith("rnnkit.")
        for name in section.model_fields.keys() - comments_of(section).keys()
    }
    assert lacking == set()


def test_a_shipped_config_is_known_by_its_name(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert load_config("sunspots").config.name == "sunspots"
    assert run(["check", "sunspotz"]) == 2
    assert "Did you mean 'sunspots'?" in capsys.readouterr().err
    Path("sunspots").write_text("a file of this name comes first")
    assert find_config("sunspots") == Path("sunspots")
    with pytest.raises(ConfigError, match=r"elsewhere/sunspots: cannot read"):
        load_config("elsewhere/sunspots")


def test_the_verbs_that_show_them(capsys):
    assert run(["configs", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["configs"]
    assert [row["name"] for row in rows] == list(shipped_configs())
    assert all(row["teaches"] and "$schema" not in row["teaches"] for row in rows)
    assert run(["configs"]) == 0
    assert "mnist_fast" in capsys.readouterr().out
    assert run(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$defs"].keys() >= SCHEMA["$defs"].keys()
