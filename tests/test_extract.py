"""What is read from a page: words in order, columns, boxes, tables - and what is said of a file that cannot be read."""

from pathlib import Path

import pytest
from make_pdf import HEIGHT, WIDTH, both, grid, lines, make_pdf
from reportlab.pdfgen.canvas import Canvas

from indexer.errors import DocumentError
from indexer.extract import extract
from indexer.records import Page
from indexer.settings import ReadingOptions


def read(path: Path) -> Page:
    (page,) = extract(path).pages
    return page


def texts(page: Page) -> list[str]:
    return [" ".join(block.text.split()) for block in page.blocks]


def test_paragraphs_are_blocks_with_box_size_and_weight(tmp_path: Path) -> None:
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


def test_columns_are_read_one_after_the_other_under_a_heading_across_both(tmp_path: Path) -> None:
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


def test_a_number_in_the_margin_belongs_to_its_paragraph(tmp_path: Path) -> None:
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


def test_a_ruled_table_is_read_row_by_row_with_its_cells(tmp_path: Path) -> None:
    rows = [
        ["Recommendation", "Lead", "By when"],
        ["R1 Review the protocol", "Designated nurse", "June 2017"],
        ["", "GP lead", "July 2017"],
    ]
    page = read(make_pdf(tmp_path / "a.pdf", both(lines("Action plan"), grid(rows))))
    assert [block.cells for block in page.blocks if block.cells] == [tuple(row) for row in rows]
    assert page.blocks[0].text == "Action plan"


def test_text_in_a_drawn_box_is_marked_as_framed(tmp_path: Path) -> None:
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


def test_a_raised_note_digit_is_no_part_of_the_word(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Professionals lacked curiosity")
        width = canvas.stringWidth("Professionals lacked curiosity", "Helvetica", 11)
        canvas.setFont("Helvetica", 6)
        canvas.drawString(72 + width, 704, "12")
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72 + width + 10, 700, "throughout.")

    assert texts(read(make_pdf(tmp_path / "a.pdf", draw))) == ["Professionals lacked curiosity throughout."]


def test_bold_made_by_printing_twice_is_read_once(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for shift in (0, 0.3):
            canvas.drawString(72 + shift, 700, "Key findings")

    assert texts(read(make_pdf(tmp_path / "a.pdf", draw))) == ["Key findings"]


def test_a_rotated_page_is_read_as_it_is_seen(tmp_path: Path) -> None:
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


def test_a_page_without_text_has_no_blocks(tmp_path: Path) -> None:
    assert read(make_pdf(tmp_path / "a.pdf", lambda canvas: canvas.rect(10, 10, 50, 50, fill=1))).blocks == ()


def test_no_more_than_the_allowed_pages_are_read_and_it_is_said(tmp_path: Path) -> None:
    extracted = extract(
        make_pdf(tmp_path / "a.pdf", *[lines(f"Page {i}") for i in range(5)]), ReadingOptions(max_pages=3)
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
def test_what_is_no_readable_pdf_gets_a_plain_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=reason):
        extract(path)


def test_a_locked_pdf_gets_a_plain_reason(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", lines("secret"), password="open sesame")
    with pytest.raises(DocumentError, match="locked with a password"):
        extract(path)


def test_a_truncated_pdf_is_read_as_far_as_it_goes_or_refused(tmp_path: Path) -> None:
    whole = make_pdf(tmp_path / "a.pdf", *[lines(f"Paragraph {i} of the text.") for i in range(4)]).read_bytes()
    path = tmp_path / "cut.pdf"
    for share in (0.2, 0.5, 0.8, 0.95):
        path.write_bytes(whole[: int(len(whole) * share)])
        try:
            extract(path)
        except DocumentError as error:
            assert "PDF" in str(error)  # noqa: PT017 - either outcome is right; any other exception fails the test
