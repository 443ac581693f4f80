"""`/`: what this is, the search box, what the library holds, and where to start."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from indexer.taxonomy import Concept
from search_app.backend import backend
from search_app.catalogue import Catalogue

page = Blueprint("home", __name__)

EXAMPLES = (
    "bruising in a non-mobile baby",
    "was not brought to appointments",
    "unseen men",
    "escalation of professional concerns",
)
THEMES_SHOWN = 12
REVIEWS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the library holds; `years` are the first and last years of publication that are known."""

    reviews: int
    documents: int
    boards: int
    years: tuple[str, str] | None
    without_text: int
    failures: int


@page.get("/")
def home() -> str:
    """The first page."""
    catalogue = backend().catalogue()
    return render_template(
        "home.html",
        examples=EXAMPLES,
        holdings=_holdings(catalogue),
        themes=_commonest(catalogue, "theme"),
        risk_factors=_commonest(catalogue, "risk_factor"),
        kinds=list(backend().taxonomy.learning_kinds.values()),
        newest=catalogue.held[:REVIEWS_SHOWN],
    )


def _holdings(catalogue: Catalogue) -> Holdings:
    records = catalogue.records.values()
    years = sorted(record.published[:4] for record in records if record.published)
    return Holdings(
        reviews=len(catalogue.held),
        documents=len(records),
        boards=len({record.publisher for record in records if record.publisher}),
        years=(years[0], years[-1]) if years else None,
        without_text=len(catalogue.without_text),
        failures=len(catalogue.failures),
    )


def _commonest(catalogue: Catalogue, facet: str) -> list[tuple[Concept, int]]:
    """The concepts of a facet that most reviews show, with how many do."""
    concepts = backend().taxonomy.concepts
    counted = [
        (concepts[name], len(found)) for name, found in catalogue.concepts.items() if concepts[name].facet == facet
    ]
    return sorted(counted, key=lambda pair: (-pair[1], pair[0].label))[:THEMES_SHOWN]
