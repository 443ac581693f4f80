"""Fragments inside a grid -> rows of a table, each a block with its cells."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from indexer.page.grids import Ladder, Table
from indexer.page.lines import Fragment, fragment_of, lines_of, rows_of
from indexer.page.paragraphs import is_label, paragraphs_of
from indexer.records import Block, Line

# A table without lines down has at least so many rows; without any lines, at least so many columns in so many rows.
LEAST_ROWS = 3
LEAST_COLUMNS = 3
# Of shaded cells in so many columns or more, so many rows make a table.
LEAST_SHADED_ROWS = 2
# The head of a column has at most so many words, one that is not bold so many; the heading of the text beside it so many.
HEAD_WORDS, PLAIN_HEAD_WORDS, LABEL_WORDS = 12, 5, 18
# A text of one paragraph has at least so many words; the texts of boxes side by side have at least so many, and the
# paragraphs in a row that is one cell across the table.
TEXT_WORDS, BOX_WORDS, SPREAD_WORDS = 35, 25, 60
DATE = re.compile(r"(?:[\w ]{0,12}\b)?(?:19|20)\d\d\b.{0,12}$")
# No page of print has more rows; what has is not worth the search.
MOST_ROWS = 300
# Points of white between two columns; the white between words lines up over so many rows of print only where columns do.
CORRIDOR = 6.0
NARROW_CORRIDOR = 4.0
# Between two words of one line there is less white than this share of the font size.
WIDE_SPACE = 0.5
MANY_ROWS = 6
# A table in which a larger share of cells begins with a small letter is text in columns.
BROKEN = 0.25


def table_rows(table: Table, fragments: Sequence[Fragment], frame: int) -> list[Block]:
    """The rows of a table from the top; a cell that is merged into the one above is empty.

    A row that sets text beside its heading, as forms do, comes as heading and paragraphs; a row of nothing but long texts
    is boxes side by side, and one of paragraphs across the table is a box: they are numbered from `frame`.
    """
    cells: dict[tuple[int, int], list[Fragment]] = {}
    for fragment in fragments:
        for part in _at_columns(fragment, table):
            cells.setdefault(table.cell(*part.middle), []).append(part)
    blocks: list[Block] = []
    headed = False
    for row in range(table.rows):
        held = [lines_of(cells.get((row, column), [])) for column in table.columns_of(row)]
        if not any(held):
            continue
        headed = len(held) > 1 and (headed or _is_head(held))
        if not headed and _is_form(held):
            blocks += [*(Block((*held[0],), heads=True) for _ in held[:1] if held[0]), *paragraphs_of(held[1])]
        elif _is_spread(held) or (not headed and _is_boxes(held)):
            boxes = enumerate(held, start=frame + row * table.columns)
            blocks += [replace(block, frame=number) for number, lines in boxes for block in paragraphs_of(lines)]
        else:
            texts = tuple(_joined(line.text for line in lines) for lines in held)
            blocks.append(Block(tuple(line for lines in held for line in lines), texts))
    return blocks


def _is_head(cells: Sequence[Sequence[Line]]) -> bool:
    """Whether a row names the columns below it: all cells short and bold, or very short in several columns."""
    plain = PLAIN_HEAD_WORDS if len(cells) >= LEAST_COLUMNS else 0
    return all(
        lines and _words(lines) <= (HEAD_WORDS if all(line.bold for line in lines) else plain) for lines in cells
    )


def _is_form(cells: Sequence[Sequence[Line]]) -> bool:
    """Whether a row is a heading on the left and its text on the right; the heading may stand on the page before."""
    if len(cells) != 2 or _words(cells[0]) > LABEL_WORDS:
        return False
    label = " ".join(line.text for line in cells[0])
    if is_label(label) or DATE.match(label):
        return False
    return _words(cells[1]) >= TEXT_WORDS or len(paragraphs_of(cells[1])) > 1


def _is_boxes(cells: Sequence[Sequence[Line]]) -> bool:
    return len(cells) > 1 and all(_words(lines) >= BOX_WORDS for lines in cells)


def _is_spread(cells: Sequence[Sequence[Line]]) -> bool:
    """Whether a row is one cell across the table that holds paragraphs, such as a summary below the judgement."""
    return len(cells) == 1 and _words(cells[0]) >= SPREAD_WORDS and len(paragraphs_of(cells[0])) > 1


def _words(lines: Sequence[Line]) -> int:
    return sum(len(line.text.split()) for line in lines)


def _at_columns(fragment: Fragment, table: Table) -> list[Fragment]:
    """A fragment cut where it runs over a column line of the table."""
    groups = groupby(fragment.words, key=lambda w: table.cell((w.x0 + w.x1) / 2, w.base + 0.3 * w.height))
    return [fragment_of(list(words)) for _, words in groups]


def _joined(texts: Iterable[str]) -> str:
    """Lines of one cell, kept apart: a hyphen at a line's end is decided by the splitter, which knows the words."""
    return "\n".join(" ".join(t.split()) for t in texts)


