"""What stands around the answers: health, metrics, the description, and the page to try them."""

import re

import rnnkit
from rnnkit.data.card import DataCard
from tests.server.asking import Client


def test_health(client: Client, wide: rnnkit.Run) -> None:
    name = f"small/{wide.path.name}"
    assert client.get("/health").json() == {
        "status": "ok", "run": name, "task": "classification", "waiting": 0
    }  # fmt: skip


def test_metrics(client: Client) -> None:
    client.post("/predict", json=[{"p": 1, "q": 1, "r": 1, "s": 1}] * 2)
    client.get("/a" * 100)
    text = client.get("/metrics").text
    assert re.search(r'^rnnkit_requests_total\{path="/predict",status="200"\} \d', text, re.M)
    assert re.search(r'^rnnkit_requests_total\{path="other",status="404"\} ', text, re.M)
    assert re.search(r"^rnnkit_rows_total \d", text, re.M)
    assert "rnnkit_requests_waiting 0.0" in text
    assert "rnnkit_requests_together_count" in text


def test_the_description(client: Client, letters: Client) -> None:
    found = client.get("/openapi.json").json()
    post = found["paths"]["/predict"]["post"]
    row = post["requestBody"]["content"]["application/json"]["schema"]["items"]
    assert [*row["properties"]] == [*"pqrs"]
    assert [one["name"] for one in post["parameters"]] == ["top", "all-classes"]
    assert post["parameters"][0]["schema"] == {"type": "integer", "minimum": 1}
    body = letters.get("/openapi.json").json()["paths"]["/generate"]["post"]["requestBody"]
    chosen = body["content"]["application/json"]["schema"]["properties"]
    assert chosen["top-p"]["exclusiveMinimum"] == 0 and chosen["top-p"]["maximum"] == 1


def test_the_page_asks_nobody_else(client: Client, letters: Client) -> None:
    for one in (client, letters):
        reply = one.get("/")
        [nonce] = re.findall(r"script-src 'nonce-(\S+)'", reply.headers["content-security-policy"])
        assert reply.text.count(f'nonce="{nonce}"') == 2
        assert not re.findall(r'(?:src|href|url\()="?https?:', reply.text)
        assert one.get("/").text != reply.text  # another nonce
    assert 'id="generate"' not in client.get("/").text


def test_headers(client: Client) -> None:
    headers = client.get("/health").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers


def test_the_example_lies_within_what_the_data_card_says(wide: rnnkit.Run, client: Client) -> None:
    card = DataCard.model_validate_json(wide.card.read_bytes())
    assert card.table is not None
    ranges = {one.name: one for one in card.table.columns}
    body = client.get("/openapi.json").json()["paths"]["/predict"]["post"]["requestBody"]
    [row] = body["content"]["application/json"]["example"]
    for name, value in row.items():
        low, high = ranges[name].minimum, ranges[name].maximum
        assert low is not None and high is not None
        assert value == float(f"{(low + high) / 2:.4g}")
