"""The API and `/health`: what machines read."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from indexer.fields import FILTERS
from indexer.present import search_json
from indexer.records import SearchRequest
from search_app.backend import Backend

Fetch = Callable[..., Any]
Read = Callable[..., Any]


def test_the_api_gives_what_the_engine_finds(client: FlaskClient, app: Flask) -> None:
    got = client.get("/api/v1/search?q=father&kind=finding&limit=3").json
    backend: Backend = app.extensions["lessons"]
    wanted = search_json(backend.search(SearchRequest("father", {"kind": ("finding",)}, limit=3)), backend.labels())
    assert got | {"took_ms": 0} == json.loads(json.dumps(wanted)) | {"took_ms": 0}
    assert len(got["hits"]) == 3
    assert all("finding" in hit["kinds"] for hit in got["hits"])


def test_the_api_is_as_it_describes_itself(client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").json
    operation = described["paths"]["/search"]["get"]
    assert {p["name"] for p in operation["parameters"]} == {
        "q",
        "page",
        "limit",
        "sort",
        "literal",
        *(f.name for f in FILTERS),
    }
    schemas = described["components"]["schemas"]
    assert list(departures(client.get("/api/v1/search?q=bruising").json, schemas["Results"], schemas)) == []
    assert list(departures(client.get("/api/v1/search?sort=beauty").json, schemas["Fault"], schemas)) == []
    assert list(departures({"query": 1}, schemas["Results"], schemas)) != []


TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None), "array": list, "object": dict,
}  # fmt: skip


def departures(value: Any, schema: dict[str, Any], schemas: dict[str, Any], path: str = "") -> Iterator[str]:
    """Where a value is not as its JSON schema says, keys that the schema does not name among them."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if not any(isinstance(value, TYPES[kind]) for kind in kinds):
        yield f"{path} is not {kinds}"
    elif isinstance(value, list):
        for item in value:
            yield from departures(item, schema["items"], schemas, f"{path}[]")
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        yield from (f"{path}.{name} is missing" for name in known if name not in value)
        for name, item in value.items():
            if name not in known and "additionalProperties" not in schema:
                yield f"{path}.{name} is not described"
            else:
                yield from departures(
                    item, known.get(name) or schema["additionalProperties"], schemas, f"{path}.{name}"
                )


def test_health_says_what_is_there(client: FlaskClient) -> None:
    health = client.get("/health").json
    assert health["status"] == "ok"
    assert health["documents"] >= 11
    assert health["passages"] > 500
    assert health["index_age_s"] >= 0
