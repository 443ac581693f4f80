"""An invented report of two pages, on which the stages make ready what they would else make ready for each document anew."""

from indexer.records import Block, Extracted, Line, Page

_COVER = (
    (26, "Serious Case Review"),
    (20, "Child R"),
    (16, "Overview Report"),
    (12, "Independent author: Jane Example"),
    (12, "Westshire Safeguarding Children Board"),
    (12, "Report completed: 2 March 2015"),
    (12, "Published: June 2016"),
)
_TEXT = (
    (14, "1. Introduction"),
    (
        11,
        "1.1 This report concerns Child R, who was three months old when he was taken to hospital with a head injury on 4 May 2014 and died."
        " His father was convicted of manslaughter.",
    ),
    (
        11,
        "1.2 The review, by the Learning Together model, looked at the time from January 2012 to May 2014. Westshire Police and"
        " the health visitor took part in the serious case review.",
    ),
    (14, "2. Findings"),
    (
        11,
        "2.1 Information about domestic abuse was not shared between the two hospitals, and there was no evidence that anyone"
        " asked who else lived in the home. The review found that the assessment should have been made earlier.",
    ),
    (14, "3. Recommendations"),
    (
        11,
        "3.1 The Board should seek assurance from each partner agency that staff know when and how to use the escalation policy.",
    ),
)


def report() -> Extracted:
    """The report as it is read from a PDF."""
    return Extracted((_page(1, _COVER), _page(2, _TEXT)))


def _page(number: int, print_: tuple[tuple[int, str], ...]) -> Page:
    blocks = []
    for place, (size, text) in enumerate(print_):
        top = 780.0 - 60 * place
        blocks.append(Block((Line(text, (72.0, top - size, 520.0, top), float(size), size > 12, False),)))
    return Page(number, 595.0, 842.0, str(number), tuple(blocks))
