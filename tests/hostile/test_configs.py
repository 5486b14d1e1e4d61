"""Configs that try to take the machine's time or memory."""

import time

import pytest

from tests.hostile.command import write_config

QUICK = 5.0  # seconds, on a busy machine


@pytest.fixture(autouse=True)
def quickly():
    began = time.process_time()
    yield
    assert time.process_time() - began < QUICK


def test_aliases_that_expand_without_end(tmp_path, refused):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (tmp_path / "c.yaml").write_text("\n".join(lines))
    assert "more than 20,000 values, with aliases expanded" in refused("check", tmp_path / "c.yaml")


def test_merge_keys_that_expand_without_end(tmp_path, refused):
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 12)]
    (tmp_path / "c.yaml").write_text("\n".join(lines))
    assert "more than 20,000 values" in refused("check", tmp_path / "c.yaml")


def test_a_hundred_megabytes(tmp_path, refused):
    with (tmp_path / "c.yaml").open("wb") as file:
        file.truncate(100_000_000)
    assert "the config has more than 100,000 bytes" in refused("check", tmp_path / "c.yaml")


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "{a: " * 20_000, "- " * 40_000, "a:\n" + " {" * 999]
)
def test_deep_nesting(tmp_path, refused, text):
    (tmp_path / "c.yaml").write_text(text)
    assert "nested more than 50 levels deep" in refused("check", tmp_path / "c.yaml")


@pytest.mark.parametrize("value", ["[" * 5000, "{a: " * 5000])
def test_deep_nesting_in_an_option(tmp_path, refused, value):
    config = write_config(tmp_path, "mnist")
    assert "50 levels" in refused("check", config, "--set", f"data.split={value}")
    assert "50 levels" in refused("check", config, "--set", f"{'a.' * 5000}b=1")


def test_deep_nesting_in_the_environment(tmp_path, refused, monkeypatch):
    monkeypatch.setenv("RNNKIT__DATA__SPLIT", "[" * 5000)
    assert "50 levels" in refused("check", write_config(tmp_path, "mnist"))
    monkeypatch.delenv("RNNKIT__DATA__SPLIT")
    monkeypatch.setenv("RNNKIT__" + "A__" * 5000 + "B", "1")
    assert "50 levels" in refused("check", write_config(tmp_path, "mnist"))


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system ['touch pwned']", "!!python/name:os.system", "!x y"]
)
def test_tags_that_would_construct_objects(tmp_path, refused, tag, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.yaml").write_text(f"version: {tag}\n")
    assert "the tag" in refused("check", tmp_path / "c.yaml")
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("name", ["../../up", "/absolute", "..", "a/b", "a\nb", "\x1b[2J"])
def test_a_name_cannot_lead_out_of_the_runs(tmp_path, refused, name):
    config = write_config(tmp_path, "mnist")
    text = config.read_text().replace('"hostile"', repr(name).replace("'", '"'))
    config.write_text(text.replace("\\x1b", "\\e"))
    assert "names the run's folder: use letters" in refused("check", config)
