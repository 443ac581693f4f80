"""PDFs made for a test: what a test needs to see on the page, and nothing else."""

from collections.abc import Callable
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
Draw = Callable[[Canvas], None]


def make_pdf(path: Path, *pages: Draw, password: str | StandardEncryption | None = None) -> Path:
    """A PDF of A4 pages, each drawn by a function."""
    canvas = Canvas(str(path), pagesize=A4, encrypt=password)
    for draw in pages:
        canvas.setFont("Helvetica", 11)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def lines(
    *texts: str, x: float = 72, top: float = 760, leading: float = 14, font: str = "Helvetica", size: float = 11
) -> Draw:
    """Draws lines of text from `top` down."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        for i, text in enumerate(texts):
            canvas.drawString(x, top - i * leading, text)

    return draw


def both(*draws: Draw) -> Draw:
    """Draws several things on one page."""

    def draw(canvas: Canvas) -> None:
        for part in draws:
            part(canvas)

    return draw


def grid(rows: list[list[str]], x: float = 72, top: float = 700, width: float = 140, height: float = 22) -> Draw:
    """Draws a ruled table."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        columns = len(rows[0])
        canvas.grid([x + width * c for c in range(columns + 1)], [top - height * r for r in range(len(rows) + 1)])
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                canvas.drawString(x + width * c + 4, top - height * r - 14, text)

    return draw


def raw_pdf(path: Path, objects: dict[int, bytes], pages: int = 1) -> Path:
    """A PDF of objects written by hand, for what no library would write: object `pages` is its tree of pages.

    No table of objects is written, so that readers look for the objects themselves.
    """
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, text) for number, text in objects.items())
    root = max(objects) + 1
    end = b"%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\ntrailer\n<</Root %d 0 R>>\n%%%%EOF\n" % (
        root,
        pages,
        root,
    )
    path.write_bytes(b"%PDF-1.4\n" + body + end)
    return path


def raw_stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object for `raw_pdf`."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def raw_page(contents: int, resources: bytes = b"") -> bytes:
    """A page object for `raw_pdf` with Helvetica as /F; its parent is object 1."""
    font = b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    return b"<</Type/Page/Parent 1 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<<%s%s>>>>" % (
        contents,
        font,
        resources,
    )
