"""Draws pages as pictures with PDFium. The only file that knows pypdfium2."""

from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL.Image import Image

from indexer.errors import DocumentError

POINTS_PER_INCH = 72


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
        pdf = pypdfium2.PdfDocument(path)
        try:
            page = pdf[number - 1]
            scale = dpi / POINTS_PER_INCH
            if longest:
                scale = min(scale, longest / max(page.get_size()))
            drawn: Image = page.render(scale=scale, grayscale=grey).to_pil()
            return drawn if grey else drawn.convert("RGB")
        finally:
            pdf.close()
    except (pypdfium2.PdfiumError, IndexError, ValueError, ZeroDivisionError) as error:
        raise DocumentError(f"page {number} cannot be drawn: {error}") from error
