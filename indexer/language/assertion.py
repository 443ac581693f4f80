"""Whether a concept named in a sentence is asserted, how practice is judged by it, and whom it concerns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from indexer.taxonomy import Concept


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
    about: Mapping[str, tuple[str, ...]]
    about_default: Mapping[str, str]
    about_fits: Mapping[str, tuple[str, ...]]


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


class Assertions:
    """Judges mentions by the rules."""

    def __init__(self, rules: AssertionRules, practice: Practice) -> None:
        self._rules = rules
        self._compiled = [(rule, any_of(rule.patterns)) for rule in rules.rule]
        self._terminator = re.compile(rf"[;:]|\s[–—-]\s|{any_of(rules.terminators).pattern}", re.IGNORECASE)
        self._negation = any_of(rules.negations)
        self._adverse = any_of(rules.adverse)
        self._questions_to = any_of(rules.questions_to)
        self._people = {who: any_of(patterns, re.NOFLAG) for who, patterns in rules.about.items()}
        self._strength = any_of(practice.strength)
        self._shortfall = any_of(practice.shortfall)

    def status(self, mention: Mention) -> tuple[str, str | None]:
        """The status of a mention and the words that decided it, if any did."""
        if mention.boilerplate:
            return "boilerplate", None
        general = mention.section in self._rules.general_sections
        if general or mention.heading:
            return ("generic" if general and mention.concept.facet == "risk_factor" else "affirmed"), None
        if self._is_doubt(mention):
            return "hypothetical", "?"
        return self._by_rules(mention)

    def _is_doubt(self, mention: Mention) -> bool:
        if not mention.sentence.rstrip("”’\"' ").endswith("?") or mention.section in self._rules.questions_stand:
            return False
        return not self._questions_to.search(mention.sentence)

    def _by_rules(self, mention: Mention) -> tuple[str, str | None]:
        for rule, regex in self._compiled:
            if rule.facet not in (None, mention.concept.facet):
                continue
            if rule.adverse and not self._adverse.search(mention.words):
                continue
            trigger = self._trigger(rule, regex, mention)
            if trigger:
                doubled = rule.doubled and self._negation.search(mention.words)
                return (rule.doubled if rule.doubled and doubled else rule.status), trigger
        return "affirmed", None

    def _trigger(self, rule: Rule, regex: re.Pattern[str], mention: Mention) -> str | None:
        for match in regex.finditer(mention.sentence):
            if rule.where == "around" or self._reaches(rule, match, mention):
                return match.group()
        return None

    def _reaches(self, rule: Rule, match: re.Match[str], mention: Mention) -> bool:
        if rule.where == "before" and match.end() <= mention.start:
            between = mention.sentence[match.end() : mention.start]
        elif rule.where == "after" and match.start() >= mention.end:
            between = mention.sentence[mention.end : match.start()]
        else:
            return False
        return len(between.split()) <= rule.within and not self._terminator.search(between)

    def polarity(self, mention: Mention, status: str) -> str | None:
        """How practice is judged where a theme is mentioned; None for a risk factor."""
        if mention.concept.facet != "theme":
            return None
        if status != "affirmed" or mention.heading or mention.section in self._rules.general_sections:
            return "neutral"
        clause = self._clause(mention)
        strong, short = self._strength.search(clause), self._shortfall.search(clause)
        if strong and short:
            return "mixed"
        if strong or (mention.section == "good_practice" and not short):
            return "strength"
        return "shortfall"

    def _clause(self, mention: Mention) -> str:
        cuts = [match.span() for match in self._terminator.finditer(mention.sentence)]
        left = max((end for _, end in cuts if end <= mention.start), default=0)
        right = min((start for start, _ in cuts if start >= mention.end), default=len(mention.sentence))
        return mention.sentence[left:right]

    def about(self, mention: Mention) -> str | None:
        """Whom a mention concerns: the agencies for a theme, else the nearest person that its group can concern."""
        concept = mention.concept
        if concept.facet == "theme":
            return "agency"
        default = self._rules.about_default.get(concept.id) or self._rules.about_default.get(concept.group or "")
        fits = self._rules.about_fits.get(concept.group or "", ())
        found = [
            (match.end() > mention.end, abs(mention.start - match.start()), who)
            for who in fits
            for match in self._people[who].finditer(mention.sentence)
        ]
        return min(found)[2] if found else default
