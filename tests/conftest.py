"""What several tests share: the sample corpus, ingested once, and pages held to what every page must have."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from indexer import settings
from indexer.settings import Settings
from search_app import POLICY, create_app

SERVICE = "Lessons from case reviews"


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a library and an index of the sample corpus, made by the command that users call."""
    data = tmp_path_factory.mktemp("sample")
    command = [sys.executable, "-m", "search_app", "ingest", "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return settings.load(data=data)


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    """Settings of a place where nothing has been ingested."""
    return settings.load(data=tmp_path / "nothing")


@pytest.fixture(scope="session")
def app(sample: Settings) -> Flask:
    """The app on the sample corpus."""
    return create_app(sample)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the app on the sample corpus."""
    return app.test_client()


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


@pytest.fixture
def read_page() -> Callable[[TestResponse], Page]:
    """Reads a response as a page."""
    return Page


@pytest.fixture
def fetch(client: FlaskClient) -> Callable[..., Page]:
    """Gets a page, of the sample corpus where no other client is named, and holds it to what every page must have."""

    def get(address: str, status: int = 200, client: FlaskClient = client) -> Page:
        page = Page(client.get(address))
        assert page.response.status_code == status, page.text
        assert page.title.endswith(f" - {SERVICE}")
        assert len(page.headings) == 1
        assert page.headings[0].strip()
        assert len(page.ids) == len(set(page.ids)), "ids are used twice"
        assert {got["id"] for got in page.fields} <= page.labelled
        headers = page.response.headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Set-Cookie" not in headers
        assert '<html lang="en-GB">' in page.response.text
        assert not re.search(r"<[^>]* (style|on\w+)=", page.response.text), "inline style or handler"
        assert {"#main", "/support", "/about", "https://www.bbc.co.uk/weather"} <= set(page.links)
        return page

    return get
