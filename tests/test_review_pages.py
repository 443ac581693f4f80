"""Reviews, themes and documents in the web app."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from indexer import report, taxonomy
from indexer.records import CONCEPT_FIGURES, Disagreement, Document, Learning, LearningItem, Passage, ReviewRecord
from indexer.settings import PROJECT, Settings
from indexer.store import Library
from search_app import create_app

Fetch = Callable[..., Any]
Read = Callable[..., Any]

BABY_Q = "/reviews/westmarch/baby-q"
OVERVIEW = "westmarch/baby-q-overview-report-2017"


def test_a_review_shows_its_learning_with_its_places(fetch: Fetch) -> None:
    page = fetch(BABY_Q)
    for heading in ("Recommendations", "Themes", "Risk factors", "Documents", "Facts about this review", "How to cite"):
        assert heading in page.text
    assert f"/documents/{OVERVIEW}.pdf" in page.links
    assert "from the publisher’s list" in page.text
    assert "Westmarch Safeguarding Children Board (2017)" in page.text


def test_the_key_of_a_document_leads_to_its_review(fetch: Fetch, client: FlaskClient) -> None:
    response = client.get(f"/reviews/{OVERVIEW}")
    assert response.location == f"{BABY_Q}#document-baby-q-overview-report-2017"
    assert "document-baby-q-overview-report-2017" in fetch(BABY_Q).ids


def test_a_review_that_is_only_listed_says_so(fetch: Fetch) -> None:
    listed = fetch("/reviews/buckinghamshire")
    assert "Not held here" in listed.text
    assert "Harrow" in listed.text
    assert "mentions a number of Buckinghamshire Services" in listed.text
    assert "cannot be searched or read" in fetch(listed.link("/reviews/buckinghamshire/")).text


def test_the_way_back_leads_to_our_own_search_only(read_page: Read, client: FlaskClient) -> None:
    came = "http://localhost/search?q=father&page=2"
    assert "/search?q=father&page=2" in read_page(client.get(BABY_Q, headers={"Referer": came})).links
    for other in (
        "http://evil.example/search?q=x",
        "http://localhost/about?q=x",
        "http://localhost/search?page=x",
        "nonsense",
    ):
        assert "Back to search" not in client.get(BABY_Q, headers={"Referer": other}).text


def test_a_theme_shows_what_reviews_teach_about_it(fetch: Fetch) -> None:
    page = fetch("/themes/unseen-men")
    assert "Reviews in which it stands out" in page.text
    assert "/search?theme=unseen-men&sort=newest" in page.links


def test_a_theme_says_how_well_it_is_found(fetch: Fetch) -> None:
    measured = json.loads((PROJECT / "corpus" / CONCEPT_FIGURES).read_text("utf-8"))["concepts"]
    concept, row = max(measured.items(), key=lambda item: item[1]["tp"])
    page = fetch(f"/themes/{concept}")
    assert f"marked it in {row['tp'] + row['fn']} passages; Lessons finds it in {row['tp']} of them" in " ".join(
        page.text.split()
    )
    unmeasured = next(c for c in taxonomy.load(PROJECT / "corpus").concepts if c not in measured)
    assert "so this is not known" in fetch(f"/themes/{unmeasured}").text


@pytest.mark.parametrize(
    "address",
    [
        "/nope",
        "/reviews/nobody",
        "/reviews/westmarch/nobody",
        "/reviews/nobody/baby-q",
        "/themes/nothing",
        "/documents/westmarch/nothing.pdf",
    ],
)
def test_what_is_not_there_is_not_found(fetch: Fetch, address: str) -> None:
    assert fetch(address, 404).headings == ["Page not found"]


@pytest.mark.parametrize(
    "key",
    [
        "../../etc/passwd",
        "westmarch/../../pyproject",
        "%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
        "westmarch%00",
        f"{OVERVIEW}.pdf",
    ],
)
def test_no_path_escapes_the_library(client: FlaskClient, key: str) -> None:
    assert client.get(f"/documents/{key}.pdf", follow_redirects=True).status_code == 404


def test_a_pdf_is_sent_in_parts(client: FlaskClient) -> None:
    address = f"/documents/{OVERVIEW}.pdf"
    with client.get(address) as response:
        whole = response.data
        assert whole.startswith(b"%PDF-")
        assert response.headers["Accept-Ranges"] == "bytes"
        assert response.headers["Content-Disposition"] == "inline"
        etag = response.headers["ETag"]
    with client.get(address, headers={"Range": "bytes=10-19"}) as part:
        assert part.status_code == 206
        assert part.data == whole[10:20]
        assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    with client.get(address, headers={"Range": f"bytes={len(whole)}-"}) as outside:
        assert outside.status_code == 416
    with client.get(address, headers={"If-None-Match": etag}) as unchanged:
        assert unchanged.status_code == 304


def test_what_reviews_say_is_never_markup(read_page: Read, empty: Settings) -> None:
    bad = "<script>alert(1)</script>"
    record = ReviewRecord(
        document="0" * 64, key="odd/one", case="odd/one", case_title=bad, title=bad, publisher=bad, subject=bad, scope="local", nation=bad,
        review_type=bad, document_types=(bad,), published=None, author=bad, review_method=bad, age_bands=(bad,), harm_types=(bad,),
        agencies=(bad,), fictional=False, pages=1, pages_without_text=(), warnings=(bad,), disagreements=(Disagreement("subject", bad, bad, bad, 1),),
    )  # fmt: skip
    passage = Passage("p1", "odd/one", 0, "paragraph", bad, 1, 1, bad, "analysis", bad, bad, ())
    item = LearningItem("i1", None, "finding", bad, bad, bad, (bad,), "p1", 1, 0, len(bad), (), None)
    with Library(empty.library, write=True) as library:
        library.replace_documents(
            "odd", empty.data, [(Document("0" * 64, "odd/one", "odd", empty.data / "one.pdf"), 1, 1)], whole=True
        )
        library.save("odd/one", "describe", "f", record)
        library.save("odd/one", "split", "f", (passage,))
        library.save("odd/one", "learn", "f", Learning((item,), ()))
    client = create_app(empty).test_client()
    for address in ("/", "/reviews", "/reviews/odd", "/reviews/odd/one?document=odd/one&passage=p1"):
        response = client.get(address)
        assert response.status_code == 200
        assert bad not in response.text
        assert bad in read_page(response).text
        assert "Sample reviews are fictional" not in response.text
    assert "the publisher’s list and the document disagree" in response.text
    with Library(empty.library) as library:
        told = report.status_text(report.status(empty, library))
    assert f"odd/one: subject is {bad} in the catalogue, {bad} on page 1 of the document" in told
