"""The page to look at, in a real browser: its policy lets its own style and script work, and it keeps the rules of accessibility."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from make_pdf import both, lines, make_pdf
from playwright.sync_api import Browser, expect

from indexer.__main__ import cli

pytestmark = pytest.mark.browser


def test_a_box_pointed_at_shows_its_passage(browser: Browser, tmp_path: Path) -> None:
    page_one = both(
        lines("Findings", size=16, font="Helvetica-Bold"),
        lines("4.1 Nobody asked the father where he had been living.", top=720),
        lines("4.2 The baby was seen at home by two professionals.", top=690),
    )
    out = tmp_path / "a.html"
    pdf = make_pdf(tmp_path / "a.pdf", page_one)
    assert CliRunner().invoke(cli, ["extract", str(pdf), "--html", str(out)]).exit_code == 0
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(out.as_uri())
    page.locator("svg a", has_text="4.2").hover()
    lit = page.locator("li.lit")
    expect(lit).to_have_count(1)
    expect(lit).to_contain_text("The baby was seen at home")
    page.locator("li", has_text="Nobody asked").hover()
    expect(page.locator("svg a.lit")).to_contain_text("Nobody asked")
    assert page.evaluate("document.querySelector('img').naturalWidth") > 800
    assert not Axe().run(page).response["violations"]
    assert not refused
    page.close()