def table_on_ladder(ladder: Ladder, fragments: Sequence[Fragment]) -> Table | None:
    """The table whose rows a ladder rules or shades; its columns are where its text leaves corridors, if nothing else shows them.

    None when the text runs across. The rows below the last rule that keep to the columns are part of it.
    """
    left, right = ladder.xs[0], ladder.xs[-1]
    beside = [f for f in fragments if left - CORRIDOR <= f.x0 and f.x1 <= right + CORRIDOR]
    held = [f for f in beside if ladder.ys[-1] < f.middle[1] < ladder.ys[0]]
    if len(ladder.xs) > 2:
        ys = (*ladder.ys, *_rows_below([f for f in beside if f.middle[1] < ladder.ys[-1]], ladder))
        least = LEAST_ROWS if len(ladder.xs) <= LEAST_COLUMNS else LEAST_SHADED_ROWS
        return Table(ladder.xs, ys, {}) if len(ys) > least and not any(_crosses(f, ladder.xs) for f in held) else None
    xs = _columns(held) if len(rows_of(held)) < MANY_ROWS else _columns_of_words(held)
    if len(xs) < 2 or _only_labels(held, xs):
        return None
    rows = [[f for f in held if low < f.middle[1] < high] for high, low in pairwise(ladder.ys)]
    in_columns = sum(1 for row in rows if len({bisect_right(xs, w.x0 + 1) for f in row for w in f.words}) > 1)
    return Table((left, *xs[1:], right), ladder.ys, {}) if in_columns >= LEAST_ROWS - 1 else None


def _rows_below(fragments: Sequence[Fragment], ladder: Ladder) -> list[float]:
    """Where the rows end that go on below a ladder, as long as their text keeps to its columns."""
    run: list[list[Fragment]] = []
    last = ladder.ys[-1]
    for row in rows_of(fragments):
        if last - row[0].base > 3 * row[0].size or any(_crosses(f, ladder.xs) for f in row):
            break
        run.append(row)
        last = row[0].base
    while run and len(run[-1]) == 1:
        run.pop()
    starts = [i for i, row in enumerate(run) if i and row[0].x0 < ladder.xs[1] and _apart(run[i - 1], row, run)]
    return (
        [run[i][0].base + 1.1 * run[i][0].size for i in starts] + [run[-1][0].base - 0.5 * run[-1][0].size]
        if run
        else []
    )


def _crosses(fragment: Fragment, xs: Sequence[float]) -> bool:
    """Whether print runs over the edge of a column: a word, or two with no more than a space between them."""
    run_over = [x for x in xs if fragment.x0 < x - 1 and fragment.x1 > x + 1]
    return any(_no_gap(fragment, x) for x in run_over)


