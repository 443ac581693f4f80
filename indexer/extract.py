"""Document -> Page, Block: what stands on each page of a PDF, by the reader that the settings name, or else by OCR."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from indexer.errors import ConfigError, DocumentError
from indexer.page.ink import Ink
from indexer.page.layout import page_of
from indexer.page.legibility import GARBLED, why_unread
from indexer.page.sheet import Sheet
from indexer.readers import scans, with_pdfium, with_pdfminer
from indexer.records import Extracted, LeftOut, Page
from indexer.settings import ReadingOptions

VERSION = "6"
# A page is looked at for ink in this many dots per inch.
GLANCE_DPI = 50

DEFAULT = ReadingOptions()
READERS: dict[str, Callable[[Path], Iterator[Sheet]]] = {
    "pdfminer": with_pdfminer.sheets,
    "pdfium": with_pdfium.sheets,
}


def check_reader(name: str) -> None:
    """Raises ConfigError for the name of a reader that there is not."""
    if name not in READERS:
        raise ConfigError(f"setting LESSONS_READER: '{name}' is none of {', '.join(READERS)}")


def extract(path: Path, options: ReadingOptions = DEFAULT) -> Extracted:
    """Reads a PDF as far as the options let it; what is not read, and a page that fails, is named in the warnings.

    Raises DocumentError, with a plain reason, when nothing can be read.
    """
    _check_start(path)
    pages: list[Page] = []
    warnings: list[str] = []
    words, end = 0, time.monotonic() + options.seconds
    for sheet in READERS[options.reader](path):
        limit = _limit(sheet, words, end, options)
        if limit:
            warnings.append(f"only the first {len(pages)} pages were read: {limit}")
            break
        if sheet.fault:
            warnings.append(f"page {sheet.number} could not be read whole: {sheet.fault}")
        words += len(sheet.words)
        pages.append(_page(path, sheet))
    if not pages:
        raise DocumentError(warnings[0] if warnings else "the PDF has no pages")
    return Extracted(tuple(pages), tuple(warnings))


def _limit(sheet: Sheet, words: int, end: float, options: ReadingOptions) -> str | None:
    """Which limit a page exceeds, if any."""
    if sheet.number > options.max_pages:
        return f"there are more than {options.max_pages}"
    if words + len(sheet.words) > options.max_words:
        return f"there are more than {options.max_words} words"
    return f"it took more than {options.seconds:g} seconds" if time.monotonic() > end else None


def _page(path: Path, sheet: Sheet) -> Page:
    """The page that a sheet shows; `unread` when only OCR can read it."""
    page, reason = page_of(sheet), why_unread(sheet)
    if reason == GARBLED:
        garbled = tuple(LeftOut(page.number, block.text, reason, block.box) for block in page.blocks)
        return replace(page, blocks=(), left_out=page.left_out + garbled, unread=reason)
    return replace(page, unread=reason) if reason and not _blank(path, sheet) else page


def _blank(path: Path, sheet: Sheet) -> bool:
    """Whether nothing but the words that were read can be seen on a page; a page that cannot be drawn is none to look at."""
    try:
        dpi = scans.fitting(sheet, GLANCE_DPI)
        return not sheet.words and Ink(with_pdfium.picture(path, sheet.number, dpi)).blank
    except DocumentError:
        return True


# --- OCR ----------------------------------------------------------------------------------------------------------


def read_scans(path: Path, extracted: Extracted, page_seconds: int, seconds: int) -> Extracted:
    """Reads the unread pages of a document by OCR, until `seconds` are over: a page that fails stays unread, with the reason."""
    end = time.monotonic() + seconds
    pages = [_by_ocr(path, page, min(page_seconds, end - time.monotonic())) for page in extracted.pages]
    return replace(extracted, pages=tuple(pages))


def _by_ocr(path: Path, page: Page, seconds: float) -> Page:
    if page.unread is None:
        return page
    if seconds <= 0:
        return replace(page, unread=f"{page.unread}; the time for OCR was over")
    try:
        sheet, skew = scans.read(path, Sheet(page.number, page.width, page.height, page.label, [], []), seconds)
    except DocumentError as error:
        return replace(page, unread=f"{page.unread}; {error}")
    read = page_of(sheet)
    if _letters(read) <= _letters(page):
        return page if page.unread == GARBLED else replace(page, unread=None, scanned=True)
    return replace(read, left_out=page.left_out + read.left_out, scanned=True, skew=skew)


def _letters(page: Page) -> int:
    return sum(letter.isalnum() for block in page.blocks for letter in block.text)


def _check_start(path: Path) -> None:
    try:
        with path.open("rb") as file:
            if b"%PDF" not in file.read(1024):
                raise DocumentError(
                    "not a PDF: the file does not start as one" if path.stat().st_size else "the file is empty"
                )
    except OSError as error:
        raise DocumentError(f"the file cannot be read: {error.strerror or error}") from error
