"""ABC notation: notes and their pitch and length, bars that add up, and what is not covered."""

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.music import Tune, read_tune, read_tunes, split_tunes


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
        ("G clef=bass % low", [60, 62, 64, 66, 67, 69, 71]),
        ("D exp _b", [60, 62, 64, 65, 67, 69, 70]),
        ("Am ^f =g", [60, 62, 64, 66, 67, 69, 71]),
        ("Hp", [61, 62, 64, 66, 67, 69, 71]),
        ("none", [60, 62, 64, 65, 67, 69, 71]),
        ("C transpose=2", [62, 64, 66, 67, 69, 71, 73]),
        ("C octave=-1", [48, 50, 52, 53, 55, 57, 59]),
        ("C treble-8", [48, 50, 52, 53, 55, 57, 59]),
    ],
)
def test_key_signatures(key: str, expected: list[int]) -> None:
    assert pitches("CDEFGAB", key) == expected


def test_accidentals_hold_to_the_end_of_the_bar_in_all_octaves() -> None:
    assert pitches("^F F f | F", "C") == [66, 66, 78, 65]
    assert pitches("^^F __B", "C") == [67, 69]
    assert pitches("^F-|F F", "C") == [66, 65]  # a tie carries it over the bar line
    assert pitches("=F F | F", "G") == [65, 65, 66]
    assert pitches("_B =B B", "C") == [70, 71, 71]


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ("C C2 C/ C/2 C3/2 C// C/4", [1, 2, "1/2", "1/2", "3/2", "1/4", "1/4"]),
        ("C>D", ["3/2", "1/2"]),
        ("C2<D2", [1, 3]),
        ("C>>D", ["7/4", "1/4"]),
        ("A>{g}B", ["3/2", "1/2"]),
        ("(3CDE F", ["2/3", "2/3", "2/3", 1]),
        ("(2CD", ["3/2", "3/2"]),
        ("(3:2:4C2DEF G", ["4/3", "2/3", "2/3", "2/3", 1]),
        ("(3::2CD E", ["2/3", "2/3", 1]),
        ("(5CDEFG", ["2/5"] * 5),
        ("C2-C D-E", [3, 1, 1]),
        ("C4-|C4", [8]),
        ("C z D2", [1, 2]),
    ],
)
def test_lengths(notes: str, expected: list[str | int]) -> None:
    assert lengths(notes) == [Fraction(value) for value in expected]


def test_a_tuplet_of_five_in_compound_time() -> None:
    assert tune("(5CDEFG A3", metre="6/8").notes[0].length == Fraction(3, 40)


def sounds(notes: str) -> list[tuple[int, Fraction, Fraction]]:
    """(pitch, start, length) in units of L."""
    return [(n.pitch, 8 * n.start, 8 * n.length) for n in tune(notes, metre="64/1").notes]


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ("[CE]2 G", [(60, 0, 2), (64, 0, 2), (67, 2, 1)]),
        ("[C2E2] G", [(60, 0, 2), (64, 0, 2), (67, 2, 1)]),
        ("[CE]-[CG]", [(60, 0, 2), (64, 0, 1), (67, 1, 1)]),
        ("[C-E] C", [(60, 0, 2), (64, 0, 1)]),
        ("C2 & E G", [(60, 0, 2), (64, 0, 1), (67, 1, 1)]),
        ("[V:1] C D [V:2] E F", [(60, 0, 1), (64, 0, 1), (62, 1, 1), (65, 1, 1)]),
        ("V:1\nC D\nV:2 octave=-1\nE F", [(52, 0, 1), (60, 0, 1), (53, 1, 1), (62, 1, 1)]),
        ("C [L:1/4] C [K:G] F", [(60, 0, 1), (60, 1, 2), (66, 3, 2)]),
        ("C\nL:1/16\nC", [(60, 0, 1), (60, 1, "1/2")]),
        ("C [M:2/4] Z2 | D", [(60, 0, 1), (62, 9, 1)]),
        ("C x D", [(60, 0, 1), (62, 2, 1)]),
    ],
)
def test_what_sounds_when(notes: str, expected: list[tuple[int, int, int | str]]) -> None:
    read = [(p, Fraction(start), Fraction(length)) for p, start, length in expected]
    assert sorted(sounds(notes)) == sorted(read)


