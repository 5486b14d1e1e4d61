"""What a data card says that a model has never seen."""

from rnnkit.data.card import ColumnCard, PartCard, SeriesCard, TableCard, TextCard, TimeCard
from rnnkit.reports.limits import limits
from tests.reports.test_card import a_card

TIME = TimeCard(
    column="Date", first="2020-01-01", last="2021-01-01", format="%Y-%m-%d", stated=False,
    frequency="every day", missing_rows=0,
)  # fmt: skip
PARTS = (
    PartCard(name="train", size=3, first="2020-01-05", last="2020-09-01"),
    PartCard(name="test", size=2, first="2020-09-02", last="2021-01-01"),
)


def found(**changed):
    unlabelled = {"classes": None} if "parts" in changed else {}
    return list(limits(a_card(table=None, **unlabelled, **changed)))


def test_times_and_the_one_series():
    assert found(time=TIME, parts=PARTS) == [
        "Times long before 2020-01-01 or long after 2021-01-01: it learnt to forecast 2020-01-05 "
        "to 2020-09-01 and was judged on 2020-09-02 to 2021-01-01.",
        "Another series than this one, which is all that it learnt from and was judged on.",
    ]
    assert "judged on 2" not in found(time=TIME, parts=PARTS[:1])[0]


def test_numbered_rows_are_no_times():
    numbered = TIME.model_copy(update={"format": None})
    assert [text.partition(" ")[0] for text in found(time=numbered, parts=PARTS)] == ["Another"]


def test_new_series_unless_some_were_held_back_whole():
    series = SeriesCard(total=9, used=8, too_short=("x",))
    [_, other] = found(time=TIME, parts=PARTS, series=series)
    assert other == (
        "A series that is none of its 8: each that judged it had trained it too."
    )  # fmt: skip
    held_back = series.model_copy(update={"untrained": ("y",)})
    assert len(found(time=TIME, parts=PARTS, series=held_back)) == 1


def test_lengths():
    assert found(lengths=(1, 9)) == ["Sequences of more than 9 steps: the data have none."]
    assert found(lengths=(3, 1_000)) == [
        "Sequences of fewer than 3 or more than 1,000 steps: the data have none."
    ]

    assert found(lengths=(60, 60)) == [
        "Sequences of more or fewer than 60 steps: the data have none."
    ]


def test_text():
    text = TextCard(level="word", vocabulary=2_000, unknown={"train": 0.0, "test": 0.125})
    assert found(text=text, alphabets=("Latin", "Greek")) == [
        "Text in other alphabets than Latin and Greek: its vocabulary holds none.",
        "Text of which more than 12.5 % of the words are none of its 2,000: that is the share in "
        "the test part.",
    ]
    known = text.model_copy(update={"unknown": {"train": 0.0}})
    assert found(text=known) == []


def test_columns():
    columns = (
        ColumnCard(name="Date", role="time", minimum=0, maximum=1),
        ColumnCard(name="heat", role="features", minimum=-2, maximum=30.25),
        ColumnCard(name="load", role="target", minimum=0, maximum=1e6),
        ColumnCard(name="site", role="static", categories=("a", "b")),
    )
    table = TableCard(rows=5, columns=columns)
    assert list(limits(a_card(table=table))) == [
        "Numbers outside of those that the data hold: heat -2 to 30.25, load 0 to 1e+06.",
        "Other values of 'site' than the 2 it knows.",
    ]
