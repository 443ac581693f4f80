"""What kind of learning each passage of a document states, and with which of its words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from indexer.actions import Columns, is_plan
from indexer.assertion import any_of
from indexer.cues import Cue, CueFile
from indexer.records import Passage
from indexer.wording import sentences

_LETTER = re.compile(r"\(?([a-z]|[ivx]{2,4})[).]?", re.I)
_LIST_NUMBER = re.compile(r"\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[).]?|[•–*-]", re.I)
_PARAGRAPH_NUMBER = re.compile(r"\d+(?:\.\d+)+\.?|\d+\.")
_CITATION = re.compile(r"\(\D{3,60}\b(?:19|20)\d\d[a-z]?\b[^)]*\)")
_RECOMMENDATION = re.compile(r"^rec(?:ommendation)?\.?\s*(?:no\.?\s*)?", re.I)
_PAST = re.compile(r"\b(?:was|were|had|did)\b", re.I)
_ADVICE = re.compile(
    r"\b(?:should|must|needs? to|ought to|it is (?:important|essential|vital)|remember)\b(?! have\b)", re.I
)
_QUOTES = ("“", "‘", '"', "'")
_FOUND = frozenset(["finding", "missed-opportunity"])
_WEIGHED = frozenset(["analysis", "agency_analysis"])
_UNSAID = frozenset(["heading", "footnote"])
_SILENT = frozenset(["cover", "toc", "glossary", "references", "header_footer"])
_FACTS = frozenset(["family", "chronology", "family_views", "exec_summary", "methodology", "process"])
_CLOSED = _SILENT | frozenset(["terms_of_reference", "methodology", "process", "appendix_other"])


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of learning at ``text[start:end]`` of a passage.

    `lead` is the text of the lead-in that it completes, `columns` the meanings of the columns of a row of an action plan.
    """

    kind: str
    number: str | None
    start: int
    end: int
    lead: str = ""
    columns: tuple[str | None, ...] = ()


class Kinds:
    """Knows the kinds of learning by their cues."""

    def __init__(self, cues: CueFile) -> None:
        self.recommendation = Cue(cues.recommendation, ignore_case=False)
        self.learning = Cue(cues.learning_point)
        self.finding = Cue(cues.finding)
        self.question = Cue(cues.question_for_board)
        self.taken = Cue(cues.action_already_taken)
        self.columns = Columns(cues.action.columns)
        self.strength = any_of(cues.practice.strength)
        self.shortfall = any_of(cues.practice.shortfall)

    def statements(self, passages: Sequence[Passage]) -> Iterator[tuple[Passage, Statement]]:
        """The statements of one document, each with its passage, in reading order."""
        reader = _Reader(self)
        for passage, following in zip_longest(passages, passages[1:]):
            for statement in reader.read(passage, following):
                yield passage, statement

    def labelled(self, passage: Passage) -> Statement | None:
        """The statement of a passage whose number or first words say what it is."""
        kinds = {
            "finding": self.finding,
            "learning-point": self.learning,
            "recommendation": self.recommendation,
            "question-for-board": self.question,
        }
        text = passage.text
        for kind, cue in kinds.items():
            if cue.numbered(passage.number):
                return Statement(kind, _plain(kind, passage.number), 0, len(text))
        for kind, cue in kinds.items():
            label = cue.label(text)
            if label and label[1] < len(text):
                number = label[0] if any(letter.isdigit() for letter in label[0]) else None
                return Statement(kind, _plain(kind, number), label[1], len(text))
        return None

    def requests(self, text: str) -> tuple[int, int] | None:
        """From the first to the last sentence of a text that asks somebody to do something."""
        cue = self.recommendation
        asking = [
            (start, end)
            for start, end in sentences(text)
            if cue.request.search(text[start:end]) and not cue.refused.search(text[start:end])
        ]
        return (asking[0][0], asking[-1][1]) if asking else None

    def opens_list(self, passage: Passage, following: Passage | None) -> bool:
        """Whether a passage only announces what comes after it."""
        if passage.text.rstrip().endswith(":"):
            return True
        listed = following is not None and (
            following.kind in ("list-item", "box", "table-row") or bool(following.number)
        )
        last = passage.text[sentences(passage.text)[-1][0] :]
        return (
            listed
            and passage.kind == "paragraph"
            and len(last.split()) <= 25
            and bool(self.recommendation.lead_in.search(last))
        )

    def praises(self, text: str) -> bool:
        """Whether a text praises practice and finds hardly any of it wanting."""
        parts = [text[start:end] for start, end in sentences(text)]
        strong = [part for part in parts if self.strength.search(part)]
        short = [part for part in parts if self.shortfall.search(part) and not self.strength.search(part)]
        return bool(strong) and (not short or (len(short) < len(strong) and bool(self.strength.search(parts[0]))))

    def judges(self, text: str) -> bool:
        """Whether a text says anything about how practice was."""
        return bool(self.strength.search(text) or self.shortfall.search(text) or self.finding.says(text))

    def tells(self, text: str) -> bool:
        """Whether a text tells what was done, and does not say what is to be done."""
        return bool(_PAST.search(text)) and not _ADVICE.search(text)

    def cites(self, text: str) -> bool:
        """Whether a text gives what others have written, or speaks of the report itself."""
        start, end = sentences(text)[0]
        return bool(_CITATION.search(text) or self.finding.refused.search(text[start:end]))


