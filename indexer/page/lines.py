"""Words on a page -> fragments (words with no wide gap between them) -> lines of print."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from indexer.page.sheet import Word
from indexer.records import Box, Line, around

# Shares of the font size.
WORD_GAP = 0.15
HYPHEN_GAP = 0.5
FRAGMENT_GAP = 1.4
# Shares of the height of the lower of two words by which they overlap at least on one line; of a raised figure, the second.
OVERLAP, OF_FIGURE = 0.5, 0.25

CHARACTERS = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\u00a0": " ",
        "\u2010": "-",
        "\u2011": "-",
        "\u00ad": "-",
    }
)
SUPERSCRIPTS = re.compile(r"(?<=[^\W\d_]|[.,;:!?’”'\")])[⁰¹²³⁴-⁹]+$")


@dataclass(slots=True)
class Fragment:
    """Words on one row with no wide gap between them."""

    words: list[Word]
    x0: float
    x1: float
    base: float
    size: float

    @property
    def middle(self) -> tuple[float, float]:
        """A point inside the print."""
        return (self.x0 + self.x1) / 2, self.base + 0.3 * self.size

    @property
    def text(self) -> str:
        """The words with single spaces; a tab follows a raised figure that opens a note."""
        return "".join(w.text + gap for w, gap in self._spaced()).translate(CHARACTERS)

    def _spaced(self) -> Iterable[tuple[Word, str]]:
        """Each word and what follows it; a hyphen set apart at the end of a justified line is part of its word."""
        opens_note = len(self.words) > 1 and is_raised_figure(self.words[0], self.size, self.base)
        for i, (word, after) in enumerate(pairwise(self.words)):
            least = HYPHEN_GAP if after.text == "-" and after is self.words[-1] else WORD_GAP
            spaced = word.space or after.x0 - word.x1 > least * min(word.height, after.height)
            yield word, "\t" if opens_note and not i else " " if spaced else ""
        yield self.words[-1], ""

    @property
    def box(self) -> Box:
        return self.x0, min(w.y0 for w in self.words), self.x1, max(w.y1 for w in self.words)


def fragments_of(words: Sequence[Word]) -> tuple[list[Fragment], list[Word]]:
    """The fragments of a page from the top down, and the raised figures in them that only point at notes."""
    fragments: list[Fragment] = []
    marks: list[Word] = []
    for row in _rows(words):
        row.sort(key=lambda w: w.x0)
        size, base = _size_and_base(row)
        kept: list[Word] = []
        for i, word in enumerate(row):
            if i > 0 and is_raised_figure(word, size, base):
                marks.append(word)
            else:
                kept.append(_without_superscript(word, marks))
        start = 0
        for i in range(1, len(kept) + 1):
            if i == len(kept) or kept[i].x0 - kept[i - 1].x1 > FRAGMENT_GAP * max(kept[i].height, kept[i - 1].height):
                fragments.append(fragment_of(kept[start:i]))
                start = i
    return fragments, marks


def _without_superscript(word: Word, marks: list[Word]) -> Word:
    """A word without raised figures that are characters of their own, such as "home²"; they go to `marks`."""
    figure = SUPERSCRIPTS.search(word.text)
    if not figure:
        return word
    marks.append(replace(word, text=figure[0]))
    return replace(word, text=word.text[: figure.start()])


def fragment_of(words: list[Word]) -> Fragment:
    """One fragment of words in order."""
    size, base = _size_and_base(words)
    return Fragment(words, words[0].x0, max(w.x1 for w in words), base, size)


def lines_of(fragments: Sequence[Fragment]) -> list[Line]:
    """One line for each row of fragments; a tab stands where the row has a wide gap."""
    return [_line(row) for row in rows_of(fragments)]


def rows_of(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """Fragments that stand on one line of print, from the top down, each row from the left."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: (-f.base, f.x0)):
        if rows and rows[-1][0].base - fragment.base < 0.5 * min(fragment.size, rows[-1][0].size):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    for row in rows:
        row.sort(key=lambda f: f.x0)
    return rows


def is_raised_figure(word: Word, size: float, base: float) -> bool:
    """Whether a word is a small figure or note sign above the line of print of that size and baseline."""
    raised = word.height < 0.8 * size and word.base - base > 0.15 * size
    return raised and (word.text.strip(",[]()").isdigit() or word.text in "*†‡§")


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words that share a line of print, from the top down; a raised digit belongs to the line that it overlaps."""
    rows: list[list[Word]] = []
    main: list[tuple[float, float, Word]] = []  # the tallest word of each row, and where it ends below and above
    for word in sorted(words, key=lambda w: (-w.base, w.x0)):
        low, high = word.y0, word.y1
        for i in range(len(rows) - 1, max(-1, len(rows) - 4), -1):
            bottom, top, tallest = main[i]
            overlap = min(top, high) - max(bottom, low)
            least = min(tallest.height, word.height)
            if overlap > OVERLAP * least or (overlap > OF_FIGURE * least and _is_raised_over(tallest, word)):
                rows[i].append(word)
                if word.height > tallest.height:
                    main[i] = low, high, word
                break
        else:
            rows.append([word])
            main.append((low, high, word))
    return rows


def _is_raised_over(one: Word, other: Word) -> bool:
    small, tall = (one, other) if one.height < other.height else (other, one)
    return is_raised_figure(small, tall.height, tall.base)


def _size_and_base(words: Sequence[Word]) -> tuple[float, float]:
    """The commonest font size of words, and the baseline of the first word of that size."""
    sizes: dict[float, int] = {}
    for word in words:
        size = round(word.height, 1)
        sizes[size] = sizes.get(size, 0) + len(word.text)
    size = max(sizes, key=lambda s: (sizes[s], s))
    return size, next(w.base for w in words if abs(w.height - size) < 0.2)


def _line(row: Sequence[Fragment]) -> Line:
    x0, y0, x1, y1 = around(f.box for f in row)
    words = [w for f in row for w in f.words]
    letters = [w for w in words if any(c.isalnum() for c in w.text)]
    return Line(
        "\t".join(f.text for f in row),
        (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1)),
        max(row, key=lambda f: len(f.text)).size,
        bool(words) and any(w.bold for w in words) and all(w.bold for w in letters),
        sum(len(w.text) for w in words if w.italic) > sum(len(w.text) for w in words) / 2,
        _confidence(words),
    )


def _confidence(words: Sequence[Word]) -> float | None:
    """How sure OCR was of a line: the mean over its characters."""
    read = [(w.confidence, len(w.text)) for w in words if w.confidence is not None]
    return sum(c * n for c, n in read) / sum(n for _, n in read) if read else None
