"""Front matters of the data files in ``tests/fronts``, drawn as PDFs with covers, headers and footers."""

import textwrap
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from make_pdf import HEIGHT, Draw, make_pdf
from reportlab.pdfgen.canvas import Canvas

FRONTS = Path(__file__).parent / "fronts"
STYLES = {"# ": ("Helvetica-Bold", 24, 32), "## ": ("Helvetica-Bold", 16, 60), "### ": ("Helvetica-Bold", 12, 75)}
PLAIN = ("Helvetica", 11, 88)


def fronts(half: str) -> list[dict[str, Any]]:
    """The front matters of one half, seen or unseen."""
    with (FRONTS / f"{half}.toml").open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["fronts"]
    return found


def draw_front(front: Mapping[str, Any], folder: Path) -> Path:
    """The PDF of a front matter."""
    return make_pdf(folder / f"{front['name']}.pdf", *(_page(text) for text in front["pages"]))


def _page(text: str) -> Draw:
    def draw(canvas: Canvas) -> None:
        y = 740.0
        for line in text.strip("\n").split("\n"):
            if line.startswith(("> ", "_ ")):
                canvas.setFont("Helvetica", 8)
                canvas.drawString(72, HEIGHT - 30 if line[0] == ">" else 30, line[2:])
                continue
            mark = next((m for m in STYLES if line.startswith(m)), "")
            font, size, width = STYLES.get(mark, PLAIN)
            canvas.setFont(font, size)
            for part in textwrap.wrap(line[len(mark) :], width):
                y -= 1.2 * size
                canvas.drawString(72, y, part)
            y -= 12 if not line else 0

    return draw
