"""`/api/v1`: search as JSON, and the OpenAPI description of it, made from the table of fields."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from indexer.fields import FILTERS, SORTS
from indexer.present import search_json
from search_app import forms
from search_app.backend import backend

page = Blueprint("api", __name__, url_prefix="/api/v1")

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
WHOLE: Schema = {"type": "integer"}
TEXTS: Schema = {"type": "array", "items": TEXT}


@page.get("/search")
def search() -> Response:
    """One page of passages, the same JSON as `lessons search --json`."""
    results = backend().search(forms.request_of(request.args))
    return jsonify(search_json(results, backend().labels()))


@page.get("/openapi.json")
def openapi() -> Response:
    """What the API takes and gives."""
    return jsonify(
        openapi="3.1.0",
        info={"title": "Lessons from case reviews", "version": "1", "license": {"name": "MIT", "identifier": "MIT"}},
        servers=[{"url": "/api/v1"}],
        paths={"/search": {"get": _search_operation()}},
        components={"schemas": SCHEMAS},
    )


def _search_operation() -> Schema:
    return {
        "operationId": "search",
        "summary": "Search the passages of all reviews",
        "parameters": _parameters(),
        "responses": {
            "200": {"description": "One page of passages, with counts for every filter", "content": _json("Results")},
            "400": {"description": "The query or a filter makes no sense", "content": _json("Fault")},
            "503": {"description": "There is no index yet", "content": _json("Fault")},
        },
    }


def _parameters() -> list[Schema]:
    default = forms.DEFAULT
    fixed: list[tuple[str, str, Schema]] = [
        ("q", "Words to search for; none finds every passage", {"type": "string", "maxLength": forms.MAX_QUERY}),
        ("page", "Page of results", {**WHOLE, "minimum": 1, "maximum": forms.MAX_PAGE, "default": default.page}),
        ("limit", "Passages on a page", {**WHOLE, "minimum": 1, "maximum": forms.MAX_LIMIT, "default": default.limit}),
        ("sort", "Order of the passages", {"type": "string", "enum": list(SORTS), "default": default.sort}),
        (
            "literal",
            "1 searches only for the words as they stand",
            {"type": "string", "enum": ["0", "1"], "default": "0"},
        ),
    ]
    filters = [(f.name, f"{f.label}: any of these values", TEXTS) for f in FILTERS]
    return [{"name": n, "in": "query", "description": d, "schema": s} for n, d, s in fixed + filters]


def _json(schema: str) -> Schema:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


SCHEMAS: Schema = {
    "Results": _object(
        query=TEXT,
        total=WHOLE,
        page=WHOLE,
        took_ms={"type": "number"},
        suggestion=TEXT_OR_NULL,
        expansions=_list(_object(term=TEXT, added=TEXTS)),
        hits=_list({"$ref": "#/components/schemas/Hit"}),
        facets={"type": "object", "additionalProperties": _list(_object(value=TEXT, label=TEXT, count=WHOLE))},
    ),
    "Hit": _object(
        rank=WHOLE,
        score={"type": "number"},
        review=_object(
            key=TEXT,
            title=TEXT,
            publisher=TEXT_OR_NULL,
            published=TEXT_OR_NULL,
            scope={"type": ["string", "null"], "enum": ["local", "national", None]},
            fictional={"type": "boolean"},
        ),
        document=TEXT,
        title=TEXT,
        passage=TEXT,
        number=TEXT_OR_NULL,
        page=WHOLE,
        page_label=TEXT_OR_NULL,
        section=TEXT,
        heading=TEXT,
        kinds=TEXTS,
        text=TEXT,
        ocr={"type": ["number", "null"], "minimum": 0, "maximum": 1},
        snippet_html=TEXT,
        themes=TEXTS,
        risk_factors=TEXTS,
    ),
    "Fault": _object(error=_object(status=WHOLE, message=TEXT)),
}
