"""`/themes`: the vocabulary with its counts, and what reviews teach about one theme or risk factor."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template

from indexer.records import Hit, SearchRequest, SearchResults
from indexer.taxonomy import Concept
from search_app import forms
from search_app.backend import backend
from search_app.catalogue import Review

page = Blueprint("themes", __name__)

FACETS = {"theme": "Themes", "risk_factor": "Risk factors"}
KINDS = ("learning-point", "recommendation", "finding", "good-practice")
POINTS_SHOWN = 3
POINTS_READ = 30  # so that those shown come from different reviews where they can


@dataclass(frozen=True, slots=True)
class Row:
    """A concept with how many reviews and passages show it, and how far it stands below the broadest."""

    concept: Concept
    reviews: int
    passages: int
    narrower: tuple["Row", ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """The newest passages of one kind of learning about a concept, and the search for all of them."""

    kind: str
    hits: tuple[Hit, ...]
    total: int
    query: str


@page.get("/themes")
def themes() -> str:
    """All themes and risk factors."""
    counts = _passage_counts(backend().search(SearchRequest(limit=1)))
    lists = [(facet, label, _rows(facet, None, counts)) for facet, label in FACETS.items()]
    return render_template("themes.html", lists=lists)


@page.get("/themes/<id>")
def theme(id: str) -> str:
    """One theme or risk factor."""
    concepts = backend().taxonomy.concepts
    if id not in concepts:
        abort(404)
    concept = concepts[id]
    everything = SearchRequest(filters={concept.facet: (id,)}, sort="newest")
    return render_template(
        "theme.html",
        concept=concept,
        facet=FACETS[concept.facet],
        broader=concepts.get(concept.broader or ""),
        narrower=[other for other in concepts.values() if other.broader == id],
        passages=backend().search(everything).total,
        reviews=_reviews(id),
        quality=backend().quality.get(id),
        measured=bool(backend().quality),
        lessons=[lesson for lesson in (_lesson(concept, kind) for kind in KINDS) if lesson.total],
        query=forms.query_string(everything),
        labels=backend().labels(),
    )


def _passage_counts(results: SearchResults) -> dict[str, int]:
    return {value.value: value.count for facet in FACETS for value in results.facets.get(facet, ())}


def _rows(facet: str, broader: str | None, counts: dict[str, int]) -> tuple[Row, ...]:
    found = backend().catalogue().concepts
    concepts = [c for c in backend().taxonomy.concepts.values() if c.facet == facet and c.broader == broader]
    return tuple(
        Row(concept, len(found.get(concept.id, ())), counts.get(concept.id, 0), _rows(facet, concept.id, counts))
        for concept in sorted(concepts, key=lambda c: c.label)
    )


def _reviews(concept: str) -> list[tuple[Review, int]]:
    """The reviews that show a concept, those with most evidence first, with the number of passages."""
    catalogue = backend().catalogue()
    found = catalogue.concepts.get(concept, {})
    pairs = [(review, found[review.key]) for review in catalogue.held if review.key in found]
    return sorted(pairs, key=lambda pair: -pair[1])


def _lesson(concept: Concept, kind: str) -> Lesson:
    asked = SearchRequest(filters={concept.facet: (concept.id,), "kind": (kind,)}, sort="newest", limit=POINTS_READ)
    results = backend().search(asked)
    everything = SearchRequest(filters=asked.filters, sort=asked.sort)
    return Lesson(kind, _varied(results.hits), results.total, forms.query_string(everything))


def _varied(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """A few hits, no two of one review as long as there are others."""
    first = {hit.review: hit for hit in reversed(hits)}
    ordered = sorted(hits, key=lambda hit: hit is not first[hit.review])
    return tuple(ordered[:POINTS_SHOWN])