@pytest.mark.parametrize(
    "notes",
    [
        '"Am"C "G7/B"D "^slowly"E',
        "{cd}C {/g}D E",
        "!trill!C +fermata+D ~E",
        "TC .D vE",
        "(C D) E",
        "C`D y E\nw: la la la\nr: remark",
        "C D % E\n%%staff 1\nE",
        "C D \\\nE $",
    ],
)
def test_what_changes_no_note(notes: str) -> None:
    read = tune(notes, metre="none")
    assert read.problems == ()
    assert [(note.pitch, note.length) for note in read.notes] == [
        (60, Fraction(1, 8)), (62, Fraction(1, 8)), (64, Fraction(1, 8)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ("|:C|D:|E|", "CDCDE"),
        ("C|D:|E|", "CDCDE"),
        ("C||D:|E|", "CDDE"),
        ("C::D:|", "CCDD"),
        ("|::C::|D|", "CCCD"),
        ("|:C|1D:|2E||F|", "CDCEF"),
        ("|:C|[1D|E:|[2F|G|]A|", "CDECFGA"),
        ("|:C|[1,3D:|[2E:|F|", "CDCECDF"),
        ("|:C|1D:|2E:|3F|]", "CDCECF"),
        ("C|1D|2E|", "CDCE"),
        ("|:C|1D:|2E|:F:|", "CDCEFF"),
        ("P:A\nC|\nP:B\nD|", "CD"),
    ],
)
def test_repeats_and_endings(notes: str, expected: str) -> None:
    read = tune(notes, metre="1/8")
    letters = {60: "C", 62: "D", 64: "E", 65: "F", 67: "G", 69: "A"}
    assert "".join(letters[note.pitch] for note in read.notes) == expected
    assert read.problems == ()


def test_parts_are_played_in_the_order_of_the_header() -> None:
    read = read_tune("X:1\nP:A2BA\nM:none\nK:C\nP:A\nC|\nP:B\n|:D:|")
    assert [note.pitch for note in read.notes] == [60, 60, 62, 62, 60]


@pytest.mark.parametrize(
    ("fields", "unit"),
    [("M:2/4", 16), ("M:6/8", 8), ("M:3/4", 8), ("M:C|", 8), ("M:none", 8), ("M:2/4\nL:1/8", 8)],
)
def test_the_unit_of_length_follows_from_the_metre(fields: str, unit: int) -> None:
    assert read_tune(f"X:1\n{fields}\nK:C\nC").notes[0].length == Fraction(1, unit)


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
        ("[M:3/2]C12|D13|E12|]", "bar 2: lasts 13/8, not 3/2"),
        ("C9|D8|]", "bar 1: lasts 9/8, not 4/4"),
        ("C2|D8|E8|F9|]", "bar 4: lasts 9/8, not 4/4"),
        ("C8|D8||E8|F5|G8|]", "bar 4: lasts 5/8, not 4/4"),
        ("|:C8|D5|E8:|F8|]", "bar 2: lasts 5/8, not 4/4"),
        ("C4|D4|]", "no whole bar"),
        ("z8|]", "no notes"),
        ("|]", "no notes"),
        ("C8|hC8|", "bar 2: h stands for nothing"),
        ("C8|^/C8|", "bar 2: not covered: '^'"),
        ('C8|"AmC8|', "bar 2: not covered: '\"'"),
        ("C8|[V:2]C8|D7|E8|", "voice 2, bar 2: lasts 7/8, not 4/4"),
        ("C>|D8|", "bar 1: > does not stand between two notes"),
        (">C8|D8|", "bar 1: > does not stand between two notes"),
        ("C6(3DE|D8|", "bar 1: a tuplet has fewer notes than it says"),
        ("-C8|", "bar 1: a tie does not follow a note"),
        ("C0|D8|", "bar 1: C0 has no length that can be played"),
        ("C8|C,,,,,,8|", "bar 2: C lies outside a piano's 88 keys"),
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
        ("C8|D8|]", "header: X:, K: missing"),
        ("X:one\nT:t\nM:4/4\nL:1/8\nK:C\nC8|", "header: X:one is not a number"),
        ("X:1\nT:t\nM:four\nL:1/8\nK:C\nC8|", "header: M:four is not a metre like 3/4"),
        ("X:1\nT:t\nM:4/4\nL:0/8\nK:C\nC8|", "header: L:0/8 is not a length like 1/8"),
        ("X:1\nT:t\nM:4/4\nL:1/8\nK:H\nC8|", "header: K:H is not a key like G, Dm or Bb"),
        ("X:1\nT:t\nM:4/4\nL:1/8\nK:G#\nC8|", "header: K:G# is not a key like G, Dm or Bb"),
        ("X:1\nT:t\nM:4/4\nL:1/8\nK:Gfoo\nC8|", "header: K:Gfoo is not a key"),
        ("X:1\nT:t\nm:~n3=n{o}n{m}n\nK:C\nC8|", "header: not covered: m:"),
        ("X:1\nT:t\nP:(AB)2\nK:C\nC8|", "header: not covered: P:(AB)2"),
    ],
)
def test_headers(text: str, problem: str) -> None:
    assert read_tune(text).problems[0].startswith(problem)


