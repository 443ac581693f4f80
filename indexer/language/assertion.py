"""Whether a concept named in a sentence is asserted, how practice is judged by it, and whom it concerns.

Rules with a direction and a reach (ConText: Harkema, Dowling, Thornblade & Chapman 2009) say what they know; a model trained on
marked passages (`assertion_model.py`) takes their word as one of its features and decides.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import msgspec

from indexer.language.assertion_model import AssertionModel, Occurrence
from indexer.language.wording import AnyOf, sentences
from indexer.taxonomy import Concept

# Characters on each side of a mention that are looked at; a sentence is seldom longer.
REACH = 600
# No wording reaches beyond these signs.
_CUT = re.compile(r"[;:]|\s[–—-]\s")
# Whose the words of a mention are: "Mother's own low mood" is of the mother, whatever else stands in the sentence.
_OWNERS = (
    r"\b(?:(?P<father>(?:step-?)?father|dad|mother['’]s partner)|(?P<mother>mother|mum)|(?P<carer>grand(?:mother|father|parent)s?|parents)"
    r"|(?P<sibling>brother|sister|sibling))['’]s?"
)
_OWNER_BEFORE = re.compile(rf"{_OWNERS}(?: own)?(?: (?!and\b|or\b)[\w-]+){{0,2}} ?$", re.I)
_OWNER_WITHIN = re.compile(rf"{_OWNERS} ", re.I)
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
    sure: bool = False


class AssertionRules(msgspec.Struct, frozen=True):
    """The rules of ``assertion.toml``."""

    terminators: tuple[str, ...]
    negations: tuple[str, ...]
    adverse: tuple[str, ...]
    praise: tuple[str, ...]
    no_praise: tuple[str, ...]
    part_praise: tuple[str, ...]
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

    @property
    def asks(self) -> bool:
        """Whether it stands in a question."""
        return self.sentence.rstrip("”’\"' ").endswith("?")


class Assertion(NamedTuple):
    """How a mention is meant; fields as in `records.Tag`."""

    status: str
    trigger: str | None
    polarity: str | None
    about: str


class Said(NamedTuple):
    """A status as the rules say, the words that decided it, if any did, and whether that settles it."""

    status: str
    trigger: str | None = None
    sure: bool = False


class Rules:
    """What the rules alone say of the status of mentions."""

    def __init__(self, rules: AssertionRules, practice: Practice) -> None:
        self._rules = rules
        self._practice = {"praise": AnyOf(practice.strength), "blame": AnyOf(practice.shortfall)}
        self._compiled = [(rule, AnyOf(rule.patterns)) for rule in rules.rule]
        self._terminator = AnyOf(rules.terminators)
        self._negation = AnyOf(rules.negations)
        self._adverse = AnyOf(rules.adverse)
        praise, taken_back = "|".join(rules.praise), "|".join(rules.no_praise)
        self._praise_before = re.compile(
            rf"(?<!\w)(?P<no>(?:{taken_back}) (?:\w+ )?)?(?:{praise})(?:,? (?:and )?\w+)? (?:multi-agency |inter-agency |joint )?$",
            re.I,
        )
        self._praise_after = re.compile(
            rf"(?: (?:between|of|by|with|at|in) [^.,;:]{{1,60}}?)? (?:was|were|is|are|had been|has been) (?P<no>(?:{taken_back}) )?(?:\w+ly )?(?:{praise})(?!\w)",
            re.I,
        )
        self._part_praise = AnyOf(rules.part_praise)
        self._questions_to = AnyOf(rules.questions_to)
        self._matches = lru_cache(maxsize=256)(self._find)  # a sentence often holds several mentions

    def status(self, mention: Mention) -> Said:
        """The status of a mention: some have it by their place alone."""
        general = mention.section in self._rules.general_sections
        if mention.boilerplate:
            return Said("boilerplate", sure=True)
        if general and mention.concept.facet == "risk_factor":
            return Said("generic", sure=True)
        if general or mention.heading:
            return Said("affirmed", sure=True)
        return Said("hypothetical", "?") if self._is_doubt(mention) else self._by_rules(mention)

    def praised(self, mention: Mention) -> str | None:
        """The polarity of a theme that is praised at its very words: strength, or mixed where praise is not whole."""
        if mention.concept.facet != "theme" or mention.asks:
            return None
        before = self._praise_before.search(mention.sentence[: mention.start][-80:])
        after = self._praise_after.search(mention.sentence, mention.start)
        found = before or (after if after and after.start() <= mention.end else None)
        if not found or found["no"]:
            return None
        return "mixed" if self._part_praise.search(mention.sentence) else "strength"

    def judged(self, mention: Mention) -> list[str]:
        """Whether the sentence of a mention of a theme has words of praise, and words of blame."""
        if mention.concept.facet != "theme":
            return []
        return [name for name, words in self._practice.items() if words.search(mention.sentence)]

    def _is_doubt(self, mention: Mention) -> bool:
        if not mention.asks or mention.section in self._rules.questions_stand:
            return False
        return not self._questions_to.search(mention.sentence)

    def _by_rules(self, mention: Mention) -> Said:
        for number, (rule, _) in enumerate(self._compiled):
            if rule.facet not in (None, mention.concept.facet):
                continue
            if rule.adverse and not self._adverse.search(mention.words):
                continue
            trigger = self._trigger(number, mention)
            if trigger:
                doubled = rule.doubled and self._negation.search(mention.words)
                return Said(rule.doubled if rule.doubled and doubled else rule.status, trigger, rule.sure)
        return Said("affirmed")

    def _trigger(self, number: int, mention: Mention) -> str | None:
        rule, _ = self._compiled[number]
        for match in self._matches(number, mention.sentence):
            if rule.where == "around" or self._reaches(rule, match, mention):
                return mention.sentence[match.start() : match.end()]
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
        return len(between.split()) <= rule.within and not (_CUT.search(between) or self._terminator.search(between))


class Assertions:
    """Judges mentions by the rules and a model."""

    def __init__(self, rules: Rules, model: AssertionModel) -> None:
        self._rules, self._model = rules, model

    def judge(self, mentions: Sequence[Mention]) -> list[Assertion]:
        """How each mention is meant."""
        if not mentions:
            return []
        said = [self._rules.status(mention) for mention in mentions]
        judged = self._model.judge(
            [occurrence(self._rules, mention, rule.status) for mention, rule in zip(mentions, said, strict=True)]
        )
        answers = zip(*(judged.most_likely(question) for question in QUESTIONS), strict=True)
        found = []
        for row, (mention, rule, answer) in enumerate(zip(mentions, said, answers, strict=True)):
            status, polarity, about = answer
            trigger = rule.trigger
            if rule.sure:
                status = rule.status
            elif status != rule.status:
                trigger = None if status == "affirmed" else judged.trigger(row, "status", status, "affirmed")
            polarity, about = self._rules.praised(mention) or polarity, owner(mention) or about
            found.append(_assertion(mention, status, trigger, polarity, about))
        return found


def owner(mention: Mention) -> str | None:
    """Whose the words of a mention are, by the name that stands before or in them with an apostrophe; None where none does."""
    found = _OWNER_BEFORE.search(mention.sentence[: mention.start][-60:]) or _OWNER_WITHIN.search(mention.words)
    return found.lastgroup if found else None


def _assertion(mention: Mention, status: str, trigger: str | None, polarity: str, about: str) -> Assertion:
    if mention.concept.facet != "theme":
        return Assertion(status, trigger, None, about)
    judges = status == "affirmed" and not mention.heading
    return Assertion(status, trigger, polarity if judges else "neutral", "agency")


def occurrence(rules: Rules, mention: Mention, status: str) -> Occurrence:
    """A mention as the model takes it; `status` is what the rules say."""
    concept = mention.concept
    place = (
        f"section {mention.section}",
        f"section {mention.section} {concept.facet}",
        f"facet {concept.facet}",
        f"concept {concept.id}",
        f"group {concept.group}",
        *(["heading"] if mention.heading else []),
        f"rule {status}",
        f"rule {status} {concept.facet}",
        *(f"rule {judged}" for judged in rules.judged(mention)),
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
    places: Sequence[tuple[int, int]] | None = None,
) -> Mention:
    """The mention of a concept at ``text[start:end]``, in its sentences; these are at `places`, where that is known already."""
    spans = sentences(text) if places is None else places
    begins = spans[sentence_at(spans, start)][0]
    ends = spans[sentence_at(spans, end - 1)][1]
    first, last = max(begins, start - REACH), max(min(ends, end + REACH), end)
    return Mention(concept, text[first:last], start - first, end - first, section, heading, boilerplate)


def sentence_at(places: Sequence[tuple[int, int]], character: int) -> int:
    """The number of the sentence in which a character stands."""
    return max(0, bisect_right(places, character, key=itemgetter(0)) - 1)
