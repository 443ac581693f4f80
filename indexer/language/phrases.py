"""Finds phrases whose words stand in order, a little apart: "sharing of the information" for "sharing information"."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Found(NamedTuple):
    """A phrase found: its label, and its first and last place among the words searched, the last excluded."""

    label: str
    start: int
    end: int


class GappedPhrases:
    """Phrases of two or more words, each word a number; between them any of the `skipped` words and `gap` others."""

    def __init__(self, phrases: Sequence[tuple[str, tuple[int, ...]]], skipped: frozenset[int], gap: int) -> None:
        self._skipped = skipped
        self._gap = gap
        seen = Counter(word for _, words in phrases for word in set(words))
        self._by_rarest: dict[int, list[tuple[str, tuple[int, ...], frozenset[int]]]] = defaultdict(list)
        for label, words in sorted(set(phrases)):
            self._by_rarest[min(words, key=lambda word: (seen[word], word))].append((label, words, frozenset(words)))

    def find(self, words: Sequence[int], offset: int = 0) -> Iterator[Found]:
        """The phrases in one sentence, whose first word has the place `offset`."""
        present = set(words)
        for word in sorted(present & self._by_rarest.keys()):
            for label, phrase, members in self._by_rarest[word]:
                if members <= present:
                    for start in (place for place, first in enumerate(words) if first == phrase[0]):
                        end = self._end(words, start, phrase)
                        if end:
                            yield Found(label, offset + start, offset + end)

    def _end(self, words: Sequence[int], start: int, phrase: tuple[int, ...]) -> int | None:
        place, left = start + 1, self._gap
        for wanted in phrase[1:]:
            while place < len(words) and words[place] != wanted:
                if words[place] not in self._skipped:
                    left -= 1
                    if left < 0:
                        return None
                place += 1
            if place == len(words):
                return None
            place += 1
        return place
