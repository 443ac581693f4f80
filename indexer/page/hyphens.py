"""Joins lines of print to running text; whether a hyphen at a line's end stays is decided by the document's own words."""

import re
from collections import Counter
from collections.abc import Iterable

WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
BROKEN = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
LONGEST_WORD = 60
# Words that are seldom the first half of a broken word, and often the first part of a compound.
COMPOUND_STARTS = frozenset(
    {"self", "well", "non", "multi", "semi", "anti", "half", "one", "two", "three", "four", "five"}
)


class Joiner:
    """Joins lines, knowing the words of one document."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        broken = False
        for line in lines:
            words = [word.lower() for word in WORD.findall(line)]
            ends = line.rstrip().endswith("-")
            self._words.update(words[int(broken) : len(words) - int(ends)])  # halves of broken words are no evidence
            broken = ends

    def join(self, lines: Iterable[str]) -> str:
        """One running text with single spaces."""
        text = ""
        for line in lines:
            line = " ".join(line.split())
            broken = BROKEN.search(text[-LONGEST_WORD:])
            first = WORD.match(line)
            if broken and first and first[0][0].islower():
                text = text if self._keeps_hyphen(broken[1], first[0]) else text[:-1]
                text += line
            else:
                text = f"{text} {line}".strip()
        return text

    def _keeps_hyphen(self, before: str, after: str) -> bool:
        before, after = before.lower(), after.lower()
        hyphened, joined = self._words[f"{before}-{after}"], self._words[before.rpartition("-")[2] + after]
        if hyphened != joined:
            return hyphened > joined
        if "-" in before or (before in COMPOUND_STARTS and len(after) > 3):
            return True
        return min(len(before), len(after)) > 3 and self._words[before] > 0 and self._words[after] > 0
