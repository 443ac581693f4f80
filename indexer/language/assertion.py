"""Whether a concept named in a sentence is asserted, how practice is judged by it, and whom it concerns.

Rules with a direction and a reach (ConText: Harkema, Dowling, Thornblade & Chapman 2009) say what they know; a model trained on
marked passages (`assertion_model.py`) takes their word as one of its features and decides.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import msgspec

from indexer.language.assertion_model import AssertionModel, Occurrence
from indexer.language.wording import sentences
from indexer.taxonomy import Concept

# Characters on each side of a mention that are looked at; a sentence is seldom longer.
REACH = 600
# What is asked of a mention, in this order.
QUESTIONS = ("status", "polarity", "about")


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of ``assertion.toml``: wordings that on one side of a tag, within so many words, give it a status."""

    status: str
    where: str
    patterns: tuple[str, ...]
    within: int = 0
    facet: str | None = None
    adverse: bool = False
    doubled: str | None = None


class AssertionRules(msgspec.Struct, frozen=True):
    """The rules of ``assertion.toml``."""

    terminators: tuple[str, ...]
    negations: tuple[str, ...]
    adverse: tuple[str, ...]
    questions_stand: frozenset[str]
    questions_to: tuple[str, ...]
    general_sections: frozenset[str]
    rule: tuple[Rule, ...]


class Practice(msgspec.Struct, frozen=True):
    """Wordings that praise practice and that find it wanting."""

    strength: tuple[str, ...]
    shortfall: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that show a concept, at ``sentence[start:end]``, and the place they stand in."""

    concept: Concept
    sentence: str
    start: int
    end: int
    section: str = ""
    heading: bool = False
    boilerplate: bool = False

    @property
    def words(self) -> str:
        """The words themselves."""
        return self.sentence[self.start : self.end]


def any_of(patterns: Iterable[str], flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """A regular expression that finds any of the patterns as whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", flags)


class Assertion(NamedTuple):
    """How a mention is meant; fields as in `records.Tag`."""

    status: str
    trigger: str | None
    polarity: str | None
    about: str


class Rules:
    """What the rules alone say of the status of mentions."""

    def __init__(self, rules: AssertionRules) -> None:
        self._rules = rules
        self._compiled = [(rule, any_of(rule.patterns)) for rule in rules.rule]
        self._terminator = re.compile(rf"[;:]|\s[–—-]\s|{any_of(rules.terminators).pattern}", re.IGNORECASE)
        self._negation = any_of(rules.negations)
        self._adverse = any_of(rules.adverse)
        self._questions_to = any_of(rules.questions_to)
        self._matches = lru_cache(maxsize=256)(self._find)  # a sentence often holds several mentions

    def settled(self, mention: Mention) -> str | None:
        """The status that a mention has by its place alone."""
        if mention.boilerplate:
            return "boilerplate"
        general = mention.section in self._rules.general_sections
        if general and mention.concept.facet == "risk_factor":
            return "generic"
        return "affirmed" if mention.heading or general else None

    def status(self, mention: Mention) -> tuple[str, str | None]:
        """The status of a mention and the words that decided it, if any did."""
        settled = self.settled(mention)
        if settled:
            return settled, None
        return ("hypothetical", "?") if self._is_doubt(mention) else self._by_rules(mention)

    def _is_doubt(self, mention: Mention) -> bool:
        if not mention.sentence.rstrip("”’\"' ").endswith("?") or mention.section in self._rules.questions_stand:
            return False
        return not self._questions_to.search(mention.sentence)

    def _by_rules(self, mention: Mention) -> tuple[str, str | None]:
        for number, (rule, _) in enumerate(self._compiled):
            if rule.facet not in (None, mention.concept.facet):
                continue
            if rule.adverse and not self._adverse.search(mention.words):
                continue
            trigger = self._trigger(number, mention)
            if trigger:
                doubled = rule.doubled and self._negation.search(mention.words)
                return (rule.doubled if rule.doubled and doubled else rule.status), trigger
        return "affirmed", None

    def _trigger(self, number: int, mention: Mention) -> str | None:
        rule, _ = self._compiled[number]
        for match in self._matches(number, mention.sentence):
            if rule.where == "around" or self._reaches(rule, match, mention):
                return match.group()
        return None

    def _find(self, number: int, sentence: str) -> list[re.Match[str]]:
        return list(self._compiled[number][1].finditer(sentence))

    def _reaches(self, rule: Rule, match: re.Match[str], mention: Mention) -> bool:
        if rule.where == "before" and match.end() <= mention.start:
            between = mention.sentence[match.end() : mention.start]
        elif rule.where == "after" and match.start() >= mention.end:
            between = mention.sentence[mention.end : match.start()]
        else:
            return False
        return len(between.split()) <= rule.within and not self._terminator.search(between)


class Assertions:
    """Judges mentions by the rules and a model."""

    def __init__(self, rules: Rules, model: AssertionModel) -> None:
        self._rules, self._model = rules, model

    def judge(self, mentions: Sequence[Mention]) -> list[Assertion]:
        """How each mention is meant."""
        said = [self._rules.status(mention) for mention in mentions]
        judged = self._model.judge([occurrence(m, status) for m, (status, _) in zip(mentions, said, strict=True)])
        answers = zip(*(judged.most_likely(question) for question in QUESTIONS), strict=True)
        found = []
        for row, (mention, (rule, words), answer) in enumerate(zip(mentions, said, answers, strict=True)):
            status, polarity, about = answer
            if self._rules.settled(mention):
                status = rule
            elif status != rule:
                words = None if status == "affirmed" else judged.trigger(row, "status", status, "affirmed")
            found.append(_assertion(mention, status, words, polarity, about))
        return found


def _assertion(mention: Mention, status: str, trigger: str | None, polarity: str, about: str) -> Assertion:
    if mention.concept.facet != "theme":
        return Assertion(status, trigger, None, about)
    judges = status == "affirmed" and not mention.heading
    return Assertion(status, trigger, polarity if judges else "neutral", "agency")


def occurrence(mention: Mention, rule: str) -> Occurrence:
    """A mention as the model takes it, with the status that the rules give it."""
    concept = mention.concept
    place = (
        f"section {mention.section}",
        f"section {mention.section} {concept.facet}",
        f"facet {concept.facet}",
        f"concept {concept.id}",
        f"group {concept.group}",
        *(["heading"] if mention.heading else []),
        f"rule {rule}",
        f"rule {rule} {concept.facet}",
    )
    return Occurrence(mention.sentence, mention.start, mention.end, place)


def mention_of(
    text: str,
    start: int,
    end: int,
    concept: Concept,
    section: str = "",
    heading: bool = False,
    boilerplate: bool = False,
) -> Mention:
    """The mention of a concept at ``text[start:end]``, in its sentences."""
    spans = sentences(text)
    begins = max((first for first, _ in spans if first <= start), default=0)
    ends = min((last for _, last in spans if last >= end), default=len(text))
    first, last = max(begins, start - REACH), max(min(ends, end + REACH), end)
    return Mention(concept, text[first:last], start - first, end - first, section, heading, boilerplate)
