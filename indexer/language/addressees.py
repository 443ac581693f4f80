"""Which agencies an item of learning is addressed to."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from indexer.language.wording import AnyOf, sentences
from indexer.taxonomy import Taxonomy

_ACRONYM = re.compile(r"[A-Z0-9&-]+s?")
_WORD = re.compile(r"[a-z0-9&]+")
_PARENTHESIS = re.compile(r"\s*\([^)]*\)")
_PREFIX = re.compile(r"([A-Z]{2,6})[ ./-]?R?\d")


class AddresseeRules(msgspec.Struct, frozen=True):
    """Names of agencies besides those of the vocabulary, and wordings that tell who is asked from who is only named.

    After one of `receives` an agency only receives something; after one of `asks` a request begins, with `asides` in it.
    """

    names: Mapping[str, tuple[str, ...]]
    receives: tuple[str, ...]
    asks: tuple[str, ...]
    asides: tuple[str, ...]
    prefixes: Mapping[str, tuple[str, ...]]


class Addressees:
    """Finds the agencies that a text addresses."""

    def __init__(self, taxonomy: Taxonomy, rules: AddresseeRules) -> None:
        names = [("", pattern, agency) for agency, patterns in rules.names.items() for pattern in patterns]
        names += [
            (_first_word(alias), _pattern(alias), term.id)
            for term in taxonomy.agencies.values()
            for alias in term.aliases
        ]
        self._names = [(first, re.compile(rf"(?<!\w){pattern}(?!\w)"), agency) for first, pattern, agency in names]
        self._receives = re.compile(
            rf"\b(?:{'|'.join(rules.receives)})\s+(?:(?:the|a|an|their|every|named|local)\s+)*$", re.I
        )
        self._asks, self._aside = AnyOf(rules.asks), AnyOf(rules.asides)
        self._prefixes = {prefix: agency for agency, prefixes in rules.prefixes.items() for prefix in prefixes}

    def named(self, text: str) -> tuple[str, ...]:
        """The agencies that a text names, in the order of their names; of names that overlap the longest counts."""
        return tuple(dict.fromkeys(agency for _, _, agency in self._mentions(text)))

    def addressed(self, text: str) -> tuple[str, ...]:
        """The agencies that a request is put to, without those that it only has informed or speaks of in an aside."""
        found = (agency for start, end in sentences(text) for agency in self._asked(text[start:end]))
        return tuple(dict.fromkeys(found))

    def _asked(self, sentence: str) -> Iterator[str]:
        request = self._asks.search(sentence)
        aside = self._aside.search(sentence, request.end()) if request else None
        for start, _, agency in self._mentions(sentence):
            if not self._receives.search(sentence[:start]) and not (aside and start > aside.start()):
                yield agency

    def of_number(self, number: str | None) -> tuple[str, ...]:
        """The agency whose initials stand in the number of an item ("CSC 2"), if any."""
        match = _PREFIX.match(number or "")
        if not match:
            return ()
        agency = self._prefixes.get(match.group(1))
        return (agency,) if agency else self.named(match.group(1))

    def _mentions(self, text: str) -> list[tuple[int, int, str]]:
        words = _first_words(text)
        found = sorted(
            (-(match.end() - match.start()), match.start(), match.end(), order, agency)
            for order, (first, pattern, agency) in enumerate(self._names)
            if first in words
            for match in pattern.finditer(text)
        )
        taken: list[tuple[int, int, str]] = []
        for _, start, end, _, agency in found:
            if not any(start < other_end and other_start < end for other_start, other_end, _ in taken):
                taken.append((start, end, agency))
        return sorted(taken)


def _first_words(text: str) -> set[str]:
    """What names that stand in a text may begin with; any may begin with nothing that is known."""
    words = set(_WORD.findall(text.lower()))
    return {"", *words, *(word.removesuffix("s") for word in words), *(word.removesuffix("es") for word in words)}


def _first_word(alias: str) -> str:
    match = _WORD.match(_PARENTHESIS.sub("", alias).lower())
    return match[0] if match else ""


def _pattern(alias: str) -> str:
    """An alias as a regular expression: acronyms and "the Board" keep their capitals, any may stand in the plural."""
    alias = _PARENTHESIS.sub("", alias)
    words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", alias)).replace("'", "['’]")
    if _ACRONYM.fullmatch(alias):
        return rf"{words}s?"
    if alias.startswith("the "):
        return rf"[Tt]he{words[3:]}"
    return rf"(?i:{words}(?:s|es)?)"