def _no_gap(fragment: Fragment, x: float) -> bool:
    left = max((w.x1 for w in fragment.words if w.x0 < x), default=x)
    right = min((w.x0 for w in fragment.words if w.x0 >= x), default=left)
    return right - left < WIDE_SPACE * fragment.size


def open_tables(fragments: Sequence[Fragment]) -> list[Table]:
    """Tables that only white space rules: runs of rows whose text stands in three columns or more."""
    tables: list[Table] = []
    run: list[list[Fragment]] = []
    rows = rows_of(fragments)
    if len(rows) > MOST_ROWS:
        return tables
    for row in [*rows, []]:
        columns = _columns([f for held in (*run, row) for f in held]) if row else []
        if run and len(columns) < LEAST_COLUMNS:
            tables += _open_table(run)
            run = []
        if row and (len(row) >= LEAST_COLUMNS or run):
            run.append(row)
    return tables


def _open_table(run: list[list[Fragment]]) -> list[Table]:
    while len(run) > 1 and len(run[-1]) == 1 and run[-2][0].base - run[-1][0].base > 2 * run[-1][0].size:
        run.pop()  # a line further down, under the first column
    held = [f for row in run for f in row]
    xs = _columns(held)
    full = sum(len(row) >= LEAST_COLUMNS for row in run)
    if full < LEAST_ROWS or len(xs) < LEAST_COLUMNS or _only_labels(held, xs):
        return []
    starts = [i for i, row in enumerate(run) if row[0].x0 < xs[1] - 1 and (not i or _apart(run[i - 1], row, run))]
    ys = [run[i][0].base + 1.1 * run[i][0].size for i in starts] + [run[-1][0].base - 0.5 * run[-1][0].size]
    right = max(f.x1 for f in held)
    table = Table((xs[0] - 1, *xs[1:], right + 1), tuple(ys), {})
    return [table] if len(ys) > LEAST_ROWS and not _is_broken_text(table, held) else []


def _is_broken_text(table: Table, fragments: Sequence[Fragment]) -> bool:
    """Whether the cells of a table begin in the middle of sentences: then it is text in columns."""
    cells: dict[tuple[int, int], Fragment] = {}
    for fragment in fragments:
        cells.setdefault(table.cell(*fragment.middle), fragment)
    return sum(f.text[:1].islower() for f in cells.values()) > BROKEN * len(cells)


def _apart(above: Sequence[Fragment], row: Sequence[Fragment], run: Sequence[Sequence[Fragment]]) -> bool:
    """Whether a row stands further below the one above than the closest rows do, or all rows are as close."""
    steps = [a[0].base - b[0].base for a, b in pairwise(run)]
    return above[0].base - row[0].base > 1.15 * min(steps) or max(steps) < 1.15 * min(steps)


def _columns(fragments: Sequence[Fragment]) -> list[float]:
    """The left edges of the columns that text stands in: print with a corridor of white to its left."""
    return _left_edges([(f.x0, f.x1) for f in fragments], CORRIDOR)


def _columns_of_words(fragments: Sequence[Fragment]) -> list[float]:
    """The left edges of columns that stand closer together than fragments do."""
    return _left_edges([(w.x0, w.x1) for f in fragments for w in f.words], NARROW_CORRIDOR)


def _left_edges(extents: Sequence[tuple[float, float]], corridor: float) -> list[float]:
    xs: list[float] = []
    reach = float("-inf")
    for x0, x1 in sorted(extents):
        if x0 - reach > corridor:
            xs.append(x0)
        reach = max(reach, x1)
    return xs


def _only_labels(fragments: Sequence[Fragment], xs: Sequence[float]) -> bool:
    """Whether all columns but the last hold nothing but the numbers and bullets of paragraphs."""
    before = ([w.text for w in f.words if w.x0 < xs[-1] - 1] for f in fragments)
    return all(is_label(" ".join(words)) for words in before if words)
