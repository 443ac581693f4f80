"""Learning: tagged passages in, what the document teaches out, verbatim and with its place."""

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from indexer.language.actions import read_action
from indexer.language.addressees import Addressees
from indexer.language.cues import read_cues
from indexer.language.kinds import Kinds, Statement
from indexer.language.statements import statements
from indexer.language.wording import shingles
from indexer.records import PRESENT, Action, CaseConcept, Learning, LearningItem, Passage, Tag, TaggedPassage
from indexer.taxonomy import Taxonomy

VERSION = "2"

_SHOWN = PRESENT | {"generic"}
_TO_AGENCIES = frozenset(["recommendation", "question-for-board", "action"])
_FACTS = frozenset(["family", "chronology"])
# A fact of the child that concerns one of these is none of the child.
_NOT_CHILD = frozenset(["mother", "father", "carer", "sibling", "other"])
_WHITE = re.compile(r"\s+")
_SAME = 0.5
_SAME_NUMBER = 0.2


class Learner:
    """Draws learning out of documents, by the vocabulary and the wordings of a corpus."""

    def __init__(self, taxonomy: Taxonomy, corpus: Path) -> None:
        cues = read_cues(corpus)
        self._sections = taxonomy.sections
        self._groups = {concept.id: concept.group for concept in taxonomy.concepts.values()}
        self._kinds = Kinds(cues)
        self._addressees = Addressees(taxonomy, cues.addressees)

    def learn(self, passages: Sequence[TaggedPassage]) -> Learning:
        """The learning of one document, whose passages are given in reading order."""
        tags = {tagged.passage.id: tagged.tags for tagged in passages}
        items: list[LearningItem] = []
        previous: LearningItem | None = None
        for passage, statement in statements(self._kinds, passages):
            item = self._item(passage, statement, tags[passage.id], previous)
            items.append(item)
            previous = item
        return Learning(tuple(_joined(items)), tuple(self._concepts(passages)))

    def _item(
        self, passage: Passage, statement: Statement, tags: Iterable[Tag], previous: LearningItem | None
    ) -> LearningItem:
        start, end = _trimmed(passage.text, statement.start, statement.end)
        quote = passage.text[start:end]
        number, action = statement.number, None
        if statement.kind == "action":
            number, action = read_action(passage, statement.columns)
            if not number and previous and previous.kind == "action":
                number = previous.number
        concepts = (tag.concept for tag in tags if start <= tag.start and tag.end <= end and tag.status in _SHOWN)
        return LearningItem(
            id=_id(passage, statement.kind, start),
            same_as=None,
            kind=statement.kind,
            number=number,
            text=_WHITE.sub(" ", quote),
            quote=quote,
            addressees=self._addressed(passage, statement, number, quote, action),
            passage=passage.id,
            page=passage.page_from,
            start=start,
            end=end,
            concepts=tuple(dict.fromkeys(concepts)),
            action=action,
        )

    def _addressed(
        self, passage: Passage, statement: Statement, number: str | None, quote: str, action: Action | None
    ) -> tuple[str, ...]:
        if statement.kind not in _TO_AGENCIES:
            return ()
        if action and action.owner:
            return self._addressees.named(action.owner) or self._addressees.of_number(number)
        text = f"{statement.lead} {quote}" if statement.lead else quote
        found = self._addressees.addressed(text)
        if statement.kind == "recommendation":
            group = self._addressees.of_number(number) or self._addressees.named(passage.heading)
            if not found or self._kinds.recommendation.verb.match(quote):
                found = tuple(dict.fromkeys([*group, *found]))
        return found or ("lscb",)

    def _concepts(self, passages: Iterable[TaggedPassage]) -> list[CaseConcept]:
        weights: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        for tagged in passages:
            for tag in tagged.tags:
                weight = self._weight(tagged.passage, tag)
                if weight:
                    known = weights[tag.facet, tag.concept]
                    known[tagged.passage.id] = max(weight, known.get(tagged.passage.id, 0.0))
        found = [_case_concept(concept, facet, weighed) for (facet, concept), weighed in weights.items()]
        return sorted(found, key=lambda concept: (concept.facet, -concept.score, concept.id))

    def _weight(self, passage: Passage, tag: Tag) -> float:
        """How much a tag says about the case: by its section, its status and what it is about."""
        section = self._sections.get(passage.section)
        if section is None or tag.status not in PRESENT or passage.kind == "heading":
            return 0.0
        if tag.facet == "theme" and passage.section in _FACTS:
            return 0.0
        if tag.about in _NOT_CHILD and self._groups.get(tag.concept) == "child":
            return 0.0
        return section.weight


def _case_concept(concept: str, facet: str, weighed: dict[str, float]) -> CaseConcept:
    score = 1 - math.exp(-sum(weighed.values()))
    evidence = sorted(weighed, key=lambda passage: -weighed[passage])
    return CaseConcept(concept, facet, round(score, 3), tuple(evidence))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), start + len(part.rstrip())


def _id(passage: Passage, kind: str, start: int) -> str:
    return hashlib.sha256(f"{passage.id} {kind} {start}".encode()).hexdigest()[:16]


def _joined(items: Iterable[LearningItem]) -> list[LearningItem]:
    """The items, each that repeats an earlier one pointing to the first place where it stands."""
    firsts: list[tuple[LearningItem, frozenset[tuple[str, ...]]]] = []
    joined = []
    for item in items:
        own = shingles(item.text)
        first = next((earlier for earlier, other in firsts if _same(item, own, earlier, other)), None)
        joined.append(replace(item, same_as=first.id) if first else item)
        if first is None:
            firsts.append((item, own))
    return joined


def _same(
    item: LearningItem, own: frozenset[tuple[str, ...]], earlier: LearningItem, other: frozenset[tuple[str, ...]]
) -> bool:
    if item.kind != earlier.kind or not own or not other:
        return False
    likeness = 2 * len(own & other) / (len(own) + len(other))
    numbered = item.kind == "recommendation" and item.number is not None and item.number == earlier.number
    return likeness >= (_SAME_NUMBER if numbered else _SAME)
