"""What the sheet of a national collection says of the report behind it."""

import re
from collections.abc import Iterator, Sequence

from indexer.identity.author import PEOPLE
from indexer.identity.dates import PRECISION, dates_in
from indexer.identity.front import Print
from indexer.identity.publisher import names_in
from indexer.identity.rules import Rules
from indexer.page.deposit import sheet_rows
from indexer.records import Fact, Page

SOURCE = "deposit sheet"
SURE = 0.9


def sheet_facts(sheets: Sequence[Page], rules: Rules) -> Iterator[Fact]:
    """Title, publisher, author and date of publication that the sheets give."""
    for page in sheets:
        for label, (text, words) in sheet_rows(page).items():
            for value in _values(label, text, rules):
                yield _fact(label, value, words, page.number)


def _fact(label: str, value: str, words: str, page: int) -> Fact:
    if label == "published":
        return Fact("date", value, words, page, SURE, SOURCE, "published", PRECISION[len(value)])
    return Fact(label, value, words, page, SURE, SOURCE)


def _values(label: str, text: str, rules: Rules) -> Iterator[str]:
    if label == "title":
        yield text
    elif label == "publisher":
        named = [n.name for n in names_in(Print(text, 1), rules.publisher)]
        yield from named or ([text] if re.match("[A-Z]", text) and len(text.split()) <= 12 else [])
    elif label == "author":
        yield from [m[0] for m in re.finditer(PEOPLE, text)][:1]
    elif label == "published":
        yield from [date.value for date in dates_in(text)][:1]
