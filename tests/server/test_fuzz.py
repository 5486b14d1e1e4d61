"""Whatever is posted, a server answers it or says what is wrong: never with a fault of its own."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.asking import Client

KINDS = ["application/json", "text/csv", "text/plain", "application/x-ndjson",
         "text/tab-separated-values", "image/png", ""]  # fmt: skip
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
CELLS = VALUES | st.sampled_from([1, 2.5, -1e308, 1e39, "1", "", "x" * 2000, [], {}])
ROWS = st.lists(st.dictionaries(st.sampled_from([*"pqrsyt"]), CELLS, max_size=6), max_size=4)
TABLES = st.lists(st.text(alphabet='pqrs,"\n;\t 123.eE-nan\0\ufeff', max_size=30), max_size=6)
BODIES = st.one_of(
    st.binary(max_size=200),
    VALUES.map(lambda value: json.dumps(value).encode()),
    ROWS.map(lambda rows: json.dumps(rows).encode()),
    st.lists(CELLS, max_size=3).map(lambda x: json.dumps({"x": x}).encode()),
    TABLES.map(lambda lines: "\n".join(["p,q,r,s", *lines]).encode()),
)
QUERIES = st.dictionaries(
    st.sampled_from(["top", "all-classes", "output", "data", "form", "help", ""]),
    st.text(max_size=8) | st.sampled_from(["1", "true", "-1", "99999999999999999999"]),
    max_size=2,
)


def answered(client: Client, body: bytes, kind: str, query: dict[str, str], accept: str) -> None:
    headers = {"Accept": accept} | ({"Content-Type": kind} if kind else {})
    reply = client.post("/predict", content=body, params=query, headers=headers)
    assert reply.status_code in {200, 400, 413, 415, 422}, reply.text
    if reply.status_code != 200:
        message = reply.json()["error"]
        assert message and "Traceback" not in message and "/tmp" not in message


EVERYTHING = given(
    body=BODIES,
    kind=st.sampled_from(KINDS),
    query=QUERIES,
    accept=st.sampled_from(["*/*", "text/csv"]),
)


@EVERYTHING
@settings(max_examples=60)
def test_whatever_is_posted(
    client: Client, body: bytes, kind: str, query: dict[str, str], accept: str
) -> None:
    answered(client, body, kind, query, accept)


@pytest.mark.slow
@EVERYTHING
@settings(max_examples=3000)
def test_whatever_is_posted_for_long(
    client: Client, body: bytes, kind: str, query: dict[str, str], accept: str
) -> None:
    answered(client, body, kind, query, accept)
