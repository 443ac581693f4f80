"""The web app: every page holds to the house style, search answers, and faults are said plainly."""

import logging
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.fields import FILTERS
from indexer.settings import Settings
from search_app import create_app

Fetch = Callable[..., Any]
Read = Callable[..., Any]

BABY_Q = "/reviews/westmarch/baby-q"
OVERVIEW = "westmarch/baby-q-overview-report-2017"
ROUTES = [
    "/",
    "/about",
    "/api/v1/openapi.json",
    "/api/v1/search",
    "/documents/<path:key>.pdf",
    "/health",
    "/reviews",
    "/reviews/<source>",
    "/reviews/<source>/<path:name>",
    "/search",
    "/static/<path:filename>",
    "/support",
    "/themes",
    "/themes/<id>",
]
PAGES = [
    "/",
    "/search",
    "/search?q=bruising+non-mobile+baby",
    "/search?q=information&scope=local&sort=newest&page=2",
    "/search?q=zzqx+zzqy",
    "/search?q=father&literal=1&kind=finding",
    "/reviews",
    "/reviews/westmarch",
    "/reviews/buckinghamshire",
    BABY_Q,
    "/reviews/buckinghamshire/child-w",
    "/themes",
    "/themes/unseen-men",
    "/themes/non-mobile-infant-bruising",
    "/about",
    "/support",
]


def test_the_routes_are_these(app: Flask) -> None:
    assert sorted(rule.rule for rule in app.url_map.iter_rules()) == ROUTES


@pytest.mark.parametrize("address", PAGES)
def test_every_page_holds_to_the_house_style(fetch: Fetch, address: str) -> None:
    assert "Sample reviews are fictional" in fetch(address).text


def test_no_link_leads_nowhere(read_page: Read, client: FlaskClient) -> None:
    seen, waiting = set(), ["/"]
    while waiting:
        address = waiting.pop(0).partition("#")[0]
        if address in seen or len(seen) > 120:
            continue
        seen.add(address)
        response = client.get(address)
        assert response.status_code in (200, 302), address
        if response.mimetype == "text/html" and "?" not in address:
            waiting += [link for link in read_page(response).links if link.startswith("/")]
        response.close()
    assert BABY_Q in seen
    assert any(address.endswith(".pdf") for address in seen)


# --- search -------------------------------------------------------------------------------------------------------


def test_a_hit_says_where_it_stands_and_opens_there(fetch: Fetch, client: FlaskClient) -> None:
    page = fetch("/search?q=bruising+non-mobile+baby")
    assert re.search(r"\d+ passages in \d+ reviews?", page.text)
    assert re.search(r"\d+ reviews were searched", page.text)
    assert "Fictional sample" in page.text
    assert "<mark>" in page.response.text
    path, _, fragment = page.link(".pdf#page=").partition("#")
    assert re.fullmatch(r"page=\d+", fragment)
    with client.get(path) as document:
        assert document.mimetype == "application/pdf"
    opened = fetch(page.link("passage="))
    assert "The passage you opened" in opened.text


def test_filters_narrow_and_can_be_taken_off(fetch: Fetch) -> None:
    everything = fetch("/search?q=father")
    filtered = fetch("/search?q=father&kind=finding&kind=recommendation&scope=local")
    total = re.compile(r"(\d+) passages? in")
    assert int(total.search(filtered.text)[1]) < int(total.search(everything.text)[1])
    removal = [link for link in filtered.links if link == "/search?q=father&kind=finding&scope=local"]
    assert len(removal) == 1
    assert filtered.response.text.count(" checked>") == 3


def test_one_kind_of_learning_is_one_step_away(fetch: Fetch) -> None:
    link = fetch("/search?q=father").link("/search?q=father&kind=recommendation")
    narrowed = fetch(link)
    assert "Show only:" not in narrowed.text
    assert set(re.findall(r'tag-kind">([^<]+)<', narrowed.response.text)) >= {"Recommendation"}


def test_every_filter_of_the_table_of_fields_is_offered(fetch: Fetch) -> None:
    offered = {got["name"] for got in fetch("/search").fields if got.get("type") == "checkbox"}
    assert offered == {f.name for f in FILTERS}


def test_pages_are_named_in_the_title_and_a_page_that_does_not_exist_leads_to_the_first(
    fetch: Fetch, client: FlaskClient
) -> None:
    assert "(page 2 of" in fetch("/search?page=2").title
    for wrong in ("two", "0", "99999"):
        response = client.get(f"/search?q=father&theme=unseen-men&page={wrong}")
        assert response.status_code == 302
        assert response.location == "/search?q=father&theme=unseen-men"


