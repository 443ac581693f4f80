"""The web app: every page holds to the house style, and says no plainly."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from indexer.fields import FILTERS
from indexer.present import search_json
from indexer.records import Document, Learning, LearningItem, Passage, ReviewRecord, SearchRequest
from indexer.settings import Settings
from indexer.store import Library
from search_app import POLICY, create_app
from search_app.backend import Backend

SERVICE = "Lessons from case reviews"
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
    "/search?q=information+sharing&theme=information-sharing&sort=newest&page=2",
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


@dataclass
class Page(HTMLParser):
    """A page of HTML, read for what the tests ask of it."""

    response: TestResponse
    title: str = ""
    headings: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    fields: list[dict[str, str]] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    text: str = ""
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        self._open.append(tag)
        if "id" in got:
            self.ids.append(got["id"])
        if tag == "a":
            self.links.append(got["href"])
        if tag == "label":
            self.labelled.add(got["for"])
        if tag in ("select", "input") and got.get("type") != "hidden":
            self.fields.append(got)
        if tag == "h1":
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "title" in self._open:
            self.title += data
        if "h1" in self._open:
            self.headings[-1] += data
        self.text += data

    def link(self, wanted: str) -> str:
        """The first link whose address holds these characters."""
        return next(link for link in self.links if wanted in link)


@pytest.fixture(scope="module")
def app(sample: Settings) -> Flask:
    return create_app(sample)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def fetch(client: FlaskClient, address: str, status: int = 200) -> Page:
    """Gets a page and holds it to what every page must have."""
    response = client.get(address)
    page = Page(response)
    assert response.status_code == status, page.text
    assert page.title.endswith(f" - {SERVICE}")
    assert len(page.headings) == 1
    assert page.headings[0].strip()
    assert len(page.ids) == len(set(page.ids)), "ids are used twice"
    assert {got["id"] for got in page.fields} <= page.labelled
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in response.headers
    assert '<html lang="en-GB">' in response.text
    assert not re.search(r"<[^>]* (style|on\w+)=", response.text), "inline style or handler"
    assert {"#main", "/support", "/about", "https://www.bbc.co.uk/weather"} <= set(page.links)
    return page


def test_the_routes_are_these(app: Flask) -> None:
    assert sorted(rule.rule for rule in app.url_map.iter_rules()) == ROUTES


@pytest.mark.parametrize("address", PAGES)
def test_every_page_holds_to_the_house_style(client: FlaskClient, address: str) -> None:
    assert "Sample reviews are fictional" in fetch(client, address).text


def test_no_link_leads_nowhere(client: FlaskClient) -> None:
    seen, waiting = set(), ["/"]
    while waiting:
        address = waiting.pop(0).partition("#")[0]
        if address in seen or len(seen) > 120:
            continue
        seen.add(address)
        response = client.get(address)
        assert response.status_code in (200, 302), address
        if response.mimetype == "text/html" and "?" not in address:
            waiting += [link for link in Page(response).links if link.startswith("/")]
        response.close()
    assert BABY_Q in seen
    assert any(address.endswith(".pdf") for address in seen)


# --- search -------------------------------------------------------------------------------------------------------


def test_a_hit_says_where_it_stands_and_opens_there(client: FlaskClient) -> None:
    page = fetch(client, "/search?q=bruising+non-mobile+baby")
    assert re.search(r"\d+ passages in \d+ reviews?", page.text)
    assert re.search(r"\d+ reviews were searched", page.text)
    assert "Fictional sample" in page.text
    assert "<mark>" in page.response.text
    path, _, fragment = page.link(".pdf#page=").partition("#")
    assert re.fullmatch(r"page=\d+", fragment)
    assert client.get(path).mimetype == "application/pdf"
    opened = fetch(client, page.link("passage="))
    assert "The passage you opened" in opened.text


def test_filters_narrow_and_can_be_taken_off(client: FlaskClient) -> None:
    everything = fetch(client, "/search?q=father")
    filtered = fetch(client, "/search?q=father&kind=finding&kind=recommendation&scope=local")
    total = re.compile(r"(\d+) passages? in")
    assert int(total.search(filtered.text)[1]) < int(total.search(everything.text)[1])
    removal = [link for link in filtered.links if link == "/search?q=father&kind=finding&scope=local"]
    assert len(removal) == 1
    assert filtered.response.text.count(" checked>") == 3


def test_every_filter_of_the_table_of_fields_is_offered(client: FlaskClient) -> None:
    offered = {got["name"] for got in fetch(client, "/search").fields if got.get("type") == "checkbox"}
    assert offered == {f.name for f in FILTERS}


def test_pages_are_named_in_the_title_and_a_page_that_does_not_exist_leads_to_the_first(client: FlaskClient) -> None:
    assert "(page 2 of" in fetch(client, "/search?page=2").title
    for wrong in ("two", "0", "99999"):
        response = client.get(f"/search?q=father&theme=unseen-men&page={wrong}")
        assert response.status_code == 302
        assert response.location == "/search?q=father&theme=unseen-men"


def test_literal_search_can_be_asked_for_and_left(client: FlaskClient) -> None:
    assert "Search for related terms too" in fetch(client, "/search?q=father&literal=1").text


def test_finding_nothing_helps(client: FlaskClient) -> None:
    page = fetch(client, "/search?q=zzqx+zzqy&kind=finding")
    assert "No passages found" in page.text
    assert "search again without filters" in page.text


@pytest.mark.parametrize("query", ['"><script>alert(1)</script>', "<img src=x onerror=alert(1)>", "' onmouseover='x", "{{7*7}}", "</title><b>"])
def test_what_is_asked_is_never_markup(client: FlaskClient, query: str) -> None:
    for address in ("/search", "/api/v1/search"):
        response = client.get(address, query_string={"q": query, "theme": query})
        assert response.status_code in (200, 400)
        if response.mimetype == "text/html":
            assert query not in response.text
    assert "49" not in Page(client.get("/search", query_string={"q": "{{7*7}}"})).title


HOSTILE = ["*", "*a*", "a*", "(" * 500, '"', "a AND", "NOT", "title:", "x" * 1999, "\x00", "\u202e", "a~99", "[a TO", "^5", "\\", "🙂", "%", "a" * 400 + "*"]


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_query_is_answered_or_refused_plainly(client: FlaskClient, query: str) -> None:
    assert client.get("/search", query_string={"q": query}).status_code in (200, 400)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["q", "page", "sort", "limit", *(f.name for f in FILTERS)]), st.text(max_size=40), max_size=4))
def test_no_query_string_breaks_the_api(client: FlaskClient, query: dict[str, str]) -> None:
    response = client.get("/api/v1/search", query_string=query)
    assert response.status_code in (200, 400)
    assert ("error" in response.json) == (response.status_code == 400)


# --- reviews, themes, documents -----------------------------------------------------------------------------------


def test_a_review_shows_its_learning_with_its_places(client: FlaskClient) -> None:
    page = fetch(client, BABY_Q)
    for heading in ("Recommendations", "Themes", "Risk factors", "Documents", "Facts about this review", "How to cite"):
        assert heading in page.text
    assert f"/documents/{OVERVIEW}.pdf" in page.links
    assert "from the publisher’s list" in page.text
    assert "Westmarch Safeguarding Children Board (2017)" in page.text


def test_the_key_of_a_document_leads_to_its_review(client: FlaskClient) -> None:
    response = client.get(f"/reviews/{OVERVIEW}")
    assert response.location == f"{BABY_Q}#document-baby-q-overview-report-2017"
    assert "document-baby-q-overview-report-2017" in fetch(client, BABY_Q).ids


def test_a_review_that_is_only_listed_says_so(client: FlaskClient) -> None:
    listed = fetch(client, "/reviews/buckinghamshire")
    assert "Not held here" in listed.text
    assert "Harrow" in listed.text
    assert "mentions a number of Buckinghamshire Services" in listed.text
    assert "cannot be searched or read" in fetch(client, listed.link("/reviews/buckinghamshire/")).text


def test_the_way_back_leads_to_our_own_search_only(client: FlaskClient) -> None:
    came = "http://localhost/search?q=father&page=2"
    assert "/search?q=father&page=2" in Page(client.get(BABY_Q, headers={"Referer": came})).links
    for other in ("http://evil.example/search?q=x", "http://localhost/about?q=x", "http://localhost/search?page=x", "nonsense"):
        assert "Back to search" not in client.get(BABY_Q, headers={"Referer": other}).text


def test_a_theme_shows_what_reviews_teach_about_it(client: FlaskClient) -> None:
    page = fetch(client, "/themes/unseen-men")
    assert "Reviews in which it stands out" in page.text
    assert "/search?theme=unseen-men&sort=newest" in page.links


@pytest.mark.parametrize(
    "address", ["/nope", "/reviews/nobody", "/reviews/westmarch/nobody", "/reviews/nobody/baby-q", "/themes/nothing", "/documents/westmarch/nothing.pdf"]
)
def test_what_is_not_there_is_not_found(client: FlaskClient, address: str) -> None:
    assert fetch(client, address, 404).headings == ["Page not found"]


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "westmarch/../../pyproject", "%2e%2e/%2e%2e/etc/passwd", "/etc/passwd", "westmarch%00", f"{OVERVIEW}.pdf"]
)
def test_no_path_escapes_the_library(client: FlaskClient, key: str) -> None:
    assert client.get(f"/documents/{key}.pdf").status_code == 404


def test_a_pdf_is_sent_in_parts(client: FlaskClient) -> None:
    whole = client.get(f"/documents/{OVERVIEW}.pdf")
    assert whole.data.startswith(b"%PDF-")
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["Content-Disposition"] == "inline"
    part = client.get(f"/documents/{OVERVIEW}.pdf", headers={"Range": "bytes=10-19"})
    assert part.status_code == 206
    assert part.data == whole.data[10:20]
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.data)}"
    outside = client.get(f"/documents/{OVERVIEW}.pdf", headers={"Range": f"bytes={len(whole.data)}-"})
    assert outside.status_code == 416
    unchanged = client.get(f"/documents/{OVERVIEW}.pdf", headers={"If-None-Match": whole.headers["ETag"]})
    assert unchanged.status_code == 304


def test_what_reviews_say_is_never_markup(empty: Settings) -> None:
    bad = "<script>alert(1)</script>"
    record = ReviewRecord(
        document="0" * 64, key="odd/one", case="odd/one", case_title=bad, title=bad, publisher=bad, subject=bad, scope="local", nation=bad,
        review_type=bad, document_types=(bad,), published=None, author=bad, review_method=bad, age_bands=(bad,), harm_types=(bad,),
        agencies=(bad,), fictional=False, pages=1, pages_without_text=(), warnings=(bad,),
    )  # fmt: skip
    passage = Passage("p1", "odd/one", 0, "paragraph", bad, 1, 1, bad, "analysis", bad, bad, ())
    item = LearningItem("i1", None, "finding", bad, bad, bad, (bad,), "p1", 1, 0, len(bad), (), None)
    with Library(empty.library, write=True) as library:
        library.replace_documents("odd", empty.data, [(Document("0" * 64, "odd/one", "odd", empty.data / "one.pdf"), 1, 1)], whole=True)
        library.save("odd/one", "describe", "f", record)
        library.save("odd/one", "split", "f", (passage,))
        library.save("odd/one", "learn", "f", Learning((item,), ()))
    client = create_app(empty).test_client()
    for address in ("/", "/reviews", "/reviews/odd", "/reviews/odd/one?document=odd/one&passage=p1"):
        response = client.get(address)
        assert response.status_code == 200
        assert bad not in response.text
        assert bad in Page(response).text
        assert "Sample reviews are fictional" not in response.text


# --- API, health, faults ------------------------------------------------------------------------------------------


def test_the_api_gives_what_the_engine_finds(app: Flask, client: FlaskClient) -> None:
    got = client.get("/api/v1/search?q=father&kind=finding&limit=3").json
    backend: Backend = app.extensions["lessons"]
    wanted = search_json(backend.search(SearchRequest("father", {"kind": ("finding",)}, limit=3)), backend.labels())
    assert got | {"took_ms": 0} == json.loads(json.dumps(wanted)) | {"took_ms": 0}
    assert len(got["hits"]) == 3
    assert all("finding" in hit["kinds"] for hit in got["hits"])


def test_the_api_is_as_it_describes_itself(client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").json
    operation = described["paths"]["/search"]["get"]
    assert {p["name"] for p in operation["parameters"]} == {"q", "page", "limit", "sort", "literal", *(f.name for f in FILTERS)}
    schemas = described["components"]["schemas"]
    assert list(departures(client.get("/api/v1/search?q=bruising").json, schemas["Results"], schemas)) == []
    assert list(departures(client.get("/api/v1/search?sort=beauty").json, schemas["Fault"], schemas)) == []
    assert list(departures({"query": 1}, schemas["Results"], schemas)) != []


TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None), "array": list, "object": dict,
}  # fmt: skip


def departures(value: Any, schema: dict[str, Any], schemas: dict[str, Any], path: str = "") -> Iterator[str]:
    """Where a value is not as its JSON schema says, keys that the schema does not name among them."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if not any(isinstance(value, TYPES[kind]) for kind in kinds):
        yield f"{path} is not {kinds}"
    elif isinstance(value, list):
        for item in value:
            yield from departures(item, schema["items"], schemas, f"{path}[]")
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        yield from (f"{path}.{name} is missing" for name in known if name not in value)
        for name, item in value.items():
            if name not in known and "additionalProperties" not in schema:
                yield f"{path}.{name} is not described"
            else:
                yield from departures(item, known.get(name) or schema["additionalProperties"], schemas, f"{path}.{name}")


