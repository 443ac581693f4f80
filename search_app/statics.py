"""Style sheet and script: addressed by their content, so that browsers may keep them for good."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

FOLDER = Path(__file__).parent / "static"
KEPT = "public, max-age=31536000, immutable"


def attach(app: Flask) -> None:
    """Puts the digest of each static file into its address, and lets browsers keep what is asked for by digest."""
    app.url_defaults(_add_digest)
    app.after_request(_keep)


def _add_digest(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        values["v"] = _digest(values["filename"])


@cache
def _digest(filename: str) -> str:
    return sha256((FOLDER / filename).read_bytes()).hexdigest()[:12]


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = KEPT
    return response
