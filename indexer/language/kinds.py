"""What kind of learning a text states, by its own words."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.language.actions import Columns
from indexer.language.cues import Cue, CueFile
from indexer.language.wording import AnyOf, sentences
from indexer.records import STATED, Passage, Stated

_CITATION = re.compile(r"\(\D{3,60}\b(?:19|20)\d\d[a-z]?\b[^)]*\)")
_RECOMMENDATION = re.compile(r"^rec(?:ommendation)?\.?\s*(?:no\.?\s*)?", re.I)
_PAST = re.compile(r"\b(?:was|were|had|did)\b", re.I)
_ADVICE = re.compile(
    r"\b(?:should|must|needs? to|ought to|it is (?:important|essential|vital)|remember)\b(?! have\b)", re.I
)

# How surely the sentences of a finding must state one, as the mean of their logits: in analysis, and in a summary.
FINDING, IN_SUMMARY = -0.3, 0.0
# How surely the sentences of what has words of praise must praise, if they state a finding as well.
PRAISE = -2.0
_OF_FINDING, _OF_PRAISE = STATED.index("finding"), STATED.index("good-practice")


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
        self._labelled = {
            "finding": self.finding,
            "learning-point": self.learning,
            "recommendation": self.recommendation,
            "question-for-board": self.question,
        }
        self.columns = Columns(cues.action.columns)
        self.strength = AnyOf(cues.practice.strength)
        self.shortfall = AnyOf(cues.practice.shortfall)

    def label(self, number: str | None) -> tuple[str, str] | None:
        """The kind that a printed number is of, with the number."""
        kind = next((kind for kind, cue in self._labelled.items() if cue.numbered(number)), None)
        plain = _plain(kind, number) if kind else None
        return (kind, plain) if kind and plain else None

    def labelled(self, passage: Passage) -> Statement | None:
        """The statement of a passage whose number or first words say what it is."""
        text = passage.text
        numbered = self.label(passage.number)
        if numbered:
            return Statement(*numbered, 0, len(text))
        for kind, cue in self._labelled.items():
            label = cue.label(text)
            if label and label[1] < len(text):
                given = label[0] if any(letter.isdigit() for letter in label[0]) else None
                return Statement(kind, _plain(kind, given), label[1], len(text))
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

    def praises(self, text: str, stated: Sequence[Stated]) -> bool:
        """Whether a text praises practice and finds hardly any of it wanting; not where its sentences surely state a finding."""
        if _mean(stated, _OF_FINDING) > 0 and _mean(stated, _OF_PRAISE) < PRAISE:
            return False
        parts = [text[start:end] for start, end in sentences(text)]
        strong = [part for part in parts if self.strength.search(part)]
        short = [part for part in parts if self.shortfall.search(part) and not self.strength.search(part)]
        return bool(strong) and (not short or (len(short) < len(strong) and bool(self.strength.search(parts[0]))))

    def finds(self, stated: Sequence[Stated], least: float) -> bool:
        """Whether sentences, taken together, state a finding, as surely as `least`."""
        return _mean(stated, _OF_FINDING) > least

    def tells(self, text: str) -> bool:
        """Whether a text tells what was done, and does not say what is to be done."""
        return bool(_PAST.search(text)) and not _ADVICE.search(text)

    def cites(self, text: str) -> bool:
        """Whether a text gives what others have written, or speaks of the report itself."""
        start, end = sentences(text)[0]
        return bool(_CITATION.search(text) or self.finding.refused.search(text[start:end]))


def _mean(stated: Sequence[Stated], kind: int) -> float:
    """How surely sentences are, taken together, statements of a kind; of none, not at all."""
    return sum(sentence.logits[kind] for sentence in stated) / len(stated) if stated else -math.inf


def _plain(kind: str, number: str | None) -> str | None:
    """The number of a recommendation without the word, since that is how reports refer to it."""
    return _RECOMMENDATION.sub("", number).rstrip(".") if number and kind == "recommendation" else number
