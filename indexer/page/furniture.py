"""Which lines of a page are not the report's own text: running headers and footers."""

import re
from collections import Counter
from collections.abc import Sequence

from indexer.records import Line, Page

# Running headers and footers stand in this share of the page at its top and at its bottom.
EDGE = 0.12
# Repeated lines stand at the same height, give or take this many points.
SAME_HEIGHT = 4.0
# The place of a running header or footer is printed on this share of the pages.
USUAL = 0.3

PAGE_NUMBER = re.compile(
    r"^(?:[-–|]\s*)?(?:page\s*(?:no\.?\s*)?)?(\d{1,3}|[ivx]{1,5})(?:\s*(?:of|/)\s*\d{1,3})?(?:\s*[-–|])?$",
    re.IGNORECASE,
)
NUMBER_IN_LINE = re.compile(
    r"(?:\bpage\s+(\d{1,3})\b)|(?:(?:^|\t|\|\s*)(\d{1,3})(?:\s*(?:/|of)\s*\d{1,3})?$)|(?:^(\d{1,3})(?:\t|\s*\|))",
    re.IGNORECASE,
)


PAGE_AT_END = re.compile(r"[\s|–-]*(?:page )?\b\d{1,3}(?:\s*(?:/|of)\s*\d{1,3})?$")
FIGURE = re.compile(r"\d{1,4}")


def furniture(pages: Sequence[Page]) -> dict[tuple[int, int], str]:
    """Running headers and footers, watermarks and page numbers: (page number, line counted from 0 on that page) -> what it is."""
    repeats = _Repeats(pages)
    found: dict[tuple[int, int], str] = {}
    for page in pages:
        for i, line in enumerate(_lines(page)):
            what = repeats.what(page, line)
            if what:
                found[page.number, i] = what
    return found


class _Repeats:
    """How often a line, figures aside, stands at the same place over the pages of a document."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.pages = len(pages)
        self.seen: Counter[tuple[str, int]] = Counter()
        for page in pages:
            self.seen.update({(key, _place(page, line)) for line in _lines(page) for key in _keys(page, line)})
        self.slots = self._slots(pages)

    def _slots(self, pages: Sequence[Page]) -> set[int]:
        """The places at the edges where most lines are repeated: there the title of each chapter is furniture too."""
        all_lines: Counter[int] = Counter()
        repeated: Counter[int] = Counter()
        for page in pages:
            places = {_place(page, line): line for line in _lines(page) if _at_edge(page, line)}
            all_lines.update(places.keys())
            repeated.update(place for place, line in places.items() if self.often(page, line))
        usual = (place for place, n in all_lines.items() if n > USUAL * self.pages)  # the head of a long table is not
        return {place for place in usual if repeated[place] >= max(4, 0.5 * all_lines[place])}

    def what(self, page: Page, line: Line) -> str | None:
        """What a line is that does not belong to the running text; None for one that does."""
        if _at_edge(page, line):
            if PAGE_NUMBER.match(line.text.strip()):
                return "page number"
            if self.often(page, line) or _place(page, line) in self.slots:
                return "running header or footer"
        return "repeated on most pages" if self._everywhere(page, line) else None

    def count(self, page: Page, line: Line) -> int:
        place = _place(page, line)
        return max(self.seen[key, place + step] for key in _keys(page, line) for step in (-1, 0, 1))

    def often(self, page: Page, line: Line) -> bool:
        return self.count(page, line) >= (3 if self.pages > 4 else 2)

    def _everywhere(self, page: Page, line: Line) -> bool:
        return self.pages > 3 and self.count(page, line) > 0.6 * self.pages


def _lines(page: Page) -> list[Line]:
    return [line for block in page.blocks for line in block.lines]


def _keys(page: Page, line: Line) -> set[str]:
    """What a line would be on another page: as it stands, or with one of its figures counted on with the pages.

    So "Page 3 of 12" is one line on all pages, and "Recommendation 3" is not "Recommendation 4".
    """
    words = " ".join(line.text.lower().split())
    figures = list(FIGURE.finditer(words)) if _at_edge(page, line) else []
    counted = {f"{words[: f.start()]}#{int(f[0]) - page.number}{words[f.end() :]}" for f in figures[-4:]}
    return {words, PAGE_AT_END.sub("", words), *counted}


def _at_edge(page: Page, line: Line) -> bool:
    return min(_height(line), page.height - _height(line)) < EDGE * page.height


def _place(page: Page, line: Line) -> int:
    """How far a line is from the nearer edge, in steps; below zero at the top. Pages may differ in height."""
    height = _height(line)
    return round(height / SAME_HEIGHT) if height < page.height / 2 else round((height - page.height) / SAME_HEIGHT)


def _height(line: Line) -> float:
    return (line.box[1] + line.box[3]) / 2


def printed_number(text: str) -> str | None:
    """The page number that a running header or footer prints."""
    whole = PAGE_NUMBER.match(text.strip())
    if whole:
        return whole[1]
    part = NUMBER_IN_LINE.search(text.strip())
    return next((group for group in part.groups() if group), None) if part else None
