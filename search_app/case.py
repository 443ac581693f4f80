"""What a review's page shows from its documents: learning by kind, evidence by concept, one passage among its neighbours."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from indexer.records import LearningItem, Passage, ReviewRecord
from indexer.store import Library
from indexer.taxonomy import Concept, Taxonomy, Term
from search_app import catalogue

EVIDENCE_SHOWN = 3
NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a document, a passage in it, and a page (the item's own, for an item)."""

    record: ReviewRecord
    passage: Passage
    page: int


@dataclass(frozen=True, slots=True)
class Point:
    """A learning item shown once, with all the places where it stands, the first place first."""

    item: LearningItem
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """All learning of one kind."""

    kind: Term
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A concept that a case shows: the first places, and how many there are in all."""

    concept: Concept
    score: float
    places: tuple[Place, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Context:
    """A passage of a document with those around it."""

    record: ReviewRecord
    before: tuple[Passage, ...]
    passage: Passage
    after: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents of a case, read: passages and learning by document key."""

    records: tuple[ReviewRecord, ...]
    passages: Mapping[str, tuple[Passage, ...]]
    items: Mapping[str, tuple[LearningItem, ...]]
    evidence: tuple[Evidence, ...]

    @property
    def scanned(self) -> frozenset[str]:
        """The keys of the documents of which OCR read at least a part."""
        return frozenset(key for key, of in self.passages.items() if any(p.confidence is not None for p in of))


def read(library: Library, records: tuple[ReviewRecord, ...], taxonomy: Taxonomy) -> Reading:
    """Reads the documents of a case from the library."""
    passages = {record.key: library.passages(record.key) for record in records}
    learning = {record.key: library.learning(record.key) for record in records}
    found: dict[str, list[Place]] = defaultdict(list)
    scores: dict[str, float] = {}
    for record in records:
        by_id = {passage.id: passage for passage in passages[record.key]}
        for name, ids in catalogue.evidence(learning[record.key], taxonomy).items():
            found[name] += [Place(record, by_id[i], by_id[i].page_from) for i in ids if i in by_id]
        for concept in learning[record.key].concepts:
            scores[concept.id] = max(concept.score, scores.get(concept.id, 0.0))
    evidence = [
        Evidence(taxonomy.concepts[name], scores.get(name, 0.0), tuple(places[:EVIDENCE_SHOWN]), len(places))
        for name, places in found.items()
    ]
    evidence.sort(key=lambda e: (-e.score, -e.count, e.concept.label))
    return Reading(records, passages, {key: of.items for key, of in learning.items()}, tuple(evidence))


def lessons(reading: Reading, kinds: Mapping[str, Term]) -> list[Lesson]:
    """The learning of a case in the order of the vocabulary's kinds; the same words in two places are one point."""
    groups: dict[str, dict[str, tuple[LearningItem, list[Place]]]] = defaultdict(dict)
    for record in reading.records:
        by_id = {passage.id: passage for passage in reading.passages[record.key]}
        firsts = {item.id: item for item in reading.items[record.key]}
        # While an ingest runs, passages may be newer than the learning that names them.
        for item in (item for item in reading.items[record.key] if item.passage in by_id):
            first = firsts.get(item.same_as or item.id, item)
            group = groups[first.kind]
            _, places = group.setdefault(_same_words(first), (first, []))
            places.append(Place(record, by_id[item.passage], item.page))
    return [Lesson(kind, _points(groups[name].values())) for name, kind in kinds.items() if name in groups]


def context(reading: Reading, document: str, passage: str) -> Context | None:
    """One passage with its neighbours; None when the case has no such passage."""
    record = next((record for record in reading.records if record.key == document), None)
    passages = reading.passages.get(document, ())
    place = next((i for i, p in enumerate(passages) if p.id == passage), None)
    if record is None or place is None:
        return None
    before, after = passages[max(0, place - NEIGHBOURS) : place], passages[place + 1 : place + 1 + NEIGHBOURS]
    return Context(record, before, passages[place], after)


def _same_words(item: LearningItem) -> str:
    return " ".join(item.text.casefold().split()).rstrip(".")


def _points(found: Iterable[tuple[LearningItem, list[Place]]]) -> tuple[Point, ...]:
    return tuple(Point(item, tuple(places)) for item, places in found)
