"""Ruled lines on a page -> frames (boxes around text) and tables (grids of cells)."""

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

# Lines that end closer to each other than this many points touch; a rule thinner than this is a line.
TOUCH = 3.0
THIN = 3.0
MAX_RULES = 1500
# A box is at least this share of the page wide, and this many points high.
LEAST_WIDTH = 0.1
LEAST_HEIGHT = 14
# What covers this share of the page is its background or its border.
WHOLE_PAGE = 0.75


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line or rectangle drawn on a page, in points; `fill` when filled with a colour that is not white."""

    x0: float
    y0: float
    x1: float
    y1: float
    stroke: bool
    fill: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """A box drawn around text."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


@dataclass(frozen=True, slots=True)
class Table:
    """A grid: `xs` its column lines from the left, `ys` its row lines from the top.

    `owner` gives, for a cell that is merged into one to its left or above, that cell.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    owner: dict[tuple[int, int], tuple[int, int]]

    @property
    def rows(self) -> int:
        return len(self.ys) - 1

    @property
    def columns(self) -> int:
        return len(self.xs) - 1

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.xs[0] <= x <= self.xs[-1] and self.ys[-1] <= y <= self.ys[0]

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of the cell at a point; of a merged cell, its top left."""
        column = min(max(bisect_right(self.xs, x) - 1, 0), self.columns - 1)
        row = next((i for i in range(self.rows) if y >= self.ys[i + 1]), self.rows - 1)
        return self.owner.get((row, column), (row, column))

    def columns_of(self, row: int) -> list[int]:
        """The columns that begin in a row; a cell merged into the one on its left has none of its own."""
        return [c for c in range(self.columns) if self.owner.get((row, c), (row, c))[1] == c]


