"""One walk through the pages of a report: which lines make a passage, and under which heading it stands."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from indexer.page.contents import HEADING as CONTENTS_HEADING
from indexer.page.contents import contents, whole_entries, words_of_entry
from indexer.page.draft import Draft
from indexer.page.footnotes import footnotes
from indexer.page.furniture import furniture, printed_number
from indexer.page.headings import labels, looks_like_heading
from indexer.page.numbering import Opening, heading_opening, is_list_item, opening
from indexer.page.outline import Outline
from indexer.page.paragraphs import letter, refers
from indexer.page.rows import TableWalk
from indexer.records import Block, LeftOut, Line, Page

# A block of at least so many words is running text; under a heading of the first page it ends the title.
RUNNING_WORDS = 15
SEVERAL_BOXES = 2
# A figure without a stop at the start of a paragraph; it may be the first word of a sentence ("14 children ...").
PLAIN_NUMBER = re.compile(r"(\d{1,2})\s+(?=[A-Z“‘\"'])")
DATE = re.compile(r"(?:\d{1,2}(?:st|nd|rd|th)?\s+)?[A-Z][a-z]+,?\s+\d{4}$")
# A line that is as long as this share of the page may break off a sentence although it is the only one.
LONG = 0.5
QUOTES = "“‘\"'(["
ENDS = (".", "!", "?", ":", ";", ".”", "?”", ".’", '."', ".)")


class Reading:
    """Holds where in the report the walk is; `left_out` and `labels` (printed page numbers) fill up on the way."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.left_out: list[LeftOut] = []
        self.labels = {page.number: page.label for page in pages if page.label}
        self.outline = Outline()
        self._furniture = furniture(pages)
        self._contents = contents(pages, self._furniture)
        self._pages = [(page, whole_entries(list(self._kept(page)), page.width)) for page in pages]
        self._body_size = _body_size(block for _, blocks in self._pages for block, _ in blocks)
        self._is_form = _is_form(block for _, blocks in self._pages for block, _ in blocks)
        self._open: Draft | None = None  # the passage that the next block may continue
        self._running: Draft | None = None  # the last passage outside of boxes and tables
        self._open_note: Draft | None = None  # the footnote that the foot of the next page may continue
        self._pending: str | None = None  # a number that stands alone, for the passage that follows
        self._lead_in: Draft | None = None
        self._table = TableWalk()
        self._first_on_page = True
        self._in_cover = True

    def _kept(self, page: Page) -> Iterator[tuple[Block, bool]]:
        """The blocks of a page without its furniture, and whether each is of the table of contents."""
        i = 0
        for block in page.blocks:
            lines: list[Line] = []
            listed: list[Line] = []
            for line in block.lines:
                place = (page.number, i)
                i += 1
                if place in self._furniture:
                    self._note_furniture(page, line, self._furniture[place])
                elif place in self._contents:
                    listed.append(line)
                else:
                    lines.append(line)
            yield from ((Block((line,)), True) for line in _joined_rows(block, listed))
            if len(lines) == len(block.lines):
                yield block, False
            elif lines:
                yield Block(tuple(lines), frame=block.frame), False

    def _note_furniture(self, page: Page, line: Line, what: str) -> None:
        self.left_out.append(LeftOut(page.number, line.text, what, line.box))
        printed = printed_number(line.text)
        if printed:
            self.labels.setdefault(page.number, printed)

    def drafts(self) -> Iterator[Draft]:
        """The passages in the making, in reading order; a footnote never parts a paragraph that runs over the page."""
        frame: tuple[int, int | None] = (0, None)
        for page, blocks in self._pages:
            self._first_on_page = True
            self._in_cover = self._in_cover and page is self._pages[0][0]
            notes = footnotes(page, [block for block, _ in blocks], self._body_size)
            chart = labels([block for block, _ in blocks], self._body_size)
            for place, ((block, listed), is_note) in enumerate(zip(blocks, notes, strict=True)):
                if (page.number, block.frame) != frame:
                    frame = (page.number, block.frame)
                    self.outline.leave_frame()
                if listed:
                    yield from self._listed(page, block)
                elif is_note:
                    yield from self._note(page, block)
                else:
                    yield from self._read(page, block, is_label=place in chart)

    # --- one block ------------------------------------------------------------------------------------------------

    def _listed(self, page: Page, block: Block) -> Iterator[Draft]:
        """A row of the table of contents."""
        *wrapped, line = block.lines
        printed = line.text.strip()
        self._open = self._running = self._lead_in = None
        if CONTENTS_HEADING.match(printed) or not self.outline.here.contents:
            self.outline.enter_contents(block, page.number)
        if CONTENTS_HEADING.match(printed):
            yield Draft("heading", self.outline.here, [(page.number, line)])
            return
        words = words_of_entry(printed) or ("" if wrapped else printed)
        if len(words) < len(printed):
            self.left_out.append(
                LeftOut(page.number, printed[len(words) :], "leads to a page in the contents", line.box)
            )
        row = Block((*wrapped, replace(line, text=words))) if words else Block(tuple(wrapped))
        yield self._draft("list-item", page, row, opening(row.lines[0].text))

    def _note(self, page: Page, block: Block) -> Iterator[Draft]:
        """A footnote, or the rest of one that goes on over the page."""
        first = block.lines[0].text
        note = self._open_note
        if note and page.number <= note.last_page + 1 and first[:1].islower() and not note.last.text.endswith(ENDS):
            note.lines.extend((page.number, line) for line in block.lines)
            return
        self._open_note = self._draft("footnote", page, block, opening(re.sub(r" ", "\t", first, count=1)))
        yield self._open_note

    def _read(self, page: Page, block: Block, *, is_label: bool) -> Iterator[Draft]:
        if block.cells:
            yield from self._row(page, block)
        elif not is_label and self._is_heading(page, block):
            yield from self._heading(page, block)
        else:
            yield from self._paragraph(page, block)

    def _row(self, page: Page, block: Block) -> Iterator[Draft]:
        self._open = None
        row = self._table.row(self.outline.here, page, block, first_on_page=self._first_on_page)
        self._first_on_page = isinstance(row, str)  # the head of a table stands between the parts of its row
        if isinstance(row, Draft):
            yield row
        elif row:
            self.left_out += [LeftOut(page.number, line.text, row, line.box) for line in block.lines]

    def _is_heading(self, page: Page, block: Block) -> bool:
        if block.heads:
            return True
        if self._in_cover and not self._ends_cover(page, block):
            return False
        if looks_like_heading(block, self._body_size):
            return self._continued(page, block, opening(block.lines[0].text)) is None
        return False

    def _ends_cover(self, page: Page, block: Block) -> bool:
        """Whether a heading on the first page is past the title: smaller, below it, and with running text under it."""
        title = max(b.size for b in page.blocks)
        blocks = list(page.blocks)
        place = next((i for i, b in enumerate(blocks) if b.lines[0] is block.lines[0]), 0)
        past = place > next(i for i, b in enumerate(blocks) if b.size == title)
        below = next((b for b in blocks[place + 1 :] if b.frame == block.frame), None)
        runs = below is not None and len(below.text.split()) >= RUNNING_WORDS and below.size <= self._body_size + 1
        alone = block.frame is not None and self._boxes_with_text(page) < SEVERAL_BOXES  # a notice on a title page
        return past and block.size < title and runs and not alone and not DATE.match(block.text)

    def _boxes_with_text(self, page: Page) -> int:
        """How many boxes of a page hold running text: a leaflet is made of them."""
        return len({b.frame for b in page.blocks if b.frame is not None and len(b.text.split()) >= RUNNING_WORDS})

    def _heading(self, page: Page, block: Block) -> Iterator[Draft]:
        first = block.lines[0].text
        start = heading_opening(first)
        alone = not start.text.strip()  # "Recommendation 1" on a line of its own numbers what follows
        self._pending = start.number if alone and start.style == "word" else None
        if alone or start.style in ("word", "prefixed", "bracketed"):
            start = Opening(None, False, first)
        text = " ".join(" ".join([start.text, *(line.text for line in block.lines[1:])]).split())
        self._in_cover = False
        framed = block.frame is not None and not self._is_form
        self.outline.enter(text, start.number, block, page.number, framed=framed)
        self._open, self._running, self._first_on_page, self._lead_in = None, None, False, None
        self._table.end()
        yield self._draft("heading", page, block, start)

    def _paragraph(self, page: Page, block: Block) -> Iterator[Draft]:
        start = opening(block.lines[0].text)
        begun = self._continued(page, block, start)
        if begun is not None:
            begun.lines.extend((page.number, line) for line in block.lines)
            self._open, self._first_on_page = begun, False
            return
        item = is_list_item(start)
        draft = self._draft(
            "box" if block.frame is not None else "list-item" if item else "paragraph", page, block, start
        )
        if draft.number is None and self._pending:
            draft.number = self._pending
        self._pending = None
        draft.lead_in = self._lead_in if item else None
        if not item:
            self._lead_in = draft if block.text.rstrip().endswith(":") else None
        self._open, self._first_on_page = draft, False
        self._running = draft if block.frame is None else self._running
        self._table.end()
        yield draft

    def _draft(self, kind: str, page: Page, block: Block, start: Opening) -> Draft:
        lines = [(page.number, line) for line in block.lines]
        label = _label(block.lines[0].text, start.text)
        return Draft(kind, self.outline.here, lines, start.number, label, frame=block.frame)

    def _continued(self, page: Page, block: Block, start: Opening) -> Draft | None:
        """The passage that a block goes on: the one before it, or that before the box or table between them."""
        if self._open and self._goes_on(self._open, page, block, start):
            return self._open
        before = self._running if block.frame is None else None
        runs = before is not None and len(before.lines) > 1
        return before if before and runs and self._goes_on(before, page, block, start) else None

    def _goes_on(self, draft: Draft, page: Page, block: Block, start: Opening) -> bool:
        """Whether a block continues a passage, over a page, a column or a gap."""
        line, last = block.lines[0], draft.last
        if start.bullet or (start.number and not refers(last, line)) or (self._in_cover and not draft.number):
            return False
        if abs(line.size - last.size) > 0.6 or line.bold != last.bold or not _may_follow(draft, page, block):
            return False
        in_next_column = len(draft.lines) > 1 and (line.box[1] > last.box[1] or line.box[0] > last.box[2])
        moved = page.number != draft.last_page or in_next_column
        if not last.text.rstrip().endswith(ENDS):
            return line.text[:1].islower() or (moved and not last.bold and _breaks_off(draft, block, page.width))
        same_edge = abs(line.box[0] - _text_edge(draft)) < 4
        full = last.box[2] > 0.82 * page.width
        return (
            moved and self._first_on_page and bool(draft.number) and same_edge and full and line.text[:1] not in "“\"'‘"
        )


