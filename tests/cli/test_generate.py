"""`rnnkit generate`: stdout carries the texts and nothing else; tunes are checked and played."""

import subprocess
import sys
from pathlib import Path

import pytest

import rnnkit
from rnnkit.cli.app import run
from tests.conftest import token_config

SONG = "X:1\nT:{}\nM:2/4\nL:1/8\nK:G\nGGAB|GBAD|GGAB|G4|]\n"


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    """A run on one tune under four titles, learned by heart."""
    folder = tmp_path_factory.mktemp("songs")
    comments = "% not a tune\n\n"
    (folder / "songs.abc").write_text(comments + "\n".join(SONG.format(c) for c in "abcd"))
    config = token_config(folder / "songs.abc", level="character", separator="blank_line")
    layers = [{"embedding": {"output_dim": 8}}, {"gru": {"units": 32}}, "dense"]
    config["model"] = {"layers": layers}
    config["training"] = {**config["training"], "epochs": 60}  # type: ignore[dict-item]
    return rnnkit.train(config, runs=folder / "runs")


def test_texts_on_stdout_and_nothing_else(
    games: rnnkit.Run, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["generate", str(games.path), "--prompt", "a", "--count", "3", "--length", "5"]
    assert run(arguments) == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("a") and len(line.split()) <= 6 for line in lines)
    assert shown.err == ""
    assert run(arguments) == 0
    assert capsys.readouterr().out == shown.out
    assert run([*arguments, "--seed", "1", "--temperature", "3"]) == 0
    assert capsys.readouterr().out != shown.out


def test_running_texts_are_set_apart(prose: rnnkit.Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["generate", str(prose.path), "--count", "2", "--length", "30"]) == 0
    first, second = capsys.readouterr().out.split("---\n")
    assert first and second and first != second


def test_into_a_file(games: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["generate", str(games.path), "--count", "2", "--top-k", "2", "--top-p", "0.9"]
    assert run(arguments) == 0
    text = capsys.readouterr().out
    assert run([*arguments, "--output", str(tmp_path / "texts.txt")]) == 0
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == f"2 texts in {tmp_path / 'texts.txt'}\n"
    assert (tmp_path / "texts.txt").read_text() == text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--temperature", "-1"], "--temperature"),
        (["--temperature", "nan"], "not a number that can be used"),
        (["--top-p", "0"], "--top-p"),
        (["--top-p", "1.1"], "--top-p"),
        (["--top-k", "0"], "--top-k"),
        (["--top-k", "99"], "99 is more than the 5 tokens of the run's vocabulary"),
        (["--length", "0"], "--length"),
        (["--count", "0"], "--count"),
        (["--until", "zz"], "--until: 'zz' is not one token of the run's vocabulary"),
        (["--prompt", "a x"], "the prompt has 1 unknown token: 'x'"),
        (["--midi", "a.mid"], "--midi: the run was not trained on tunes"),
        (["--piano-roll", "a.png"], "--piano-roll: the run was not trained on tunes"),
        (["--piano-roll", "a.jpg"], "--piano-roll a.jpg: its name must end in .png or .svg"),
        (["--output", "no/a.txt"], "--output no/a.txt: there is no folder no: make it first"),
    ],
)
def test_what_is_refused(
    games: rnnkit.Run, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["generate", str(games.path), *options]) == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert shown.out == ""


def test_a_run_of_another_task(trained: rnnkit.Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["generate", str(trained.path)]) == 2
    assert (
        "its task is classification: generate is for next_token, next_frame"
        in capsys.readouterr().err
    )


@pytest.mark.usefixtures("painted")
def test_tunes_are_checked_played_and_drawn(
    songs: rnnkit.Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    midi, png = tmp_path / "a.mid", tmp_path / "a.png"
    arguments = ["generate", str(songs.path), "--count", "2", "--temperature", "0.3"]
    assert run([*arguments, "--midi", str(midi), "--piano-roll", str(png)]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("X:1\nT:")
    assert shown.out.count("\n\nX:1\n") == 1  # a blank line between two
    assert shown.err.splitlines() == [
        "tune 1: valid", "tune 2: valid", "2 of 2 tunes valid (100 %)",
        f"played in {midi}", f"drawn in {png}",
    ]  # fmt: skip
    assert midi.read_bytes().startswith(b"MThd")
    assert png.read_bytes().startswith(b"\x89PNG")


def test_a_tune_that_is_cut_off_is_not_valid(
    songs: rnnkit.Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["generate", str(songs.path), "--length", "12", "--temperature", "0"]) == 0
    shown = capsys.readouterr().err.splitlines()
    assert shown[0].startswith("tune 1: not valid: header: ")
    assert shown[1] == "0 of 1 tunes valid (0 %)"


def test_a_reader_that_stops_early_is_no_error(games: rnnkit.Run) -> None:
    command = f"{sys.executable} -m rnnkit generate {games.path} --count 300 | head -1"
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
