"""Counts and lists read well at every size."""

import pytest

from rnnkit.data.wording import counted, quoted


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (12345, "12,345 rows")]
)
def test_counted(number, text):
    assert counted(number, "row") == text


def test_quoted():
    assert quoted([]) == ""
    assert quoted(["a", "b"]) == "'a', 'b'"
    assert quoted([str(n) for n in range(5)], most=3) == "'0', '1', '2' and 2 more"


def test_a_value_cannot_add_a_line_to_a_message() -> None:
    assert quoted(["a\nb", "c"]) == r"'a\nb', 'c'"
