"""What the catalogue of its source says of a document, and where the document's own words say otherwise."""

import re
from collections.abc import Iterator

from indexer.records import Disagreement, Document, Fact
from indexer.taxonomy import Case, CataloguedDocument, Source

CATALOGUE = "catalogue"
# What a document says less surely than this is no ground to doubt a catalogue.
SURE = 0.7
# Titles of fewer common words than this share are titles of different things.
ALIKE = 0.4
SMALL = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "with", "report"]
)


def listed(source: Source | None, document: Document) -> tuple[Case | None, CataloguedDocument | None]:
    """The case and the document that a source lists for a file."""
    if source is None or source.folder is None or not document.path.is_relative_to(source.folder):
        return None, None
    file = document.path.relative_to(source.folder).as_posix()
    return next(
        ((case, entry) for case in source.cases for entry in case.documents if entry.file == file), (None, None)
    )


def catalogue_facts(source: Source | None, case: Case | None, entry: CataloguedDocument | None) -> Iterator[Fact]:
    """All that the catalogue says of a document."""
    said = {
        "title": entry and entry.title,
        "publisher": (entry and entry.publisher) or (source and source.name),
        "subject": case and case.subject,
        "review_type": case and case.review_type,
        "nation": source and source.nation,
    }
    for field, value in said.items():
        if value:
            yield Fact(field, value, None, None, 1.0, CATALOGUE)
    for kind in entry.types if entry else ():
        yield Fact("document_type", kind, None, None, 1.0, CATALOGUE)
    if entry and entry.published:
        precision = {4: "year", 7: "month"}.get(len(entry.published), "day")
        yield Fact("date", entry.published, None, None, 1.0, CATALOGUE, "published", precision)


def disagreements(facts: tuple[Fact, ...]) -> Iterator[Disagreement]:
    """Each thing that the document surely says and the catalogue says otherwise."""
    for own in facts:
        theirs = [f for f in facts if f.source == CATALOGUE and (f.field, f.kind) == (own.field, own.kind)]
        if own.source == CATALOGUE or not theirs or own.confidence < SURE or own.words is None or own.page is None:
            continue
        if not any(_agree(own, other) for other in theirs):
            value = " | ".join(f.value for f in theirs)
            yield Disagreement(own.kind or own.field, value, own.value, own.words, own.page)


def _agree(own: Fact, other: Fact) -> bool:
    if own.field == "date":
        shorter = min(len(own.value), len(other.value))
        return own.value[:shorter] == other.value[:shorter]
    if own.field in ("title", "publisher", "subject"):
        one, two = _words(own.value), _words(other.value)
        common = len(one & two) / max(1, min(len(one), len(two)))
        return common >= (ALIKE if own.field == "title" else 1.0)
    return own.value == other.value


def _words(text: str) -> set[str]:
    words = set(re.findall(r"\w+", re.sub(r"[’']s?\b", "", text.lower()))) - SMALL
    return words - {"local"} or words
