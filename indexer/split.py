"""Pages -> Passages: headings, paragraph numbers, lists and table rows in order, furniture left out, each with its section."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from indexer.page.furniture import (
    CONTENTS_HEADING,
    contents_entry,
    contents_pages,
    furniture,
    is_footnote,
    printed_number,
)
from indexer.page.headings import Heading, SectionNames, looks_like_heading, style_of
from indexer.page.hyphens import Joiner
from indexer.page.numbering import Opening, heading_opening, is_list_item, opening
from indexer.records import Block, Box, Line, Page, Passage, around
from indexer.taxonomy import Taxonomy

VERSION = "3"

# A first page with more words of running text than this is not a title page only.
COVER_WORDS = 120
ENDS = (".", "!", "?", ":", ";", ".”", "?”", ".’", '."', ".)")


@dataclass(slots=True)
class _Draft:
    """A passage in the making: its lines, each with the number of its page."""

    kind: str
    section: str
    heading: str
    number: str | None = None
    cells: tuple[str, ...] = ()
    frame: int | None = None
    lines: list[tuple[int, Line]] = field(default_factory=list)
    first: str = ""  # the first line without its number

    @property
    def page(self) -> int:
        return self.lines[0][0]

    @property
    def last(self) -> Line:
        return self.lines[-1][1]

    def texts(self) -> list[str]:
        return [self.first, *(line.text for _, line in self.lines[1:])]

    def boxes(self) -> list[tuple[int, Box]]:
        boxes: dict[int, list[Box]] = {}
        for page, line in self.lines:
            boxes.setdefault(page, []).append(line.box)
        return [(page, around(held)) for page, held in boxes.items()]

    def confidence(self) -> float | None:
        """How sure OCR is of the lines, long lines counting more; None where OCR read none of them."""
        sure = [(line.confidence, len(line.text)) for _, line in self.lines if line.confidence is not None]
        return round(sum(c * n for c, n in sure) / sum(n for _, n in sure), 3) if sure else None


class Splitter:
    """Cuts the pages of documents into passages, with the section wordings of one vocabulary."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._names = SectionNames(taxonomy.sections)
        self._defaults = {kind: section.id for section in taxonomy.sections.values() for kind in section.default_for}

    def split(self, document_id: str, pages: Sequence[Page], document_types: Sequence[str] = ()) -> tuple[Passage, ...]:
        """The passages of a document in reading order; its kinds say what a part without a telling heading is."""
        if not any(page.blocks for page in pages):
            return ()
        default = next((self._defaults[kind] for kind in document_types if kind in self._defaults), "analysis")
        reading = _Reading(self._names, pages, default)
        drafts = list(reading.drafts())
        joiner = Joiner(line.text for page in pages for block in page.blocks for line in block.lines)
        passages: list[Passage] = []
        on_page: Counter[int] = Counter()
        drawn = {page.number: page for page in pages}
        for draft in drafts:
            text = _text(draft, joiner)
            if not text:
                continue
            on_page[draft.page] += 1
            passages.append(
                Passage(
                    id=f"{document_id[:12]}-{draft.page}-{on_page[draft.page]}",
                    document=document_id,
                    position=len(passages),
                    kind=draft.kind,
                    number=draft.number,
                    page_from=draft.page,
                    page_to=draft.lines[-1][0],
                    page_label=reading.labels.get(draft.page),
                    section=draft.section,
                    heading=draft.heading,
                    text=text,
                    boxes=tuple((number, *drawn[number].as_drawn(box)) for number, box in draft.boxes()),
                    confidence=draft.confidence(),
                )
            )
        return tuple(passages)


def _text(draft: _Draft, joiner: Joiner) -> str:
    if draft.cells:
        return " | ".join(joiner.join(cell.split("\n")) for cell in draft.cells)
    return joiner.join(draft.texts())


