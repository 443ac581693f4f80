"""Learning: tagged passages in, what the document teaches out, verbatim and with its place."""

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.actions import read_action
from indexer.addressees import Addressees
from indexer.cues import read_cues
from indexer.kinds import Kinds, Statement
from indexer.records import Action, CaseConcept, Learning, LearningItem, Passage, Tag, TaggedPassage
from indexer.taxonomy import Taxonomy
from indexer.wording import shingles

VERSION = "1"

_SHOWN = frozenset(["affirmed", "historical", "alleged", "generic"])
_PRESENT = frozenset(["affirmed", "historical", "alleged"])
_TO_AGENCIES = frozenset(["recommendation", "question-for-board", "action"])
_FACTS = frozenset(["family", "chronology"])
_WHITE = re.compile(r"\s+")
_SAME = 0.5
_SAME_NUMBER = 0.2


class Learner:
    """Draws learning out of documents, by the vocabulary and the wordings of a corpus."""

    def __init__(self, taxonomy: Taxonomy, corpus: Path) -> None:
        cues = read_cues(corpus)
        self._sections = taxonomy.sections
        self._kinds = Kinds(cues)
        self._addressees = Addressees(taxonomy, cues.addressees)

    def learn(self, passages: Sequence[TaggedPassage]) -> Learning:
        """The learning of one document, whose passages are given in reading order."""
        tags = {tagged.passage.id: tagged.tags for tagged in passages}
        items: list[LearningItem] = []
        previous: LearningItem | None = None
        for passage, statement in self._kinds.statements([tagged.passage for tagged in passages]):
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
            number, action = read_action(quote, statement.columns)
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
