"""The fields of the index, one row each: what is searched, filtered, counted and shown.

A new filter is one row here: the command line, the web app and the API read their filters from this table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from indexer.records import Hit, IndexEntry


class Use(StrEnum):
    """What a field is for."""

    SEARCH = "search"  # its words are searched and ranked; one string
    FILTER = "filter"  # its values, a tuple of ids, are filtered on and counted


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name in queries, its label on the screen, its use, where its value comes from, its weight in ranking.

    `by_length` is how far a long value counts against it (BM25's b); a `shared` field says the same in every passage of
    a document, so that alone it does not make a passage match.
    """

    name: str
    label: str
    use: Use
    value: Callable[[IndexEntry], str | tuple[str, ...]]
    weight: float = 1.0
    by_length: float = 0.75
    shared: bool = False


def _known(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


FIELDS = (
    Field("text", "Text", Use.SEARCH, lambda e: e.passage.text, by_length=0.7),
    Field("heading", "Heading", Use.SEARCH, lambda e: e.passage.heading, weight=2.0, by_length=0.5),
    Field("title", "Title", Use.SEARCH, lambda e: f"{e.review.case_title} {e.review.title}", weight=1.0, shared=True),
    Field("number", "Paragraph", Use.SEARCH, lambda e: e.passage.number or "", by_length=0.0),
    Field("theme", "Theme", Use.FILTER, lambda e: e.themes),
    Field("risk_factor", "Risk factor", Use.FILTER, lambda e: e.risk_factors),
    Field("kind", "Kind of learning", Use.FILTER, lambda e: tuple(sorted({item.kind for item in e.learning}))),
    Field(
        "agency", "Agency addressed", Use.FILTER, lambda e: tuple(sorted({a for i in e.learning for a in i.addressees}))
    ),
    Field("section", "Section of the report", Use.FILTER, lambda e: (e.passage.section,)),
    Field("age_band", "Age of the child", Use.FILTER, lambda e: e.review.age_bands),
    Field("board", "Published by", Use.FILTER, lambda e: _known(e.review.publisher)),
    Field("scope", "Local or national", Use.FILTER, lambda e: _known(e.review.scope)),
    Field("year", "Year published", Use.FILTER, lambda e: _known(e.review.published and e.review.published[:4])),
    Field("document_type", "Kind of document", Use.FILTER, lambda e: e.review.document_types),
    Field("review", "Review", Use.FILTER, lambda e: (e.review.case,)),
)

SEARCHED = tuple(field for field in FIELDS if field.use is Use.SEARCH)
FILTERS = tuple(field for field in FIELDS if field.use is Use.FILTER)
SORTS = {"relevance": "Relevance", "newest": "Newest first", "oldest": "Oldest first", "review": "By review"}

SECTION_PRIOR = {
    "recommendations": 1.0,
    "findings": 1.0,
    "learning": 1.0,
    "good_practice": 1.0,
    "questions_for_board": 1.0,
    "analysis": 0.95,
    "agency_analysis": 0.95,
    "conclusion": 0.9,
    "exec_summary": 0.9,
    "action_plan": 0.85,
    "changes_made": 0.85,
    "family_views": 0.85,
    "foreword": 0.8,
    "introduction": 0.8,
    "family": 0.8,
    "chronology": 0.75,
    "appendix_other": 0.6,
    "process": 0.4,
    "terms_of_reference": 0.4,
    "methodology": 0.4,
    "cover": 0.3,
    "glossary": 0.3,
    "references": 0.3,
    "toc": 0.1,
}
KIND_PRIOR = {"heading": 0.4, "footnote": 0.6}
LEARNING_PRIOR = 1.2
TAUGHT = frozenset(
    {"recommendation", "finding", "learning-point", "question-for-board", "good-practice", "missed-opportunity"}
)


def prior(entry: IndexEntry) -> float:
    """By how much the score of a passage is multiplied for what kind of passage it is, whatever is asked."""
    taught = LEARNING_PRIOR if any(item.kind in TAUGHT for item in entry.learning) else 1.0
    return SECTION_PRIOR.get(entry.passage.section, 0.8) * KIND_PRIOR.get(entry.passage.kind, 1.0) * taught


def _day(published: str | None) -> int:
    """Grows with the date, exact as a 32-bit float; 0 when the date is not known."""
    year, month, day = ([int(part) for part in published.split("-")] + [0, 0])[:3] if published else (0, 0, 0)
    return year * 416 + month * 32 + day


NUMBERS: Mapping[str, Callable[[IndexEntry], float]] = {
    "prior": prior,
    "published": lambda e: _day(e.review.published),
    "position": lambda e: e.passage.position,
}


def hit_of(entry: IndexEntry) -> Hit:
    """A passage as an engine keeps it, without rank, score and snippet."""
    passage, review = entry.passage, entry.review
    return Hit(
        rank=0,
        score=0.0,
        review=review.case,
        case_title=review.case_title,
        title=review.title,
        publisher=review.publisher,
        published=review.published,
        scope=review.scope,
        fictional=review.fictional,
        document=review.key,
        passage=passage.id,
        number=passage.number,
        page=passage.page_from,
        page_label=passage.page_label,
        section=passage.section,
        heading=passage.heading,
        kinds=tuple(sorted({item.kind for item in entry.learning})),
        text=passage.text,
        snippet_html="",
        themes=entry.themes,
        risk_factors=entry.risk_factors,
        confidence=passage.confidence,
    )
