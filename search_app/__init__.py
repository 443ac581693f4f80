"""The web app: `create_app` is imported by nobody but the entry points and the tests."""

from flask import Flask, Response, request

from indexer.errors import LessonsError
from indexer.settings import Settings
from search_app import (
    about,
    addresses,
    api,
    backend,
    documents,
    faults,
    formats,
    health,
    home,
    reviews,
    search,
    statics,
    themes,
)

PAGES = (home.page, search.page, reviews.page, themes.page, documents.page, about.page, health.page, api.page)

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


def create_app(settings: Settings) -> Flask:
    """The app for a corpus and a library. Raises ConfigError when the vocabulary is faulty."""
    app = Flask(__name__)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        month=formats.month, count=formats.count, shorten=formats.shorten, capital=formats.capital
    )
    app.jinja_env.globals.update(
        review_url=addresses.review_url, passage_url=addresses.passage_url, pdf_url=addresses.pdf_url
    )
    backend.attach(app, settings)
    statics.attach(app)
    faults.attach(app)
    for page in PAGES:
        app.register_blueprint(page)
    app.context_processor(_common)
    app.after_request(_harden)
    return app


def _common() -> dict[str, object]:
    return {"service": "Lessons from case reviews", "any_fictional": _any_fictional, "here": request.path}


def _any_fictional() -> bool:
    """Whether the library, if there is one, holds a fictional review."""
    try:
        return backend.backend().catalogue().fictional
    except LessonsError:
        return False


def _harden(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