def test_literal_search_can_be_asked_for_and_left(fetch: Fetch) -> None:
    assert "Search for related terms too" in fetch("/search?q=father&literal=1").text


def test_finding_nothing_helps(fetch: Fetch) -> None:
    page = fetch("/search?q=zzqx+zzqy&kind=finding")
    assert "No passages found" in page.text
    assert "search again without filters" in page.text


@pytest.mark.parametrize(
    "query",
    ['"><script>alert(1)</script>', "<img src=x onerror=alert(1)>", "' onmouseover='x", "{{7*7}}", "</title><b>"],
)
def test_what_is_asked_is_never_markup(read_page: Read, client: FlaskClient, query: str) -> None:
    for address in ("/search", "/api/v1/search"):
        response = client.get(address, query_string={"q": query, "theme": query})
        assert response.status_code in (200, 400)
        if response.mimetype == "text/html" and query != "{{7*7}}":
            assert query not in response.text
    assert "49" not in read_page(client.get("/search", query_string={"q": "{{7*7}}"})).title


HOSTILE = [
    "*",
    "*a*",
    "a*",
    "(" * 500,
    '"',
    "a AND",
    "NOT",
    "title:",
    "x" * 1999,
    "\x00",
    "\u202e",
    "a~99",
    "[a TO",
    "^5",
    "\\",
    "🙂",
    "%",
    "a" * 400 + "*",
]


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_query_is_answered_or_refused_plainly(client: FlaskClient, query: str) -> None:
    assert client.get("/search", query_string={"q": query}).status_code in (200, 400)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["q", "page", "sort", "limit", *(f.name for f in FILTERS)]), st.text(max_size=40), max_size=4
    )
)
def test_no_query_string_breaks_the_api(client: FlaskClient, query: dict[str, str]) -> None:
    response = client.get("/api/v1/search", query_string=query)
    assert response.status_code in (200, 400)
    assert ("error" in response.json) == (response.status_code == 400)


def test_a_bad_query_is_refused_in_plain_words(fetch: Fetch, client: FlaskClient) -> None:
    assert "too long" in fetch("/search?q=" + "x" * 3000, 400).text
    response = client.get("/api/v1/search?page=two")
    assert response.status_code == 400
    assert response.json == {"error": {"status": 400, "message": "'page' must be a whole number from 1 to 100,000."}}
    assert client.get("/api/v1/nothing").json["error"]["status"] == 404


def test_without_a_library_the_service_says_what_to_run(fetch: Fetch, empty: Settings) -> None:
    client = create_app(empty).test_client()
    for address in (
        "/",
        "/search?q=x",
        "/reviews",
        BABY_Q,
        "/themes",
        "/themes/unseen-men",
        f"/documents/{OVERVIEW}.pdf",
    ):
        assert "lessons ingest" in fetch(address, 503, client).text
    assert client.get("/api/v1/search").json["error"]["status"] == 503
    assert client.get("/health").status_code == 503
    for address in ("/about", "/support", "/api/v1/openapi.json"):
        assert client.get(address).status_code == 200


def test_a_fault_of_ours_is_a_page_and_a_log_line_without_the_query(
    fetch: Fetch, empty: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    empty.data.mkdir()
    empty.library.write_bytes(b"this is not a database" * 100)
    with caplog.at_level(logging.DEBUG):
        page = fetch("/reviews?q=familyname", 500, create_app(empty).test_client())
    assert page.headings == ["Sorry, there is a problem with the service"]
    assert "reviews.reviews" in caplog.text
    assert "familyname" not in caplog.text


def test_static_files_are_kept_by_their_content(client: FlaskClient) -> None:
    page = client.get("/about").text
    address = re.search(r'href="(/static/style\.css\?v=\w+)"', page)[1]
    with client.get(address) as kept, client.get(urlsplit(address).path) as asked_again:
        assert "immutable" in kept.headers["Cache-Control"]
        assert "immutable" not in asked_again.headers["Cache-Control"]


def test_the_app_reads_no_pdf_and_tags_nothing() -> None:
    loaded = "import sys, search_app; print([m for m in ('pdfminer', 'spacy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_serving_without_a_library_says_what_to_run(empty: Settings) -> None:
    command = [sys.executable, "-m", "search_app", "serve", "--data", str(empty.data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "lessons ingest" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
