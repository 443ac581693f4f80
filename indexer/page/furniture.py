"""Which lines of a page are not the report's own text: running headers and footers, contents pages, footnotes."""

import re
from collections import Counter
from collections.abc import Sequence

from indexer.records import Block, Line, Page

# Running headers and footers stand in this share of the page at its top and at its bottom.
EDGE = 0.12
# Repeated lines stand at the same height, give or take this many points.
SAME_HEIGHT = 4.0

PAGE_NUMBER = re.compile(
    r"^(?:[-–|]\s*)?(?:page\s*(?:no\.?\s*)?)?(\d{1,3}|[ivx]{1,5})(?:\s*(?:of|/)\s*\d{1,3})?(?:\s*[-–|])?$",
    re.IGNORECASE,
)
NUMBER_IN_LINE = re.compile(
    r"(?:\bpage\s+(\d{1,3})\b)|(?:(?:^|\t|\|\s*)(\d{1,3})$)|(?:^(\d{1,3})(?:\t|\s*\|))", re.IGNORECASE
)
CONTENTS_PAGE = re.compile(r"(?:\d{1,3}|[ivx]{1,5})$")
CONTENTS_HEADING = re.compile(r"^(?:\d+\.?\s+)?(?:table of |list of )?contents(?: page)?:?$|^index$", re.IGNORECASE)


def furniture(pages: Sequence[Page]) -> set[tuple[int, int]]:
    """Running headers and footers, watermarks and page numbers, as (page number, line counted from 0 on that page)."""
    seen: Counter[tuple[str, int]] = Counter()
    for page in pages:
        seen.update({(_key(line.text), round(_height(line) / SAME_HEIGHT)) for line in _lines(page)})
    repeats = _Repeats(seen, len(pages))
    found = set()
    for page in pages:
        for i, line in enumerate(_lines(page)):
            edge = _height(line) > (1 - EDGE) * page.height or _height(line) < EDGE * page.height
            if (edge and (repeats.often(line) or PAGE_NUMBER.match(line.text.strip()))) or repeats.everywhere(line):
                found.add((page.number, i))
    return found


class _Repeats:
    """How often a line, figures aside, stands at the same height over the pages of a document."""

    def __init__(self, seen: Counter[tuple[str, int]], pages: int) -> None:
        self.seen, self.pages = seen, pages

    def count(self, line: Line) -> int:
        key, height = _key(line.text), round(_height(line) / SAME_HEIGHT)
        return max(self.seen[key, height + step] for step in (-1, 0, 1))

    def often(self, line: Line) -> bool:
        return self.count(line) >= (3 if self.pages > 4 else 2)

    def everywhere(self, line: Line) -> bool:
        return self.pages > 3 and self.count(line) > 0.6 * self.pages


def _lines(page: Page) -> list[Line]:
    return [line for block in page.blocks for line in block.lines]


def _key(text: str) -> str:
    return re.sub(r"\d+|\b[ivx]+$", "#", " ".join(text.lower().split()))


def _height(line: Line) -> float:
    return (line.box[1] + line.box[3]) / 2


def printed_number(text: str) -> str | None:
    """The page number that a running header or footer prints."""
    whole = PAGE_NUMBER.match(text.strip())
    if whole:
        return whole[1]
    part = NUMBER_IN_LINE.search(text.strip())
    return next((group for group in part.groups() if group), None) if part else None


def contents_entry(text: str) -> str | None:
    """The words of a line of a contents page: what stands before the dots, line or gap that leads to a page number."""
    number = CONTENTS_PAGE.search(text)
    led = text[: number.start()] if number else ""
    words = led.rstrip(" .…\t_")
    leader = led[len(words) :]
    leads = leader.count(".") >= 3 or "…" in leader or "\t" in leader or "___" in leader
    return words if words and leads else None


def contents_pages(pages: Sequence[Page]) -> set[int]:
    """Numbers of the pages that are mostly a table of contents."""
    found: set[int] = set()
    for page in pages:
        lines = [line.text.strip() for line in _lines(page)]
        entries = sum(1 for text in lines if contents_entry(text))
        headed = any(CONTENTS_HEADING.match(text) for text in lines[:6]) or page.number - 1 in found
        if entries >= 3 and (headed or entries > 0.6 * len(lines)):
            found.add(page.number)
    return found


def is_footnote(block: Block, page: Page, body_size: float) -> bool:
    """Whether a block is a footnote: small print low on the page that opens with a number or sign."""
    low = block.box[3] < 0.45 * page.height
    small = block.size < body_size - 0.8
    return low and small and not block.cells and bool(re.match(r"^(?:\[?\d{1,3}\]?|[*†‡])[\s\t]?\S", block.text))
