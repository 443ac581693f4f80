"""Rows of tables -> drafts: what the columns are called, which rows are printed again, which go on over a page."""

import re
from collections.abc import Sequence

from indexer.page.draft import Draft
from indexer.page.numbering import opening
from indexer.page.outline import Part
from indexer.records import Block, Page

# The head of a column has no more words.
HEADER_WORDS = 8
NUMBER_HEADER = re.compile(
    r"(?:ref(?:erence)?|no|number|nr|item|rec(?:ommendation)?(?: no| ref| number)?|#)\b\.?", re.I
)
NUMBER = re.compile(r"[A-Za-z]{0,4}\.?\s?\d{1,3}(?:\.\d{1,3})*[a-z]?[.:)]?$")
NAMED_NUMBER = re.compile(r"(?:[A-Z]{1,4}\s?\d{1,3}[a-z]?(?:\.\d{1,2})?|\d{1,2}(?:\.\d{1,3})+)[.:)]?$")
ENDS = (".", "!", "?", ":", ";")


class TableWalk:
    """Follows the rows of one table after another; a table goes on over a page when its columns do."""

    def __init__(self) -> None:
        self._header: tuple[str, ...] = ()
        self._last: Draft | None = None

    def end(self) -> None:
        """Something else stands below the last row."""
        self._header, self._last = (), None

    def row(self, part: Part, page: Page, block: Block, *, first_on_page: bool) -> Draft | str | None:
        """The draft that a row begins; None when it goes on the row before; a reason when it is left out."""
        cells = tuple(" ".join(cell.split()) for cell in block.cells)
        last = self._last
        if self._header and cells == self._header and first_on_page:
            return "head of the table, printed again"
        if last and first_on_page and page.number == last.last_page + 1 and _goes_on(last, cells):
            self._extend(last, page, block)
            return None
        if not self._header and _is_header(cells, block, first=self._last is None):
            self._header = cells
            draft = _draft(part, page, block)
        elif not self._header and _is_numbered_text(cells):
            draft = _numbered_text(part, page, block)
        else:
            draft = self._row(part, page, block, cells)
        self._last = draft
        return draft

    def _row(self, part: Part, page: Page, block: Block, cells: Sequence[str]) -> Draft:
        draft = _draft(part, page, block)
        draft.headers = self._header
        draft.number = _number(cells[0], self._header[0] if self._header else "") if cells else None
        above = self._last
        if above and len(cells) > 1 and not cells[0] and len(above.cells) == len(cells):
            draft.lead_in = above.lead_in or above
        return draft

    def _extend(self, draft: Draft, page: Page, block: Block) -> None:
        draft.lines.extend((page.number, line) for line in block.lines)
        draft.cells = tuple("\n".join(c for c in pair if c) for pair in zip(draft.cells, block.cells, strict=True))


def _draft(part: Part, page: Page, block: Block) -> Draft:
    return Draft("table-row", part, [(page.number, line) for line in block.lines], cells=block.cells)


def _goes_on(last: Draft, cells: Sequence[str]) -> bool:
    """Whether a row at the top of a page is the rest of the last row: a cell breaks off there and goes on here."""
    if len(last.cells) != len(cells):
        return False
    pairs = [(a.strip(), b) for a, b in zip(last.cells, cells, strict=True) if b]
    return bool(pairs) and all(a for a, _ in pairs) and any(not a.endswith(ENDS) and b[0].islower() for a, b in pairs)


def _is_header(cells: Sequence[str], block: Block, *, first: bool) -> bool:
    """Whether the first row of a table names its columns."""
    if not first or len(cells) < 2 or not all(cells) or any(len(cell.split()) > HEADER_WORDS for cell in cells):
        return False
    plain = not any(cell.endswith(".") or re.search(r"\d{3}", cell) for cell in cells)
    return block.bold or (len(cells) > 2 and plain and not NUMBER.match(cells[0]))


def _number(cell: str, header: str) -> str | None:
    """The number of a row: in a column that is headed so, or with letters or figures that nothing else has."""
    pattern = NUMBER if NUMBER_HEADER.match(header) else NAMED_NUMBER
    return cell.rstrip(".:) ") if pattern.match(cell) else None


def _is_numbered_text(cells: Sequence[str]) -> bool:
    """Whether a table only sets paragraphs beside their numbers."""
    return len(cells) == 2 and bool(NUMBER.match(cells[0].strip("[]()"))) and len(cells[1].split()) > HEADER_WORDS


def _numbered_text(part: Part, page: Page, block: Block) -> Draft:
    number, *lines = block.lines
    found = opening(f"{number.text}\t-")
    return Draft(
        "paragraph",
        part,
        [(page.number, number), *((page.number, line) for line in lines)],
        found.number or number.text.strip("[]().: "),
        label=number.text,
    )