def _may_follow(draft: Draft, page: Page, block: Block) -> bool:
    """Whether a block stands in the box of a passage, or where that may go on on the next page."""
    if page.number == draft.last_page:
        return draft.frame == block.frame
    return page.number == draft.last_page + 1 and (draft.frame is None) == (block.frame is None)


def _breaks_off(draft: Draft, block: Block, width: float) -> bool:
    """Whether a passage may go on with a capital: the next word had no room on its last line, and stands in line with it."""
    line, last, edge = block.lines[0], draft.last, _text_edge(draft)
    if "\t" in last.text + line.text or not line.text.strip(QUOTES)[:1].isalnum():
        return False
    if draft.label and abs(line.box[0] - draft.lines[0][1].box[0]) < 4 < edge - line.box[0]:
        return False  # below the bullet or the number, not below the text
    begun = [held.box[2] - edge for page, held in draft.lines if page == draft.last_page]
    if len(draft.lines) == 1 and begun[-1] < LONG * width:
        return False
    widest = max(*begun, *(held.box[2] - block.lines[-1].box[0] for held in block.lines))
    first_word = line.text.split(maxsplit=1)[0]
    return widest - begun[-1] < (len(first_word) + 1) * letter(line) + line.size


def number_runs(drafts: list[Draft]) -> list[Draft]:
    """The drafts, with plain figures at the start of paragraphs taken for numbers where they count on from one to the next."""
    plain = [(draft, PLAIN_NUMBER.match(draft.lines[0][1].text)) for draft in drafts if _may_bear_number(draft)]
    found = [(draft, match) for draft, match in plain if match]
    for (before, one), (after, other) in pairwise(found):
        if int(other[1]) == int(one[1]) + 1:
            for draft, match in ((before, one), (after, other)):
                draft.number, draft.label = match[1], match[0]
    return drafts


