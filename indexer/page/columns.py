"""Fragments of a region -> blocks in reading order: bands of columns are read column by column."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.page.lines import Fragment, lines_of, rows_of
from indexer.page.paragraphs import is_label, paragraphs_of
from indexer.records import Block

# A column has lines of at least this share of the width, at least so many of them, and half of its lines at least.
COLUMN_WIDTH = 0.16
COLUMN_LINES = 3
# Notes in a margin are narrower, and their lines do not stand beside those of the text.
MARGIN_WIDTH = 0.09
SAME_LINE = 1.5
# Below its last line a column is followed by more white than this, in font sizes, before something else begins.
APART = 2.2
# Numbers hang no further to the left of their text than this, in font sizes.
HANGING = 3.0
# Left edges that differ by fewer points are the same edge.
SAME_EDGE = 2

Rows = Sequence[Sequence[Fragment]]


@dataclass(frozen=True, slots=True)
class _Gutter:
    """White between two columns: its x, the first row of the columns and the row after their last."""

    x: float
    top: int
    bottom: int


def blocks_in_order(fragments: Sequence[Fragment], width: float, *, columns: bool = True) -> list[Block]:
    """Blocks of a region in a page of `width` points."""
    if not fragments:
        return []
    rows = rows_of(fragments)
    gutter = _gutter(rows, width) if columns else None
    if gutter is None:
        return paragraphs_of(lines_of(fragments))
    above = [f for row in rows[: gutter.top] for f in row]
    band = [f for row in rows[gutter.top : gutter.bottom] for f in row]
    below = [f for row in rows[gutter.bottom :] for f in row]
    left, right = [f for f in band if f.x1 <= gutter.x], [f for f in band if f.x1 > gutter.x]
    return [block for part in (above, left, right, below) for block in blocks_in_order(part, width)]


def _gutter(rows: Rows, width: float) -> _Gutter | None:
    """The gutter with the most lines on its poorer side."""
    best: tuple[int, _Gutter] | None = None
    for x in _edges(rows):
        for top, bottom in _bands(rows, x):
            lines = _lines_beside(rows[top:bottom], x, width)
            if lines and (best is None or lines > best[0]):
                best = (lines, _Gutter(x, top, _foot(rows, top, bottom, x)))
    return _before_labels(rows, best[1]) if best else None


def _before_labels(rows: Rows, gutter: _Gutter) -> _Gutter:
    """The gutter, moved to the left of the numbers and bullets that hang beside the right column."""
    band = [f for row in rows[gutter.top : gutter.bottom] for f in row if f.x1 <= gutter.x]
    labels = [f for f in band if gutter.x - f.x1 < HANGING * f.size and is_label(f.text)]
    x = min((f.x0 for f in labels), default=gutter.x) - SAME_EDGE
    clear = all(f.x1 <= x for f in band if f not in labels)
    return replace(gutter, x=x) if labels and clear else gutter


def _edges(rows: Rows) -> list[float]:
    """A little to the left of where at least `COLUMN_LINES` fragments begin."""
    begun = Counter(round(f.x0 / SAME_EDGE) for row in rows for f in row)
    frequent = sorted(edge for edge in begun if begun[edge] + begun[edge + 1] >= COLUMN_LINES)
    return [edge * SAME_EDGE - SAME_EDGE for edge in frequent[1:]]


def _bands(rows: Rows, x: float) -> list[tuple[int, int]]:
    """Longest runs of rows that nothing crosses at `x`."""
    bands, start = [], 0
    for i, row in enumerate([*rows, None]):
        if row is None or any(f.x0 < x < f.x1 for f in row):
            if i - start >= COLUMN_LINES:
                bands.append((start, i))
            start = i + 1
    return bands


def _lines_beside(band: Rows, x: float, width: float) -> int:
    """How many lines the poorer of two columns has; 0 when they are not two columns side by side."""
    left = [f for row in band for f in row if f.x1 <= x]
    right = [f for row in band for f in row if f.x0 >= x]
    if min(len(left), len(right)) < COLUMN_LINES:
        return 0
    beside = min(left[0].base, right[0].base) - max(left[-1].base, right[-1].base)
    if beside < (COLUMN_LINES - 1) * min(left[0].size, right[0].size):
        return 0
    both = (_wide(left, COLUMN_WIDTH * width), _wide(right, COLUMN_WIDTH * width))
    if all(both):
        return min(both)
    margin, text = (left, right) if both[1] else (right, left)
    narrow = _wide(margin, MARGIN_WIDTH * width)
    return narrow if any(both) and narrow and not _in_line(margin, text) else 0


def _wide(fragments: Sequence[Fragment], least: float) -> int:
    """How many lines are as wide as those of a column; 0 when they are too few for one."""
    wide = sum(f.x1 - f.x0 >= least for f in fragments)
    return wide if wide >= max(COLUMN_LINES, 0.5 * len(fragments)) else 0


def _in_line(margin: Sequence[Fragment], text: Sequence[Fragment]) -> bool:
    """Whether most lines of a narrow column stand beside lines of the text: it is a table, or holds the numbers of paragraphs."""
    beside = sum(any(abs(f.base - t.base) < SAME_LINE for t in text) for f in margin)
    return beside > 0.6 * len(margin)


def _foot(rows: Rows, top: int, bottom: int, x: float) -> int:
    """The row after the last of the columns: what stands well below, on the left alone, belongs to what comes next."""
    foot = max(i for i in range(top, bottom) if any(f.x0 >= x for f in rows[i])) + 1
    while foot < bottom and rows[foot - 1][0].base - rows[foot][0].base < APART * rows[foot][0].size:
        foot += 1
    return foot
