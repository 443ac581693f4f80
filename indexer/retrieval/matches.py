"""Sets of passages with scores, as numpy arrays over all passages of an index, and the arithmetic on them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
Docs = NDArray[np.int64]
Mask = NDArray[np.bool_]

PLACES = 1 << 21  # places in a passage; a place in the index is passage * PLACES + place
_MARGIN = 1 << 12  # room before the first place, longer than any phrase


@dataclass(frozen=True)
class Postings:
    """Where a term stands in one field: passages (sorted), how often in each, all its places in this order, and how it is
    spelt at each of them.
    """

    docs: Docs
    counts: Numbers
    places: NDArray[np.uint32]
    spellings: NDArray[np.uint32]

    @cached_property
    def keys(self) -> Docs:
        """Each occurrence as one sorted number."""
        return np.repeat(self.docs, self.counts.astype(np.int64)) * PLACES + self.places + _MARGIN


@dataclass(frozen=True, slots=True)
class Match:
    """Passages that match, with their scores; `weak` ones match only in what they share with their whole document."""

    mask: Mask
    scores: Numbers
    weak: Mask

    @property
    def found(self) -> Mask:
        """The passages to show: the weak ones only when there are no others."""
        strong = self.mask & ~self.weak
        return strong if strong.any() else self.mask


def rarity(containing: int, size: int) -> float:
    """BM25's inverse document frequency, never negative."""
    return math.log(1 + (size - containing + 0.5) / (containing + 0.5))


def plain(mask: Mask) -> Match:
    """Passages that match without a score."""
    return Match(mask, np.zeros(len(mask), np.float32), np.zeros_like(mask))


def times(match: Match, weight: float) -> Match:
    """The same passages with their scores multiplied."""
    return match if weight == 1 else Match(match.mask, match.scores * np.float32(weight), match.weak)


def any_of(matches: Sequence[Match], size: int) -> Match:
    """Passages in any of the matches, their scores added up."""
    mask, own, scores = np.zeros(size, np.bool_), np.zeros(size, np.bool_), np.zeros(size, np.float32)
    for match in matches:
        mask |= match.mask
        own |= match.mask & ~match.weak
        scores += match.scores
    return Match(mask, scores, mask & ~own)


def all_of(matches: Sequence[Match]) -> Match:
    """Passages in all of the matches, their scores added up."""
    mask = np.logical_and.reduce([match.mask for match in matches])
    weak = np.logical_and.reduce([match.weak for match in matches])
    return Match(mask, np.where(mask, sum(match.scores for match in matches), 0).astype(np.float32), mask & weak)


def member(keys: Docs, others: Docs) -> Mask:
    """Which of the keys stand among the others; both sorted."""
    at = np.searchsorted(others, keys)
    return (
        (at < len(others)) & (others[np.minimum(at, len(others) - 1)] == keys)
        if len(others)
        else np.zeros(len(keys), np.bool_)
    )


def closeness(first: Postings, second: Postings, asked: int, furthest: int, size: int) -> Numbers:
    """For each passage from 0 to 1 how near two terms come; 1 when as near as in the query, 0 beyond `furthest` words."""
    best = np.zeros(size, np.float32)
    left, right = first.keys, second.keys
    if not len(left) or not len(right):
        return best
    at = np.searchsorted(right, left)
    for neighbour in (np.minimum(at, len(right) - 1), np.maximum(at - 1, 0)):
        distance = np.abs(right[neighbour] - left)
        near = distance <= furthest
        np.maximum.at(
            best, left[near] // PLACES, np.minimum(1, asked / np.maximum(distance[near], 1)).astype(np.float32)
        )
    return best
