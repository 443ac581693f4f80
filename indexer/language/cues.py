"""The wordings by which statements of learning are known, compiled from ``cues.toml``."""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from indexer.language.addressees import AddresseeRules
from indexer.language.assertion import AssertionRules, Practice, Rules
from indexer.language.rules import read_rules
from indexer.language.wording import AnyOf


class KindCues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Wordings that show one kind of learning; what each list is for is said in ``cues.toml``."""

    numbers: tuple[str, ...] = ()
    section_numbers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    request: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    lead_in: tuple[str, ...] = ()
    findings_headings: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = {}


class CueFile(msgspec.Struct, frozen=True, rename="kebab"):
    """The rules of ``cues.toml``."""

    practice: Practice
    recommendation: KindCues
    learning_point: KindCues
    finding: KindCues
    question_for_board: KindCues
    action: KindCues
    action_already_taken: KindCues
    addressees: AddresseeRules


class Cue:
    """Finds the wordings of one kind."""

    def __init__(self, cues: KindCues, ignore_case: bool = True) -> None:
        self._numbers = re.compile(rf"(?:{_either(cues.numbers)})[.:)]?", re.I if ignore_case else 0)
        self._section_numbers = re.compile(rf"(?:{_either(cues.section_numbers)})[.:)]?")
        self._labels = [re.compile(label, re.I) for label in cues.labels]
        self._anywhere = AnyOf(cues.anywhere, whole=False)
        self.refused = AnyOf(cues.refused)
        self.request = AnyOf(cues.request)
        self.verb = re.compile(rf"(?:to )?(?:{_either(cues.verbs)})s?\b", re.I)
        self.lead_in = AnyOf(cues.lead_in)
        self.findings_heading = AnyOf(cues.findings_headings)
        self.missed = AnyOf(cues.missed)
        self.opening = re.compile(rf"(?:{_either(cues.openings)})\b", re.I)
        self.shown = AnyOf(cues.cues)

    def numbered(self, number: str | None) -> bool:
        """Whether a printed number is one that items of this kind bear."""
        return bool(number and self._numbers.fullmatch(number))

    def sectional(self, number: str | None) -> bool:
        """Whether a printed number is one that items of this kind bear in their own section."""
        return bool(number and self._section_numbers.fullmatch(number))

    def label(self, text: str) -> tuple[str, int] | None:
        """The number that a label at the head of a text gives, and where the text after it begins."""
        for label in self._labels:
            match = label.match(text)
            if match:
                rest = text[match.end() :]
                return match.group(1), match.end() + len(rest) - len(rest.lstrip())
        return None

    def says(self, sentence: str) -> bool:
        """Whether a sentence is of this kind wherever it stands."""
        return bool(self._anywhere.search(sentence)) and not self.refused.search(sentence)


def _either(patterns: tuple[str, ...]) -> str:
    return "|".join(patterns) or "(?!)"


def read_cues(corpus: Path) -> CueFile:
    """The wordings of a corpus. Raises ConfigError naming the file and the fault."""
    return read_rules(corpus, "cues", CueFile)


def read_assertion_rules(corpus: Path) -> Rules:
    """The rules of assertion of a corpus, with its wordings of praise and blame. Raises ConfigError."""
    return Rules(read_rules(corpus, "assertion", AssertionRules), read_cues(corpus).practice)
