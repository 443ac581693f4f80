"""`/documents/<key>.pdf`: the PDFs of the library, in parts where a browser asks for parts."""

from pathlib import Path

from flask import Blueprint, Response, abort, send_file

from search_app.backend import library

page = Blueprint("documents", __name__)

# The strict policy of the pages keeps some browsers' PDF viewers from drawing; a PDF loads nothing from elsewhere.
PDF_POLICY = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@page.get("/documents/<path:key>.pdf")
def document(key: str) -> Response:
    """The PDF of a document that the library knows by this key, and of nothing else."""
    found = library().document(key)
    if found is None or not found.id or not _inside(found.path, library().folder(found.source)):
        abort(404)
    response = send_file(found.path, mimetype="application/pdf", conditional=True, etag=found.id or True)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = PDF_POLICY
    return response


def _inside(path: Path, folder: Path | None) -> bool:
    """Whether a file is there and, links followed, lies in the folder that its source was read from."""
    return folder is not None and path.is_file() and path.resolve().is_relative_to(folder.resolve())
