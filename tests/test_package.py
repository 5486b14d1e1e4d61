"""What is packaged, by the files that say so: licences, the index's README, the image, versions."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from rnnkit.datasets import EMBEDDED, PUBLIC_DOMAIN
from rnnkit.version import __version__

ROOT = Path(__file__).parents[1]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
LINK = re.compile(r"\]\(([^)]+)\)")


def test_the_licence_covers_the_embedded_data() -> None:
    licences = {one.licence for one in EMBEDDED.values()}
    assert set(PROJECT["license"].split(" AND ")) == {"MIT", *licences}
    readme = (ROOT / "rnnkit/datasets/README.md").read_text()
    for one in EMBEDDED.values():
        section = readme.partition(f"## {one.file}\n")[2].partition("\n## ")[0]
        if one.licence == PUBLIC_DOMAIN:
            assert "Licence: public domain" in section
        else:
            name, _, version = one.licence.rpartition("-")
            path = name.lower().replace("cc0", "zero").removeprefix("cc-")
            assert f"/{path}/{version}/" in section, one.file


def test_the_readme_of_an_index_links_to_no_file_beside_it() -> None:
    hook = PYPROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    text = "".join((ROOT / one["path"]).read_text() for one in hook["fragments"])
    for one in hook["substitutions"]:
        text = re.sub(one["pattern"], one["replacement"], text)
    assert not [link for link in LINK.findall(text) if not link.startswith(("https:", "#"))]
    assert "`SECURITY.md`" in text


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_links_between_files_lead_somewhere(name: str) -> None:
    for link in LINK.findall((ROOT / name).read_text()):
        path = link.partition("#")[0]
        assert link.startswith("https:") or not path or (ROOT / path).exists(), link


def test_a_changelog_section_for_the_version() -> None:
    newest = re.findall(r"^## (\S+) \((\S+)\)$", (ROOT / "CHANGELOG.md").read_text(), re.M)[0]
    assert newest[0] == __version__
    assert re.fullmatch(r"unreleased|\d{4}-\d\d-\d\d", newest[1])


def test_the_image_installs_extras_that_there_are() -> None:
    variants = dict(re.findall(r"^ +(\w+)\) extras=(\S+) ;;", DOCKERFILE, re.M))
    assert variants.keys() == {"cpu", "cuda"}
    extras = {extra for variant in variants.values() for extra in variant.split(",")}
    assert extras <= PROJECT["optional-dependencies"].keys()


def test_the_image_s_builder_sees_what_a_wheel_is_built_from() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    seen = {line[1:] for line in lines if line.startswith("!")}
    wheel = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", "README.md", *wheel["packages"], *wheel["force-include"]}
    needed |= {Path(name).parts[0] for name in PROJECT["license-files"]}
    assert seen == needed
    assert all((ROOT / name).exists() for name in seen)


def test_the_image_runs_a_python_that_the_package_names() -> None:
    versions = set(re.findall(r"^FROM python:(\d+\.\d+)\.\d+-slim", DOCKERFILE, re.M))
    assert len(versions) == 1
    assert f"Programming Language :: Python :: {versions.pop()}" in PROJECT["classifiers"]


def test_every_python_of_the_package_is_tested() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    job = workflow["jobs"]["test"]
    named = [
        f"Programming Language :: Python :: {one}" for one in job["strategy"]["matrix"]["python"]
    ]
    assert named == [one for one in PROJECT["classifiers"] if ":: Python ::" in one]
    assert {"run": "make package PYTHON=python"} in job["steps"]


def test_what_make_package_trains_is_shipped() -> None:
    [tried] = re.findall(r"^TRIED := (.+)$", (ROOT / "Makefile").read_text(), re.M)
    assert all((ROOT / "configs" / f"{name}.yaml").exists() for name in tried.split())
