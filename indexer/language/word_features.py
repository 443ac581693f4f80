"""What a model of sentences takes for features: stems, pairs of stems, pairs of content stems with at most one between them.

Features of many sentences are worked out at once, as arrays of numbers; a feature is the number of a stem, or two of them.
"""

import re
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from indexer.language.arrays import Array

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")
# Words that are left out of pairs which pass over them.
_PASSED_OVER = """
    a an the of to in on at for and or by with from as is was were are be been being it its this that these those he she his
    her him they them their there which who whom had has have do did does would will
"""
PASSED_OVER = frozenset(_PASSED_OVER.split())
# Words of a sentence after these are not looked at.
MOST_WORDS = 100
FIGURE = "#"
# What the features of a sentence weigh together.
WEIGHT = 2.0
# Stems that no feature is made of are numbered by their letters, above those that are.
_BITS = 20
_LAST = (1 << _BITS) - 1
_PAIR, _NEAR = 1 << 2 * _BITS, 2 << 2 * _BITS
# A feature takes so many bits; its sentence is numbered in those above.
_FEATURE = 2 * _BITS + 2


class Words(NamedTuple):
    """The words of sentences, one sentence after the other.

    `starts` is where each sentence begins, and where the last ends; `sentence` the number of each word's sentence, `vector`
    the row of its vector, `light` whether it is passed over; `stem` and `word` are the stems and the words that these are of.
    """

    starts: Array
    sentence: Array
    vector: Array
    light: Array
    stem: Array
    word: Array


class Found(NamedTuple):
    """Features where they stand: the number of each, its sentence, and its first and last word (of one stem, the same)."""

    feature: Array
    sentence: Array
    first: Array
    last: Array


class Lexicon:
    """Knows words by the rows of their vectors and the numbers of their stems."""

    def __init__(self, words: Sequence[str], stems: Collection[str], stem: Callable[[str], str]) -> None:
        """`words` have vectors, in this order; of `stems` features are made."""
        self.stems = sorted({*stems, *PASSED_OVER})
        self._rows = {word: row for row, word in enumerate(words)}
        self._numbers = {stem: number for number, stem in enumerate(self.stems)}
        self._passed_over = np.array([self._numbers[stem] for stem in PASSED_OVER])
        self._stem = stem
        self._entry = lru_cache(maxsize=100_000)(self._look_up)

    def _look_up(self, word: str) -> tuple[int, bool, tuple[int, ...]]:
        stems = tuple(map(self._number, parts(word, self._stem)))
        return self._rows.get(word, len(self._rows)), word in PASSED_OVER, stems

    def _number(self, stem: str) -> int:
        known = self._numbers.get(stem)
        if known is not None:
            return known
        return len(self._numbers) + zlib.crc32(stem.encode()) % (_LAST - len(self._numbers))

    def words(self, sentences: Sequence[str]) -> Words:
        """The words of sentences, given in small letters."""
        entries = [[self._entry(word) for word in words_of(sentence)] for sentence in sentences]
        lengths = [len(own) for own in entries]
        flat = list(chain.from_iterable(entries))
        stems = [own for _, _, own in flat]
        return Words(
            np.cumsum([0, *lengths]),
            np.repeat(np.arange(len(entries)), lengths),
            np.array([row for row, _, _ in flat], np.int64),
            np.array([light for _, light, _ in flat], bool),
            np.fromiter(chain.from_iterable(stems), np.int64),
            np.repeat(np.arange(len(flat)), [len(own) for own in stems]),
        )

    def features(self, words: Words) -> Found:
        """The features of sentences, each as often as it stands there."""
        every = np.arange(len(words.stem))
        content = np.flatnonzero(~np.isin(words.stem, self._passed_over))
        parts = [
            (every, every, 0),
            (every[:-1], every[1:], _PAIR),
            (content[:-1], content[1:], _NEAR),
            (content[:-2], content[2:], _NEAR),
        ]
        found = [self._joined(words, *part) for part in parts]
        return Found(*(np.concatenate(column) for column in zip(*found, strict=True)))

    @staticmethod
    def _joined(words: Words, first: Array, last: Array, kind: int) -> Found:
        """The features of stems, or pairs of stems of one sentence."""
        sentence = words.sentence[words.word]
        same = sentence[first] == sentence[last]
        first, last = first[same], last[same]
        number = words.stem[last] + (kind and kind + (words.stem[first] << _BITS))
        return Found(number, sentence[first], words.word[first], words.word[last])

    def number(self, name: str) -> int:
        """The number of a feature by its name: "stem", "stem stem" or, with content stems, "stem_stem"."""
        for sign, kind in ((" ", _PAIR), ("_", _NEAR)):
            first, found, last = name.partition(sign)
            if found:
                return kind + (self._numbers[first] << _BITS) + self._numbers[last]
        return self._numbers[name]

    def name(self, number: int) -> str:
        """The name of a feature by its number."""
        kind, last = number >> 2 * _BITS, self.stems[number & _LAST]
        if not kind:
            return last
        return f"{self.stems[(number >> _BITS) & _LAST]}{' ' if kind == 1 else '_'}{last}"


def stems_of(names: Sequence[str]) -> set[str]:
    """The stems that the names of features are made of."""
    return set(chain.from_iterable(name.replace("_", " ").split(" ") for name in names))


def distinct(found: Found, sentences: int) -> tuple[Array, Array, Array]:
    """The features that sentences have, each once: the sentence of each, the feature, and what it weighs by its sentence.

    Long sentences weigh no more than short ones: the weights, one for each sentence, fall with the root of its features.
    """
    together = np.unique((found.sentence << _FEATURE) | found.feature)
    sentence, feature = together >> _FEATURE, together & ((1 << _FEATURE) - 1)
    counts = np.maximum(np.bincount(sentence, minlength=sentences), 1)
    return sentence, feature, (WEIGHT / np.sqrt(counts)).astype(np.float32)


def words_of(text: str) -> list[str]:
    """The words of a sentence in small letters."""
    return WORD.findall(text)[:MOST_WORDS]


def parts(word: str, stem: Callable[[str], str]) -> Iterator[str]:
    """The stems of a word; "not" is one of its own."""
    if word.isdigit():
        yield FIGURE
    elif word.endswith("n't"):
        yield from (stem(word[:-3]), "not")
    else:
        yield stem(word.removesuffix("'s"))
