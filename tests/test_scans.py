"""Pages without readable text: which they are, that OCR reads them and nothing else, and that it is said of every passage."""

import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from make_pdf import HEIGHT, WIDTH, both, lines, make_pdf
from make_scan import make_garbled, make_scan
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from indexer import pipeline, settings
from indexer.extract import extract, read_scans
from indexer.page.legibility import GARBLED, OUTLINES, PICTURE, garbled
from indexer.readers.with_tesseract import missing
from indexer.records import Extracted, SearchRequest
from indexer.search import open_engine
from indexer.settings import PROJECT, ReadingOptions, Settings
from indexer.store import Library
from search_app import create_app

SHARED = Path(os.environ.get("LESSONS_SHARED", PROJECT.parent / "shared"))
needs_ocr = pytest.mark.skipif(bool(missing()), reason=f"OCR needs {' and '.join(missing())}")

REPORT = (
    "1.1 Nobody asked who else lived in the home, and the health visitor was told nothing.",
    "The explanation for the bruise was accepted by the hospital without any challenge.",
    "",
    "1.2 The Board should review its escalation policy within six months of this report.",
)
WELSH = (
    "Dylai'r Bwrdd sicrhau bod pob ymarferydd yn gwybod am y polisi, a bod y plentyn yn cael ei weld ar ei ben ei hun. "
    "Nid oedd y gwasanaethau cymdeithasol wedi gofyn pwy oedd yn byw yn y cartref, ac ni chafodd llais y plentyn ei glywed."
)
ENGLISH = " ".join(REPORT)
FIGURES = "2013-14 1,204 88.2% 2014-15 1,310 91.0% 2015-16 n/a 1,417 (3.4) £12,400 £13,050 Q1 Q2 Q3 Q4 " * 5
NAMES = (
    "Sgt Przybylski, Ms Nguyen, Dr Llewellyn-Rhys, Mrs Okonkwo, PC Wojciechowski, Mr Bhattacharjee, Cllr McQuaid " * 3
)
REFERENCES = (
    "Ofsted (2011) Ages of concern. HMSO. Brandon M, Bailey S, Belderson P (2010) DCSF-RR226. Munro E (2011) Cm 8062. "
)
CONTENTS = "1 Introduction ................ 3 2 The family .................. 5 3 Findings ..................... 9 "
ACRONYMS = (
    "LSCB SCR CAMHS MASH MARAC IMR GP DNA NHS CCG PPU SARC IDVA YOT NSPCC LADO EDT CIN CPP LAC TAC CAF SENCO DSL QA "
)


def shifted(text: str, by: int) -> str:
    return "".join(chr(max(33, ord(c) + by)) if c != " " else c for c in text)


@pytest.mark.parametrize(
    "text", [ENGLISH, WELSH, FIGURES, NAMES, REFERENCES, CONTENTS, ACRONYMS, "", "p. 3", ENGLISH.upper()]
)
def test_text_that_can_be_read_is_not_taken_for_garbled(text: str) -> None:
    assert not garbled(text.split())


@pytest.mark.parametrize(
    "text",
    [
        shifted(ENGLISH, 1),
        shifted(ENGLISH, 3),
        shifted(ENGLISH, -29),
        shifted(ENGLISH, 128),
        shifted(ENGLISH, 0xF000),
        ENGLISH.translate(str.maketrans("etaoinshrdlucm", "qzxjkvwbpfgymc")),
        "\ufffd" * 40 + ENGLISH[:100],
        "".join(f"(cid:{ord(c)})" for c in ENGLISH),
        shifted("Findings and conclusions", 1),
    ],
)
def test_letters_put_for_others_are_garbled(text: str) -> None:
    assert garbled(text.split())


def pixels(canvas: Canvas, image: Image.Image, width: float = 595, height: float = 842) -> None:
    canvas.drawImage(ImageReader(image), 0, 0, width, height)


def photo(canvas: Canvas) -> None:
    pixels(canvas, Image.radial_gradient("L"))


def white(canvas: Canvas) -> None:
    pixels(canvas, Image.new("L", (300, 400), 250))


def logo(canvas: Canvas) -> None:
    pixels(canvas, Image.radial_gradient("L"), 60, 40)


