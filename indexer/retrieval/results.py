"""Answers a request from what an engine shows of its index: filters, ranking, sorting, counting, pages and snippets."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from indexer.errors import QueryError
from indexer.fields import FILTERS, SEARCHED, SORTS
from indexer.records import FacetValue, Hit, SearchRequest, SearchResults
from indexer.retrieval import query, spelling
from indexer.retrieval.analysis import STOP_WORDS, Analyser
from indexer.retrieval.matches import Docs, Mask, Match, Numbers
from indexer.retrieval.ranking import Ranker, Shown, View
from indexer.retrieval.snippets import snippet
from indexer.retrieval.thesaurus import Thesaurus

SECONDS = 5.0  # that one search may take
MOST_HITS = 100  # on one page
MOST_CORRECTIONS = 8  # words of a query that are looked at for a suggestion

FILTER_NAMES = tuple(field.name for field in FILTERS)


class IndexView(View, Protocol):
    """What an engine shows of its index for whole answers."""

    def number(self, name: str) -> Numbers:
        """A number of each passage: ``prior``, ``published`` (grows with the date, 0 when not known) or ``position``."""

    def order(self) -> Docs:
        """The place of each passage's document when documents are sorted by review."""

    def hit(self, doc: int) -> Hit:
        """A passage as it is shown, without rank, score and snippet."""

    def spread(self, word: str) -> int:
        """In how many documents a word stands in this spelling."""


class Answerer:
    """Answers requests from one view of an index."""

    def __init__(self, view: IndexView, analyser: Analyser, thesaurus: Thesaurus | None = None) -> None:
        self._view = view
        self._analyser = analyser
        self._thesaurus = thesaurus

    def answer(self, request: SearchRequest) -> SearchResults:
        """The results of a request. Raises QueryError when it cannot be answered as it stands."""
        started = time.perf_counter()
        _check(request)
        ranker = Ranker(self._view, self._analyser, None if request.literal else self._thesaurus, SECONDS)
        part = query.parse(request.query, FILTER_NAMES)
        everything = part is None and not request.query.strip(" *")
        match = self._everything() if everything else ranker.match(part)
        masks = {name: self._view.column(name).mask(values) for name, values in request.filters.items() if values}
        found = np.logical_and.reduce([match.found, *masks.values()])
        docs = self._sorted(
            found, match.scores, "newest" if everything and request.sort == "relevance" else request.sort
        )
        page = docs[(request.page - 1) * request.limit : request.page * request.limit]
        return SearchResults(
            request=request,
            total=len(docs),
            took_ms=round((time.perf_counter() - started) * 1000, 1),
            hits=tuple(
                self._hit(int(doc), rank, match, ranker.shown)
                for rank, doc in enumerate(page, (request.page - 1) * request.limit + 1)
            ),
            facets=self._facets(match.found, masks, request.filters),
            suggestion=self._suggestion(request, part, masks),
            expansions=tuple(ranker.expansions),
        )

    def ranked(self, text: str, limit: int) -> list[tuple[Hit, float]]:
        """The best passages for any of the words of a text, without query language and without synonyms."""
        words = tuple(query.Word(word) for word in self._analyser.words(text))
        match = Ranker(self._view, self._analyser, None, SECONDS).match(
            query.Sequence(optional=words) if words else None
        )
        docs = self._sorted(match.mask, match.scores, "relevance")[:limit]
        scores = self._worth(match.scores)
        return [(self._view.hit(int(doc)), float(scores[doc])) for doc in docs]

    def _everything(self) -> Match:
        size = self._view.size
        return Match(np.ones(size, np.bool_), np.zeros(size, np.float32), np.zeros(size, np.bool_))

    def _worth(self, scores: Numbers) -> Numbers:
        return scores * self._view.number("prior")

    def _sorted(self, found: Mask, scores: Numbers, sort: str) -> Docs:
        docs = np.flatnonzero(found)
        published, order, position = (
            a[docs] for a in (self._view.number("published"), self._view.order(), self._view.number("position"))
        )
        keys = {
            "relevance": (position, order, -published, -self._worth(scores)[docs]),
            "newest": (position, order, -published),
            "oldest": (position, order, np.where(published, published, np.inf)),
            "review": (position, order),
        }
        return docs[np.lexsort(keys[sort])]

    def _facets(
        self, found: Mask, masks: Mapping[str, Mask], filters: Mapping[str, Sequence[str]]
    ) -> dict[str, tuple[FacetValue, ...]]:
        """Counts over all that matches; a filter's own selection is left out, so that they say what choosing would give."""
        facets = {}
        for name in FILTER_NAMES:
            others = [mask for other, mask in masks.items() if other != name]
            mask = np.logical_and.reduce([found, *others])
            facets[name] = self._view.column(name).counts(mask, filters.get(name, ()))
        return facets

    def _hit(self, doc: int, rank: int, match: Match, shown: Shown) -> Hit:
        hit = self._view.hit(doc)
        html = snippet(hit.text, self._analyser.tokens(hit.text), shown.terms, shown.phrases)
        return replace(
            hit,
            rank=rank,
            score=round(float(match.scores[doc] * self._view.number("prior")[doc]), 4),
            snippet_html=html,
        )

    # --- did you mean ---------------------------------------------------------------------------------------------

    def _suggestion(self, request: SearchRequest, part: query.Part | None, masks: Mapping[str, Mask]) -> str | None:
        """The query with its unknown words put right, when that finds something."""
        corrections = {}
        for word in query.words(part)[:MOST_CORRECTIONS]:
            if "-" not in word and all(self._unknown(token) for token in self._analyser.words(word)):
                better = self._correction(word)
                if better:
                    corrections[word] = better
        if not corrections:
            return None
        any_word = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, corrections))})(?!\w)")
        text = any_word.sub(lambda match: corrections[match[0]], request.query)
        match = Ranker(self._view, self._analyser, None, SECONDS).match(query.parse(text, FILTER_NAMES))
        return text if np.logical_and.reduce([match.found, *masks.values()]).any() else None

    def _unknown(self, word: str) -> bool:
        terms = [token.term for token in self._analyser.tokens(word)]
        return word not in STOP_WORDS and not any(
            len(self._view.postings(field.name, term).docs) for field in SEARCHED for term in terms
        )

    def _correction(self, word: str) -> str | None:
        """The nearest known word, the commonest of those equally near."""
        folded = "".join(self._analyser.words(word))
        near = spelling.candidates(folded, self._view.vocabulary())
        return min(near, key=lambda pair: (pair[1], -self._view.spread(pair[0])))[0] if near else None


def _check(request: SearchRequest) -> None:
    unknown = sorted(set(request.filters) - set(FILTER_NAMES))
    if unknown:
        raise QueryError(f"there is no filter '{unknown[0]}'; there are {', '.join(FILTER_NAMES)}")
    if request.sort not in SORTS:
        raise QueryError(f"there is no order '{request.sort}'; there are {', '.join(SORTS)}")
    if not 1 <= request.limit <= MOST_HITS:
        raise QueryError(f"a page has 1 to {MOST_HITS} passages, not {request.limit}")
    if request.page < 1:
        raise QueryError("pages count from 1")
