"""Pages + catalogue -> ReviewRecord: what a document is, by its source's catalogue first and its own words second."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from indexer.identity import rules as wordings
from indexer.identity.ages import age_bands
from indexer.identity.author import author
from indexer.identity.catalogue import CATALOGUE, catalogue_facts, disagreements, listed
from indexer.identity.dates import dates
from indexer.identity.front import Front, front_of
from indexer.identity.harm import harm_types
from indexer.identity.kinds import Kinds
from indexer.identity.nation import nation, nation_of, scope
from indexer.identity.publisher import publisher
from indexer.identity.sheet import sheet_facts
from indexer.identity.subject import subject
from indexer.identity.title import Titles
from indexer.page.deposit import deposit_sheets
from indexer.records import Document, Extracted, Fact, ReviewRecord
from indexer.taxonomy import Source, Taxonomy

VERSION = "3"

# What an invented review says of itself on its first pages.
FICTIONAL = re.compile(r"fictional example", re.I)


# Kinds of review that look at many cases: the child whom one names most often is not its subject.
OF_MANY = frozenset({"thematic-scr", "national-cspr"})


class Describer:
    """Says what documents are, with one vocabulary and the catalogues of the sources."""

    def __init__(self, taxonomy: Taxonomy, sources: Mapping[str, Source], corpus: Path) -> None:
        self._taxonomy, self._sources = taxonomy, sources
        self._rules = wordings.load(corpus)
        self._titles, self._kinds = Titles(self._rules, taxonomy), Kinds(self._rules, taxonomy)

    def describe(self, document: Document, extracted: Extracted) -> ReviewRecord:
        """What is known about a document. What neither catalogue nor pages say is None or ()."""
        source = self._sources.get(document.source)
        case, entry = listed(source, document)
        sheets = deposit_sheets(extracted.pages)
        front = front_of([page for page in extracted.pages if page.number not in sheets])
        facts = (
            *catalogue_facts(source, case, entry),
            *_surest(
                (
                    *sheet_facts([page for page in extracted.pages if page.number in sheets], self._rules),
                    *self._own(front),
                )
            ),
        )
        known = _Known(facts)
        title = known.one("title") or document.key.rpartition("/")[2].replace("-", " ").replace("_", " ")
        return ReviewRecord(
            document=document.id,
            key=document.key,
            case=f"{document.source}/{case.id}" if case else document.key,
            case_title=case.title if case else title,
            title=title,
            publisher=" and ".join(known.all("publisher")) or None,
            subject=known.one("subject"),
            scope=source.scope
            if source
            else scope(known.one("review_type"), known.all("publisher"), self._rules.publisher.national),
            nation=known.one("nation"),
            review_type=known.one("review_type"),
            document_types=known.all("document_type"),
            published=known.one("date", "published"),
            author=known.one("author"),
            review_method=known.one("review_method"),
            age_bands=known.all("age_band"),
            harm_types=known.all("harm_type"),
            agencies=self._kinds.agencies(front),
            fictional=source.fictional
            if source
            else any(FICTIONAL.search(p.text) for p in (*front.pages, *front.running)),
            pages=len(extracted.pages),
            pages_without_text=tuple(p.number for p in extracted.pages if not p.blocks),
            warnings=extracted.warnings,
            facts=facts,
            disagreements=tuple(disagreements(facts)),
            pages_unread=extracted.unread,
        )

    def _own(self, front: Front) -> Iterator[Fact]:
        """What a document says of itself."""
        rules = self._rules
        title = self._titles.title(front)
        publishers = publisher(front, rules.publisher)
        land = nation(front, title, publishers, rules.nations)
        kind = self._kinds.review_type(front, title, land.value if land else None)
        land = land or (nation_of(kind, self._taxonomy.review_types) if kind else None)
        documents = self._kinds.document_types(front, title, kind)
        about = subject(front, title, rules, of_one_case=not kind or kind.value not in OF_MANY)
        name, review = about.value if about else None, kind is not None and not _is_of_reviews(title)
        writer = author(front, rules.author, [d.value for d in documents])
        method = self._kinds.method(front) if review or about else None
        yield from (f for f in (title, *publishers, writer, about, kind, *documents, method, land) if f)
        yield from age_bands(front, name, review, rules)
        yield from harm_types(front, title, name, review, rules, self._taxonomy.harm_types)
        yield from dates(front, rules)


def _surest(facts: tuple[Fact, ...]) -> Iterator[Fact]:
    """The facts, without those of the sheet that the report itself states as surely."""
    own = {(f.field, f.kind) for f in facts if f.source == "document" and f.confidence >= 0.8}
    for fact in facts:
        if fact.source == "document" or (fact.field, fact.kind) not in own:
            yield fact


def _is_of_reviews(title: Fact | None) -> bool:
    """Whether a document looks at reviews, not at a case."""
    return bool(title and re.search(r"\breviews\b|\bannual report\b|\binspection\b", title.value, re.I))


class _Known:
    """The values that count: the catalogue's where it has any, else those of the surest source."""

    def __init__(self, facts: tuple[Fact, ...]) -> None:
        self._facts = facts

    def all(self, field: str, kind: str | None = None) -> tuple[str, ...]:
        facts = [f for f in self._facts if (f.field, f.kind) == (field, kind)]
        for source in (CATALOGUE, "deposit sheet", "document"):
            found = tuple(f.value for f in facts if f.source == source)
            if found:
                return found
        return ()

    def one(self, field: str, kind: str | None = None) -> str | None:
        return next(iter(self.all(field, kind)), None)
