"""ABC notation: notes and their pitch and length, bars that add up, and what is not covered."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.music import Tune, read_tune, split_tunes


def tune(notes: str, *, metre: str = "4/4", unit: str = "1/8", key: str = "C") -> Tune:
    return read_tune(f"X:1\nT:Test\nM:{metre}\nL:{unit}\nK:{key}\n{notes}\n")


def pitches(notes: str, key: str = "C") -> list[int]:
    return [note.pitch for note in tune(notes, metre="64/1", key=key).notes]


def lengths(notes: str) -> list[Fraction]:
    """In units of L."""
    return [8 * note.length for note in tune(notes, metre="64/1").notes]


def test_a_scale_with_times() -> None:
    read = tune("CDEF GABc|d8|]")
    assert read.valid
    assert [note.pitch for note in read.notes] == [60, 62, 64, 65, 67, 69, 71, 72, 74]
    assert [note.start for note in read.notes] == [Fraction(n, 8) for n in range(9)]
    assert read.notes[-1].length == 1
    assert read.bars == (0, 1)
    assert read.length == 2
    assert (read.header.title, read.header.metre, read.header.key) == ("Test", (4, 4), "C")


def test_octaves() -> None:
    assert pitches("C,, C, C c c' c''") == [36, 48, 60, 72, 84, 96]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("C", [60, 62, 64, 65, 67, 69, 71]),
        ("G", [60, 62, 64, 66, 67, 69, 71]),
        ("Am", [60, 62, 64, 65, 67, 69, 71]),
        ("Em", [60, 62, 64, 66, 67, 69, 71]),
        ("F", [60, 62, 64, 65, 67, 69, 70]),
        ("Dm", [60, 62, 64, 65, 67, 69, 70]),
        ("Ddor", [60, 62, 64, 65, 67, 69, 71]),
        ("Edor", [61, 62, 64, 66, 67, 69, 71]),
        ("D mix", [60, 62, 64, 66, 67, 69, 71]),
        ("A Major", [61, 62, 64, 66, 68, 69, 71]),
        ("Bb", [60, 62, 63, 65, 67, 69, 70]),
        ("C#", [61, 63, 65, 66, 68, 70, 72]),
        ("Cb", [59, 61, 63, 64, 66, 68, 70]),
    ],
)
def test_key_signatures(key: str, expected: list[int]) -> None:
    assert pitches("CDEFGAB", key) == expected


def test_accidentals_hold_to_the_end_of_the_bar_in_their_octave() -> None:
    assert pitches("^F F f | F", "C") == [66, 66, 77, 65]
    assert pitches("=F F | F", "G") == [65, 65, 66]
    assert pitches("_B =B B", "C") == [70, 71, 71]


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ("C C2 C/ C/2 C3/2 C// C/4", [1, 2, "1/2", "1/2", "3/2", "1/4", "1/4"]),
        ("C>D", ["3/2", "1/2"]),
        ("C2<D2", [1, 3]),
        ("(3CDE F", ["2/3", "2/3", "2/3", 1]),
        ("C2-C D-E", [3, 1, 1]),
        ("C4-|C4", [8]),
        ("C z D2", [1, 2]),
    ],
)
def test_lengths(notes: str, expected: list[str | int]) -> None:
    assert lengths(notes) == [Fraction(value) for value in expected]


def test_rests_take_time() -> None:
    assert [note.start for note in tune("z2C2 z2C2|").notes] == [Fraction(1, 4), Fraction(3, 4)]


def test_repeats_are_played_out() -> None:
    read = tune("|:C8|D8:|E8|]")
    assert read.valid
    assert [note.pitch for note in read.notes] == [60, 62, 60, 62, 64]
    assert read.bars == (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    "notes",
    [
        "C2|D8|E8|F6|]",  # a pick-up, and what it takes from the end
        "C2|D8|E6||F2|G8|A6|]",  # in each part
        "|:C2|D8|E6:||:F2|G8|A6:|",
        "C8|D8",  # no bar line at the end
        "C4\nC4|D8|",  # a bar over two lines
        "C8|% a comment with [chords]\nD8|]",
        "C3/2D/ E2 (3FGA B2|c8|",
    ],
)
def test_bars_that_add_up(notes: str) -> None:
    assert tune(notes).problems == ()


@pytest.mark.parametrize(
    ("notes", "problem"),
    [
        ("C8|D7|E8|]", "bar 2: lasts 7/8, not 4/4"),
        ("C8|D9|E8|]", "bar 2: lasts 9/8, not 4/4"),
        ("C8|D6|E8|]", "bar 2: lasts 3/4, not 4/4"),
        ("C9|D8|]", "bar 1: lasts 9/8, not 4/4"),
        ("C2|D8|E8|F9|]", "bar 4: lasts 9/8, not 4/4"),
        ("C8|D8||E8|F5|G8|]", "bar 4: lasts 5/8, not 4/4"),
        ("|:C8|D5|E8:|F8|]", "bar 2: lasts 5/8, not 4/4"),
        ("C4|D4|]", "no whole bar"),
        ("z8|]", "no notes"),
        ("|]", "no notes"),
        ("[CE]8|", "bar 1: not covered: a chord"),
        ("{c}C8|", "bar 1: not covered: grace notes"),
        ("(CD)C6|", "bar 1: not covered: a slur"),
        ('"G"C8|', "bar 1: not covered: a chord symbol"),
        ("C8|1D8:|", "bar 2: not covered: a first ending"),
        ("C8|hC8|", "bar 2: not covered: 'h'"),
        ("C>|D8|", "bar 1: > does not stand between two notes"),
        (">C8|D8|", "bar 1: > does not stand between two notes"),
        ("C6(3DE|D8|", "bar 1: a triplet has fewer than three notes"),
        ("-C8|", "bar 1: a tie does not follow a note"),
        ("C0|D8|", "bar 1: C0 has no length that can be played"),
        ("C8|C,,,,,,8|", "bar 2: C,,,,,,8 lies outside a piano's 88 keys"),
    ],
)
def test_problems_name_the_bar(notes: str, problem: str) -> None:
    read = tune(notes)
    assert not read.valid
    assert any(said.startswith(problem) for said in read.problems), read.problems


def test_problems_stand_in_the_order_of_the_bars() -> None:
    problems = tune("C8|D7|hE8|F7|G8|]").problems
    assert [problem[:6] for problem in problems] == ["bar 2:", "bar 3:", "bar 4:"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("C8|D8|]", "header: X:, T:, M:, L:, K: missing"),
        ("X:1\nM:4/4\nL:1/8\nK:C\nC8|", "header: T: missing"),
        ("X:one\nT:t\nM:4/4\nL:1/8\nK:C\nC8|", "header: X:one is not a number"),
        ("X:1\nT:t\nM:four\nL:1/8\nK:C\nC8|", "header: M:four is not a metre like 3/4"),
        ("X:1\nT:t\nM:4/4\nL:0/8\nK:C\nC8|", "header: L:0/8 is not a length like 1/8"),
        ("X:1\nT:t\nM:4/4\nL:1/8\nK:H\nC8|", "header: K:H is not a key like G, Dm or Bb"),
        ("X:1\nT:t\nM:4/4\nL:1/8\nK:G#\nC8|", "header: K:G# is not a key like G, Dm or Bb"),
        ("X:1\nT:t\nM:4/4\nL:1/8\nK:Gfoo\nC8|", "header: K:Gfoo is not a key"),
        ("X:1\nT:t\nw:la la\nM:4/4\nL:1/8\nK:C\nC8|", "header: not covered: w:"),
    ],
)
def test_headers(text: str, problem: str) -> None:
    assert read_tune(text).problems[0].startswith(problem)


def test_metres_and_tempo() -> None:
    head = "X:1\nT:t\nM:{}\nL:1/8\nQ:3/8=80\nK:C\n"
    assert read_tune(head.format("C") + "C8|").header.metre == (4, 4)
    assert read_tune(head.format("C|") + "C8|").header.metre == (2, 2)
    assert read_tune(head.format("6/8") + "C6|").header.tempo == 30
    assert read_tune(head.format("6/8") + "C6|").valid


def test_tunes_of_a_file() -> None:
    text = "% comment\n% more\n\nX:1\nT:one\n\n\nX:2\nT:two\n% inside\n   \nX:3\nT:three"
    assert [t.splitlines()[1] for t in split_tunes(text)] == ["T:one", "T:two", "T:three"]
    assert split_tunes("\n% nothing\n\n") == []


@given(st.text(alphabet="XTMLK:1/48CGDcz|]:[()3-<>^_=,' 205%\n\"{}h~", max_size=120))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    for whole in (text, f"X:1\nT:t\nM:4/4\nL:1/8\nK:C\n{text}"):
        read = read_tune(whole)
        assert read.valid == (read.problems == ())
        assert all(21 <= note.pitch <= 108 and note.length > 0 for note in read.notes)
        assert all(note.start + note.length <= read.length for note in read.notes)
