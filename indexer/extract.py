"""Document -> Page, Block: what stands on each page of a PDF, by the reader that the settings name."""

from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.errors import ConfigError, DocumentError
from indexer.page.layout import page_of
from indexer.page.sheet import Sheet
from indexer.readers import with_pdfium, with_pdfminer
from indexer.records import Extracted, Page

VERSION = "4"

READERS: dict[str, Callable[[Path], Iterator[Sheet]]] = {
    "pdfminer": with_pdfminer.sheets,
    "pdfium": with_pdfium.sheets,
}


def check_reader(name: str) -> None:
    """Raises ConfigError for the name of a reader that there is not."""
    if name not in READERS:
        raise ConfigError(f"setting LESSONS_READER: '{name}' is none of {', '.join(READERS)}")


def extract(path: Path, max_pages: int, reader: str = "pdfminer") -> Extracted:
    """Reads a PDF, at most `max_pages` pages of it; a page that fails is named in the warnings.

    Raises DocumentError, with a plain reason, when nothing can be read.
    """
    _check_start(path)
    pages: list[Page] = []
    warnings: list[str] = []
    for sheet in READERS[reader](path):
        if sheet.number > max_pages:
            warnings.append(f"only the first {max_pages} pages were read")
            break
        if sheet.fault:
            warnings.append(f"page {sheet.number} could not be read whole: {sheet.fault}")
        pages.append(page_of(sheet))
    if not pages:
        raise DocumentError("the PDF has no pages")
    return Extracted(tuple(pages), tuple(warnings))


def _check_start(path: Path) -> None:
    try:
        with path.open("rb") as file:
            if b"%PDF" not in file.read(1024):
                raise DocumentError(
                    "not a PDF: the file does not start as one" if path.stat().st_size else "the file is empty"
                )
    except OSError as error:
        raise DocumentError(f"the file cannot be read: {error.strerror or error}") from error
