"""The publication list: what the sources list, joined with what the library holds, case by case."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from indexer.records import Learning, ReviewRecord, document_key
from indexer.store import Library
from indexer.taxonomy import Case, CataloguedDocument, Source, Taxonomy


@dataclass(frozen=True, slots=True)
class Review:
    """One case: `held` are the documents in the library, `elsewhere` those that its source lists and that are not held here."""

    key: str
    title: str
    source: str
    listed: Case | None
    held: tuple[ReviewRecord, ...]
    elsewhere: tuple[CataloguedDocument, ...]
    fictional: bool

    @property
    def name(self) -> str:
        """The key without its source."""
        return self.key.partition("/")[2]

    @property
    def documents(self) -> tuple[ReviewRecord | CataloguedDocument, ...]:
        """All its documents, those held first."""
        return (*self.held, *self.elsewhere)

    @property
    def published(self) -> str | None:
        """When the first of its documents was published, as far as is known."""
        return min((document.published for document in self.documents if document.published), default=None)

    @property
    def publisher(self) -> str | None:
        """Who published it, as far as is known."""
        return next((document.publisher for document in self.documents if document.publisher), None)


@dataclass(frozen=True)
class Catalogue:
    """All reviews by key, newest first, with how many reviews show each concept; `updated` is when the index last changed."""

    sources: Mapping[str, Source]
    reviews: Mapping[str, Review]
    concepts: Mapping[str, Mapping[str, int]]
    failures: Mapping[str, str]
    updated: str | None

    @cached_property
    def held(self) -> tuple[Review, ...]:
        """The reviews of which at least one document is in the library."""
        return tuple(review for review in self.reviews.values() if review.held)

    @cached_property
    def records(self) -> Mapping[str, ReviewRecord]:
        """What is known about each document held, by its key."""
        return {record.key: record for review in self.held for record in review.held}

    @cached_property
    def case_titles(self) -> Mapping[str, str]:
        """The title of each case by its key."""
        return {key: review.title for key, review in self.reviews.items()}

    @cached_property
    def fictional(self) -> bool:
        """Whether any review held is fictional."""
        return any(review.fictional for review in self.held)

    @cached_property
    def without_text(self) -> tuple[ReviewRecord, ...]:
        """The documents of which no page could be read."""
        return tuple(r for r in self.records.values() if r.pages and len(r.pages_without_text) >= r.pages)

    def of_source(self, source: str) -> tuple[Review, ...]:
        """The reviews that one source lists or holds."""
        return tuple(review for review in self.reviews.values() if review.source == source)


def read(library: Library, sources: Mapping[str, Source], taxonomy: Taxonomy) -> Catalogue:
    """The publication list as it stands now."""
    records = library.reviews()
    return Catalogue(
        sources={**sources, **{name: _unlisted(name) for name in _source_names(records) if name not in sources}},
        reviews=_reviews(records, sources),
        concepts=_concepts(library, records, taxonomy),
        failures=library.failures(),
        updated=library.index_updated(),
    )


def _source_names(records: Iterable[ReviewRecord]) -> set[str]:
    return {record.key.partition("/")[0] for record in records}


def _unlisted(name: str) -> Source:
    """A folder of PDFs that no source file describes."""
    return Source(name, name, None, "local", None, None, False, ())


def _reviews(records: Iterable[ReviewRecord], sources: Mapping[str, Source]) -> Mapping[str, Review]:
    held: dict[str, list[ReviewRecord]] = defaultdict(list)
    for record in records:
        held[record.case].append(record)
    listed = {f"{source.id}/{case.id}": (source, case) for source in sources.values() for case in source.cases}
    reviews = [_listed_review(key, source, case, held.pop(key, [])) for key, (source, case) in listed.items()]
    reviews += [
        Review(key, of[0].case_title, key.partition("/")[0], None, _in_order(of), (), _any_fictional(of))
        for key, of in held.items()
    ]
    reviews.sort(key=lambda review: review.published or "", reverse=True)
    return {review.key: review for review in reviews}


def _listed_review(key: str, source: Source, case: Case, held: list[ReviewRecord]) -> Review:
    keys = {record.key for record in held}
    elsewhere = tuple(d for d in case.documents if not d.file or document_key(source.id, d.file) not in keys)
    return Review(
        key, case.title, source.id, case, _in_order(held), elsewhere, source.fictional or _any_fictional(held)
    )


def _any_fictional(records: Iterable[ReviewRecord]) -> bool:
    return any(record.fictional for record in records)


def _in_order(records: Iterable[ReviewRecord]) -> tuple[ReviewRecord, ...]:
    """The fullest document first: the one with the most pages."""
    return tuple(sorted(records, key=lambda record: (-record.pages, record.key)))


def _concepts(library: Library, records: Iterable[ReviewRecord], taxonomy: Taxonomy) -> Mapping[str, Mapping[str, int]]:
    """For each concept, the reviews that show it or a narrower one, each with how many passages are evidence for it."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        for concept, passages in evidence(library.learning(record.key), taxonomy).items():
            found[concept][record.case] += len(passages)
    return found


def evidence(learning: Learning, taxonomy: Taxonomy) -> Mapping[str, tuple[str, ...]]:
    """The passages that are evidence for each concept of a document, counting a narrower concept for the broader too."""
    passages: dict[str, dict[str, None]] = defaultdict(dict)
    for concept in learning.concepts:
        if concept.id not in taxonomy.concepts:  # tagged with an older vocabulary
            continue
        for name in taxonomy.with_broader((concept.id,)):
            passages[name].update(dict.fromkeys(concept.evidence))
    return {name: tuple(found) for name, found in passages.items()}
