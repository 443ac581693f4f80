"""Document -> Page, Block: what stands on each page of a PDF, by the reader that the settings name."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.errors import DocumentError
from indexer.page.layout import page_of
from indexer.page.sheet import Sheet
from indexer.readers import with_pdfminer
from indexer.records import Extracted, Page
from indexer.settings import ReadingOptions

VERSION = "3"

DEFAULT = ReadingOptions()

READERS: dict[str, Callable[[Path], Iterator[Sheet]]] = {"pdfminer": with_pdfminer.sheets}


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
        pages.append(page_of(sheet))
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


def _check_start(path: Path) -> None:
    try:
        with path.open("rb") as file:
            if b"%PDF" not in file.read(1024):
                raise DocumentError(
                    "not a PDF: the file does not start as one" if path.stat().st_size else "the file is empty"
                )
    except OSError as error:
        raise DocumentError(f"the file cannot be read: {error.strerror or error}") from error
