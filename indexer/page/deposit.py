"""The sheet that a national collection puts in front of a board's report: told by its wording and shape, and read."""

import re
from collections.abc import Iterator, Mapping, Sequence

from indexer.records import Page

REASON = "sheet of the national collection, put in front of the report"

# A sheet is short, and stands before the report.
MOST_WORDS = 220
FIRST_PAGES = 2
LABELS: Mapping[str, str] = {
    "title": r"(?:report )?title",
    "publisher": r"(?:LSCBs?|SCB|(?:local )?safeguarding (?:children )?(?:board|partnership)s?|board|partnership|publisher|"
    r"publishing (?:board|body|LSCB|partnership)|area|corporate author)(?: name)?",
    "author": r"(?:report |lead |overview )?authors?(?:\(s\))?|(?:lead |independent )*reviewers?(?:\(s\))?",
    "published": r"(?:date|year)(?: of)? (?:publication|published)|publication (?:date|year)|published|year|date",
    "reference": r"(?:serious )?case review (?:no|number|ref(?:erence)?)\.?|(?:our )?ref(?:erence)?(?: no| number)?\.?",
}
LABEL = re.compile(
    "^(?:" + "|".join(rf"(?P<{name}>{words})" for name, words in LABELS.items()) + r")\s*(?::|\t|$)", re.I
)
COLLECTION = re.compile(
    r"\bNSPCC\b|\bnational (?:case review )?(?:collection|repository)|\bcollection of (?:serious )?case reviews", re.I
)
COPYRIGHT = re.compile(r"©|\bcopyright\b|\bpublished (?:here )?on behalf of\b|\brights (?:remain|are)\b", re.I)
UNNAMED = re.compile(r"\bon behalf of (?:an? )?(?:unnamed|anonymous)\b", re.I)


def deposit_sheets(pages: Sequence[Page]) -> set[int]:
    """Numbers of the pages that a collection put in front; none when nothing follows them."""
    found: set[int] = set()
    for page in pages[:FIRST_PAGES]:
        if not _is_sheet(page):
            break
        found.add(page.number)
    return found if any(page.blocks for page in pages if page.number not in found) else set()


def sheet_rows(page: Page) -> dict[str, tuple[str, str]]:
    """What a sheet says, by label (title, publisher, author, published, reference): the value, and the words with it."""
    found: dict[str, tuple[str, str]] = {}
    for label, text, words in _rows(page):
        if text and not UNNAMED.search(text):
            found.setdefault(label, (text, words))
    return found


def _is_sheet(page: Page) -> bool:
    text = " ".join(block.text for block in page.blocks)
    if not text or len(text.split()) > MOST_WORDS:
        return False
    labels = {label for label, _, _ in _rows(page)}
    if UNNAMED.search(text) and COLLECTION.search(text):
        return True
    held = bool(COLLECTION.search(text)) and bool(COPYRIGHT.search(text)) and len(labels) >= 2
    return held or (bool(COPYRIGHT.search(text)) and {"title", "publisher"} <= labels and len(labels) >= 3)


def _rows(page: Page) -> Iterator[tuple[str, str, str]]:
    """The labelled rows: label, the text that follows until the next label or block of its own, and both as printed."""
    label, parts, printed = "", list[str](), list[str]()
    for block in page.blocks:
        for line in block.lines:
            match = LABEL.match(line.text.strip())
            if match and match.lastgroup:
                if label:
                    yield label, _plain(parts), _plain(printed)
                label, parts, printed = match.lastgroup, [line.text.strip()[match.end() :]], [line.text]
            elif label:
                parts.append(line.text)
                printed.append(line.text)
        if label and _plain(parts):
            yield label, _plain(parts), _plain(printed)
            label, parts, printed = "", [], []


def _plain(parts: Sequence[str]) -> str:
    return " ".join(" ".join(parts).split())
