"""What users do, in a real browser: with and without JavaScript, wide and narrow, and by the rules of accessibility."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

BABY_Q = "/reviews/westmarch/baby-q"
TEMPLATES = {
    "home": "/",
    "results": "/search?q=bruising+non-mobile+baby",
    "filtered results": "/search?q=father&kind=finding&page=2",
    "literal results": "/search?q=father&literal=1",
    "no results": "/search?q=zzqx",
    "reviews": "/reviews",
    "board": "/reviews/buckinghamshire",
    "review": BABY_Q,
    "review only listed": "/reviews/buckinghamshire/child-w",
    "themes": "/themes",
    "theme": "/themes/unseen-men",
    "about": "/about",
    "support": "/support",
    "not found": "/nothing",
}
Open = Callable[..., Any]


def find_and_read(page: Page) -> None:
    """The main task: search, filter, take the filter off, turn the page, open the review, open the PDF."""
    page.goto("/")
    page.get_by_label("What do you want to learn about?").fill("information sharing")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile(r"\d+ passages in \d+ reviews"))).to_be_visible()
    everything = page.get_by_role("heading", level=2, name="passages in").inner_text()

    filters = page.locator("#filters")
    if not page.get_by_role("checkbox", name=re.compile("^Recommendation ")).is_visible():
        filters.locator("> summary").click()
    page.get_by_role("checkbox", name=re.compile("^Recommendation ")).check()
    page.get_by_role("button", name="Apply filters", exact=True).click()
    expect(page).to_have_url(re.compile("kind=recommendation"))
    assert page.get_by_role("heading", level=2, name="passages in").inner_text() != everything

    page.get_by_role("link", name="Remove filter Kind of learning: Recommendation").click()
    assert page.get_by_role("heading", level=2, name="passages in").inner_text() == everything

    page.get_by_role("link", name="Next page").click()
    expect(page).to_have_title(re.compile(r"page 2 of"))

    page.get_by_role("link", name="Read in the review").first.click()
    expect(page.get_by_role("heading", name="The passage you opened")).to_be_visible()
    opened = page.get_by_role("link", name=re.compile("^Open the PDF at page")).get_attribute("href")
    assert opened
    assert re.fullmatch(r"/documents/.+\.pdf#page=\d+", opened)
    part = page.request.get(opened.partition("#")[0], headers={"Range": "bytes=0-4"})
    assert part.status == 206
    assert part.body() == b"%PDF-"
    page.get_by_role("link", name="Back to search results").click()
    expect(page).to_have_title(re.compile(r"page 2 of"))


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_main_task(context: Open, width: int, scripts: bool) -> None:
    with context(width=width, scripts=scripts) as page:
        find_and_read(page)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_page_is_accessible_and_fits(context: Open, name: str) -> None:
    with context() as page:
        page.goto(TEMPLATES[name])
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_policy_blocks_nothing_that_pages_need(context: Open) -> None:
    with context() as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for address in (a for name, a in TEMPLATES.items() if name != "not found"):
            page.goto(address)
        assert complaints == []


def test_the_keyboard_reaches_the_content_first(context: Open) -> None:
    with context() as page:
        page.goto("/search?q=father")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_label("Search all reviews")).to_be_focused()


def test_leaving_quickly(context: Open) -> None:
    with context() as page:
        page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="weather", content_type="text/plain"))
        page.goto(BABY_Q)
        page.get_by_role("link", name="Exit this page").click()
        page.wait_for_url("https://www.bbc.co.uk/weather")
        page.goto(BABY_Q)
        for _ in range(3):
            page.keyboard.press("Escape")
        page.wait_for_url("https://www.bbc.co.uk/weather")
    with context(scripts=False) as page:
        page.goto("/")
        assert page.get_by_role("link", name="Exit this page").get_attribute("href") == "https://www.bbc.co.uk/weather"


def test_print_leaves_off_what_paper_cannot_do(context: Open) -> None:
    with context() as page:
        page.goto("/search?q=father")
        page.emulate_media(media="print")
        expect(page.get_by_role("button", name="Apply filters").first).to_be_hidden()
        expect(page.get_by_role("heading", level=2, name="passages in")).to_be_visible()
