"""A page to look at: every page of a PDF as it is printed, with what was made of it drawn over it. The only file with Jinja.

The file that it writes is made of a stranger's text and pictures: all text is escaped, and a policy in its head allows
nothing but the style, the script and the pictures that are in it.
"""

import base64
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from indexer.errors import DocumentError, LessonsError
from indexer.readers.with_pdfium import jpeg
from indexer.records import Box, LeftOut, Line, Page, Passage
from indexer.settings import Settings
from indexer.worker import Ended, Limits, Workshop

DPI = 100
LONGEST_SIDE = 1700  # pixels: an A3 page at 100 dpi
MOST_PAGES = 200
MOST_BYTES = 100 << 20  # of pictures in one file
SECONDS_FOR_A_PAGE = 30
LABEL_SIZE = 6.5  # points

HERE = Path(__file__).parent
# What may stand in no text: it is shown by the replacement character.
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)], "\ufffd")


@dataclass(frozen=True, slots=True)
class Read:
    """What was made of a document, as far as it is shown; `left_out` is what the splitter left out."""

    title: str
    warnings: tuple[str, ...]
    pages: Sequence[Page]
    passages: Sequence[Passage]
    left_out: Sequence[LeftOut]


@dataclass(frozen=True, slots=True)
class Shape:
    """A box as SVG counts: from the left and the top of the page, in points."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A passage on one of its pages; `goes_on` when it began on an earlier page."""

    passage: Passage
    shapes: tuple[Shape, ...]
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Aside:
    """Print that stands in no passage, and why."""

    text: str
    reason: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Leaf:
    """All that is shown of one page; `picture` is its address, or None with the `fault` that says why there is none."""

    page: Page
    passages: tuple[Placed, ...]
    asides: tuple[Aside, ...]
    picture: str | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """Passages of one section that follow each other, for the table of contents."""

    section: str
    passages: tuple[Passage, ...]
    headings: tuple[Passage, ...]


def page_range(given: str | None, pages: int) -> tuple[int, int]:
    """The first and the last page to show, of a document of so many. Raises LessonsError for what is no range in it."""
    if given is None:
        return 1, min(pages, MOST_PAGES)
    first, dash, last = (part.strip() for part in given.partition("-"))
    if not (first.isdecimal() and (last.isdecimal() or not dash)):
        raise LessonsError(f"--pages {given}: write FROM-TO, for example 3-10")
    start, end = int(first), int(last or first)
    if not 1 <= start <= min(end, pages):
        raise LessonsError(f"--pages {given}: the document has pages 1 to {pages}")
    if min(end, pages) - start >= MOST_PAGES:
        raise LessonsError(f"--pages {given}: at most {MOST_PAGES} pages are drawn in one file")
    return start, min(end, pages)


def write(out: Path, path: Path, read: Read, shown: tuple[int, int], settings: Settings) -> None:
    """Writes the HTML file `out` with the pages `shown` (first and last) of the PDF at `path`."""
    first, last = shown
    passages = [p for p in read.passages if p.page_to >= first and p.page_from <= last]
    style, script = ((HERE / f"page_view.{end}").read_text("utf-8") for end in ("css", "js"))
    template = _environment().get_template("page_view.html")
    chunks = template.generate(
        policy=f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; script-src '{_digest(script)}'",
        style=Markup(style),
        script=Markup(script),
        file=path.name,
        read=read,
        first=first,
        last=last,
        most=MOST_PAGES,
        label_size=LABEL_SIZE,
        parts=list(_parts(passages)),
        leaves=_leaves(path, read, shown, settings),
    )
    _write_whole(out, chunks)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value.translate(CONTROLS) if type(value) is str else value,
    )
    environment.filters["plain"] = lambda name: str(name).replace("-", " ").replace("_", " ")
    return environment


def _digest(text: str) -> str:
    """How a policy names a style or script that stands in the file itself."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _write_whole(out: Path, chunks: Iterable[str]) -> None:
    """Writes a file that is there whole or not at all."""
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.writelines(chunks)
        Path(name).chmod(0o644)
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _parts(passages: Sequence[Passage]) -> Iterator[Part]:
    for section, run in groupby(passages, key=lambda passage: passage.section):
        held = tuple(run)
        yield Part(section, held, tuple(p for p in held if p.kind == "heading"))


# --- one page -----------------------------------------------------------------------------------------------------


def _leaves(path: Path, read: Read, shown: tuple[int, int], settings: Settings) -> Iterator[Leaf]:
    """The pages one after the other, each drawn when its turn comes, so that no more than one is in memory."""
    used = 0
    with Workshop(_pencil) as workshop:
        for page in (page for page in read.pages if shown[0] <= page.number <= shown[1]):
            here = [p for p in read.passages if p.page_from <= page.number <= p.page_to]
            left_out = [item for item in read.left_out if item.page == page.number]
            picture, fault = None, None
            try:
                if used > MOST_BYTES:
                    raise DocumentError(f"the pictures before it fill {MOST_BYTES >> 20} MB: choose pages with --pages")
                drawn = _drawn(workshop, path, page.number, settings)
                used += len(drawn)
                picture = "data:image/jpeg;base64," + base64.b64encode(drawn).decode()
            except DocumentError as error:
                fault = str(error)
            yield Leaf(page, tuple(_placed(here, page)), tuple(_asides(page, here, left_out)), picture, fault)


def _pencil() -> Callable[[Path, int, int, int], bytes]:
    """What draws a page; it is loaded once for all pages."""
    return jpeg


def _draw(pencil: Callable[[Path, int, int, int], bytes], path: Path, number: int) -> Iterator[bytes]:
    yield pencil(path, number, DPI, LONGEST_SIDE)


def _drawn(workshop: Workshop, path: Path, number: int, settings: Settings) -> bytes:
    """The picture of a page, drawn in a process of its own. Raises DocumentError."""
    limits = Limits(min(SECONDS_FOR_A_PAGE, settings.max_seconds), settings.max_memory_mb)
    workshop.start(str(number), _draw, path, number, limits=limits)
    drawn = b""
    while True:
        _, value = workshop.hear()
        if isinstance(value, Ended):
            if value.error:
                raise value.error
            return drawn
        drawn = value


def _placed(passages: Iterable[Passage], page: Page) -> Iterator[Placed]:
    for passage in passages:
        shapes = tuple(_shape((x0, y0, x1, y1), page) for n, x0, y0, x1, y1 in passage.boxes if n == page.number)
        yield Placed(passage, shapes, passage.page_from < page.number)


def _asides(page: Page, passages: Sequence[Passage], left_out: Sequence[LeftOut]) -> Iterator[Aside]:
    """What was left out with its reason, and lines that lie in no box at all: those nobody has accounted for."""
    for out in left_out:
        yield Aside(out.text, out.reason, _shape(out.box, page))
    boxes: list[Sequence[float]] = [box[1:] for passage in passages for box in passage.boxes if box[0] == page.number]
    boxes += [out.box for out in left_out]
    for line in (line for block in page.blocks for line in block.lines):
        if not any(_lies_in(line, box) for box in boxes):
            yield Aside(line.text, "in no passage", _shape(line.box, page))


def _lies_in(line: Line, box: Sequence[float]) -> bool:
    x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def _shape(box: Box, page: Page) -> Shape:
    x0, y0, x1, y1 = box
    return Shape(round(x0, 1), round(page.height - y1, 1), round(x1 - x0, 1), round(y1 - y0, 1))