class _Reader:
    """Reads the passages of one document in order."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._columns: tuple[str | None, ...] = ()
        self._lead: Statement | None = None
        self._lead_text = ""
        self._row_number: str | None = None
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
        }

    def read(self, passage: Passage, following: Passage | None) -> list[Statement]:
        """The statements of the next passage."""
        if passage.kind in _UNSAID or not passage.text.strip():
            self._lead = None
            self._columns = ()
            return []
        if passage.kind == "table-row":
            return self._row(passage)
        self._columns = ()
        statements = self._paragraph(passage, following)
        self._remember_lead(passage, statements)
        return statements

    def _row(self, passage: Passage) -> list[Statement]:
        header = self._kinds.columns.read(passage.text)
        if header:
            self._columns = header
            return []
        if is_plan(self._columns) and passage.section not in _FACTS:
            return [Statement("action", None, 0, len(passage.text), columns=self._columns)]
        kinds = {
            "findings": "finding",
            "recommendations": "recommendation",
            "learning": "learning-point",
            "good_practice": "good-practice",
        }
        kind = kinds.get(passage.section)
        if not kind or not self._columns:
            return []
        first = passage.text.split("|")[0].strip()
        number = passage.number or (first if re.fullmatch(r"[A-Z]{0,6} ?\d+[a-z]?\.?", first) else None)
        return [Statement(kind, number, 0, len(passage.text), columns=self._columns)]

    def _paragraph(self, passage: Passage, following: Passage | None) -> list[Statement]:
        if passage.section in _SILENT:
            return []
        labelled = self._kinds.labelled(passage)
        if labelled:
            return [labelled]
        if passage.section in _CLOSED:
            return []
        if self._lead and (passage.kind == "list-item" or _is_part(passage)):
            return [self._part(passage, self._lead)]
        handler = self._by_section.get(passage.section)
        if handler and not (self._kinds.opens_list(passage, following) and handler != self._recommendations):
            return handler(passage, following)
        return [] if handler or passage.section in _FACTS - {"exec_summary"} else self._anywhere(passage)

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
        others = [statement for statement in elsewhere if statement.kind in ("recommendation", "missed-opportunity")]
        return [*self._judgement(passage), *others]

    def _judgement(self, passage: Passage) -> list[Statement]:
        """What a paragraph of analysis comes to as a whole: in a box a lesson, else praise or a finding, if it judges."""
        text, kinds = passage.text, self._kinds
        if passage.kind == "box":
            return (
                []
                if kinds.tells(text) or text.startswith(_QUOTES)
                else [Statement("learning-point", None, 0, len(text))]
            )
        if kinds.praises(text):
            return [Statement("good-practice", None, 0, len(text))]
        judged = passage.section not in _WEIGHED or kinds.judges(text)
        return [Statement("finding", None, 0, len(text))] if judged else []

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


def _plain(kind: str, number: str | None) -> str | None:
    """The number of a recommendation without the word, since that is how reports refer to it."""
    return _RECOMMENDATION.sub("", number).rstrip(".") if number and kind == "recommendation" else number


def _is_part(passage: Passage) -> bool:
    return bool(_LETTER.fullmatch(passage.number or ""))


def _item_number(passage: Passage) -> str | None:
    return (
        passage.number.rstrip(".")
        if passage.number and not _PARAGRAPH_NUMBER.fullmatch(passage.number)
        else passage.number
    )
