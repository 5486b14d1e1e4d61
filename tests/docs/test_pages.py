"""What the pages name is there: commands and their options, configs, runs, links, keys, files."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from rnnkit.cli.app import VERBS, cli
from rnnkit.config.shipped import shipped_configs
from rnnkit.tasks import load_config, task_names
from tests.docs.own_data import write_all
from tests.docs.pages import PAGES, ROOT, Block, Command, blocks_of, commands_of
from tests.docs.runner import OWN

BLOCKS = [block for page in PAGES for block in blocks_of(page)]
COMMANDS = [command for page in PAGES for command in commands_of(page)]
CONFIGS = [block for block in BLOCKS if block.is_config and block.name not in {"bits", "broken"}]
FRAGMENTS = [
    block
    for block in BLOCKS
    if block.language == "yaml" and not block.text.startswith(("version: 1\n", "apiVersion"))
]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)")


def ids(items: list[Any]) -> list[str]:
    return [str(item) for item in items]


def of(program: str) -> list[Command]:
    return [command for command in COMMANDS if command.words[0] == program]


def test_there_is_something_to_hold() -> None:
    assert {command.words[1] for command in of("rnnkit")} >= VERBS.keys() - {
        "launch", "search", "resume", "doctor", "schema"
    }  # fmt: skip
    assert {yaml.safe_load(block.text)["task"] for block in CONFIGS} == {*task_names()}


@pytest.mark.parametrize("command", of("rnnkit"), ids=ids(of("rnnkit")))
def test_a_command_is_one(command: Command) -> None:
    group: click.Group = cli
    context, words = click.Context(cli), [*command.words[1:]]
    while words and words != ["--help"]:
        name, verb, rest = group.resolve_command(context, words)
        assert verb is not None
        context = verb.make_context(name, rest)  # or raises
        if not isinstance(verb, click.Group):
            break
        group, words = verb, [*context._protected_args, *context.args]


@pytest.mark.parametrize("command", of("rnnkit"), ids=ids(of("rnnkit")))
def test_its_configs_are_there(command: Command) -> None:
    written = [block for block in blocks_of(command.block.page) if block.is_config]
    made = {"sales.yaml"} | {f"{block.name}.yaml" for block in written}
    for word in command.words:
        if word.endswith(".yaml") and word not in made | OWN:
            assert [*ROOT.glob(word)], word


def test_targets_of_make() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    asked = {word for command in of("make") for word in command.words[1:] if "=" not in word}
    assert asked
    assert asked <= targets


def test_extras_of_pip() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    texts = [page.read_text() for page in PAGES]
    asked = {name for text in texts for name in re.findall(r"pip install '\S*\[(\w+)\]'", text)}
    assert asked
    assert asked <= project["optional-dependencies"].keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text()):
        target = page.parent / path if path else page
        assert target.exists(), path
        if anchor:
            assert anchor[1:] in anchors(target), path + anchor


@pytest.mark.parametrize("page", ["architecture.md", "extending.md"])
def test_the_code_that_is_named_is_there(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    parity = {path.relative_to(ROOT / "tests" / "parity") for path in ROOT.rglob("parity/**/*.py")}
    for path in set(re.findall(r"`([a-z][\w/]*\.py)`", text)) - {*map(str, parity)}:
        assert (ROOT / path).is_file() or [*(ROOT / "rnnkit").rglob(path)], path


def anchors(page: Path) -> set[str]:
    """Of the headings, as GitHub and MyST make them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize("block", CONFIGS, ids=ids(CONFIGS))
def test_a_config_fits_its_keys(block: Block, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(block.text)
    assert load_config(tmp_path / "a.yaml").config.name == block.name


@pytest.mark.parametrize("block", FRAGMENTS, ids=ids(FRAGMENTS))
def test_keys_of_a_part_of_a_config_are_known(block: Block) -> None:
    schema = json.loads((ROOT / "configs" / "schema.json").read_text())
    known = {*shipped_configs(), *words_of(schema)}
    free = {"labels", "patients", "$", "%", "K"}  # names of tables and units
    for key in keys_of(yaml.safe_load(block.text)):
        assert key in known | free or "." in key, key


def keys_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {*value} | {key for one in value.values() for key in keys_of(one)}
    return {key for one in value for key in keys_of(one)} if isinstance(value, list) else set()


def words_of(schema: Any) -> set[str]:
    """The names of all properties."""
    if isinstance(schema, list):
        return {word for one in schema for word in words_of(one)}
    if not isinstance(schema, dict):
        return set()
    own = schema.get("properties", {})
    return {*(own if isinstance(own, dict) else ())} | words_of([*schema.values()])


def test_files_begin_as_they_are_shown(tmp_path: Path) -> None:
    write_all(tmp_path)
    shown = [block for block in BLOCKS if block.language == "text" and block.file]
    assert len(shown) >= 5
    for block in shown:
        text = (tmp_path / str(block.file)).read_text()
        assert text.startswith(block.text), str(block)
