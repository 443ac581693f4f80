"""Draws pages as pictures with PDFium. The only file that knows pypdfium2."""

from pathlib import Path

import pypdfium2
from PIL.Image import Image

from indexer.errors import DocumentError

POINTS_PER_INCH = 72


def picture(path: Path, number: int, dpi: int) -> Image:
    """One page of a PDF, counted from 1, as a picture in shades of grey. Raises DocumentError."""
    try:
        pdf = pypdfium2.PdfDocument(path)
        try:
            drawn: Image = pdf[number - 1].render(scale=dpi / POINTS_PER_INCH, grayscale=True).to_pil()
            return drawn
        finally:
            pdf.close()
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise DocumentError(f"page {number} cannot be drawn: {error}") from error
