"""Copied runs, counted by hand."""

from rnnkit.tasks.next_token.memorisation import find_copies


def test_copies() -> None:
    found = find_copies([1, 2, 3, 9, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], run=3)
    assert found.share == 3 / 6  # 123, 234, 345
    assert found.longest == (4, 4)


def test_nothing_is_copied() -> None:
    found = find_copies([7, 8], [0, 1, 2], run=1)
    assert (found.share, found.longest) == (0, (0, 0))


def test_a_text_shorter_than_a_run() -> None:
    assert find_copies([1], [0, 1, 2], run=4).share == 0


def test_ids_that_are_no_characters() -> None:
    assert find_copies([0xD800, 99_999], [5, 0xD800, 99_999], run=2).share == 1
