"""Fragments of a region -> blocks in reading order: bands of columns are read column by column."""

from collections.abc import Sequence

from indexer.page.lines import Fragment, lines_of, rows_of
from indexer.page.paragraphs import paragraphs_of
from indexer.records import Block

# A gutter between columns has lines at least this share of the page wide on both sides, at least this many of them.
COLUMN_WIDTH = 0.16
COLUMN_LINES = 3


def blocks_in_order(fragments: Sequence[Fragment], width: float, *, columns: bool = True) -> list[Block]:
    """Blocks of a region in a page of `width` points."""
    if not fragments:
        return []
    rows = rows_of(fragments)
    gutter = _gutter(rows, width) if columns else None
    if gutter is None:
        return paragraphs_of(lines_of(fragments))
    x, top, bottom = gutter
    above = [f for row in rows[:top] for f in row]
    band = [f for row in rows[top:bottom] for f in row]
    below = [f for row in rows[bottom:] for f in row]
    left, right = [f for f in band if f.x1 <= x], [f for f in band if f.x1 > x]
    return [block for part in (above, left, right, below) for block in blocks_in_order(part, width)]


def _gutter(rows: Sequence[Sequence[Fragment]], width: float) -> tuple[float, int, int] | None:
    """A gutter (its x, first row, row after the last) that divides the longest band of rows into two columns of text."""
    best: tuple[int, float, int, int] | None = None
    for x in sorted({round(f.x0) for row in rows for f in row[1:]}):
        for top, bottom in _bands(rows, x - 1):
            band = [f for row in rows[top:bottom] for f in row]
            left, right = [f for f in band if f.x1 <= x], [f for f in band if f.x0 >= x - 1]
            both = sum(1 for row in rows[top:bottom] if len(row) > 1)
            if (
                both >= COLUMN_LINES
                and all(_is_column(side, width) for side in (left, right))
                and (best is None or both > best[0])
            ):
                best = (both, x - 1, top, bottom)
    return best[1:] if best else None


def _bands(rows: Sequence[Sequence[Fragment]], x: float) -> list[tuple[int, int]]:
    """Longest runs of rows that nothing crosses at `x`."""
    bands, start = [], 0
    for i, row in enumerate([*rows, None]):
        if row is None or any(f.x0 < x < f.x1 for f in row):
            if i - start >= COLUMN_LINES:
                bands.append((start, i))
            start = i + 1
    return bands


def _is_column(fragments: Sequence[Fragment], width: float) -> bool:
    wide = [f for f in fragments if f.x1 - f.x0 >= COLUMN_WIDTH * width]
    return len(wide) >= max(COLUMN_LINES, 0.5 * len(fragments))
