"""The wordings by which statements of learning are known, compiled from ``cues.toml``."""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from indexer.language.addressees import AddresseeRules
from indexer.language.assertion import Practice, any_of
from indexer.language.rules import read_rules


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
        self._anywhere = re.compile(_either(cues.anywhere), re.I)
        self.refused = any_of(cues.refused or ("(?!)",))
        self.request = any_of(cues.request or ("(?!)",))
        self.verb = re.compile(rf"(?:to )?(?:{_either(cues.verbs)})s?\b", re.I)
        self.lead_in = any_of(cues.lead_in or ("(?!)",))
        self.findings_heading = any_of(cues.findings_headings or ("(?!)",))
        self.missed = any_of(cues.missed or ("(?!)",))
        self.opening = re.compile(rf"(?:{_either(cues.openings)})\b", re.I)
        self.shown = any_of(cues.cues or ("(?!)",))

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