def test_health_says_what_is_there(client: FlaskClient) -> None:
    health = client.get("/health").json
    assert health["status"] == "ok"
    assert health["documents"] >= 11
    assert health["passages"] > 500
    assert health["index_age_s"] >= 0


def test_a_bad_query_is_refused_in_plain_words(client: FlaskClient) -> None:
    assert "too long" in fetch(client, "/search?q=" + "x" * 3000, 400).text
    response = client.get("/api/v1/search?page=two")
    assert response.status_code == 400
    assert response.json == {"error": {"status": 400, "message": "'page' must be a whole number from 1 to 100,000."}}
    assert client.get("/api/v1/nothing").json["error"]["status"] == 404


def test_without_a_library_the_service_says_what_to_run(empty: Settings) -> None:
    client = create_app(empty).test_client()
    for address in ("/", "/search?q=x", "/reviews", BABY_Q, "/themes", "/themes/unseen-men", f"/documents/{OVERVIEW}.pdf"):
        assert "lessons ingest" in fetch(client, address, 503).text
    assert client.get("/api/v1/search").json["error"]["status"] == 503
    assert client.get("/health").status_code == 503
    for address in ("/about", "/support", "/api/v1/openapi.json"):
        assert client.get(address).status_code == 200


def test_a_fault_of_ours_is_a_page_and_a_log_line_without_the_query(empty: Settings, caplog: pytest.LogCaptureFixture) -> None:
    empty.data.mkdir()
    empty.library.write_bytes(b"this is not a database" * 100)
    with caplog.at_level(logging.DEBUG):
        page = fetch(create_app(empty).test_client(), "/search?q=familyname", 500)
    assert page.headings == ["Sorry, there is a problem with the service"]
    assert "search.search" in caplog.text
    assert "familyname" not in caplog.text


def test_static_files_are_kept_by_their_content(client: FlaskClient) -> None:
    page = client.get("/about").text
    address = re.search(r'href="(/static/style\.css\?v=\w+)"', page)[1]
    assert "immutable" in client.get(address).headers["Cache-Control"]
    assert "immutable" not in client.get(urlsplit(address).path).headers.get("Cache-Control", "")


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
