"""Which passages match a query, and how well: BM25F over the searched fields, nearness of the words, and synonyms.

Works on numpy arrays over all passages of an index, one array element a passage, so that what it costs depends little
on how many passages match. Knows no engine: an engine hands it the postings of a term.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

import numpy as np

from indexer.errors import QueryError
from indexer.fields import SEARCHED, Field
from indexer.records import Expansion
from indexer.retrieval import matches
from indexer.retrieval.analysis import STOP_WORDS, Analyser, Token, spelling_code
from indexer.retrieval.facets import FilterColumn
from indexer.retrieval.matches import Docs, Mask, Match, Numbers, Postings
from indexer.retrieval.query import All, Either, Filter, Part, Phrase, Prefix, Word
from indexer.retrieval.query import Sequence as Parts
from indexer.retrieval.thesaurus import Thesaurus

SATURATION = 1.5  # BM25 k1: how soon more of the same word adds little
NEARNESS = 0.4  # weight of two words of the query standing as close as in the query
FURTHEST = 10  # words between which nearness still counts
COVERAGE = 0.1  # share of the score that depends on how much of the query is matched
HYPHENATED = 0.5  # weight of each part of a hyphenated word, and of the parts joined
SYNONYM = 0.35  # weight of a synonym beside the word asked for
MOST_PREFIXED = 512  # words that one prefix stands for


class View(Protocol):
    """What an engine shows of its index: passages are numbered from 0 to `size`."""

    @property
    def size(self) -> int:
        """How many passages there are."""

    def postings(self, field: str, term: str) -> Postings:
        """Where a term stands; empty when nowhere."""

    def lengths(self, field: str) -> Numbers:
        """Words in a field of each passage."""

    def column(self, name: str) -> FilterColumn:
        """The values of a filter."""

    def vocabulary(self) -> Sequence[str]:
        """All words of the text as they are spelt."""


@dataclass(slots=True)
class Shown:
    """What to mark in the text of a hit: terms wherever they stand, and phrases word for word."""

    terms: set[str] = field(default_factory=set)
    phrases: list[list[str]] = field(default_factory=list)


class Ranker:
    """Answers one query over one view of an index, within `seconds`. Raises QueryError when the time is up."""

    def __init__(self, view: View, analyser: Analyser, thesaurus: Thesaurus | None, seconds: float) -> None:
        self._view = view
        self._analyser = analyser
        self._thesaurus = thesaurus
        self._until = time.monotonic() + seconds
        self._terms: dict[str, Match] = {}
        self.shown = Shown()
        self.expansions: list[Expansion] = []

    def match(self, part: Part | None) -> Match:
        """The passages that a query matches; none when it is empty."""
        self._check_time()
        match part:
            case Word():
                return self._sequence(Parts(optional=(part,)))
            case Parts():
                return self._sequence(part)
            case Phrase(text):
                return self._phrase(text)
            case Prefix(text):
                return self._prefix(text)
            case Filter(name, value):
                return matches.plain(self._view.column(name).mask((value,)))
            case All(parts):
                return matches.all_of([self.match(p) for p in parts])
            case Either(parts):
                return matches.any_of([self.match(p) for p in parts], self._view.size)
            case None:
                return matches.plain(np.zeros(self._view.size, np.bool_))

    def _check_time(self) -> None:
        if time.monotonic() > self._until:
            raise QueryError("this search takes too long: use fewer or rarer words")

    # --- words side by side ---------------------------------------------------------------------------------------

    def _sequence(self, parts: Parts) -> Match:
        words = [part.text for part in parts.optional if isinstance(part, Word)]
        groups = [self.match(part) for part in parts.optional if not isinstance(part, Word)]
        optional = [self._words(words)] if words else []
        if parts.required:
            result = matches.all_of([self.match(part) for part in parts.required])
            scores = sum((m.scores for m in optional + groups), result.scores)
            result = Match(result.mask, np.where(result.mask, scores, 0).astype(np.float32), result.weak)
        elif optional or groups:
            result = matches.any_of(optional + groups, self._view.size)
        else:
            result = matches.plain(np.ones(self._view.size, np.bool_))
        return self._without(result, parts.excluded)

    def _without(self, result: Match, excluded: Sequence[Part]) -> Match:
        shown, self.shown = self.shown, Shown()
        for part in excluded:
            gone = self.match(part)
            mask = result.mask & ~(gone.mask & ~gone.weak)
            result = Match(mask, np.where(mask, result.scores, 0).astype(np.float32), result.weak)
        self.shown = shown
        return result

    def _words(self, words: Sequence[str]) -> Match:
        """Any of the words: their BM25F scores, more where more of the query is matched and where words stand near."""
        tokens = self._analyser.tokens(" ".join(words))
        asked = [token for token in tokens if token.word not in STOP_WORDS] or tokens
        terms = self._weights(asked)
        self.shown.terms.update(terms)
        found = [matches.times(self.match_term(term), times) for term, times in terms.items()]
        result = matches.any_of(found, self._view.size)
        scores = result.scores * self._coverage(found) + self._nearness(asked, result.mask)
        result = Match(result.mask, scores.astype(np.float32), result.weak)
        return matches.any_of([result, *self._synonyms(tokens)], self._view.size)

    @staticmethod
    def _weights(tokens: Sequence[Token]) -> dict[str, float]:
        """How often each term is asked for; a hyphenated word, which is there in its parts and joined, counts half each."""
        hyphenated = [(token.start, token.end) for token in tokens if token.joined]
        weights: dict[str, float] = {}
        for token in tokens:
            inside = any(start <= token.start and token.end <= end for start, end in hyphenated)
            if not inside or token.joined or len(token.word) > 2:
                weights[token.term] = weights.get(token.term, 0.0) + (HYPHENATED if inside else 1.0)
        return weights

    def _coverage(self, found: Sequence[Match]) -> Numbers:
        rarities = [matches.rarity(int(m.mask.sum()), self._view.size) for m in found]
        matched = sum((m.mask * r for m, r in zip(found, rarities, strict=True)), np.zeros(self._view.size))
        return np.asarray(1 - COVERAGE + COVERAGE * matched / (sum(rarities) or 1), np.float32)

    def _nearness(self, tokens: Sequence[Token], mask: Mask) -> Numbers:
        scores = np.zeros(self._view.size, np.float32)
        plain = [token for token in tokens if not token.joined]
        for left, right in pairwise(plain):
            if left.term != right.term:
                first, second = (self._view.postings("text", token.term) for token in (left, right))
                rarity = matches.rarity(max(len(first.docs), len(second.docs)), self._view.size)
                scores += (
                    NEARNESS
                    * rarity
                    * matches.closeness(first, second, right.position - left.position, FURTHEST, self._view.size)
                )
        return np.where(mask, scores, 0).astype(np.float32)

    def _synonyms(self, tokens: Sequence[Token]) -> list[Match]:
        """Matches of what means the same as words of the query, with less weight."""
        if self._thesaurus is None:
            return []
        found = []
        for synonym in self._thesaurus.expand(tokens):
            for text in synonym.added:
                added = self._analyser.tokens(text)
                match = self._together(added)
                self.shown.phrases.append([token.term for token in added if not token.joined])
                found.append(matches.times(match, SYNONYM))
            if synonym.added:
                self.expansions.append(Expansion(synonym.text, synonym.added))
        return found

    # --- single terms, phrases, prefixes --------------------------------------------------------------------------

    def match_term(self, term: str) -> Match:
        """One term in any searched field."""
        if term not in self._terms:
            self._check_time()
            self._terms[term] = self._scored(
                [(f, p.docs, p.counts) for f in SEARCHED for p in [self._view.postings(f.name, term)]]
            )
        return self._terms[term]

    def _phrase(self, text: str) -> Match:
        """Exactly these words in this order."""
        tokens = [token for token in self._analyser.tokens(text) if not token.joined]
        self.shown.phrases.append([token.word for token in tokens])
        return self._scored([(f, *self._occurrences(f.name, tokens, exact=True)) for f in SEARCHED])

    def _together(self, tokens: Sequence[Token]) -> Match:
        """Terms that stand together in this order, in any inflection; a stop word between them may be another."""
        plain = [token for token in tokens if not token.joined]
        anchors = [token for token in plain if token.word not in STOP_WORDS] or plain
        return self._scored([(f, *self._occurrences(f.name, anchors, exact=False)) for f in SEARCHED])

    def _occurrences(self, name: str, tokens: Sequence[Token], *, exact: bool) -> tuple[Docs, Numbers]:
        """The passages with these words at their distances, and how often."""
        starts = [self._starts(name, token, exact) for token in tokens]
        starts.sort(key=len)
        keys = starts[0] if starts else np.zeros(0, np.int64)
        for others in starts[1:]:
            keys = keys[matches.member(keys, others)]
        docs, counts = np.unique(keys // matches.PLACES, return_counts=True)
        return docs, counts.astype(np.float32)

    def _starts(self, name: str, token: Token, exact: bool) -> Docs:
        """Where a phrase would begin, for every place of one of its words."""
        self._check_time()
        postings = self._view.postings(name, token.term)
        keys = postings.keys if not exact else postings.keys[postings.spellings == spelling_code(token.word)]
        return keys - token.position

    def _prefix(self, text: str) -> Match:
        """Words with this beginning, all of them worth the same."""
        start = self._analyser.words(text)[0]
        spelt = [word for word in self._view.vocabulary() if word.startswith(start)]
        terms = sorted({token.term for word in spelt for token in self._analyser.tokens(word)})[:MOST_PREFIXED]
        self.shown.terms.update(terms)
        mask = np.zeros(self._view.size, np.bool_)
        for term in terms:
            for searched in SEARCHED:
                if not searched.shared:
                    mask[self._view.postings(searched.name, term).docs] = True
        return Match(
            mask, (mask * matches.rarity(int(mask.sum()), self._view.size)).astype(np.float32), np.zeros_like(mask)
        )

    def _scored(self, found: Sequence[tuple[Field, Docs, Numbers]]) -> Match:
        """BM25F: occurrences in all fields are added up, weighted and set against the length of the field, then saturated."""
        size = self._view.size
        frequency = np.zeros(size, np.float32)
        own, shared = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
        for searched, docs, counts in found:
            if len(docs):
                lengths = self._view.lengths(searched.name)
                usual = float(lengths.mean()) or 1.0
                frequency[docs] += (
                    searched.weight * counts / (1 - searched.by_length + searched.by_length * lengths[docs] / usual)
                )
                (shared if searched.shared else own)[docs] = True
        rarity = matches.rarity(int(own.sum()) or int(shared.sum()), size)
        scores = rarity * frequency * (SATURATION + 1) / (frequency + SATURATION)
        return Match(own | shared, scores.astype(np.float32), shared & ~own)
