"""The page to look at: pictures with boxes that lie on the words, and nothing of the PDF that could act."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from click.testing import CliRunner, Result
from make_pdf import both, lines, make_pdf
from reportlab.pdfgen.canvas import Canvas

from indexer import page_view, settings
from indexer.__main__ import cli
from indexer.errors import LessonsError
from indexer.extract import READERS, extract
from indexer.readers.with_pdfium import picture
from indexer.records import Page
from indexer.settings import ReadingOptions

HOSTILE = "<script>alert(1)</script> & <img src=http://example.org/x onerror=alert(2)>"


class Parsed(HTMLParser):
    """The elements of a file with their attributes, and its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def view(pdf: Path, *options: str) -> tuple[Result, Path]:
    out = pdf.with_suffix(".html")
    return CliRunner().invoke(cli, ["extract", str(pdf), "--html", str(out), *options]), out


# --- where the boxes lie ------------------------------------------------------------------------------------------


def report(canvas: Canvas) -> None:
    both(
        lines("4.12 The baby was seen at home by two", "professionals, who did not ask", top=600, x=150),
        lines("who lived there.", top=500, x=150, size=16),
    )(canvas)


def turned(path: Path, rotation: int, media: tuple[float, ...], crop: tuple[float, ...] | None) -> Path:
    """A page of print, turned, in a MediaBox and a CropBox of its own."""
    pdf = pypdfium2.PdfDocument(make_pdf(path.with_name("upright.pdf"), report))
    page = pdf[0]
    page.set_mediabox(*media)
    if crop:
        page.set_cropbox(*crop)
    page.set_rotation(rotation)
    pdf.save(path)
    pdf.close()
    return path


def on_and_off(page: Page, path: Path) -> tuple[list[float], float]:
    """For each line the share of its box that is dark in the picture, and the share of all dark that lies in no box."""
    scale = 2
    dark = np.asarray(picture(path, page.number, 72 * scale)) < 128
    assert dark.shape == pytest.approx((page.height * scale, page.width * scale), abs=3)
    rest, shares = dark.copy(), []
    for line in (line for block in page.blocks for line in block.lines):
        x0, y0, x1, y1 = line.box
        place = np.s_[
            round((page.height - y1) * scale) - 1 : round((page.height - y0) * scale) + 1,
            round(x0 * scale) - 1 : round(x1 * scale) + 1,
        ]
        shares.append(float(dark[place].mean()))
        rest[place] = False
    return shares, float(rest.sum() / dark.sum())


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize(
    ("media", "crop"),
    [
        ((0, 0, 595, 842), None),
        ((-40, -60, 555, 782), None),
        ((0, 0, 595, 842), (100, 380, 480, 700)),
        ((30, 20, 595, 842), (10, 380, 480, 900)),
    ],
    ids=["plain", "shifted", "cropped", "cropped past its edge"],
)
def test_boxes_lie_on_the_words_of_the_picture(
    tmp_path: Path, reader: str, rotation: int, media: tuple[float, ...], crop: tuple[float, ...] | None
) -> None:
    path = turned(tmp_path / "a.pdf", rotation, media, crop)
    (page,) = extract(path, ReadingOptions(reader=reader)).pages
    shares, outside = on_and_off(page, path)
    assert len(shares) == 3
    assert min(shares) > 0.1
    assert outside < 0.01


# --- the file -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("view")
    pages = [
        both(
            lines(f"Findings about the {agency}", size=16, font="Helvetica-Bold", top=740),
            lines(f"4.{number} Nobody at the {agency} asked", f"the {agency}'s manager {HOSTILE}", top=700),
            lines("Westmarch Safeguarding Board", top=30, size=8),
        )
        for number, agency in enumerate(("nursery", "hospital", "police", "housing office"), start=1)
    ]
    done, out = view(make_pdf(folder / "review.pdf", *pages), "--pages", "2-3")
    assert done.exit_code == 0, done.output
    assert "pages 2 to 3 of 4" in done.stderr
    assert done.stdout == ""
    return out.read_text("utf-8")


def test_nothing_in_it_acts_but_what_is_ours(shown: str) -> None:
    parsed = Parsed(shown)
    (policy,) = (meta["content"] for meta in parsed.all("meta") if "http-equiv" in meta)
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy
    assert len(parsed.all("script")) == len(parsed.all("style")) == 1
    assert all(image["src"].startswith("data:image/jpeg;base64,") for image in parsed.all("img"))
    assert not [name for _, found in parsed.elements for name in found if name.startswith("on") or name == "style"]
    assert all(link["href"].startswith("#") for link in parsed.all("a"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_it_shows_each_page_with_its_passages(shown: str) -> None:
    parsed = Parsed(shown)
    assert [s["id"] for s in parsed.all("section")] == ["page-2", "page-3"]
    assert [image["alt"].split(" as ")[0] for image in parsed.all("img")] == ["Page 2", "Page 3"]
    ids = [found["id"] for _, found in parsed.elements if "id" in found]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in parsed.all("a")} <= set(ids)
    listed = {item["data-passage"] for item in parsed.all("li") if "data-passage" in item}
    boxed = {link["data-passage"] for link in parsed.all("a") if "data-passage" in link}
    assert listed == boxed
    assert len(listed) == 4
    assert [found for found in ("4.1", "4.2", "4.3", "4.4") if f'<b class="number">{found}</b>' in shown] == [
        "4.2",
        "4.3",
    ]


def test_print_in_no_passage_is_shown_as_such(shown: str) -> None:
    aside = re.findall(r'<li class="kind aside"><strong>.*?</li>', shown, re.DOTALL)
    assert len(aside) == 2
    assert all("Westmarch Safeguarding Board" in item for item in aside)


@pytest.mark.parametrize("pages", ["0-2", "3-2", "9", "x", "1-2-3", "-1"])
def test_pages_that_are_not_there_are_refused(pages: str) -> None:
    with pytest.raises(LessonsError, match="--pages"):
        page_view.page_range(pages, 8)


def test_the_pages_of_one_file_are_limited() -> None:
    assert page_view.page_range(None, 3) == (1, 3)
    assert page_view.page_range(None, 2000) == (1, 200)
    assert page_view.page_range("1901-2100", 2000) == (1901, 2000)
    with pytest.raises(LessonsError, match="at most 200 pages"):
        page_view.page_range("1-201", 2000)


def test_pages_without_a_file_to_write_are_a_wrong_call(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["extract", str(make_pdf(tmp_path / "a.pdf", lines("a"))), "--pages", "1-2"])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "--html" in done.stderr


def test_a_page_that_cannot_be_drawn_is_shown_without_its_picture(tmp_path: Path) -> None:
    whole = make_pdf(tmp_path / "a.pdf", lines("The first page."), lines("The second page."))
    pages = extract(whole).pages
    (tmp_path / "short.pdf").write_bytes(make_pdf(tmp_path / "b.pdf", lines("The first page.")).read_bytes())
    out = tmp_path / "a.html"
    read = page_view.Read("short.pdf", (), pages, (), ())
    page_view.write(out, tmp_path / "short.pdf", read, (1, 2), settings.load())
    text = out.read_text("utf-8")
    assert text.count("<img") == 1
    assert "No picture: page 2 cannot be drawn" in text
    assert "The second page." in text
