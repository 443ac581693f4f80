"""The wordings of ``identity.toml`` and ``subject_naming.toml``, made ready to look for."""

import heapq
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from indexer.errors import ConfigError
from indexer.language.rules import read_rules
from indexer.language.wording import in_small

Words = tuple[str, ...]


class Cover(msgspec.Struct, frozen=True):
    """Print of a cover that is no part of the title, and small print that is."""

    markings: Words
    telling: Words


class Publisher(msgspec.Struct, frozen=True):
    """How boards and bodies are named."""

    boards: Words
    boards_of: Words
    bodies: Words
    national: Words
    signs: Mapping[str, Words]
    not_name: Words
    introduced: Words


class Author(msgspec.Struct, frozen=True):
    """How authors are introduced, and what is no person."""

    labels: Words
    roles: Words
    said: Words
    appointed: Words
    not_person: Words
    others_work: Words


class Subject(msgspec.Struct, frozen=True):
    """What stands before a pseudonym, and what is none; codes of cases."""

    introductions: Words
    not_pseudonym: Words
    codes: Words


class Dates(msgspec.Struct, frozen=True):
    """Wordings that say what a date is of."""

    published: Words
    completed: Words
    other: Words
    period: Words
    incident: Words
    not_incident: Words


class Ages(msgspec.Struct, frozen=True):
    """Who may be the subject and who is not, what is no age, and words that stand for an age."""

    child: Words
    siblings: Words
    other: Words
    not_age: Words
    words: Mapping[str, Words]


class Harm(msgspec.Struct, frozen=True):
    """What is said in general or denied, what goes without saying, and wordings for each kind of harm."""

    generic: Words
    negated: Words
    implied: Mapping[str, Words]
    topics: Mapping[str, Words]
    cues: Mapping[str, Words]


class Rules(msgspec.Struct, frozen=True):
    """All wordings that tell what a document is."""

    cover: Cover
    publisher: Publisher
    author: Author
    subject: Subject
    dates: Dates
    nations: Mapping[str, Words]
    ages: Ages
    methods: Mapping[str, Words]
    harm: Harm
    implied_kinds: Mapping[str, Words]
    prefixes: Words = ()


class _Naming(msgspec.Struct, frozen=True):
    prefixes: Words


def load(corpus: Path) -> Rules:
    """The rules of a corpus. Raises ConfigError naming the file and the fault."""
    rules = read_rules(corpus, "identity", Rules)
    for wording in _wordings(msgspec.to_builtins(rules)):
        try:
            re.compile(spaced(wording))
        except re.error as error:
            raise ConfigError(f"{corpus / 'taxonomies' / 'identity.toml'}: '{wording}': {error}") from error
    return msgspec.structs.replace(rules, prefixes=read_rules(corpus, "subject_naming", _Naming).prefixes)


def _wordings(held: object) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict | list | tuple):
        for part in held.values() if isinstance(held, dict) else held:
            yield from _wordings(part)


@cache
def any_of(wordings: Words, flags: re.RegexFlag = re.I) -> re.Pattern[str]:
    """A pattern for any of the wordings, as whole words where they begin and end with a letter."""
    return re.compile("|".join(f"(?:{spaced(w)})" for w in wordings) or r"(?!)", flags)


@cache
def whole(wordings: Words) -> re.Pattern[str]:
    """A pattern for any of the wordings as whole words."""
    return re.compile(rf"\b(?:{'|'.join(map(spaced, wordings))})(?!\w)" if wordings else r"(?!)", re.I)


def spaced(wording: str) -> str:
    """A wording in which a space matches any white space."""
    return re.sub(r" (?![?+*{])", r"\\s+", wording.replace(" ?", r"\s*"))


class Phrases:
    """Finds phrases as whole words, also in the plural; one in capitals as it stands, others in any case.

    Those in small letters are looked for in the text in small letters: many times faster than without regard to case.
    """

    def __init__(self, words: Words) -> None:
        longest_first = sorted(words, key=lambda p: -len(p))
        self._capitals = _alternatives([p for p in longest_first if p.isupper()])
        self._small = _alternatives([p.lower() for p in longest_first if not p.isupper()])

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All places in order; of those that overlap, the first."""
        found = (self._small.finditer(in_small(text)), self._capitals.finditer(text))
        end = 0
        for match in heapq.merge(*found, key=lambda m: (m.start(), -m.end())):
            start = match.start()
            if start >= end and not (start and text[start - 1].isalnum()):
                yield match
                end = match.end()

    def search(self, text: str) -> re.Match[str] | None:
        """The first place."""
        return next(self.finditer(text), None)

    def match(self, text: str) -> bool:
        """Whether the text begins with one of the phrases."""
        return bool(self._small.match(in_small(text)) or self._capitals.match(text))


def _alternatives(phrases: Sequence[str]) -> re.Pattern[str]:
    """A pattern that looks at no place but where one of the first letters stands: what comes before it is not asked."""
    bodies = (re.escape(p).replace(r"\ ", r"[\s-]").replace(r"\-", r"[\s-]").replace("'", "[’']") for p in phrases)
    return re.compile(rf"(?:{'|'.join(bodies)})s?(?!\w)" if phrases else r"(?!)")


@cache
def phrases(words: Words) -> Phrases:
    """What finds any of the phrases."""
    return Phrases(words)


def named(aliases: Mapping[str, str], text: str) -> Iterable[tuple[str, re.Match[str]]]:
    """The ids whose alias a text names, each at its first place; a wording inside a longer one does not count."""
    by_alias = _by_alias(tuple(aliases.items()))
    seen: set[str] = set()
    for match in phrases(tuple(aliases)).finditer(text):
        term = by_alias.get(normal(match[0])) or by_alias.get(normal(match[0]).removesuffix("s"))
        if term and term not in seen:
            seen.add(term)
            yield term, match


@cache
def _by_alias(aliases: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {normal(alias): term for alias, term in aliases}


def normal(text: str) -> str:
    """The text in small letters, hyphens as blanks and apostrophes straight: what wordings are compared in."""
    return re.sub(r"[\s-]+", " ", text.lower().replace("’", "'"))
