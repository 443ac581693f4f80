"""How an answer is shown to people and programs: labels for the values of filters, and the JSON of a search."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from indexer.records import Hit, ReviewRecord, SearchResults
from indexer.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Labels:
    """The words for every value of every filter: those of the vocabulary, and the titles of cases."""

    taxonomy: Taxonomy
    cases: Mapping[str, str]

    def of(self, name: str, value: str) -> str:
        """The label of a value of the filter (or field of a record) `name`; the value itself when nothing names it."""
        return self.cases.get(value, value) if name == "review" else self.taxonomy.label(name, value)

    def plural(self, kind: str) -> str:
        """The label of many learning items of a kind."""
        term = self.taxonomy.learning_kinds.get(kind)
        return (term and term.plural) or self.of("kind", kind)


def labels(taxonomy: Taxonomy, reviews: Iterable[ReviewRecord]) -> Labels:
    """The labels for a vocabulary and the reviews of a library."""
    return Labels(taxonomy, {review.case: review.case_title for review in reviews})


def search_json(results: SearchResults, words: Labels) -> dict[str, object]:
    """The answer to a search as the plain value that the command line and the API print as JSON."""
    return {
        "query": results.request.query,
        "total": results.total,
        "page": results.request.page,
        "took_ms": round(results.took_ms, 1),
        "suggestion": results.suggestion,
        "expansions": [{"term": expansion.term, "added": list(expansion.added)} for expansion in results.expansions],
        "hits": [_hit(hit) for hit in results.hits],
        "facets": {
            name: [{"value": v.value, "label": words.of(name, v.value), "count": v.count} for v in values]
            for name, values in results.facets.items()
        },
    }


def _hit(hit: Hit) -> dict[str, object]:
    return {
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "review": {
            "key": hit.review,
            "title": hit.case_title,
            "publisher": hit.publisher,
            "published": hit.published,
            "scope": hit.scope,
            "fictional": hit.fictional,
        },
        "document": hit.document,
        "title": hit.title,
        "passage": hit.passage,
        "number": hit.number,
        "page": hit.page,
        "page_label": hit.page_label,
        "section": hit.section,
        "heading": hit.heading,
        "kinds": list(hit.kinds),
        "text": hit.text,
        "ocr": None if hit.confidence is None else round(hit.confidence, 2),
        "snippet_html": hit.snippet_html,
        "themes": list(hit.themes),
        "risk_factors": list(hit.risk_factors),
    }


def search_text(results: SearchResults) -> str:
    """Search results for a person."""
    lines = [f"{results.total} passages" + (f"  (did you mean: {results.suggestion})" if results.suggestion else "")]
    for hit in results.hits:
        where = ", ".join(part for part in (hit.number and f"paragraph {hit.number}", f"page {hit.page}") if part)
        lines += [
            "",
            f"{hit.rank}. {hit.case_title}, {hit.title} ({hit.published or 'no date'}): {where}",
            f"   {hit.text}",
        ]
    return "\n".join(lines)