def _may_bear_number(draft: Draft) -> bool:
    return draft.number is None and not draft.label and draft.kind in ("paragraph", "box", "list-item")


def _label(line: str, text: str) -> str:
    """What stands in a line before the text that is left of it."""
    return line[: len(line) - len(text)] if line.endswith(text) else ""


def _joined_rows(block: Block, lines: Sequence[Line]) -> Sequence[Line]:
    """The rows of contents that lines are: the cells of a table row stand on one."""
    if not block.cells or not lines:
        return lines
    return [Line("\t".join(line.text for line in lines), block.box, block.size, block.bold, False)]


def _text_edge(draft: Draft) -> float:
    """Where a paragraph's running text begins, its hanging number aside."""
    return draft.lines[1][1].box[0] if len(draft.lines) > 1 else draft.lines[0][1].box[0]


def _is_form(blocks: Iterator[Block]) -> bool:
    """Whether most of the report is printed in boxes: then a box is no aside, and a heading in one holds beyond it."""
    letters: Counter[bool] = Counter()
    for block in blocks:
        letters[block.frame is not None] += len(block.text)
    return letters[True] > letters[False]


def _body_size(blocks: Iterator[Block]) -> float:
    """The font size in which most of the report is printed."""
    sizes: Counter[float] = Counter()
    for block in blocks:
        for line in block.lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0