def test_metres_and_tempo() -> None:
    head = "X:1\nT:t\nM:{}\nL:1/8\nQ:3/8=80\nK:C\n"
    assert read_tune(head.format("C") + "C8|").header.metre == (4, 4)
    assert read_tune(head.format("C|") + "C8|").header.metre == (2, 2)
    assert read_tune(head.format("(2+3)/8") + "C5|").header.metre == (5, 8)
    assert read_tune(head.format("none") + "C5|").header.metre is None
    assert read_tune(head.format("6/8") + "C6|").header.tempo == 30
    assert read_tune('X:1\nQ:"Slow" 1/4=60\nK:C\nC').header.tempo == 15
    assert read_tune("X:1\nQ:120\nL:1/4\nK:C\nC").header.tempo == 30
    assert read_tune(head.format("6/8") + "C6|").valid


def test_tunes_of_a_file() -> None:
    assert split_tunes("X:1\nC|\nX:2\nD|") == [(1, "X:1\nC|"), (3, "X:2\nD|")]
    text = "% comment\n% more\n\nX:1\nT:one\n\n\nX:2\nT:two\n% inside\n   \nX:3\nT:three"
    assert [(line, t.splitlines()[1]) for line, t in split_tunes(text)] == [
        (4, "T:one"), (8, "T:two"), (12, "T:three"),
    ]  # fmt: skip
    assert [line for line, _ in read_tunes(f"Some words\n\n{text}")] == [6, 10, 14]
    assert split_tunes("\n% nothing\n\n") == []


@pytest.mark.parametrize(
    "sign", ["{", "[K:", '"', "!", "|1C", "|:C:|", "[C", "(3", "&", "<", "^", "V:2\n"]
)
def test_nonsense_of_any_length_is_read_in_time(sign: str) -> None:
    begin = time.process_time()
    read_tune(f"X:1\nM:4/4\nK:C\n{sign * 5_000}")
    assert time.process_time() - begin < 5
    assert read_tune(f"X:1\nP:{'A9' * 99}\nK:C\nP:A\nC").unread


@given(st.text(alphabet="XTMLKPV:1/48CGDcz|]:[()3-<>^_=,' 205%\n\"{}h~&Z!", max_size=120))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    for whole in (text, f"X:1\nT:t\nM:4/4\nL:1/8\nK:C\n{text}"):
        read = read_tune(whole)
        assert read.valid == (read.problems == ())
        assert all(21 <= note.pitch <= 108 and note.length > 0 for note in read.notes)
        assert all(note.start + note.length <= read.length for note in read.notes)
