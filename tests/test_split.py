"""Passages: paragraph by paragraph, with number, page and section, and no furniture among them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_pdf import both, grid, lines, make_pdf
from reportlab.pdfgen.canvas import Canvas

from indexer import taxonomy
from indexer.audit import audit
from indexer.extract import extract
from indexer.page.contents import entry
from indexer.records import Block, Line, Page, Passage
from indexer.settings import PROJECT
from indexer.split import Splitter

CORPUS = PROJECT / "corpus"
SPLITTER = Splitter(taxonomy.load(CORPUS), CORPUS)
BODY = "The health visitor saw the baby at home and wrote down what she had been told about the mark on the cheek."


def split(path: Path) -> tuple[Passage, ...]:
    return SPLITTER.split("f" * 64, extract(path).pages).passages


def page(number: int, *extra: str):  # type: ignore[no-untyped-def]
    return both(
        lines("Strictly confidential", x=240, top=815, size=8),
        lines(*extra, top=760),
        lines(f"Anytown Safeguarding Children Board | Page {number} of 4", x=200, top=30, size=8),
    )


def test_furniture_is_left_out_and_gives_the_page_label(tmp_path: Path) -> None:
    months = ["January", "February", "March", "April"]
    pages = [page(n, f"{n}.1 In {month} the baby was seen.") for n, month in enumerate(months, 1)]
    passages = split(make_pdf(tmp_path / "a.pdf", *pages))
    expected = [(f"{n}.1", n, str(n), f"In {month} the baby was seen.") for n, month in enumerate(months, 1)]
    assert [(p.number, p.page_from, p.page_label, p.text) for p in passages] == expected


def test_text_at_the_height_of_the_head_of_a_long_table_is_no_furniture(tmp_path: Path) -> None:
    heads = [both(lines("Safety outcome", top=770), lines(f"In week {n} of it the baby was seen.")) for n in range(5)]
    plain = [lines(BODY, top=500) for _ in range(20)]
    opened = [lines(text, top=770) for text in ("Freeing up time to care", "Nobody asked who lived there.")]
    passages = split(make_pdf(tmp_path / "a.pdf", *plain, *heads, *opened))
    assert {"Freeing up time to care", "Nobody asked who lived there."} <= {p.text for p in passages}


def test_a_paragraph_over_the_page_is_one_passage_of_two_pages(tmp_path: Path) -> None:
    first = page(
        1,
        "1.1 Nobody asked who else lived in the home, although the",
        "midwife had written that the mother was supported by her",
    )
    second = page(2, "partner, whose name was not known to any agency.", "", "1.2 " + BODY)
    passages = split(make_pdf(tmp_path / "a.pdf", first, second, page(3, "1.3 " + BODY)))
    assert (passages[0].page_from, passages[0].page_to, passages[0].number) == (1, 2, "1.1")
    assert passages[0].text.endswith("was supported by her partner, whose name was not known to any agency.")
    assert [box[0] for box in passages[0].boxes] == [1, 2]
    assert [p.number for p in passages] == ["1.1", "1.2", "1.3"]


def test_a_web_address_in_smaller_print_stays_in_its_sentence(tmp_path: Path) -> None:
    drawn = both(
        lines("1.1 The Board published what it asks of each agency in the Procedures", size=12),
        lines("(https://www.example.org/safeguarding/procedures/what-is-asked-of-each)", top=746, size=10.8),
        lines("and all agencies have signed it.", top=732, size=12),
        lines("1.2 " + BODY, top=700, size=12),
    )
    first, second = split(make_pdf(tmp_path / "a.pdf", drawn))
    assert first.text.endswith(
        "Procedures (https://www.example.org/safeguarding/procedures/what-is-asked-of-each) and "
        "all agencies have signed it."
    )
    assert second.number == "1.2"


def test_a_page_label_may_say_how_many_pages_there_are(tmp_path: Path) -> None:
    def sheet(number: int):  # type: ignore[no-untyped-def]
        foot = both(lines("A review of practice", top=30, size=8), lines(f"{number}/5", x=500, top=30, size=8))
        return both(lines(f"{number}.1 {BODY}", top=600), foot)

    passages = split(make_pdf(tmp_path / "a.pdf", *[sheet(n) for n in (1, 2, 3, 4, 5)]))
    assert [p.page_label for p in passages] == ["1", "2", "3", "4", "5"]


BROKEN = [
    "The health visitor wrote in the records that had",
    "been kept since the birth of the child, and she said that",
]
REST = ["Baby T was at home with his mother and that no", "one else had been seen there."]


def test_a_paragraph_goes_on_with_a_capital_in_the_next_column(tmp_path: Path) -> None:
    other = ["She did not ask who the man was, and the", "records of the surgery do not say it."]
    drawn = both(lines(*BROKEN, x=50), lines(*REST, *other * 3, x=350, top=700))
    first, *_ = split(make_pdf(tmp_path / "a.pdf", lines("A report", size=24), drawn))[1:]
    assert first.text.startswith(" ".join([*BROKEN, *REST]))


def test_a_paragraph_goes_on_behind_a_box_at_the_foot_of_the_page(tmp_path: Path) -> None:
    box = both(lambda canvas: canvas.rect(60, 500, 475, 50), lines("Learning point 1: look again.", x=66, top=530))
    first, second = both(lines(*BROKEN), box), both(lines(*REST), lines(BODY, top=600))
    passages = split(make_pdf(tmp_path / "a.pdf", lines("A report", size=24), first, second))[1:]
    assert [(p.kind, p.page_from, p.page_to) for p in passages] == [
        ("paragraph", 2, 3),
        ("box", 2, 2),
        ("paragraph", 3, 3),
    ]


def test_a_list_that_ends_a_page_does_not_go_on_in_the_paragraph_below_it(tmp_path: Path) -> None:
    items = both(lines("The Board asks for:"), lines("• supervision of all who work with a child and the", top=746))
    first, second = both(items, lines("family", x=78, top=732)), lines("Baby T was at home with his mother.")
    passages = split(make_pdf(tmp_path / "a.pdf", lines("A report", size=24), first, second))[1:]
    assert [p.kind for p in passages] == ["paragraph", "list-item", "paragraph"]


def test_headings_open_sections_and_their_paragraphs_stand_in_them(tmp_path: Path) -> None:
    def chapter(number: int, title: str, top: float):  # type: ignore[no-untyped-def]
        return both(
            lines(f"{number}  {title}", top=top, font="Helvetica-Bold", size=16),
            lines(f"{number}.1 {BODY}", top=top - 30),
        )

    titles = ["Introduction", "Terms of reference", "Chronology", "Analysis", "Recommendations", "Glossary"]
    drawn = both(*[chapter(i, title, 780 - 90 * i) for i, title in enumerate(titles, 1)])
    passages = split(make_pdf(tmp_path / "a.pdf", page(1, "A cover page"), drawn))
    found = {p.heading: p.section for p in passages if p.kind == "paragraph" and p.number}
    assert found == {
        "Introduction": "introduction",
        "Terms of reference": "terms_of_reference",
        "Chronology": "chronology",
        "Analysis": "analysis",
        "Recommendations": "recommendations",
        "Glossary": "glossary",
    }


def test_labels_of_a_chart_are_no_headings_and_the_headings_after_it_are(tmp_path: Path) -> None:
    def bold(*texts: str, size: float = 11, **place: float):  # type: ignore[no-untyped-def]
        return lines(*texts, font="Helvetica-Bold", size=size, **place)

    names = ("Neglect", "Physical harm", "Sexual harm", "Suicide")
    chart = both(*[bold(name, x=80 + 40 * i, top=640 - 40 * i) for i, name in enumerate(names)])
    framed = both(lambda canvas: canvas.rect(60, 260, 400, 160), bold("Ages", top=400), bold("0-4", "", "5-9", top=360))
    after = both(bold("3 Findings", size=16, top=480), bold("What was done well", top=450), lines(BODY, top=430))
    drawn = both(lines(BODY), chart, after, framed, bold("4 Next steps", size=16, top=230), lines(BODY, top=200))
    passages = split(make_pdf(tmp_path / "a.pdf", lines("A report", size=24), drawn))
    assert [p.text for p in passages if p.kind == "heading"] == ["Findings", "What was done well", "Next steps"]


def test_list_items_are_passages_of_their_own(tmp_path: Path) -> None:
    passages = split(
        make_pdf(
            tmp_path / "a.pdf",
            lines(
                "6.1 The Board should ensure that:",
                "(a) its escalation policy is known;",
                "(b) supervision takes place.",
                "• and that it is recorded.",
            ),
        )
    )
    assert [(p.kind, p.number, p.text) for p in passages] == [
        ("paragraph", "6.1", "The Board should ensure that:"),
        ("list-item", "(a)", "its escalation policy is known;"),
        ("list-item", "(b)", "supervision takes place."),
        ("list-item", None, "and that it is recorded."),
    ]


@pytest.mark.parametrize("shape", ["disc", "square", "arrow"])
def test_bullets_that_are_drawn_open_list_items(tmp_path: Path, shape: str) -> None:
    def bullets(canvas: Canvas) -> None:
        for y in (749, 721):
            if shape == "disc":
                canvas.circle(74, y, 2, stroke=0, fill=1)
            elif shape == "square":
                canvas.rect(72, y - 2, 4, 4, stroke=0, fill=1)
            else:
                arrow = canvas.beginPath()
                arrow.moveTo(72, y - 2)
                arrow.lineTo(76, y)
                arrow.lineTo(72, y + 2)
                canvas.drawPath(arrow, stroke=0, fill=1)

    text = lines(
        "that its policy is known to all", "who work with children", "that supervision takes place", x=90, top=745
    )
    passages = split(make_pdf(tmp_path / "a.pdf", both(lines("The Board should ensure:"), bullets, text)))
    assert [(p.kind, p.text) for p in passages] == [
        ("paragraph", "The Board should ensure:"),
        ("list-item", "that its policy is known to all who work with children"),
        ("list-item", "that supervision takes place"),
    ]


def test_each_table_row_is_a_passage_and_a_repeated_header_is_left_out(tmp_path: Path) -> None:
    header = ["Recommendation", "Lead", "By when"]
    one = both(lines(BODY), grid([header, ["R1 Review the protocol", "Designated nurse", "June 2017"]]))
    two = both(grid([header, ["R2 Audit supervision", "Head of service", "Q3"]], top=780), lines(BODY, top=600))
    rows = [p.text for p in split(make_pdf(tmp_path / "a.pdf", one, two)) if p.kind == "table-row"]
    assert rows == [
        "Recommendation | Lead | By when",
        "R1 Review the protocol | Designated nurse | June 2017",
        "R2 Audit supervision | Head of service | Q3",
    ]


def test_contents_footnotes_and_boxes_are_told_apart(tmp_path: Path) -> None:
    contents = both(
        lines("Contents", font="Helvetica-Bold", size=14),
        lines(*[f"{i} Chapter {i} {'.' * 60} {i + 2}" for i in range(1, 7)], top=730),
    )
    body = both(
        lines(BODY, "The procedure required a paediatric opinion on the same day."),
        lambda canvas: canvas.rect(60, 560, 460, 50),
        lines("Learning point 1: any mark on such a baby needs a medical opinion.", top=590),
        lines("1 An invented reference, printed small at the foot of the page.", top=90, size=8),
    )
    passages = split(make_pdf(tmp_path / "a.pdf", lines("Serious Case Review", size=24), contents, body))
    kinds = {p.kind: p for p in passages}
    assert {p.section for p in passages if p.page_from == 2} == {"toc"}
    assert (kinds["box"].number, kinds["box"].text) == (
        "Learning point 1",
        "any mark on such a baby needs a medical opinion.",
    )
    assert kinds["footnote"].text.startswith("An invented reference")


def test_a_shaded_table_without_lines_is_read_row_by_row(tmp_path: Path) -> None:
    def shades(canvas: Canvas) -> None:
        for column in range(3):
            canvas.setFillGray(0.6)
            canvas.rect(60 + 160 * column, 700, 160, 20, stroke=0, fill=1)
            canvas.setFillGray(0.8)
            canvas.rect(60 + 160 * column, 500, 160, 200, stroke=0, fill=1)
        canvas.setFillGray(0)

    cell = ["The exercise tested how the", "agencies share what they know", "when a child is at risk of harm"] * 3
    drawn = both(
        shades,
        *[lines(head, x=66 + 160 * i, top=706) for i, head in enumerate(("Exercise", "Findings", "Action"))],
        *[lines(*cell, x=66 + 160 * i, top=685) for i in range(3)],
    )
    rows = [p for p in split(make_pdf(tmp_path / "a.pdf", lines("A report", size=24), drawn)) if p.page_from == 2]
    assert [p.kind for p in rows] == ["table-row", "table-row"]
    assert rows[1].text.split(" | ") == [" ".join(cell)] * 3


def test_a_box_that_fills_most_of_a_page_is_a_box(tmp_path: Path) -> None:
    def box(canvas: Canvas) -> None:
        canvas.setFillGray(0.9)
        canvas.rect(57, 74, 475, 711, stroke=0, fill=1)
        canvas.setFillGray(0)

    passages = split(make_pdf(tmp_path / "a.pdf", both(box, lines("1.1 " + BODY[:80], BODY[80:], x=66))))
    assert [(p.kind, p.number) for p in passages] == [("box", "1.1")]


def test_notes_without_a_number_are_footnotes(tmp_path: Path) -> None:
    text = lines(*[BODY] * 8)
    first = both(
        text,
        lines(
            "1 The first note says that the names were changed.", "", "And it has a second paragraph.", top=120, size=8
        ),
        lines("2 The second note is so long that it goes on at the foot of the", top=60, size=8),
    )
    second = both(text, lines("next page, where it ends.", top=60, size=8))
    third = both(text, lines("All figures are approximate and drawn from returns.", top=60, size=8))
    passages = split(make_pdf(tmp_path / "a.pdf", first, second, third))
    assert [(p.number, p.page_to, p.text) for p in passages if p.kind == "footnote"] == [
        ("1", 1, "The first note says that the names were changed."),
        (None, 1, "And it has a second paragraph."),
        ("2", 2, "The second note is so long that it goes on at the foot of the next page, where it ends."),
        (None, 3, "All figures are approximate and drawn from returns."),
    ]


def test_paragraphs_in_a_row_across_a_table_are_a_box_that_goes_on_over_the_page(tmp_path: Path) -> None:
    def judgement(canvas: Canvas) -> None:
        canvas.grid([60, 535], [790, 760, 40])
        canvas.line(400, 790, 400, 760)

    first = both(
        judgement,
        lines("Help and protection", top=770, font="Helvetica-Bold"),
        lines("Inadequate", x=410, top=770, font="Helvetica-Bold"),
        lines("Summary", top=740, font="Helvetica-Bold"),
        lines("12. " + BODY[:60], BODY[61:], top=700),
        lines(*[BODY] * 3, BODY[:-10] + " although she", top=650),
    )
    second = both(
        lambda canvas: canvas.rect(60, 700, 475, 80), lines("Written that the mother had a partner.", top=760)
    )
    passages = split(make_pdf(tmp_path / "a.pdf", lines("A report", size=24), first, second))[1:]
    assert [(p.kind, p.number, p.page_from, p.page_to) for p in passages] == [
        ("table-row", None, 2, 2),
        ("heading", None, 2, 2),
        ("box", "12", 2, 2),
        ("box", None, 2, 3),
    ]


def test_an_entry_of_contents_that_is_wrapped_is_one(tmp_path: Path) -> None:
    def rows(*texts: tuple[str, str], top: float = 760):  # type: ignore[no-untyped-def]
        words, numbers = zip(*texts, strict=True)
        return both(lines(*words, top=top), lines(*numbers, top=top, x=500))

    wrapped = ("Commissioning a reviewer, and what is expected of those who are asked to give", "")
    first = both(
        lines("Contents", font="Helvetica-Bold", size=14, top=790),
        rows(("Introduction", "1"), wrapped, ("an account of their work", "3"), ("PART TWO", ""), ("The case", "4")),
        rows(wrapped, ("", "7"), ("The findings", "9"), top=660),
    )
    second = rows(wrapped, ("their time", "12"), ("Lessons", "14"), ("Appendix", "16"))
    found = [p.text for p in split(make_pdf(tmp_path / "a.pdf", lines("A report", size=24), first, second))[2:]]
    account = wrapped[0] + " an account of their work"
    entries = ["Introduction", account, "PART TWO", "The case", wrapped[0], "The findings", wrapped[0] + " their time"]
    assert found == [*entries, "Lessons", "Appendix"]


def test_a_document_without_text_has_no_passages(tmp_path: Path) -> None:
    assert split(make_pdf(tmp_path / "a.pdf", lambda canvas: canvas.circle(100, 100, 20))) == ()


def test_ids_are_the_same_on_every_reading_and_differ_within_a_document(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", *[page(n, f"{n}.1 {BODY}", "", f"{n}.2 {BODY}") for n in (1, 2)])
    ids = [p.id for p in split(path)]
    assert ids == [p.id for p in split(path)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1 Introduction .............. 3", "1 Introduction"),
        ("Findings\t12", "Findings"),
        ("The family … iv", "The family"),
        ("Signed ________ 4", "Signed"),
        ("The baby was seen in 2017", None),
        ("............ 3", None),
        ("No number at the end ....", None),
    ],
)
def test_a_line_of_contents_is_words_that_lead_to_a_page(line: str, words: str | None) -> None:
    assert entry(line) == words


# --- no text is lost ----------------------------------------------------------------------------------------------

# Roman figures are left out: alone at the edge of a page they are its number.
words = st.text(
    alphabet=st.characters(codec="utf-8", categories=["L"], exclude_characters="ivxIVX"), min_size=2, max_size=8
)
texts = st.lists(words, min_size=1, max_size=9).map(" ".join)
opened = st.tuples(st.sampled_from(["", "1.2 ", "R3\t", "(a) ", "• ", "Finding 2: ", "Contents"]), texts).map("".join)


@st.composite
def pages(draw: st.DrawFn) -> list[Page]:
    made = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        blocks = []
        y = 800.0
        for text in draw(st.lists(opened, max_size=6)):
            size = draw(st.sampled_from([8.0, 11.0, 16.0]))
            box = (72.0, y - size, 72.0 + 5 * len(text), y)
            blocks.append(
                Block(
                    (Line(text, box, size, draw(st.booleans()), False),), frame=draw(st.sampled_from([None, None, 1]))
                )
            )
            y -= draw(st.sampled_from([14.0, 40.0]))
        made.append(Page(number, 595, 842, None, tuple(blocks)))
    return made


@settings(max_examples=150, deadline=None)
@given(pages())
def test_every_letter_of_a_page_is_in_one_passage_or_left_out_with_a_reason(drawn: list[Page]) -> None:
    made = SPLITTER.split("a" * 64, drawn)
    found = audit(drawn, made)
    assert not found.lost
    assert not found.added
    assert sum(found.kept.values()) + sum(found.left_out.values()) == found.printed
    assert all(item.reason for item in made.left_out)
    for passage in made.passages:
        assert passage.text.strip() == passage.text != ""
        assert 1 <= passage.page_from <= passage.page_to <= len(drawn)


@pytest.mark.parametrize(
    "slug", ["westmarch/child-w-executive-summary-2010", "westmarch/young-person-g-overview-report-2014"]
)
def test_the_sample_reads_as_its_golden_shows(slug: str) -> None:
    """The golden lists page, kind, section, number and first words of each passage; it was checked against the pages by eye."""
    passages = split(CORPUS / "reviews" / "sample" / f"{slug}.pdf")
    shown = "".join(f"{p.page_from}\t{p.kind}\t{p.section}\t{p.number or '-'}\t{p.text[:50]}\n" for p in passages)
    golden = Path(__file__).parent / "golden" / f"{Path(slug).name}.tsv"
    assert shown == golden.read_text("utf-8")
