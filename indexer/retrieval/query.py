"""The query language: from what somebody typed to a small tree that any engine can answer.

Words may all be missing but one; a "quoted phrase" and a field:value must be there, -word must not; AND, OR, NOT and
brackets group; word* finds what begins with these letters. What is unbalanced or unknown is read as plain words.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from indexer.errors import QueryError

LONGEST_QUERY = 4096  # characters
MOST_WORDS = 64  # words after these are left out
DEEPEST = 16  # brackets inside brackets; deeper ones are left out
SHORTEST_PREFIX = 3  # letters before a star


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed; a hyphenated one stands for its parts."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a word."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand together in exactly this form and order."""

    text: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A value that a filter must have."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts side by side: all `required`, none `excluded`, any `optional` (at least one where nothing is required)."""

    optional: tuple["Part", ...] = ()
    required: tuple["Part", ...] = ()
    excluded: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class All:
    """Parts joined by AND."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Parts joined by OR."""

    parts: tuple["Part", ...]


Part = Word | Prefix | Phrase | Filter | Sequence | All | Either

_QUOTE = '"\u201c\u201d\u201e\u00ab\u00bb'
_TOKEN = re.compile(
    rf"""
    (?P<minus>(?<![^\s(])-)?                     # a minus at the start of a word excludes
    (?:
        (?:(?P<name>[a-z_]+):)?[{_QUOTE}](?P<quoted>[^{_QUOTE}]*)(?:[{_QUOTE}]|$)
      | (?P<field>[a-z_]+):(?P<value>[^\s()]+)
      | (?P<open>\() | (?P<close>\))
      | (?P<word>[^\s(){_QUOTE}]+)
    )
    """,
    re.VERBOSE,
)
_LETTER = re.compile(r"[^\W_]")


def parse(text: str, filters: Collection[str]) -> Part | None:
    """The tree of a query; None when it has no word in it. Raises QueryError when it is too long to answer."""
    if len(text) > LONGEST_QUERY:
        raise QueryError(f"the query is too long: {len(text):,} characters, at most {LONGEST_QUERY:,}")
    return _Parser(text, frozenset(filters)).group()


def words(part: Part | None) -> list[str]:
    """The words of a query that are looked for one by one, in order, as typed."""
    match part:
        case Word(text):
            return [text]
        case All(parts) | Either(parts):
            return [word for p in parts for word in words(p)]
        case Sequence(optional, required, _):
            return [word for p in optional + required for word in words(p)]
        case _:
            return []


class _Item(NamedTuple):
    """A part, whether it is excluded, and the operator that stood before it."""

    part: Part
    excluded: bool
    operator: str


class _Parser:
    """Reads tokens from left to right, once; never fails on syntax."""

    def __init__(self, text: str, filters: frozenset[str]) -> None:
        self._tokens = list(_TOKEN.finditer(text))
        self._filters = filters
        self._at = 0
        self._left = MOST_WORDS

    def group(self, depth: int = 0) -> Part | None:
        """Everything up to the closing bracket of this group, or to the end."""
        items: list[_Item] = []
        operator, negative = "", False
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token["close"]:
                if depth:
                    break
            elif token["word"] in ("AND", "OR"):
                operator = token["word"]
            elif token["word"] == "NOT":
                negative = True
            elif part := self._part(token, depth):
                items.append(_Item(part, negative or bool(token["minus"]), operator))
                operator, negative = "", False
        return _sequence(_joined(_joined(items, "AND", All), "OR", Either))

    def _part(self, token: "re.Match[str]", depth: int) -> Part | None:
        if token["open"]:
            return self.group(depth + 1) if depth < DEEPEST else None
        if self._left <= 0:
            return None
        part = self._quoted(token) if token["quoted"] is not None else self._plain(token)
        self._left -= len(part.text.split()) if isinstance(part, Phrase) else part is not None
        return part

    def _quoted(self, token: "re.Match[str]") -> Part | None:
        if token["name"] in self._filters:
            return Filter(token["name"], token["quoted"].strip())
        text = " ".join(token["quoted"].split()[:MOST_WORDS])
        return Phrase(text) if _LETTER.search(text) else None

    def _plain(self, token: "re.Match[str]") -> Part | None:
        if token["field"] in self._filters:
            return Filter(token["field"], token["value"])
        text = token["word"] or f"{token['field']} {token['value']}"
        letters = "".join(_LETTER.findall(text))
        if not letters:
            return None
        if text.endswith("*") and len(letters) >= SHORTEST_PREFIX and letters == text[:-1]:
            return Prefix(letters)
        return Word(text.replace("*", " "))


def _joined(items: list[_Item], operator: str, kind: type[All] | type[Either]) -> list[_Item]:
    """Items with those joined that have the operator between them and are not excluded."""
    runs: list[list[_Item]] = []
    for item in items:
        if runs and item.operator == operator and not item.excluded and not runs[-1][-1].excluded:
            runs[-1].append(item)
        else:
            runs.append([item])
    return [run[0] if len(run) == 1 else run[0]._replace(part=kind(tuple(item.part for item in run))) for run in runs]


def _sequence(items: list[_Item]) -> Part | None:
    if len(items) == 1 and not items[0].excluded:
        return items[0].part
    wanted = [item.part for item in items if not item.excluded]
    must = [part for part in wanted if isinstance(part, Phrase | Filter | All)]
    may = [part for part in wanted if not isinstance(part, Phrase | Filter | All)]
    return Sequence(tuple(may), tuple(must), tuple(item.part for item in items if item.excluded)) if items else None
