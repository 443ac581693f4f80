"""Which lines of a report are its table of contents: rows that lead to page numbers, under a heading that says so."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.page.numbering import opening
from indexer.records import Block, Page

PAGE_NUMBER = re.compile(r"(?:\d{1,3}|[ivx]{1,5})$")
HEADING = re.compile(r"^(?:\d+\.?\s+)?(?:table of |list of )?contents(?: page)?:?$|^index$", re.IGNORECASE)
# Rows that lead to a page number make a table of contents from this many on; under a heading that says so, fewer do.
ENTRIES = 5
ENTRIES_UNDER_HEADING = 2
# Rows between two entries that lead nowhere: a title over several lines, or a part of the report without a page.
BETWEEN = 3
# The first line of an entry that is wrapped reaches this share of the page; the next stands below it by so many font sizes.
WRAPPED, CLOSE = 0.6, 1.9
LED = re.compile(r"(?P<words>\S.*[^\W\d_].*) \d{1,3}$")


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of print: its text, and the lines that it is made of, counted from 0 on the page."""

    text: str
    lines: range

    @property
    def page(self) -> int | None:
        """The page that the row leads to, in Arabic figures; 0 for a Roman one."""
        number = PAGE_NUMBER.search(self.text)
        return None if number is None else int(number[0]) if number[0].isdigit() else 0


def entry(text: str) -> str | None:
    """The words of a row of contents: what stands before the dots, line or gap that leads to a page number."""
    number = PAGE_NUMBER.search(text)
    led = text[: number.start()] if number else ""
    words = led.rstrip(" .…\t_")
    leader = led[len(words) :]
    leads = leader.count(".") >= 3 or "…" in leader or "\t" in leader or "___" in leader
    return words if words and leads and not re.search(r"\t\d+$", words) else None


def words_of_entry(text: str) -> str:
    """The words of a row that is known to be one of contents: there a plain number at its end leads to a page too."""
    if PAGE_NUMBER.match(text):
        return ""
    plain = LED.match(text)
    return entry(text) or (plain["words"] if plain else text)


def whole_entries(blocks: Sequence[tuple[Block, bool]], width: float) -> list[tuple[Block, bool]]:
    """The blocks of a page, each with whether it is a row of contents: rows that are wrapped are made one."""
    whole: list[tuple[Block, bool]] = []
    for block, listed in blocks:
        above, above_listed = whole[-1] if whole else (block, False)
        if listed and above_listed and _is_wrapped(above, block, width):
            whole[-1] = Block((*above.lines, *block.lines)), True
        else:
            whole.append((block, listed))
    return whole


def _is_wrapped(above: Block, row: Block, width: float) -> bool:
    """Whether a row is the rest of an entry that leads nowhere yet."""
    first, last = above.lines[-1].text.strip(), above.lines[-1]
    if HEADING.match(first) or words_of_entry(first) != first:
        return False
    line = row.lines[0]
    close = 0 <= last.box[1] - line.box[1] < CLOSE * last.size
    alike = last.bold == line.bold and last.box[2] > WRAPPED * width and not opening(line.text).number
    return close and (alike or bool(PAGE_NUMBER.match(line.text.strip())))


def contents(pages: Sequence[Page], furniture: Container[tuple[int, int]] = ()) -> set[tuple[int, int]]:
    """The lines of the tables of contents, as (page number, line counted from 0 on that page); `furniture` is none of them."""
    found: set[tuple[int, int]] = set()
    open_table = False  # the table may go on at the top of the next page
    for page in pages:
        rows = [row for row in _rows(page) if (page.number, row.lines.start) not in furniture]
        span = _span(rows, open_table=open_table)
        open_table = span is not None and _reaches_the_foot(rows, span)
        if span:
            found.update((page.number, i) for row in rows[span.start : span.stop] for i in row.lines)
    return found


def _rows(page: Page) -> Iterator[_Row]:
    start = 0
    for block in page.blocks:
        if block.cells:
            text = "\t".join(" ".join(cell.split()) for cell in block.cells if cell.strip())
            yield _Row(text, range(start, start + len(block.lines)))
        else:
            for i, line in enumerate(block.lines, start):
                yield _Row(line.text.strip(), range(i, i + 1))
        start += len(block.lines)


def _span(rows: Sequence[_Row], *, open_table: bool) -> range | None:
    """The rows of a page from the heading, or the first entry, to the last entry of its table of contents."""
    heading = next((i for i, row in enumerate(rows) if HEADING.match(row.text)), None)
    expected = heading is not None or open_table
    entries = _run([i for i, row in enumerate(rows) if _leads(row, expected) and i > (heading or -1)])
    numbers = [page for i in entries if (page := rows[i].page)]
    rising = sum(a <= b for a, b in pairwise(numbers)) >= 0.7 * max(0, len(numbers) - 1)
    if len(entries) < (ENTRIES_UNDER_HEADING if expected else ENTRIES) or not rising:
        return None
    wrapped = open_table and entries[0] <= BETWEEN  # the first entry begins above the row that leads to its page
    return range(heading if heading is not None else 0 if wrapped else entries[0], entries[-1] + 1)


def _leads(row: _Row, expected: bool) -> bool:
    """Whether a row leads to a page number; under a heading that says so, a plain number at its end is enough."""
    if entry(row.text):
        return True
    return expected and bool(LED.match(row.text)) and len(row.text) < 120


def _run(entries: Sequence[int]) -> list[int]:
    """The entries up to the first wide gap between two."""
    run: list[int] = []
    for i in entries:
        if run and i - run[-1] > BETWEEN + 1:
            break
        run.append(i)
    return run


def _reaches_the_foot(rows: Sequence[_Row], span: range) -> bool:
    return len(rows) - span.stop <= BETWEEN
