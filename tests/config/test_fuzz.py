"""Whatever a config holds, it is read or refused with a ConfigError, and soon."""

import copy
import functools
import time
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.config.checks import check_config
from rnnkit.config.document import Document, dump_document, parse_document
from rnnkit.errors import ConfigError
from rnnkit.tasks import load_config
from tests.config.small import ROWS

SOON = 2.0  # seconds of the CPU an example, of which a busy machine takes no more

TEXT = """version name task classification data source mnist split validation test model layers
lstm gru bidirectional layer embedding dense dropout units rate activation relu training epochs
optimizer adam schedule cosine_decay class_weight balanced kernel_regularizer l2 metrics accuracy
<< ~ null true 1e-4 .nan -.inf 0x10 1_000 2020-01-01 &a *a !!int !x | > ? - : , [ ] { } # ' " %
---"""
WORDS = TEXT.split()
VALID: dict[str, Any] = {
    "version": 1,
    "name": "small",
    "task": "classification",
    "data": {"source": "mnist", "split": {"validation": 0.1}},
    "model": {
        "layers": [
            {"lstm": {"units": 4, "kernel_regularizer": {"l2": {"l2": 0.1}}}},
            {"bidirectional": {"layer": {"gru": {"units": 4}}}},
            {"dense": {"units": 10}},
        ]
    },
    "training": {"epochs": 1, "optimizer": {"name": "adam"}, "class_weight": {"a": 1.0}},
}
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(st.characters(codec="utf-8"), max_size=5)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(scalars.filter(lambda key: key == key), inner, max_size=3)  # no NaN
    ),
    max_leaves=6,
)
printable = st.text(st.characters(categories=["L", "N", "P", "S"])) | st.sampled_from(WORDS)
yaml_like = st.lists(st.sampled_from([*WORDS, " ", "\n", "\n  ", ": ", "- "])).map("".join)


def for_any(*strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """A test of 150 examples, each of them soon."""

    def decorate(test: Callable[..., None]) -> Any:
        @functools.wraps(test)
        def timed(**values: Any) -> None:
            began = time.process_time()
            test(**values)
            assert time.process_time() - began < SOON

        return settings(max_examples=150)(given(*strategies)(timed))

    return decorate


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside: Any = value.items() if isinstance(value, dict) else ()
    inside = enumerate(value) if isinstance(value, list) else inside
    return [path, *(place for key, item in inside for place in places_in(item, (*path, key)))]


def with_value(path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(VALID)
    section: Any = changed
    for key in path[:-1]:
        section = section[key]
    section[path[-1]] = value
    return changed


def document_or_refusal(text: str) -> Document | ConfigError:
    try:
        return parse_document(text, "c.yaml")
    except ConfigError as error:
        assert error.problems
        return error


@for_any(st.text() | yaml_like)
def test_any_text(text: str) -> None:
    document_or_refusal(text)


@for_any(yaml_like)
def test_text_after_a_key(text: str) -> None:
    document_or_refusal(f"data:\n  source: mnist\n  split: {text}")


@for_any(st.dictionaries(printable, st.lists(printable | st.floats(allow_nan=False)), max_size=3))
def test_what_is_written_is_read(document: dict[str, Any]) -> None:
    read = document_or_refusal(dump_document({**document, "last": 1}))
    assert isinstance(read, Document)
    assert read.values == {**document, "last": 1}


@for_any(st.sampled_from(places_in(VALID)[1:]), values)
def test_any_value_anywhere(path: tuple[Any, ...], value: Any) -> None:
    try:
        loaded = load_config(with_value(path, value), environment={})
        check_config(loaded, ROWS)
    except ConfigError as error:
        assert str(error)


@for_any(st.sampled_from(places_in(VALID)[1:]), yaml_like)
def test_any_override(path: tuple[Any, ...], text: str) -> None:
    override = f"{'.'.join(map(str, path))}={text}"
    try:
        loaded = load_config(VALID, overrides=[override], environment={})
        check_config(loaded, ROWS)
    except ConfigError as error:
        assert str(error).startswith(("--set ", "config"))


@for_any(st.text())
def test_any_override_at_all(text: str) -> None:
    try:
        load_config(VALID, overrides=[text], environment={})
    except ConfigError as error:
        assert str(error).startswith(("--set ", "config"))
