"""`/reviews`: the publication list, one board's list, and one review."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from indexer.errors import QueryError
from indexer.present import Labels
from indexer.records import ReviewRecord
from indexer.taxonomy import CataloguedDocument, Source
from search_app import case, forms
from search_app.addresses import review_url
from search_app.backend import backend, library
from search_app.catalogue import Catalogue, Review
from search_app.formats import month

page = Blueprint("reviews", __name__)

LISTED = "from the publisher’s list"
PRINTED = "from the document"
POINTS_SHOWN = 10
GIST = ("Kind of review", "Age of the child", "Kind of harm")


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about a review, and where it is known from; no value when it is not known."""

    label: str
    value: str | None
    origin: str | None


@page.get("/reviews")
def reviews() -> str:
    """All reviews, newest first, board by board: those of which something is held, then those that are only listed."""
    catalogue = backend().catalogue()
    lists = [(source, catalogue.of_source(name)) for name, source in catalogue.sources.items()]
    lists.sort(key=lambda pair: (not any(review.held for review in pair[1]), pair[0].name))
    return render_template("reviews.html", lists=[pair for pair in lists if pair[1]], labels=backend().labels())


@page.get("/reviews/<source>")
def board(source: str) -> str:
    """The reviews of one board or body."""
    catalogue = backend().catalogue()
    if source not in catalogue.sources:
        abort(404)
    return render_template(
        "board.html", source=catalogue.sources[source], reviews=catalogue.of_source(source), labels=backend().labels()
    )


@page.get("/reviews/<source>/<path:name>")
def review(source: str, name: str) -> str | Response:
    """One review; the address of one of its documents leads to it."""
    catalogue, key = backend().catalogue(), f"{source}/{name}"
    if key not in catalogue.reviews:
        return redirect(_case_of_document(catalogue, key))
    found = catalogue.reviews[key]
    reading = case.read(library(), found.held, backend().taxonomy)
    facts = list(_facts(found, catalogue.sources[found.source], backend().labels()))
    document, passage = request.args.get("document"), request.args.get("passage")
    return render_template(
        "review.html",
        review=found,
        source=catalogue.sources[found.source],
        facts=facts,
        gist=[fact.value for fact in facts if fact.label in GIST and fact.value],
        lessons=case.lessons(reading, backend().taxonomy.learning_kinds),
        shown=POINTS_SHOWN,
        evidence=reading.evidence,
        scanned=reading.scanned,
        context=case.context(reading, document, passage) if document and passage else None,
        citations=[_citation(record) for record in found.held],
        labels=backend().labels(),
        back=_back(),
    )


def _case_of_document(catalogue: Catalogue, key: str) -> str:
    if key not in catalogue.records:
        abort(404)
    return review_url(catalogue.records[key].case, anchor=f"document-{key.partition('/')[2]}")


def _facts(review: Review, source: Source, labels: Labels) -> Iterator[Fact]:
    listed = review.listed
    on_list = _documents_on_list(review)
    own = source.name if listed else None
    publisher = next((document.publisher for document in on_list if document.publisher), own)
    yield _fact("Published by", [record.publisher for record in review.held], publisher)
    listed_month = min((d.published for d in on_list if d.published), default=None)
    yield _fact("First published", [review.published and month(review.published)], listed_month and month(listed_month))
    yield _fact("Subject", [r.subject for r in review.held], listed.subject if listed else None)
    types = [r.review_type and labels.of("review_type", r.review_type) for r in review.held]
    listed_type = listed.review_type if listed else None
    yield _fact("Kind of review", types, labels.of("review_type", listed_type) if listed_type else None)
    yield _fact(
        "How the review was done",
        [r.review_method and labels.of("review_method", r.review_method) for r in review.held],
    )
    yield _fact("Age of the child", [labels.of("age_band", band) for r in review.held for band in r.age_bands])
    yield _fact("Kind of harm", [labels.of("harm_type", harm) for r in review.held for harm in r.harm_types])
    yield _fact("Nation", [r.nation for r in review.held], source.nation)
    yield _fact(
        "Local or national",
        [labels.of("scope", r.scope) for r in review.held if r.scope],
        own and labels.of("scope", source.scope),
    )
    yield _fact("Author", [r.author for r in review.held])
    yield _fact("Agencies", [labels.of("agency", agency) for r in review.held for agency in r.agencies])


def _documents_on_list(review: Review) -> tuple[CataloguedDocument, ...]:
    return review.listed.documents if review.listed else ()


def _fact(label: str, printed: list[str | None] | list[str], listed: str | None = None) -> Fact:
    values = list(dict.fromkeys(value for value in (listed, *printed) if value))
    if not values:
        return Fact(label, None, None)
    return Fact(label, listed or ", ".join(values), LISTED if listed else PRINTED)


def _citation(record: ReviewRecord) -> str:
    """Author-date reference, with what is known: "Anytown Board (2017) Serious Case Review: Child A." """
    year = record.published[:4] if record.published else "no date"
    return f"{record.publisher or record.author or 'Publisher not known'} ({year}) {record.title.rstrip('.')}."


def _back() -> str | None:
    """The address of the search that the reader comes from, if it is one of ours."""
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host or came.path != url_for("search.search"):
        return None
    try:
        return url_for("search.search") + forms.query_string(forms.request_of(MultiDict(parse_qsl(came.query))))
    except QueryError:
        return None
