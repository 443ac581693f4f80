"""Words and ruled lines on a page -> blocks in reading order: lines, columns, boxes, tables, paragraphs."""

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from indexer.page.grids import Frame, Table, frames_and_tables
from indexer.page.numbering import BULLET_GLYPHS, BULLET_SIGNS
from indexer.page.sheet import Rule, Sheet, Word, in_frame
from indexer.records import Block, Box, LeftOut, Line, Page, around

# Shares of the font size.
WORD_GAP = 0.15
HYPHEN_GAP = 0.5
FRAGMENT_GAP = 1.4
# A gutter between columns has lines at least this share of the page wide on both sides, at least this many of them.
COLUMN_WIDTH = 0.16
COLUMN_LINES = 3
# Lines of one paragraph stand no further apart than the usual leading and this share of the font size more.
PARAGRAPH_GAP = 0.17

LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\u00a0": " ",
        "\u2011": "-",
        "\u00ad": "-",
    }
)
BULLET = re.compile(rf"^[{BULLET_GLYPHS}{BULLET_SIGNS}]$")
LABEL = re.compile(
    r"""^(?: \(?[a-z]{1,2}\)\.? | \(?[ivxlc]{1,6}\)\.? | [a-z]\. | \(?\d{1,3}\) | \d{1,3}(?:\.\d{1,3}){0,4}\.?
        | [A-Z]{1,6}\s?\d{1,3}(?:\.\d{1,2})*[.:)]? | [A-Z]\.\d{0,2}(?:\.\d{1,3})*\.?
        | (?:recommendation|finding|learning\ point|lesson|question|theme|action|rec|key\ learning|issue|point|learning|appendix|chapter|section|part)
          \s\w{1,4}(?:\.\d{1,2})*[.:)]? )$""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(slots=True)
class _Fragment:
    """Words on one row with no wide gap between them."""

    words: list[Word]
    x0: float
    x1: float
    base: float
    size: float

    @property
    def text(self) -> str:
        return "".join(w.text + (" " if gap else "") for w, gap in self._spaced()).translate(LIGATURES)

    def _spaced(self) -> Iterable[tuple[Word, bool]]:
        """Each word, and whether a space follows it; a hyphen set apart at the end of a justified line is part of its word."""
        for word, after in pairwise(self.words):
            least = HYPHEN_GAP if after.text == "-" and after is self.words[-1] else WORD_GAP
            yield word, word.space or after.x0 - word.x1 > least * min(word.height, after.height)
        yield self.words[-1], False

    @property
    def box(self) -> Box:
        return self.x0, min(w.y0 for w in self.words), self.x1, max(w.y1 for w in self.words)


def page_of(sheet: Sheet) -> Page:
    """The page that a sheet shows: its blocks in reading order, and the print that stands in none."""
    words, left_out = _readable(sheet)
    angle = _main_angle(words)
    width, height = (sheet.height, sheet.width) if angle % 180 else (sheet.width, sheet.height)
    blocks = _blocks([w for w in words if w.angle == angle], [_turned(r, angle) for r in sheet.rules], width, height)
    blocks = [_as_drawn(block, angle) for block in blocks]
    for other in sorted({w.angle for w in words} - {angle}):
        aside = _region(_fragments([w for w in words if w.angle == other]), height, columns=False)
        blocks += [_as_drawn(block, other) for block in aside]
    return Page(
        sheet.number, round(sheet.width, 1), round(sheet.height, 1), sheet.label, tuple(blocks), tuple(left_out)
    )


def _readable(sheet: Sheet) -> tuple[list[Word], list[LeftOut]]:
    """The words of a sheet that are meant to be read along with the text, and the others."""
    kept: list[Word] = []
    left_out: list[LeftOut] = []
    seen: set[tuple[str, int, int, int]] = set()
    for word in sheet.words:
        reason = _unreadable(word, sheet) or ("printed twice" if _printed_twice(word, seen) else None)
        if reason:
            box = _box_as_drawn((word.x0, word.y0, word.x1, word.y1), word.angle)
            left_out.append(LeftOut(sheet.number, word.text, reason, box))
        else:
            kept.append(word)
    return kept, left_out


def _unreadable(word: Word, sheet: Sheet) -> str | None:
    if word.height <= 1:
        return "too small to be seen"
    x, y = (word.x0, word.base) if not word.angle else in_frame(word.x0, word.base, -word.angle)
    if not (-20 < x < sheet.width + 20 and -20 < y < sheet.height + 20):
        return "outside the page"
    return "printed aslant, as a watermark is" if word.angle % 90 else None


def _printed_twice(word: Word, seen: set[tuple[str, int, int, int]]) -> bool:
    """Whether the same word was drawn a hair apart before, as bold print sometimes is; notes where this one stands."""
    x, base = round(word.x0 / 2), round(word.base / 2)
    twice = len(word.text) > 1 and any(
        (word.text, word.angle, x + dx, base + dy) in seen for dx in (-1, 0, 1) for dy in (-1, 0, 1)
    )
    seen.add((word.text, word.angle, x, base))
    return twice


def _main_angle(words: Sequence[Word]) -> int:
    """The direction in which most of a page is written."""
    letters: Counter[int] = Counter()
    for word in words:
        letters[word.angle] += len(word.text)
    return max(letters, key=lambda angle: letters[angle], default=0)


def _turned(rule: Rule, angle: int) -> Rule:
    """A rule in the frame of print that is turned by `angle`."""
    if not angle:
        return rule
    (ax, ay), (bx, by) = in_frame(rule.x0, rule.y0, angle), in_frame(rule.x1, rule.y1, angle)
    return Rule(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by), rule.stroke, rule.fill)


def _as_drawn(block: Block, angle: int) -> Block:
    """A block of turned print with its boxes as they are on the page."""
    if not angle:
        return block
    return replace(block, lines=tuple(replace(line, box=_box_as_drawn(line.box, angle)) for line in block.lines))


def _box_as_drawn(box: Box, angle: int) -> Box:
    (ax, ay), (bx, by) = in_frame(box[0], box[1], -angle), in_frame(box[2], box[3], -angle)
    return round(min(ax, bx), 1), round(min(ay, by), 1), round(max(ax, bx), 1), round(max(ay, by), 1)


def _blocks(words: Sequence[Word], rules: Sequence[Rule], width: float, height: float) -> list[Block]:
    """The blocks of print that runs one way, in reading order."""
    fragments = _fragments(words)
    frames, tables = frames_and_tables(rules, width, height)
    blocks, rest = _framed(fragments, frames, tables, width)
    body = _region(rest, width)
    for block in sorted(blocks, key=lambda b: -b[0].box[3]):
        at = _place(body, block[0].box)
        body[at:at] = block
    return body


def _place(body: Sequence[Block], box: Box) -> int:
    """Where a box or table goes: before the first block that begins below its top and stands in its columns."""
    for position, block in enumerate(body):
        x0, _, x1, top = block.box
        if top < box[3] and x0 < box[2] and x1 > box[0]:
            return position
    return len(body)


# --- rows and fragments -------------------------------------------------------------------------------------------


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words that share a line of print, from the top down; a raised digit belongs to the line that it overlaps."""
    rows: list[list[Word]] = []
    main: list[Word] = []  # the tallest word of each row
    for word in sorted(words, key=lambda w: (-w.base, w.x0)):
        for i in range(len(rows) - 1, max(-1, len(rows) - 4), -1):
            overlap = min(main[i].y1, word.y1) - max(main[i].y0, word.y0)
            if overlap > 0.5 * min(main[i].height, word.height):
                rows[i].append(word)
                if word.height > main[i].height:
                    main[i] = word
                break
        else:
            rows.append([word])
            main.append(word)
    return rows


def _fragments(words: Sequence[Word]) -> list[_Fragment]:
    fragments = []
    for row in _rows(words):
        row.sort(key=lambda w: w.x0)
        start = 0
        for i in range(1, len(row) + 1):
            if i == len(row) or row[i].x0 - row[i - 1].x1 > FRAGMENT_GAP * max(row[i].height, row[i - 1].height):
                fragments.append(_fragment(row[start:i]))
                start = i
    return fragments


def _fragment(words: list[Word]) -> _Fragment:
    sizes: dict[float, int] = {}
    for word in words:
        size = round(word.height, 1)
        sizes[size] = sizes.get(size, 0) + len(word.text)
    size = max(sizes, key=lambda s: (sizes[s], s))
    main = [w for w in words if abs(w.height - size) < 0.2]
    words = [w for i, w in enumerate(words) if not _note_mark(w, size, main[0].base, first=i == 0)]
    return _Fragment(words, words[0].x0, max(w.x1 for w in words), main[0].base, size)


def _note_mark(word: Word, size: float, base: float, *, first: bool) -> bool:
    """A raised small digit glued to a word points at a footnote; at the start of a line it is the footnote's own."""
    raised = word.height < 0.8 * size and word.base - base > 0.15 * size
    return raised and not first and word.text.strip(",[]()").isdigit()


# --- boxes and tables ---------------------------------------------------------------------------------------------


def _framed(
    fragments: Sequence[_Fragment], frames: Sequence[Frame], tables: Sequence[Table], width: float
) -> tuple[list[list[Block]], list[_Fragment]]:
    """Blocks of each frame and table, and the fragments that stand in none."""
    inside: dict[int, list[_Fragment]] = {}
    rest = []
    places: list[Frame | Table] = [*tables, *frames]
    for fragment in fragments:
        x, y = (fragment.x0 + fragment.x1) / 2, fragment.base + 0.3 * fragment.size
        place = next((i for i, p in enumerate(places) if p.holds(x, y)), None)
        if place is None:
            rest.append(fragment)
        else:
            inside.setdefault(place, []).append(fragment)
    blocks = []
    for place, held in inside.items():
        frame = places[place]
        if isinstance(frame, Table):
            blocks.append(_table_rows(frame, held))
        else:
            blocks.append([Block(b.lines, b.cells, place) for b in _region(held, frame.x1 - frame.x0, columns=False)])
    return [b for b in blocks if b], rest


def _table_rows(table: Table, fragments: Sequence[_Fragment]) -> list[Block]:
    cells: dict[tuple[int, int], list[_Fragment]] = {}
    for fragment in fragments:
        for part in _at_columns(fragment, table):
            place = table.cell((part.x0 + part.x1) / 2, part.base + 0.3 * part.size)
            cells.setdefault(place, []).append(part)
    blocks = []
    for row in range(table.rows):
        texts, lines = [], []
        for column in table.columns_of(row):
            held = _lines(cells.get((row, column), []))
            texts.append(_joined(line.text for line in held))
            lines.extend(held)
        if lines:
            blocks.append(Block(tuple(lines), tuple(texts)))
    return blocks


def _at_columns(fragment: _Fragment, table: Table) -> list[_Fragment]:
    """A fragment cut where it runs over a column line of the table."""
    groups = groupby(fragment.words, key=lambda w: table.cell((w.x0 + w.x1) / 2, w.base + 0.3 * w.height))
    return [_fragment(list(words)) for _, words in groups]


def _joined(texts: Iterable[str]) -> str:
    """Lines of one cell as running text; a hyphen at a line's end is decided by the splitter, which knows the words."""
    return "\n".join(" ".join(t.split()) for t in texts)


# --- columns ------------------------------------------------------------------------------------------------------


def _region(fragments: Sequence[_Fragment], width: float, *, columns: bool = True) -> list[Block]:
    """Blocks of a region in reading order: bands of columns are read column by column."""
    if not fragments:
        return []
    rows = _fragment_rows(fragments)
    leading = _leading(fragments)
    gutter = _gutter(rows, width) if columns else None
    if gutter is None:
        return _paragraphs(_lines(fragments), leading)
    x, top, bottom = gutter
    above = [f for row in rows[:top] for f in row]
    band = [f for row in rows[top:bottom] for f in row]
    below = [f for row in rows[bottom:] for f in row]
    left, right = [f for f in band if f.x1 <= x], [f for f in band if f.x1 > x]
    return [block for part in (above, left, right, below) for block in _region(part, width)]


def _fragment_rows(fragments: Sequence[_Fragment]) -> list[list[_Fragment]]:
    rows: list[list[_Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: (-f.base, f.x0)):
        if rows and rows[-1][0].base - fragment.base < 0.5 * min(fragment.size, rows[-1][0].size):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    for row in rows:
        row.sort(key=lambda f: f.x0)
    return rows


def _gutter(rows: Sequence[Sequence[_Fragment]], width: float) -> tuple[float, int, int] | None:
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


def _bands(rows: Sequence[Sequence[_Fragment]], x: float) -> list[tuple[int, int]]:
    """Longest runs of rows that nothing crosses at `x`."""
    bands, start = [], 0
    for i, row in enumerate([*rows, None]):
        if row is None or any(f.x0 < x < f.x1 for f in row):
            if i - start >= COLUMN_LINES:
                bands.append((start, i))
            start = i + 1
    return bands


def _is_column(fragments: Sequence[_Fragment], width: float) -> bool:
    wide = [f for f in fragments if f.x1 - f.x0 >= COLUMN_WIDTH * width]
    return len(wide) >= max(COLUMN_LINES, 0.5 * len(fragments))


# --- lines and paragraphs -----------------------------------------------------------------------------------------


def _lines(fragments: Sequence[_Fragment]) -> list[Line]:
    """One line for each row; a tab stands where the row has a wide gap."""
    return [_line(row) for row in _fragment_rows(fragments)]


def _line(row: Sequence[_Fragment]) -> Line:
    x0, y0, x1, y1 = around(f.box for f in row)
    words = [w for f in row for w in f.words]
    size = max(row, key=lambda f: len(f.text)).size
    text = "\t".join(f.text for f in row)
    return Line(
        text,
        (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1)),
        size,
        all(w.bold for w in words if any(c.isalnum() for c in w.text)) and any(w.bold for w in words),
        sum(len(w.text) for w in words if w.italic) > sum(len(w.text) for w in words) / 2,
        _confidence(words),
    )


def _confidence(words: Sequence[Word]) -> float | None:
    """How sure OCR is of the words of a line, long words counting more; None for words that OCR did not read."""
    sure = [(w.confidence, len(w.text)) for w in words if w.confidence is not None]
    return round(sum(c * n for c, n in sure) / sum(n for _, n in sure), 3) if sure else None


def _leading(fragments: Sequence[_Fragment]) -> float:
    """The distance between lines of one paragraph, as a share of the font size."""
    rows = _fragment_rows(fragments)
    steps = [
        (above[0].base - below[0].base) / below[0].size
        for above, below in pairwise(rows)
        if abs(above[0].size - below[0].size) < 0.5 and above[0].base - below[0].base < 2.6 * below[0].size
    ]
    return statistics.quantiles(steps, n=10)[2] if len(steps) > 3 else 1.25


def _paragraphs(lines: Sequence[Line], leading: float) -> list[Block]:
    blocks: list[list[Line]] = []
    right = max((line.box[2] for line in lines), default=0)
    for line in lines:
        if blocks and _continues(blocks[-1], line, leading, right):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return [Block(tuple(block)) for block in blocks]


def _continues(block: Sequence[Line], line: Line, leading: float, right: float) -> bool:
    """Whether a line goes on the paragraph that the block has so far."""
    last = block[-1]
    step = last.box[1] - line.box[1]
    if (
        abs(line.size - last.size) > 0.08 * last.size
        or line.bold != last.bold
        or step > (leading + PARAGRAPH_GAP) * line.size
    ):
        return False
    if starts_item(line) or _same_opening(block[0], line, last):
        return False
    left = _text_left(block)
    if line.box[0] - left > 0.9 * line.size and len(block) > 1:
        return False
    short = last.box[2] < left + 0.66 * (right - left)
    return not (short and last.text.rstrip()[-1:] in ".!?:;" and not line.text[:1].islower() and len(block) > 1)


def _same_opening(first: Line, line: Line, last: Line) -> bool:
    """Whether a line opens as the block did: with a dash after a finished line, or with a term before a gap."""
    if abs(first.box[0] - line.box[0]) > 2:
        return False
    dash = first.text[:1] in "-–—*o" and line.text[:1] == first.text[0] and line.text[1:2] in (" ", "\t")
    terms = "\t" in first.text and "\t" in line.text and len(line.text.partition("\t")[0]) < 30
    return (dash and line.text[2:3].isupper()) or (
        terms and line.text[:1].isupper() and last.text.rstrip()[-1:] not in ",-–"
    )


def _text_left(block: Sequence[Line]) -> float:
    """Left edge of a paragraph's running text: that of its second line, since the first may hang or be indented."""
    return block[1].box[0] if len(block) > 1 else block[0].box[0]


def starts_item(line: Line) -> bool:
    """Whether a line opens a list item or a numbered paragraph: a bullet or a label, then a gap or text."""
    label, tab, rest = line.text.partition("\t")
    label = label.strip()
    if tab and rest.strip() and (BULLET.match(label) or LABEL.match(label)):
        return True
    first, _, more = line.text.partition(" ")
    if not more:
        return False
    return bool(BULLET.match(first) and first not in "o*-–—") or bool(
        re.match(r"^(\d{1,2}(\.\d{1,3}){1,3}\.?|\([a-z]\)|\([ivx]+\)|[a-z]\)|\d{1,2}\))$", first)
    )
