"""Pages for OCR made for a test: pictures of print, askew and grainy where asked for, and PDFs that lie about their letters."""

import random
import re
import string
from pathlib import Path

import pypdfium2
import reportlab
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

DPI = 200


def make_scan(pdf: Path, path: Path, *, askew: float = 0.0, turn: int = 0, grain: int = 0) -> Path:
    """The pages of a PDF as pictures: turned by `askew` degrees and by quarter turns against the clock, made grainy."""
    drawn = pypdfium2.PdfDocument(pdf)
    canvas = Canvas(str(path))
    for page in drawn:
        seen = page.render(scale=DPI / 72, grayscale=True).to_pil()
        seen = seen.rotate(askew, resample=Image.Resampling.BICUBIC, fillcolor=255).rotate(turn, expand=True)
        if grain:
            seen = Image.blend(seen, Image.effect_noise(seen.size, grain * 10), 0.1)
        width, height = seen.width * 72 / DPI, seen.height * 72 / DPI
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(seen), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    drawn.close()
    return path


def make_garbled(path: Path, *texts: str) -> Path:
    """A page that looks as it should, and from which every small letter is read as another one."""
    pdfmetrics.registerFont(TTFont("Vera", str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")))
    canvas = Canvas(str(path), pageCompression=0)
    canvas.setFont("Vera", 11)
    for i, text in enumerate(texts):
        canvas.drawString(72, 760 - 16 * i, text)
    canvas.save()
    letters = [f"{ord(letter):04X}".encode() for letter in string.ascii_lowercase]
    shuffled = random.Random(1).sample(letters, len(letters))
    other = dict(zip(letters, shuffled, strict=True))
    before, begin, rest = path.read_bytes().partition(b"begincmap")
    table, end, after = rest.partition(b"endcmap")
    table = re.sub(rb"(?<=<)[0-9A-F]{4}(?=>)", lambda match: other.get(match[0], match[0]), table)
    path.write_bytes(before + begin + table + end + after)
    return path
