"""The parts of a whole command: their seconds, in golden numbers, and the table of them."""

from rich.console import Console

from benchmarks.command import parts_of, parts_table

LINES = [
    "0.500\treading the data",
    "1.000\tloading TensorFlow",
    "4.000\treading the data",
    "4.250\tcompiling",
    "6.000\ttraining",
    "9.000\tjudging",
]


def test_a_part_lasts_until_the_next() -> None:
    assert parts_of(LINES, 11.5) == {
        "starting Python": 0.5,
        "reading the data": 0.75,
        "loading TensorFlow": 3.0,
        "compiling": 1.75,
        "training": 3.0,
        "judging": 2.5,
    }


def test_what_takes_longer_than_keras_is_named() -> None:
    ours = {part: [seconds] * 3 for part, seconds in parts_of(LINES, 11.5).items()}
    found = {"rnnkit": ours, "keras": {"loading TensorFlow": [2.5], "compiling": [1.0]}}
    with (console := Console(width=100)).capture() as captured:
        console.print(parts_table("mine.yaml", found))
    lines = [line.strip() for line in captured.get().splitlines()]
    assert [line.split()[0] for line in lines if "over 2 s" in line] == ["judging"]
    [before] = [line for line in lines if "to the first step's end" in line]
    [after] = [line for line in lines if "from the last step" in line]
    assert (before.split()[-1], after.split()[-1]) == ("6.00", "2.50")