def outlines(canvas: Canvas) -> None:
    for i in range(1200):
        x, y = 72 + 10 * (i % 40), 700 - 14 * (i // 40)
        canvas.bezier(x, y, x + 8, y + 8, x, y + 8, x + 6, y)


HEADER = lines("Serious Case Review: Child A", top=810)


@pytest.mark.parametrize(
    ("draw", "reason"),
    [
        (photo, PICTURE),
        (both(photo, HEADER), PICTURE),
        (outlines, OUTLINES),
        (both(outlines, HEADER), OUTLINES),
        (white, None),
        (lambda canvas: None, None),
        (both(photo, lines("Serious Case Review", "Child A", top=450, size=30)), None),
        (both(logo, HEADER), None),
        (both(outlines, lines(*REPORT)), None),
    ],
)
def test_what_only_ocr_can_read_is_told_from_decoration(
    tmp_path: Path, draw: Callable[[Canvas], None], reason: str | None
) -> None:
    (page,) = extract(make_pdf(tmp_path / "a.pdf", draw)).pages
    assert page.unread == reason


def test_garbled_words_are_left_out_and_named(tmp_path: Path) -> None:
    (page,) = extract(make_garbled(tmp_path / "a.pdf", *REPORT)).pages
    assert (page.blocks, page.unread) == ((), GARBLED)
    assert {left.reason for left in page.left_out} == {GARBLED}
    assert len("".join(left.text for left in page.left_out)) > 200


# --- with Tesseract -----------------------------------------------------------------------------------------------


def by_ocr(path: Path) -> Extracted:
    return read_scans(path, extract(path), 60, 300)


def words(extracted: Extracted) -> str:
    return (
        " ".join(block.text for page in extracted.pages for block in page.blocks).replace("\t", " ").replace("\n", " ")
    )


@needs_ocr
def test_a_grainy_scan_askew_is_read_in_order_and_its_boxes_fit_the_page(tmp_path: Path) -> None:
    drawn = make_pdf(tmp_path / "a.pdf", lines(*REPORT, font="Times-Roman", size=12, leading=15))
    scan = make_scan(drawn, tmp_path / "scan.pdf", askew=1.6, grain=6)
    read = by_ocr(scan)
    (page,) = read.pages
    assert words(read) == " ".join(line for line in REPORT if line)
    assert (page.scanned, page.unread) == (True, None)
    assert page.skew == pytest.approx(1.6, abs=0.15)
    first = page.blocks[0].lines[0]
    assert first.confidence is not None
    assert 0.8 < first.confidence <= 1
    x0, y0, _, y1 = page.as_drawn(first.box)
    start, end = seen_at(72, 760), seen_at(540, 760)
    assert x0 - 3 < start[0] < x0 + 12
    assert y0 < start[1] < end[1] < y1


def seen_at(x: float, y: float) -> tuple[float, float]:
    """Where a point of an A4 page is after the page was laid 1.6 degrees askew."""
    cos, sin = math.cos(math.radians(1.6)), math.sin(math.radians(1.6))
    dx, dy = x - WIDTH / 2, y - HEIGHT / 2
    return WIDTH / 2 + dx * cos - dy * sin, HEIGHT / 2 + dx * sin + dy * cos


@needs_ocr
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_was_scanned_sideways_or_upside_down_is_read(tmp_path: Path, turn: int) -> None:
    text = [line for _ in range(6) for line in REPORT]
    drawn = make_pdf(tmp_path / "a.pdf", lines(*text, size=12, leading=20))
    read = by_ocr(make_scan(drawn, tmp_path / "scan.pdf", turn=turn))
    assert words(read).count("Nobody asked who else lived in the home") == 6
    (page,) = read.pages
    x0, y0, x1, y1 = page.blocks[0].lines[0].box
    assert 0 <= x0 < x1 <= page.width
    assert 0 <= y0 < y1 <= page.height
    assert (y1 - y0 > x1 - x0) == (turn != 180)


@needs_ocr
def test_garbled_pages_and_outlines_without_words_are_settled(tmp_path: Path) -> None:
    read = by_ocr(make_garbled(tmp_path / "a.pdf", *REPORT))
    assert words(read) == " ".join(line for line in REPORT if line)
    (blank,) = by_ocr(make_pdf(tmp_path / "b.pdf", photo)).pages
    assert (blank.unread, blank.scanned) == (None, True)


@needs_ocr
def test_time_for_ocr_that_is_over_leaves_pages_unread_and_the_others_whole(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", lines(*REPORT), outlines)
    first, second = read_scans(path, extract(path), 60, 0).pages
    assert (first.unread, first.scanned) == (None, False)
    assert second.unread == f"{OUTLINES}; the time for OCR was over"


# --- from ingest to screen ----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of a scan and of a review with text."""
    reviews = tmp_path / "reviews"
    reviews.mkdir()
    drawn = make_pdf(tmp_path / "drawn.pdf", lines("Serious Case Review: Child A", size=20), lines(*REPORT))
    make_scan(drawn, reviews / "scan.pdf")
    make_pdf(reviews / "text.pdf", lines(*REPORT))
    return reviews


def finished(place: Settings, key: str) -> str:
    with Library(place.library) as library:
        return library.marks()[key, "extract"].finished


def test_without_ocr_a_scan_is_listed_with_what_would_read_it(tmp_path: Path, folder: Path) -> None:
    bare = {"PATH": "/nowhere", "LESSONS_DATA": str(tmp_path / "data")}
    run = [sys.executable, "-m", "search_app"]
    done = subprocess.run(
        [*run, "ingest", str(folder)], env=bare, capture_output=True, text=True, check=False, cwd=PROJECT
    )
    assert done.returncode == 0, done.stderr
    shown = subprocess.run([*run, "status"], env=bare, capture_output=True, text=True, check=True, cwd=PROJECT).stdout
    assert "apt-get install tesseract-ocr" in shown
    assert "reviews/scan: page 1, 2" in shown
    assert "reviews/text: page" not in shown


@needs_ocr
def test_once_there_is_ocr_the_scan_is_read_and_nothing_else(tmp_path: Path, folder: Path) -> None:
    place = settings.load(data=tmp_path / "data")
    pipeline.ingest(settings.load(data=place.data, ocr="off"), [str(folder)])
    with Library(place.library) as library:
        assert {r.key: r.pages_unread for r in library.reviews()} == {"reviews/scan": (1, 2), "reviews/text": ()}
    before = finished(place, "reviews/text")
    outcome = pipeline.ingest(place, [str(folder)])
    assert (outcome.changed, outcome.failures) == (["reviews/scan"], {})
    assert finished(place, "reviews/text") == before
    assert pipeline.ingest(place, [str(folder)]).changed == []
    assert pipeline.ingest(settings.load(data=place.data, ocr="off"), [str(folder)]).changed == []
    with Library(place.library) as library:
        (asked,) = [p for p in library.passages("reviews/scan") if p.number == "1.1"]
        assert asked.confidence is not None
        assert all(p.confidence is None for p in library.passages("reviews/text"))


@needs_ocr
def test_the_app_says_what_was_read_from_a_scan(tmp_path: Path, folder: Path) -> None:
    place = settings.load(data=tmp_path / "data")
    pipeline.ingest(place, [str(folder)])
    client = create_app(place).test_client()
    label = "Read from a scan by machine: check against the page"
    engine = open_engine(place)
    hits = {hit.document: hit for hit in engine.search(SearchRequest('"who else lived"')).hits}
    engine.close()
    assert (hits["reviews/scan"].confidence or 0) > 0.8
    assert hits["reviews/text"].confidence is None
    found = client.get("/search?q=lived&review=reviews/scan")
    assert label in found.text
    assert label not in client.get("/search?q=lived&review=reviews/text").text
    api = client.get("/api/v1/search?q=lived").get_json()["hits"]
    assert {hit["document"]: hit["ocr"] is None for hit in api} == {"reviews/scan": False, "reviews/text": True}
    opened = client.get(f"/reviews/reviews/scan?document=reviews/scan&passage={hits['reviews/scan'].passage}").text
    assert label in opened
    assert "Read from a scan by machine, in whole or in part" in opened
    assert "scan" not in client.get("/reviews/reviews/text").text


def test_pages_that_could_not_be_read_are_named_on_the_review(tmp_path: Path) -> None:
    folder = tmp_path / "reviews"
    folder.mkdir()
    make_pdf(folder / "partly.pdf", lines(*REPORT), outlines)
    place = settings.load(data=tmp_path / "data", ocr="off")
    pipeline.ingest(place, [str(folder)])
    shown = create_app(place).test_client().get("/reviews/reviews/partly").text
    assert "1 page could not be read, so search cannot find what it says: page 2." in shown


@needs_ocr
@pytest.mark.skipif(not SHARED.exists(), reason="the shared test data are not here")
def test_a_public_document_without_a_text_layer_becomes_readable() -> None:
    path = SHARED / "data" / "real" / "horizon-response-no-text-layer.pdf"
    plain = extract(path, ReadingOptions(max_pages=4))
    assert plain.unread == (1, 2, 3, 4)
    last = Extracted(plain.pages[3:])
    assert "shall provide written responses to my recommendations by 10 October" in words(
        read_scans(path, last, 100, 100)
    )
