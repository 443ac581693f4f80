"""`/health`: whether the service can answer, for the machines that watch it."""

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify

from indexer.errors import LessonsError
from search_app.backend import backend

page = Blueprint("health", __name__)


@page.get("/health")
def health() -> tuple[Response, int]:
    """Passages, documents and the age of the index in seconds; 503 when there is nothing to search."""
    try:
        engine, catalogue = backend().engine(), backend().catalogue()
        passages, documents = engine.count(), len(engine.documents())
    except LessonsError:
        return jsonify(status="unavailable", message="run 'lessons ingest' or 'lessons check'"), 503
    return jsonify(
        status="ok",
        passages=passages,
        documents=documents,
        failures=len(catalogue.failures),
        index_updated=catalogue.updated,
        index_age_s=_age(catalogue.updated),
    ), 200


def _age(updated: str | None) -> int | None:
    return int((datetime.now(UTC) - datetime.fromisoformat(updated)).total_seconds()) if updated else None
