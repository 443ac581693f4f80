"""Draws pages as pictures with PDFium, and reads them with it. Only this file and its parts, `pdfium_*.py`, know pypdfium2."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from PIL.Image import Image
from pypdfium2 import raw

from indexer.errors import DocumentError
from indexer.page.sheet import Sheet
from indexer.readers.pdfium_drawing import Drawing
from indexer.readers.pdfium_print import Print
from indexer.readers.pdfium_space import Matrix

POINTS_PER_INCH = 72
A4 = (595.0, 842.0)


# --- pictures -----------------------------------------------------------------------------------------------------


def picture(path: Path, number: int, dpi: int) -> Image:
    """One page of a PDF, counted from 1, as a picture in shades of grey. Raises DocumentError."""
    return _drawn(path, number, dpi, grey=True)


def jpeg(path: Path, number: int, dpi: int, longest: int) -> bytes:
    """One page in colour as a JPEG, no side of it longer than `longest` pixels. Raises DocumentError."""
    file = BytesIO()
    _drawn(path, number, dpi, longest).save(file, "JPEG", quality=72, optimize=True)
    return file.getvalue()


def _drawn(path: Path, number: int, dpi: int, longest: int | None = None, *, grey: bool = False) -> Image:
    try:
        with _opened(path) as pdf:
            page = pdf[number - 1]
            scale = dpi / POINTS_PER_INCH
            if longest:
                scale = min(scale, longest / max(page.get_size()))
            drawn: Image = page.render(scale=scale, grayscale=grey).to_pil()
            return drawn if grey else drawn.convert("RGB")
    except (pypdfium2.PdfiumError, IndexError, ValueError, ZeroDivisionError) as error:
        raise DocumentError(f"page {number} cannot be drawn: {error}") from error


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A PDF that is closed in the end. Raises DocumentError, with a plain reason, when it cannot be opened."""
    try:
        pdf = pypdfium2.PdfDocument(path)
    except OSError as error:
        raise DocumentError(f"the file cannot be read: {error.strerror or error}") from error
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise DocumentError("the PDF is locked with a password") from error
        raise DocumentError(f"the PDF is damaged: {error}") from error
    try:
        yield pdf
    finally:
        pdf.close()


# --- sheets -------------------------------------------------------------------------------------------------------


def sheets(path: Path) -> Iterator[Sheet]:
    """The pages of a PDF as they are drawn; a page that PDFium cannot load has nothing but its fault.

    Raises DocumentError, with a plain reason, when nothing can be read.
    """
    with _opened(path) as pdf:
        loaded = 0
        for index in range(len(pdf)):
            try:
                page = pdf[index]
            except pypdfium2.PdfiumError:
                yield Sheet(index + 1, *A4, None, [], [], fault="PDFium cannot load it")
                continue
            loaded += 1
            try:
                yield _sheet(pdf, index, page)
            finally:
                page.close()
        if not loaded:
            raise DocumentError("the PDF has no page that can be read")


def _sheet(pdf: Any, index: int, page: Any) -> Sheet:
    width, height = page.get_size()
    shown = _as_shown(page)
    text = raw.FPDFText_LoadPage(page)
    printed = Print(text, shown)
    words = printed.words() if text else []
    drawing = Drawing(printed.last_of)
    drawing.add(page, raw.FPDFPage_CountObjects(page), raw.FPDFPage_GetObject, shown)
    if text:
        raw.FPDFText_ClosePage(text)
    pictured = min(1.0, drawing.pictured / (width * height)) if width and height else 0.0
    label = pdf.get_page_label(index)
    label = label if label and len(label) <= 12 else None
    fault = None if text else "PDFium cannot read its text"
    return Sheet(index + 1, width, height, label, words, drawing.rules, pictured, drawing.curves, fault, drawing.dots)


def _as_shown(page: Any) -> Matrix:
    """Turns a point of the page's own space into one of the page as it is shown, from its left lower corner."""
    x0, y0, x1, y1 = page.get_bbox()
    return (
        (1, 0, 0, 1, -x0, -y0),
        (0, -1, 1, 0, -y0, x1),
        (-1, 0, 0, -1, x1, y1),
        (0, 1, -1, 0, y1, -x0),
    )[raw.FPDFPage_GetRotation(page) % 4]