class _Reading:
    """One walk through a document's pages, holding where in the report it is."""

    def __init__(self, names: SectionNames, pages: Sequence[Page], default: str) -> None:
        self.names, self.default = names, default
        self.contents = contents_pages(pages)
        marks = furniture(pages)
        self.labels: dict[int, str] = {}
        self.blocks = [(page, [b for b in self._kept(page, marks) if b.lines]) for page in pages]
        sizes: Counter[float] = Counter()
        for _, blocks in self.blocks:
            for block in blocks:
                for line in block.lines:
                    sizes[round(line.size, 1)] += len(line.text)
        self.body_size = sizes.most_common(1)[0][0] if sizes else 10.0
        self.stack: list[Heading] = []
        self.section = "cover"
        self.open: _Draft | None = None  # the passage that the next block may continue
        self.pending: str | None = None  # a number that stands alone, for the passage that follows
        self.header: tuple[str, ...] = ()
        self.first_on_page = True

    def _kept(self, page: Page, marks: set[tuple[int, int]]) -> Iterator[Block]:
        """The blocks of a page without its furniture; the printed page number is noted on the way."""
        if page.label:
            self.labels[page.number] = page.label
        i = 0
        for block in page.blocks:
            lines = []
            for line in block.lines:
                if (page.number, i) in marks:
                    printed = printed_number(line.text)
                    if printed and not page.label:
                        self.labels[page.number] = printed
                else:
                    lines.append(line)
                i += 1
            yield block if len(lines) == len(block.lines) else Block(tuple(lines), frame=block.frame)

    def drafts(self) -> Iterator[_Draft]:
        """The passages in the making, in reading order; a footnote never parts a paragraph that runs over the page."""
        frame: tuple[int, int | None] = (0, None)
        for page, blocks in self.blocks:
            self.first_on_page = True
            for block in blocks:
                if (page.number, block.frame) != frame:
                    frame = (page.number, block.frame)
                    self._leave_frame()
                yield from self._read(page, block)

    def _leave_frame(self) -> None:
        """A heading inside a box holds only within it."""
        while self.stack and self.stack[-1].framed:
            self.stack.pop()
        if self.stack:
            self.section = self.stack[-1].section

    @property
    def heading(self) -> str:
        return self.stack[-1].text if self.stack else ""

    # --- one block ------------------------------------------------------------------------------------------------

    def _read(self, page: Page, block: Block) -> Iterator[_Draft]:
        if page.number in self.contents:
            yield from self._contents(page, block)
        elif is_footnote(block, page, self.body_size):
            yield self._draft("footnote", page, block, opening(block.lines[0].text.replace(" ", "\t", 1)))
        elif block.cells:
            yield from self._row(page, block)
        elif self._is_heading(page, block):
            yield from self._heading(page, block)
        else:
            yield from self._paragraph(page, block)

    def _contents(self, page: Page, block: Block) -> Iterator[_Draft]:
        self.section, self.stack, self.open = "toc", [], None
        for line in block.lines:
            printed = line.text.strip()
            kind = "heading" if CONTENTS_HEADING.match(printed) else "list-item"
            draft = self._draft(kind, page, Block((line,)), opening(contents_entry(printed) or line.text))
            draft.heading = "Contents"
            yield draft

    def _row(self, page: Page, block: Block) -> Iterator[_Draft]:
        cells = tuple(" ".join(c.split()) for c in block.cells)
        self.open = None
        if cells == self.header and self.first_on_page:
            return  # the header of a table is printed again on each page
        if block.bold or not self.header or len(self.header) != len(cells):
            self.header = cells
        self.first_on_page = False
        draft = self._draft("table-row", page, block, Opening(None, False, block.lines[0].text))
        draft.cells = block.cells
        yield draft

    def _is_heading(self, page: Page, block: Block) -> bool:
        if self.section == "cover" and page.number == 1 and not self._ends_cover(page, block):
            return False
        if looks_like_heading(block, self.body_size):
            return not self._goes_on(page, block, opening(block.lines[0].text))
        return (
            len(block.lines) == 1
            and len(block.text) < 60
            and block.frame is None
            and bool(opening(block.text).number)
            and self.names.exact(block.text) is not None
        )

    def _ends_cover(self, page: Page, block: Block) -> bool:
        """Whether a heading on the first page is past the title: smaller, and on a page that holds running text."""
        title = max(b.size for b in page.blocks)
        running = sum(
            len(b.text.split()) for b in page.blocks if len(b.text.split()) >= 20 and b.size <= self.body_size + 1
        )
        place = next(i for i, b in enumerate(page.blocks) if b.size == title)
        past = page.blocks.index(block) > place if block in page.blocks else True
        return running > COVER_WORDS and past and block.size < title

    def _heading(self, page: Page, block: Block) -> Iterator[_Draft]:
        first = block.lines[0].text
        start = heading_opening(first)
        alone = not start.text.strip()  # "Recommendation 1" on a line of its own numbers what follows
        if alone or start.style in ("word", "prefixed", "bracketed"):
            self.pending = start.number if alone and start.style == "word" else None
            start = Opening(None, False, first)
        else:
            self.pending = None
        text = " ".join(" ".join([start.text, *(line.text for line in block.lines[1:])]).split())
        self._enter(text, start.number, block)
        self.open, self.first_on_page, self.header = None, False, ()
        yield self._draft("heading", page, block, start)

    def _enter(self, text: str, number: str | None, block: Block) -> None:
        """Moves into the section that a heading opens."""
        style, framed = style_of(block), block.frame is not None
        if not framed:
            while self.stack and not self.stack[-1].above(number, style):
                self.stack.pop()
        parent = self.stack[-1].section if self.stack else None
        section = self.names.section(text, parent, before=self.section, default=self.default)
        self.stack.append(Heading(text, number, style, section, framed))
        self.section = section

    def _paragraph(self, page: Page, block: Block) -> Iterator[_Draft]:
        start = opening(block.lines[0].text)
        if self.open is not None and self._goes_on(page, block, start):
            self.open.lines.extend((page.number, line) for line in block.lines)
            self.first_on_page = False
            return
        kind = "box" if block.frame is not None else "list-item" if is_list_item(start) else "paragraph"
        draft = self._draft(kind, page, block, start)
        if draft.number is None and self.pending:
            draft.number = self.pending
        self.pending = None
        self.open, self.first_on_page, self.header = draft, False, ()
        yield draft

    def _draft(self, kind: str, page: Page, block: Block, start: Opening) -> _Draft:
        lines = [(page.number, line) for line in block.lines]
        return _Draft(kind, self.section, self.heading, start.number, (), block.frame, lines, start.text)

    def _goes_on(self, page: Page, block: Block, start: Opening) -> bool:
        """Whether a block continues the paragraph before it, over a page, a column or a gap."""
        draft = self.open
        if draft is None or start.number or start.bullet or (draft.section == "cover" and not draft.number):
            return False
        line, last = block.lines[0], draft.last
        if abs(line.size - last.size) > 0.6 or line.bold != last.bold or (draft.frame is None) != (block.frame is None):
            return False
        unfinished = not last.text.rstrip().endswith(ENDS)
        moved = page.number != draft.lines[-1][0] or line.box[1] > last.box[1]
        if unfinished:
            return line.text[:1].islower() or (moved and not last.bold)
        same_edge = abs(line.box[0] - _text_edge(draft)) < 4
        full = last.box[2] > 0.82 * page.width
        return (
            moved and self.first_on_page and bool(draft.number) and same_edge and full and line.text[:1] not in "“\"'‘"
        )


def _text_edge(draft: _Draft) -> float:
    """Where a paragraph's running text begins, its hanging number aside."""
    return draft.lines[1][1].box[0] if len(draft.lines) > 1 else draft.lines[0][1].box[0]