@dataclass(frozen=True, slots=True)
class _Segment:
    """A straight line along one axis: `at` on the other axis, from `start` to `end`."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Ladder:
    """Parallel lines across, of one width and with none down between them: the rules of an open table, or of nothing.

    `ys` from the top. `xs` are the edges of columns where shaded cells show them; else only the left and the right edge.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules of a page frame: boxes, grids, and ladders that only the text can tell to be tables."""

    frames: list[Frame]
    tables: list[Table]
    ladders: list[Ladder]


def ruling(rules: Sequence[Rule], width: float, height: float) -> Ruling:
    """The boxes and tables of a page; a border round the whole page is neither."""
    rules = [r for r in rules[:MAX_RULES] if (r.x1 - r.x0) * (r.y1 - r.y0) < WHOLE_PAGE * width * height]
    tables: list[Table] = []
    frames: list[Frame] = []
    alone: list[_Segment] = []
    for across, down in _touching(*_segments(rules)):
        if not down:
            alone += across
        xs, ys = _clusters([s.at for s in down]), _clusters([s.at for s in across])[::-1]
        if len(xs) >= 3 and len(ys) >= 2:
            tables.append(Table(tuple(xs), tuple(ys), _merged(xs, ys, across, down)))
        elif len(xs) >= 2 and len(ys) >= 2:
            frames.extend(Frame(xs[0], low, xs[-1], high) for high, low in itertools.pairwise(ys))
    shaded = [Frame(r.x0, r.y0, r.x1, r.y1) for r in rules if r.fill and r.x1 - r.x0 > THIN and r.y1 - r.y0 > THIN]
    shaded = [f for f in shaded if not any(t.holds((f.x0 + f.x1) / 2, (f.y0 + f.y1) / 2) for t in tables)]
    cells, shaded = _cell_rows(shaded)
    frames = _outermost(
        [f for f in (*frames, *_stacked(shaded)) if f.x1 - f.x0 > LEAST_WIDTH * width and f.y1 - f.y0 > LEAST_HEIGHT]
    )
    return Ruling(frames, tables, [*_shaded_tables(cells), *_ladders(alone, width)])


def _cell_rows(shaded: Sequence[Frame]) -> tuple[list[list[Frame]], list[Frame]]:
    """Shaded cells that stand side by side in one row, row by row from the top, and the other shaded frames."""
    rows: dict[tuple[int, int], list[Frame]] = {}
    for frame in sorted(set(shaded), key=lambda f: f.x0):
        rows.setdefault((round(frame.y1 / TOUCH), round(frame.y0 / TOUCH)), []).append(frame)
    cells = [
        row
        for _, row in sorted(rows.items(), reverse=True)
        if len(row) > 1 and all(abs(b.x0 - a.x1) <= TOUCH for a, b in itertools.pairwise(row))
    ]
    in_rows = {frame for row in cells for frame in row}
    return cells, [frame for frame in shaded if frame not in in_rows]


def _shaded_tables(cells: Sequence[Sequence[Frame]]) -> list[Ladder]:
    """Rows of shaded cells with the same columns, one below the other: the rows between them may be white."""
    tables: dict[tuple[int, ...], list[Sequence[Frame]]] = {}
    for row in cells:
        tables.setdefault(tuple(round(frame.x0 / TOUCH) for frame in row), []).append(row)
    return [
        Ladder(
            (*(frame.x0 for frame in rows[0]), rows[0][-1].x1),
            tuple(_clusters([y for row in rows for y in (row[0].y0, row[0].y1)])[::-1]),
        )
        for rows in tables.values()
    ]


def _stacked(shaded: Sequence[Frame]) -> list[Frame]:
    """Shaded frames, those that touch one above the other made one: paragraphs of one box are often shaded each alone."""
    stacks: list[Frame] = []
    for frame in sorted(shaded, key=lambda f: (round(f.x0), -f.y1)):
        last = stacks[-1] if stacks else None
        same = last and abs(last.x0 - frame.x0) <= TOUCH and abs(last.x1 - frame.x1) <= TOUCH
        if last and same and last.y0 - frame.y1 <= TOUCH:
            stacks[-1] = Frame(last.x0, min(last.y0, frame.y0), last.x1, last.y1)
        else:
            stacks.append(frame)
    return stacks


def _ladders(across: Sequence[_Segment], width: float) -> list[Ladder]:
    """At least three lines of the same extent; the pieces of a line that is drawn cell by cell are joined."""
    extents: dict[tuple[int, int], list[float]] = {}
    for at, start, end in _whole_lines(across):
        if end - start > 0.3 * width:
            extents.setdefault((round(start / TOUCH), round(end / TOUCH)), []).append(at)
    return [
        Ladder((start * TOUCH, end * TOUCH), tuple(_clusters(ats)[::-1]))
        for (start, end), ats in extents.items()
        if len(_clusters(ats)) >= 3
    ]


def _whole_lines(across: Sequence[_Segment]) -> list[tuple[float, float, float]]:
    lines: list[tuple[float, float, float]] = []
    for segment in sorted(across, key=lambda s: (-round(s.at / TOUCH), s.start)):
        at, start, end = lines[-1] if lines else (0.0, 0.0, 0.0)
        if lines and abs(at - segment.at) <= TOUCH and segment.start - end <= TOUCH:
            lines[-1] = (at, start, max(end, segment.end))
        else:
            lines.append((segment.at, segment.start, segment.end))
    return lines


def _segments(rules: Sequence[Rule]) -> tuple[list[_Segment], list[_Segment]]:
    """The lines across and the lines down that rules draw; a stroked rectangle draws four."""
    across: list[_Segment] = []
    down: list[_Segment] = []
    for r in rules:
        wide, tall = r.x1 - r.x0, r.y1 - r.y0
        if tall < THIN and wide >= THIN:
            across.append(_Segment((r.y0 + r.y1) / 2, r.x0, r.x1))
        elif wide < THIN and tall >= THIN:
            down.append(_Segment((r.x0 + r.x1) / 2, r.y0, r.y1))
        elif r.stroke and wide >= THIN:
            across += [_Segment(r.y0, r.x0, r.x1), _Segment(r.y1, r.x0, r.x1)]
            down += [_Segment(r.x0, r.y0, r.y1), _Segment(r.x1, r.y0, r.y1)]
    return across, down


def _touching(across: Sequence[_Segment], down: Sequence[_Segment]) -> list[tuple[list[_Segment], list[_Segment]]]:
    """Groups of lines that are joined by touching, each as its lines across and its lines down."""
    parent = list(range(len(across) + len(down)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, a in enumerate(across):
        for j, d in enumerate(down, start=len(across)):
            if a.start - TOUCH <= d.at <= a.end + TOUCH and d.start - TOUCH <= a.at <= d.end + TOUCH:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[_Segment], list[_Segment]]] = {}
    for i, segment in enumerate([*across, *down]):
        groups.setdefault(root(i), ([], []))[i >= len(across)].append(segment)
    return list(groups.values())


def _clusters(values: Sequence[float]) -> list[float]:
    clusters: list[list[float]] = []
    for value in sorted(values):
        if clusters and value - clusters[-1][-1] <= TOUCH:
            clusters[-1].append(value)
        else:
            clusters.append([value])
    return [sum(c) / len(c) for c in clusters]


def _merged(
    xs: Sequence[float], ys: Sequence[float], across: Sequence[_Segment], down: Sequence[_Segment]
) -> dict[tuple[int, int], tuple[int, int]]:
    """For each cell with no line to its left or above, the cell that it is part of."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            x, y = (xs[column] + xs[column + 1]) / 2, (ys[row] + ys[row + 1]) / 2
            if column and not _drawn(down, xs[column], y):
                owner[row, column] = owner.get((row, column - 1), (row, column - 1))
            elif row and not _drawn(across, ys[row], x):
                owner[row, column] = owner.get((row - 1, column), (row - 1, column))
    return owner


def _drawn(segments: Sequence[_Segment], at: float, along: float) -> bool:
    return any(abs(s.at - at) <= TOUCH and s.start - TOUCH <= along <= s.end + TOUCH for s in segments)


def _outermost(frames: Sequence[Frame]) -> list[Frame]:
    """Frames that stand in no other."""
    kept: list[Frame] = []
    for frame in sorted(set(frames), key=lambda f: -(f.x1 - f.x0) * (f.y1 - f.y0)):
        if not any(k.holds(frame.x0 + 1, frame.y0 + 1) and k.holds(frame.x1 - 1, frame.y1 - 1) for k in kept):
            kept.append(frame)
    return kept
