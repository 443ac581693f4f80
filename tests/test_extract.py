"""What is read from a page: words in order, columns, boxes, tables - and what is said of a file that cannot be read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from make_pdf import HEIGHT, WIDTH, both, grid, lines, make_pdf
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from indexer.errors import ConfigError, DocumentError
from indexer.extract import READERS, check_reader, extract
from indexer.records import Page
from indexer.settings import ReadingOptions

Read = Callable[[Path], Page]


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> str:
    """Each reader in turn: what is true of one is true of the other."""
    name: str = request.param
    return name


@pytest.fixture
def read(reader: str) -> Read:
    """Reads the one page of a PDF."""

    def read_page(path: Path) -> Page:
        (page,) = extract(path, ReadingOptions(reader=reader)).pages
        return page

    return read_page


def texts(page: Page) -> list[str]:
    return [" ".join(block.text.split()) for block in page.blocks]


def test_paragraphs_are_blocks_with_box_size_and_weight(tmp_path: Path, read: Read) -> None:
    page = read(
        make_pdf(
            tmp_path / "a.pdf",
            both(
                lines("Findings", font="Helvetica-Bold", size=16),
                lines("The first line of a paragraph", "and its second line.", top=730),
                lines("Another paragraph.", top=690),
            ),
        )
    )
    assert (page.number, round(page.width), round(page.height)) == (1, round(WIDTH), round(HEIGHT))
    heading, first, second = page.blocks
    assert (heading.text, heading.size, heading.bold) == ("Findings", 16, True)
    assert first.text == "The first line of a paragraph\nand its second line."
    assert not first.bold
    assert second.text == "Another paragraph."
    x0, y0, x1, y1 = first.box
    assert (x0, y0 < 716 < y1, x1 > 150) == (72, True, True)


def test_columns_are_read_one_after_the_other_under_a_heading_across_both(tmp_path: Path, read: Read) -> None:
    left = [f"left column line number {i} of the text" for i in range(6)]
    right = [f"right column line number {i} of the text" for i in range(6)]
    page = read(
        make_pdf(
            tmp_path / "a.pdf",
            both(
                lines("A heading that stands across the two columns of this page of text"),
                lines(*left, top=720),
                lines(*right, x=320, top=723),
            ),
        )
    )
    read_in_order = " ".join(texts(page)).split()
    order = [word for word in read_in_order if word in ("heading", "left", "right")]
    assert order == ["heading"] + ["left"] * 6 + ["right"] * 6


def test_a_number_in_the_margin_belongs_to_its_paragraph(tmp_path: Path, read: Read) -> None:
    page = read(
        make_pdf(
            tmp_path / "a.pdf",
            both(
                lines("4.12", "", "", "4.13"),
                lines("The baby was seen at home", "by two professionals.", "", "Nobody asked who lived there.", x=110),
            ),
        )
    )
    assert texts(page) == ["4.12 The baby was seen at home by two professionals.", "4.13 Nobody asked who lived there."]


def test_a_ruled_table_is_read_row_by_row_with_its_cells(tmp_path: Path, read: Read) -> None:
    rows = [
        ["Recommendation", "Lead", "By when"],
        ["R1 Review the protocol", "Designated nurse", "June 2017"],
        ["", "GP lead", "July 2017"],
    ]
    page = read(make_pdf(tmp_path / "a.pdf", both(lines("Action plan"), grid(rows))))
    assert [block.cells for block in page.blocks if block.cells] == [tuple(row) for row in rows]
    assert page.blocks[0].text == "Action plan"


def test_text_in_a_drawn_box_is_marked_as_framed(tmp_path: Path, read: Read) -> None:
    def box(canvas: Canvas) -> None:
        canvas.rect(60, 600, 400, 60)

    page = read(
        make_pdf(
            tmp_path / "a.pdf",
            both(
                lines("Before the box."),
                box,
                lines("Learning point 1: look again.", top=635),
                lines("After the box.", top=560),
            ),
        )
    )
    assert [(block.text, block.frame is not None) for block in page.blocks] == [
        ("Before the box.", False),
        ("Learning point 1: look again.", True),
        ("After the box.", False),
    ]


@pytest.mark.parametrize("rise", [4, 7])
def test_a_raised_note_digit_is_no_part_of_the_word(tmp_path: Path, read: Read, rise: float) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Professionals lacked curiosity")
        width = canvas.stringWidth("Professionals lacked curiosity", "Helvetica", 11)
        canvas.setFont("Helvetica", 6)
        canvas.drawString(72 + width, 700 + rise, "12")
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72 + width + 10, 700, "throughout.")

    assert texts(read(make_pdf(tmp_path / "a.pdf", draw))) == ["Professionals lacked curiosity throughout."]


def test_bold_made_by_printing_twice_is_read_once(tmp_path: Path, read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        for shift in (0, 0.3):
            canvas.drawString(72 + shift, 700, "Key findings")

    assert texts(read(make_pdf(tmp_path / "a.pdf", draw))) == ["Key findings"]


def test_a_rotated_page_is_read_as_it_is_seen(tmp_path: Path, read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.rotate(90)
        canvas.drawString(100, -300, "Seen upright on a turned page.")

    page = read(make_pdf(tmp_path / "a.pdf", draw))
    x0, y0, x1, y1 = page.blocks[0].box
    assert 0 <= x0 < x1 <= page.width
    assert 0 <= y0 < y1 <= page.height
    assert x1 - x0 > 5 * (y1 - y0)
    assert texts(page) == ["Seen upright on a turned page."]


def test_a_page_without_text_has_no_blocks(tmp_path: Path, read: Read) -> None:
    assert read(make_pdf(tmp_path / "a.pdf", lambda canvas: canvas.rect(10, 10, 50, 50, fill=1))).blocks == ()


def test_no_more_than_the_allowed_pages_are_read_and_it_is_said(tmp_path: Path, reader: str) -> None:
    extracted = extract(
        make_pdf(tmp_path / "a.pdf", *[lines(f"Page {i}") for i in range(5)]),
        ReadingOptions(max_pages=3, reader=reader),
    )
    assert len(extracted.pages) == 3
    assert extracted.warnings == ("only the first 3 pages were read: there are more than 3",)


def test_words_after_the_limit_are_not_read_and_what_is_read_stays_whole(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", *[lines("four words a page") for _ in range(5)])
    extracted = extract(path, ReadingOptions(max_words=10))
    assert [block.text for page in extracted.pages for block in page.blocks] == ["four words a page"] * 2
    assert extracted.warnings == ("only the first 2 pages were read: there are more than 10 words",)


def test_reading_ends_in_time_with_the_pages_read_by_then(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="only the first 0 pages were read: it took more than 0 seconds"):
        extract(make_pdf(tmp_path / "a.pdf", lines("Page")), ReadingOptions(seconds=0))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"<html>Not found</html>", "not a PDF"),
        (b"%PDF-1.7\n" + b"\x00garbage" * 50, "the PDF is damaged"),
    ],
)
def test_what_is_no_readable_pdf_gets_a_plain_reason(tmp_path: Path, reader: str, content: bytes, reason: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=reason):
        extract(path, ReadingOptions(reader=reader))


def test_a_locked_pdf_gets_a_plain_reason(tmp_path: Path, reader: str) -> None:
    path = make_pdf(tmp_path / "a.pdf", lines("secret"), password="open sesame")
    with pytest.raises(DocumentError, match="locked with a password"):
        extract(path, ReadingOptions(reader=reader))


def test_a_truncated_pdf_is_read_as_far_as_it_goes_or_refused(tmp_path: Path, reader: str) -> None:
    whole = make_pdf(tmp_path / "a.pdf", *[lines(f"Paragraph {i} of the text.") for i in range(4)]).read_bytes()
    path = tmp_path / "cut.pdf"
    for share in (0.2, 0.5, 0.8, 0.95):
        path.write_bytes(whole[: int(len(whole) * share)])
        try:
            extract(path, ReadingOptions(reader=reader))
        except DocumentError as error:
            assert "PDF" in str(error)  # noqa: PT017 - either outcome is right; any other exception fails the test


def test_a_pdf_whose_password_is_empty_is_read(tmp_path: Path, read: Read) -> None:
    locked = StandardEncryption("", ownerPassword="owner")
    path = make_pdf(tmp_path / "a.pdf", lines("The review was published."), password=locked)
    assert texts(read(path)) == ["The review was published."]


def test_letters_set_apart_are_one_word(tmp_path: Path, read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(72, 700)
        text.setCharSpace(4)
        text.textOut("FINDINGS")
        canvas.drawText(text)

    assert texts(read(make_pdf(tmp_path / "a.pdf", draw))) == ["FINDINGS"]


def test_letter_space_that_is_taken_back_is_no_space(tmp_path: Path, read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        letters = " 363.6 ".join(f"({letter})" for letter in "review")
        canvas._code.append(f"BT /F1 11 Tf 4 Tc 72 700 Td [{letters}] TJ ET")

    assert texts(read(make_pdf(tmp_path / "a.pdf", draw))) == ["review"]


def test_a_space_drawn_by_itself_parts_two_words(tmp_path: Path, read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        x = 72.0
        for text in ("4.12", " ", "The", " ", "baby"):
            canvas.drawString(x, 700, text)
            x += canvas.stringWidth(text, "Helvetica", 11) * (0.5 if text == " " else 1)

    assert texts(read(make_pdf(tmp_path / "a.pdf", draw))) == ["4.12 The baby"]


def test_a_hyphen_at_the_end_of_a_line_is_kept(tmp_path: Path, read: Read) -> None:
    page = read(
        make_pdf(tmp_path / "a.pdf", lines("The review looked at well-", "being and at inter-", "agency work."))
    )
    assert page.blocks[0].text == "The review looked at well-\nbeing and at inter-\nagency work."


def test_what_a_form_draws_is_where_the_form_is_put(tmp_path: Path, read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("box")
        canvas.rect(0, 0, 300, 40)
        canvas.setFont("Helvetica", 11)
        canvas.drawString(10, 15, "Learning point 1: look again.")
        canvas.endForm()
        canvas.translate(100, 600)
        canvas.scale(1.2, 1.2)
        canvas.doForm("box")

    (block,) = read(make_pdf(tmp_path / "a.pdf", draw)).blocks
    assert block.frame is not None
    assert block.box[0] == pytest.approx(112, abs=1)
    assert block.size == pytest.approx(13.2, abs=0.1)
    assert 618 - 4 < block.box[1] < 618


def test_a_reader_that_there_is_not_is_named(reader: str) -> None:
    check_reader(reader)
    with pytest.raises(ConfigError, match="LESSONS_READER: 'other' is none of pdfminer, pdfium"):
        check_reader("other")


def test_both_readers_see_the_same_on_a_sheet(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        grid([["Recommendation", "Lead"], ["R1 Review", "GP lead"]])(canvas)
        canvas.circle(300, 300, 40, fill=1)
        canvas.circle(300, 240, 2, fill=1)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(60, 500, 200, 30, stroke=0, fill=1)
        canvas.drawImage(ImageReader(Image.new("L", (8, 8))), 100, 100, 210, 297)
        canvas.setFont("Helvetica-BoldOblique", 9)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.rotate(90)
        canvas.drawString(400, -40, "In the margin")

    path = make_pdf(tmp_path / "a.pdf", draw)
    one, other = (next(read_sheets(path)) for read_sheets in READERS.values())
    assert [(w.text, w.bold, w.italic, w.angle, w.space) for w in one.words] == [
        (w.text, w.bold, w.italic, w.angle, w.space) for w in other.words
    ]
    assert {w.angle for w in one.words} == {0, 90}
    for a, b in zip(one.words, other.words, strict=True):
        assert (a.x0, a.base, a.x1, a.height) == pytest.approx((b.x0, b.base, b.x1, b.height), abs=0.5)
    assert len(one.rules) == len(other.rules) > 4
    for r, q in zip(one.rules, other.rules, strict=True):
        assert (r.x0, r.y0, r.x1, r.y1, r.stroke, r.fill) == pytest.approx(
            (q.x0, q.y0, q.x1, q.y1, q.stroke, q.fill), abs=0.1
        )
    assert one.curves == other.curves == 2
    assert one.dots == [pytest.approx(box, abs=0.1) for box in other.dots]
    assert len(one.dots) == 1
    assert one.pictured == pytest.approx(other.pictured, abs=0.001)
    assert one.pictured == pytest.approx(0.125, abs=0.001)
