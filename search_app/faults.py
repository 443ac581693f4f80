"""Faults on the screen and in the API: a status, plain words, and nothing about queries in the log."""

import logging
import traceback

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from indexer.errors import ConfigError, IndexMissingError, LessonsError, QueryError

log = logging.getLogger(__name__)

TITLES = {
    400: "This search cannot be answered",
    404: "Page not found",
    405: "Page not found",
    500: "Sorry, there is a problem with the service",
    503: "The service is not ready",
}
ADVICE = {
    404: "If you typed the web address, check that it is correct. The review or document may have been withdrawn.",
    405: "If you typed the web address, check that it is correct.",
    503: "There is nothing to search yet. Run 'lessons ingest', then load this page again.",
    500: "Try again in a few minutes. If it happens again, tell the person who runs this service.",
}


def attach(app: Flask) -> None:
    """Answers every fault of the app with a page, or with JSON where the API was asked."""
    app.register_error_handler(LessonsError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def answer(status: int, message: str) -> Response:
    """The page, or the JSON, for a fault."""
    if request.path.startswith("/api/"):
        response = jsonify(error={"status": status, "message": message})
    else:
        response = make_response(
            render_template("fault.html", title=TITLES.get(status, "Something went wrong"), message=message)
        )
    response.status_code = status
    return response


def _ours(fault: LessonsError) -> Response:
    if isinstance(fault, QueryError):
        return answer(400, str(fault))
    if isinstance(fault, IndexMissingError):
        return answer(503, ADVICE[503])
    if isinstance(fault, ConfigError):
        log.error("%s", fault)
        return answer(503, "The files of the corpus need attention: run 'lessons check'.")
    return _unforeseen(fault)


def _http(fault: HTTPException) -> Response:
    status = fault.code or 500
    if status < 400:
        return make_response(fault.get_response())
    response = answer(status, ADVICE.get(status, fault.description or "Go back and try again."))
    for name, value in fault.get_headers():
        if name in ("Allow", "Content-Range"):
            response.headers[name] = value
    return response


def _unforeseen(fault: Exception) -> Response:
    """Logs where a fault arose, not its words: they might hold what somebody searched for."""
    where = traceback.extract_tb(fault.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(where[-5:]))
    log.error("%s in %s: %s", type(fault).__name__, request.endpoint, places)
    return answer(500, ADVICE[500])
