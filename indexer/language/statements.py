"""Which statements of learning the passages of a document make: by section, by number, by their place in a list or table."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from indexer.language.actions import cell, task_column
from indexer.language.kinds import FINDING, IN_SUMMARY, Kinds, Statement
from indexer.language.wording import sentences
from indexer.records import Passage, Stated, TaggedPassage

_LETTER = re.compile(r"\(?([a-z]|[ivx]{2,4})[).]?", re.I)
_PARAGRAPH_NUMBER = re.compile(r"\d+(?:\.\d+)+\.?|\d+\.")
_ROW_NUMBER = re.compile(r"[A-Z]{0,6} ?\d+[a-z]?\.?")
_QUOTES = ("“", "‘", '"', "'")
_FOUND = frozenset(["finding", "missed-opportunity"])
_ASIDE = frozenset(["recommendation", "missed-opportunity"])
# Sections that tell what happened: their tables are no action plans.
_FACTS = frozenset(["family", "chronology", "family_views", "exec_summary"])
_CLOSED = frozenset(
    ["cover", "toc", "terms_of_reference", "methodology", "process", "glossary", "references", "header_footer"]
)
_KIND_OF_ROW = {
    "findings": "finding",
    "recommendations": "recommendation",
    "learning": "learning-point",
    "good_practice": "good-practice",
}
# The columns that a statement can stand in, in a table that is no action plan.
_CELLS = ("learning", "recommendation", "what", "action")
_WORD = re.compile(r"[^\W\d_]{2,}")
# How few words can state something: less is the legend of a figure or the remains of a table.
_FEWEST = 3
# How many words a heading has that is a whole sentence.
_SENTENCE = 8


def statements(kinds: Kinds, passages: Sequence[TaggedPassage]) -> Iterator[tuple[Passage, Statement]]:
    """The statements of one document, each with its passage, in reading order."""
    reader = _Reader(kinds)
    for tagged, following in zip_longest(passages, [tagged.passage for tagged in passages[1:]]):
        for statement in reader.read(tagged, following):
            yield tagged.passage, statement


class _Reader:
    """Reads the passages of one document in order."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._sentences: tuple[Stated, ...] = ()
        self._lead: Statement | None = None
        self._lead_text = ""
        self._headed: tuple[str, str] | None = None
        self._by_section = {
            "recommendations": self._recommendations,
            "questions_for_board": self._questions,
            "learning": self._learning_points,
            "good_practice": self._good_practice,
            "findings": self._findings,
            "analysis": self._findings,
            "agency_analysis": self._findings,
            "conclusion": self._findings,
            "changes_made": self._changes,
            "exec_summary": self._summary,
        }

    def read(self, tagged: TaggedPassage, following: Passage | None) -> list[Statement]:
        """The statements of the next passage."""
        passage, self._sentences = tagged.passage, tagged.sentences
        if passage.kind == "heading":
            self._lead = None
            return self._heading(passage)
        if passage.kind == "footnote" or not passage.text.strip():
            return []
        if passage.kind == "table-row":
            return self._row(passage)
        statements = self._paragraph(passage, following)
        self._headed = None
        self._remember_lead(passage, statements)
        return statements

    def _heading(self, passage: Passage) -> list[Statement]:
        """A heading states learning where it is a whole sentence; a bare label belongs to the passage below it."""
        self._headed = None
        if passage.section in _CLOSED:
            return []
        labelled = self._kinds.labelled(passage)
        if labelled and len(passage.text[labelled.start :].split()) >= _SENTENCE:
            return [labelled]
        self._headed = self._kinds.label(passage.text.strip())
        return []

    def _row(self, passage: Passage) -> list[Statement]:
        columns = self._kinds.columns.meanings([cell.header for cell in passage.cells])
        if passage.section in _FACTS or not columns or passage.is_figures:
            return []
        task = task_column(columns, passage.section == "action_plan")
        if task:
            found = [
                self._cell(passage, columns, "learning", "learning-point"),
                self._cell(passage, columns, task, "action"),
            ]
            return [statement for statement in found if statement]
        kind = _KIND_OF_ROW.get(passage.section)
        found = [self._cell(passage, columns, column, kind) for column in _CELLS if kind]
        cells = [statement for statement in found if statement]
        return [max(cells, key=lambda statement: statement.end - statement.start)] if cells else []

    def _cell(self, passage: Passage, columns: tuple[str | None, ...], column: str, kind: str) -> Statement | None:
        place = cell(passage, columns, column)
        if place is None:
            return None
        first = passage.text[passage.cells[0].start : passage.cells[0].end]
        number = passage.number or (first.rstrip(".") if _ROW_NUMBER.fullmatch(first) else None)
        return Statement(kind, number, *place, columns=columns)

    def _paragraph(self, passage: Passage, following: Passage | None) -> list[Statement]:
        if passage.section in _CLOSED:
            return []
        labelled = self._kinds.labelled(passage)
        if labelled:
            return [labelled]
        if self._headed:
            return [Statement(*self._headed, 0, len(passage.text))]
        if self._lead and (passage.kind == "list-item" or _is_part(passage)):
            return [self._part(passage, self._lead)]
        if len(_WORD.findall(passage.text)) < _FEWEST:
            return []
        handler = self._by_section.get(passage.section)
        if handler and not (self._kinds.opens_list(passage, following) and handler != self._recommendations):
            return handler(passage, following)
        return [] if handler or passage.section in _FACTS else self._anywhere(passage)

    def _remember_lead(self, passage: Passage, statements: Sequence[Statement]) -> None:
        if self._lead and statements and statements[0].lead:
            return
        opens = passage.text.rstrip().endswith((":", ": -", "–"))
        self._lead = statements[0] if statements and opens and statements[0].kind == "recommendation" else None
        self._lead_text = passage.text if self._lead else ""

    def _part(self, passage: Passage, lead: Statement) -> Statement:
        letter = _LETTER.fullmatch(passage.number or "")
        printed = passage.number or ""
        part = printed if printed.startswith("(") else letter.group(1).lower() if letter else ""
        number = lead.number + part if lead.number else passage.number
        return Statement(lead.kind, number, 0, len(passage.text), lead=self._lead_text)

    def _recommendations(self, passage: Passage, following: Passage | None) -> list[Statement]:
        text, cue = passage.text, self._kinds.recommendation
        whole = Statement("recommendation", _item_number(passage), 0, len(text))
        if cue.sectional(passage.number):
            return [whole]
        if cue.verb.match(text) and (passage.number or passage.kind != "paragraph" or text.startswith("To ")):
            return [whole]
        span = self._kinds.requests(text)
        if not span:
            return []
        if self._kinds.opens_list(passage, following) and not text.rstrip().endswith(":"):
            return []
        return [whole if span[0] == 0 else Statement("recommendation", None, span[0], span[1])]

    def _questions(self, passage: Passage, _: Passage | None) -> list[Statement]:
        text = passage.text
        asks = "?" in text or (passage.kind != "paragraph" and self._kinds.question.opening.match(text))
        return [Statement("question-for-board", None, 0, len(text))] if asks else []

    def _learning_points(self, passage: Passage, _: Passage | None) -> list[Statement]:
        text, kinds = passage.text, self._kinds
        if kinds.cites(text):
            return []
        finds = bool(kinds.learning.findings_heading.search(passage.heading)) or kinds.tells(text)
        number = passage.number if not _PARAGRAPH_NUMBER.fullmatch(passage.number or "") else None
        return [Statement("finding" if finds else "learning-point", number, 0, len(text))]

    def _good_practice(self, passage: Passage, _: Passage | None) -> list[Statement]:
        return [Statement("good-practice", None, 0, len(passage.text))]

    def _findings(self, passage: Passage, _: Passage | None) -> list[Statement]:
        text, kinds = passage.text, self._kinds
        if kinds.cites(text):
            return []
        elsewhere = self._anywhere(passage)
        if elsewhere and elsewhere[0].start == 0 and elsewhere[0].kind not in _FOUND:
            return [Statement(elsewhere[0].kind, None, 0, len(text))]
        others = [statement for statement in elsewhere if statement.kind in _ASIDE]
        return [*self._judgement(passage), *others]

    def _summary(self, passage: Passage, _: Passage | None) -> list[Statement]:
        """A summary tells both what happened and what was found: a paragraph must be surer to be a finding."""
        found = self._anywhere(passage)
        return found if found or self._kinds.cites(passage.text) else self._verdict(passage, IN_SUMMARY)

    def _judgement(self, passage: Passage) -> list[Statement]:
        """What a paragraph of analysis comes to as a whole: in a box a lesson, else praise or a finding, if it judges."""
        text, kinds = passage.text, self._kinds
        if passage.kind == "box":
            return (
                []
                if kinds.tells(text) or text.startswith(_QUOTES)
                else [Statement("learning-point", None, 0, len(text))]
            )
        return self._verdict(passage, FINDING)

    def _verdict(self, passage: Passage, least: float) -> list[Statement]:
        """Praise or a finding, if a whole passage comes to one; `least` is how surely it must be a finding."""
        whole = len(passage.text)
        if self._kinds.praises(passage.text, self._sentences):
            return [Statement("good-practice", None, 0, whole)]
        return [Statement("finding", None, 0, whole)] if self._kinds.finds(self._sentences, least) else []

    def _changes(self, passage: Passage, _: Passage | None) -> list[Statement]:
        text, kinds = passage.text, self._kinds
        shown = passage.kind == "list-item" or kinds.taken.shown.search(text)
        if shown and not kinds.taken.refused.search(text):
            return [Statement("action-already-taken", None, 0, len(text))]
        return [Statement("finding", None, 0, len(text))] if kinds.finding.says(text) else []

    def _anywhere(self, passage: Passage) -> list[Statement]:
        """The sentences that say of themselves what they are."""
        found = []
        for start, end in sentences(passage.text):
            kind = self._kind_of(passage.text[start:end])
            if kind:
                found.append(Statement(kind, None, start, end))
        return found

    def _kind_of(self, sentence: str) -> str | None:
        kinds = self._kinds
        if sentence.endswith("?"):
            return "question-for-board" if kinds.question.says(sentence) else None
        if kinds.recommendation.says(sentence):
            return "recommendation"
        if kinds.learning.says(sentence):
            return "learning-point"
        if kinds.finding.missed.search(sentence):
            return "missed-opportunity"
        return "finding" if kinds.finding.says(sentence) else None


def _is_part(passage: Passage) -> bool:
    return bool(_LETTER.fullmatch(passage.number or ""))


def _item_number(passage: Passage) -> str | None:
    return passage.number.rstrip(".") or None if passage.number else None
