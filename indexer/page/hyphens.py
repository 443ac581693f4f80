"""Joins lines of print to running text; whether a hyphen at a line's end stays is decided by the document's own words."""

import re
from collections import Counter
from collections.abc import Iterable

WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
BROKEN = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
HYPHENED = re.compile(r"\w-$|\d[–/]$")
LONGEST_WORD = 60
# Words that are seldom the first half of a broken word, and often the first part of a compound.
COMPOUND_STARTS = re.compile(
    "(?:self|well|non|multi|semi|anti|half|one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|"
    "sixty|seventy|eighty|ninety)"
)


class Joiner:
    """Joins lines, knowing the words of one document."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        breaks: list[tuple[str, str]] = []
        half = ""
        for line in lines:
            words = [word.lower() for word in WORD.findall(line)]
            if half and words:
                breaks.append((half, words[0]))
            ends = line.rstrip().endswith("-")
            self._words.update(
                words[int(bool(half)) : len(words) - int(ends)]
            )  # halves of broken words are no evidence
            half = words[-1] if ends and words else ""
        self._breaks_words = any(self._words[before + after] for before, after in breaks)

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
            elif HYPHENED.search(text[-2:]) and line[:1].isalnum():
                text += line
            else:
                text = f"{text} {line}".strip()
        return text

    def _keeps_hyphen(self, before: str, after: str) -> bool:
        before, after = before.lower(), after.lower()
        hyphened, joined = self._words[f"{before}-{after}"], self._words[before.rpartition("-")[2] + after]
        if hyphened != joined:
            return hyphened > joined
        if "-" in before or (COMPOUND_STARTS.fullmatch(before) and len(after) > 2):
            return True
        if not self._breaks_words and self._words[after]:
            return True  # a document that is set without breaking words only shows hyphens of its author's
        return min(len(before), len(after)) > 3 and self._words[before] > 0 and self._words[after] > 0
