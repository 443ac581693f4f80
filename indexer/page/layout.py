"""A sheet as it is drawn -> a page: its blocks in reading order, and the print that stands in none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from indexer.page.bullets import drawn_bullets
from indexer.page.columns import blocks_in_order
from indexer.page.grids import Frame, Table, ruling
from indexer.page.lines import Fragment, fragments_of
from indexer.page.sheet import Rule, Sheet, Word, in_frame
from indexer.page.tables import open_tables, table_on_ladder, table_rows
from indexer.records import Block, Box, LeftOut, Page, around

# Boxes that are cells of a table are numbered from this on, so many for each table.
CELL_FRAMES = 10_000


def page_of(sheet: Sheet) -> Page:
    """The page that a sheet shows: its blocks in reading order, and the print that stands in none."""
    words, left_out = _readable(sheet)
    words += drawn_bullets(sheet, words)
    angle = _main_angle(words)
    width, height = (sheet.height, sheet.width) if angle % 180 else (sheet.width, sheet.height)
    fragments, marks = fragments_of([w for w in words if w.angle == angle])
    blocks = _blocks(fragments, [_turned(r, angle) for r in sheet.rules], width, height)
    blocks = [_as_drawn(block, angle) for block in blocks]
    for other in sorted({w.angle for w in words} - {angle}):
        aside, pointers = fragments_of([w for w in words if w.angle == other])
        blocks += [_as_drawn(block, other) for block in blocks_in_order(aside, height, columns=False)]
        marks += pointers
    left_out += [_left_out(sheet, mark, "points at a footnote") for mark in marks]
    return Page(
        sheet.number, round(sheet.width, 1), round(sheet.height, 1), sheet.label, tuple(blocks), tuple(left_out)
    )


def _readable(sheet: Sheet) -> tuple[list[Word], list[LeftOut]]:
    """The words of a sheet that are meant to be read along with the text, and the others."""
    kept: list[Word] = []
    left_out: list[LeftOut] = []
    seen: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for word in sheet.words:
        reason = _unreadable(word, sheet) or ("printed twice" if _printed_twice(word, seen) else None)
        if reason:
            left_out.append(_left_out(sheet, word, reason))
        else:
            kept.append(word)
    return kept, left_out


def _left_out(sheet: Sheet, word: Word, reason: str) -> LeftOut:
    return LeftOut(sheet.number, word.text, reason, _box_as_drawn((word.x0, word.y0, word.x1, word.y1), word.angle))


def _unreadable(word: Word, sheet: Sheet) -> str | None:
    if word.height <= 1:
        return "too small to be seen"
    x, y = (word.x0, word.base) if not word.angle else in_frame(word.x0, word.base, -word.angle)
    if not (-20 < x < sheet.width + 20 and -20 < y < sheet.height + 20):
        return "outside the page"
    return "printed aslant, as a watermark is" if word.angle % 90 else None


def _printed_twice(word: Word, seen: dict[tuple[str, int], list[tuple[int, int]]]) -> bool:
    """Whether the same word was drawn a hair apart before, as bold print sometimes is; notes where this one stands."""
    x, base = round(word.x0 / 2), round(word.base / 2)
    places = seen.setdefault((word.text, word.angle), [])
    twice = len(word.text) > 1 and any(abs(x - at) <= 1 and abs(base - line) <= 1 for at, line in places)
    places.append((x, base))
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


def _blocks(fragments: Sequence[Fragment], rules: Sequence[Rule], width: float, height: float) -> list[Block]:
    """The blocks of print that runs one way, in reading order."""
    ruled = ruling(rules, width, height)
    blocks, rest = _framed(fragments, ruled.frames, ruled.tables)
    ladders = [table for ladder in ruled.ladders if (table := table_on_ladder(ladder, rest))]
    for tables in (ladders, open_tables(rest)):
        more, rest = _framed(rest, (), tables)
        blocks += more
    body = blocks_in_order(rest, width)
    for held in sorted(blocks, key=lambda held: -around(b.box for b in held)[3]):
        at = _place(body, around(b.box for b in held))
        body[at:at] = held
    return body


def _place(body: Sequence[Block], box: Box) -> int:
    """Where a box or table goes: before the first block that begins below its top and stands in its columns."""
    for position, block in enumerate(body):
        x0, _, x1, top = block.box
        if top < box[3] and x0 < box[2] and x1 > box[0]:
            return position
    position = len(body)
    while position and body[position - 1].box[3] < box[1]:  # what stands at the foot of the page, beside its columns
        position -= 1
    return position


def _framed(
    fragments: Sequence[Fragment], frames: Sequence[Frame], tables: Sequence[Table]
) -> tuple[list[list[Block]], list[Fragment]]:
    """Blocks of each frame and table, and the fragments that stand in none."""
    inside: dict[int, list[Fragment]] = {}
    rest = []
    places: list[Frame | Table] = [*tables, *frames]
    for fragment in fragments:
        place = next((i for i, p in enumerate(places) if p.holds(*fragment.middle)), None)
        if place is None:
            rest.append(fragment)
        else:
            inside.setdefault(place, []).append(fragment)
    blocks = []
    for place, held in inside.items():
        frame = places[place]
        if isinstance(frame, Table):
            blocks.append(table_rows(frame, held, CELL_FRAMES * (place + 1)))
        else:
            blocks.append(
                [Block(b.lines, b.cells, place) for b in blocks_in_order(held, frame.x1 - frame.x0, columns=False)]
            )
    return [b for b in blocks if b], rest
