"""What the docs say is so."""

import re
import subprocess
from pathlib import Path

import pytest

from indexer.__main__ import SCORED
from indexer.settings import PROJECT, SETTINGS
from search_app.__main__ import cli

DOCS = [
    PROJECT / "README.md",
    PROJECT / "CONTRIBUTING.md",
    PROJECT / "CHANGELOG.md",
    *sorted((PROJECT / "docs").rglob("*.md")),
]


def read(name: str) -> str:
    return (PROJECT / name).read_text("utf-8")


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    rows = dict(re.findall(r"^\| `LESSONS_(\w+)` \| (.+?) \|$", read("docs/settings.md"), re.MULTILINE))
    assert set(rows) == {setting.name.upper() for setting in SETTINGS}
    for setting in SETTINGS:
        default = "in the checkout" if str(PROJECT) in setting.default else f"`{setting.default}`"
        assert default in rows[setting.name.upper()]
        assert setting.help in rows[setting.name.upper()]


def test_every_command_is_documented() -> None:
    contracts = read("docs/contracts.md")
    assert set(re.findall(r"^\| `lessons (\w+)", contracts, re.MULTILINE)) == set(cli.commands)
    assert all(part in contracts for part in SCORED)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_and_named_files_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (path.parent / target).exists(), target
    for named in re.findall(r"`((?:indexer|search_app|corpus|docs|tests)/[\w./-]+?)/?`", text):
        assert (PROJECT / named).exists(), named


def test_the_map_of_the_readme_names_every_folder() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()
    folders = {name.partition("/")[0] for name in listed if "/" in name and not name.startswith(".")}
    assert all(f"`{folder}/`" in read("README.md") for folder in folders)


def test_make_help_lists_the_targets_of_the_readme() -> None:
    shown = subprocess.run(["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "check", "evaluate", "bench", "help"):
        assert re.search(rf"^{target}\b", shown, re.MULTILINE)
        assert f"make {target}" in read("README.md")
