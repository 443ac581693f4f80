"""The addresses of reviews, passages and pages of PDFs."""

from flask import url_for


def review_url(key: str, anchor: str | None = None) -> str:
    """The page of a review, by the key of its case."""
    source, _, name = key.partition("/")
    return url_for("reviews.review", source=source, name=name, _anchor=anchor)


def passage_url(case: str, document: str, passage: str) -> str:
    """A passage among its neighbours on the page of its review."""
    source, _, name = case.partition("/")
    return url_for("reviews.review", source=source, name=name, document=document, passage=passage, _anchor="passage")


def pdf_url(document: str, page: int | None = None) -> str:
    """The PDF of a document, opened at a physical page where one is named."""
    return url_for("documents.document", key=document, _anchor=f"page={page}" if page else None)
