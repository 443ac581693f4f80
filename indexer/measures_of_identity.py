"""How well what is said of documents (title, publisher, dates ...) agrees with what was annotated."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from indexer.measures import precision_recall, share, words

# Fields of one value, and of several; each by the name that `lessons extract --json` gives it.
SINGLE = ("publisher", "author", "subject", "review_type", "review_method", "nation", "published")
SEVERAL = ("document_types", "age_bands", "harm_types")
# Dates besides that of publication, by the kind of their fact.
DATES = ("incident", "completed", "period")
# Two titles are the same when they have this share of their words in common.
SAME_TITLE = 0.75


def annotated(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a gold file says of its document, under the names of `lessons extract --json`."""
    age = document.get("age_band")
    bands = [] if age is None else [age] if isinstance(age, str) else age
    return {**document, "publisher": document.get("board"), "age_bands": bands}


def identity(want: Mapping[str, Any], got: Mapping[str, Any]) -> Counter[str]:
    """Whether each field of a document is right; what is not annotated (no key) does not count, None must be None."""
    count: Counter[str] = Counter()
    for field in SINGLE:
        if field in want:
            count += _single(field, want[field], got.get(field))
    for field in SEVERAL:
        if field in want:
            count += _several(field, set(want[field]), set(got.get(field) or ()))
    if want.get("title"):
        alike = title_likeness(want["title"], got.get("title") or "")
        count["title all"] += 1
        count["title right"] += alike >= SAME_TITLE
    return count


def dates(want: Mapping[str, Any], facts: Collection[Mapping[str, Any]]) -> Counter[str]:
    """The same for the dates that only facts hold."""
    found = {fact["kind"]: fact["value"] for fact in facts if fact["field"] == "date"}
    return sum((_single(kind, want[kind], found.get(kind)) for kind in DATES if kind in want), Counter())


def title_likeness(one: str, other: str) -> float:
    """The share of words that two titles have in common, 0 to 1."""
    a, b = Counter(words(one)), Counter(words(other))
    return 2 * (a & b).total() / max(1, a.total() + b.total())


def _single(field: str, want: str | None, got: str | None) -> Counter[str]:
    same = _folded(want) == _folded(got) or (field == "published" and _same_date(want, got))
    return Counter(
        {
            f"{field} all": 1,
            f"{field} right": int(same),
            f"{field} tp": int(same and want is not None),
            f"{field} fp": int(got is not None and not same),
            f"{field} fn": int(want is not None and not same),
        }
    )


def _several(field: str, want: set[str], got: set[str]) -> Counter[str]:
    return Counter(
        {
            f"{field} all": 1,
            f"{field} right": int(want == got),
            f"{field} tp": len(want & got),
            f"{field} fp": len(got - want),
            f"{field} fn": len(want - got),
        }
    )


def _same_date(want: str | None, got: str | None) -> bool:
    """Whether one date is the other, told more exactly."""
    return bool(want and got) and (
        str(got).startswith(str(want)) or (len(str(got)) > 4 and str(want).startswith(str(got)))
    )


def _folded(value: str | None) -> str | None:
    return " ".join(re.findall(r"[\w/]+", value.lower().replace("’", "'"))) if value else None


def identity_figures(count: Counter[str]) -> dict[str, Any]:
    """The share of documents of which each field is right, and over all fields what is said and true, and missed."""
    rows: dict[str, Any] = {}
    for field in ("title", *SINGLE, *SEVERAL, *DATES):
        if field in ("title", *SINGLE, *SEVERAL) or count[f"{field} all"]:
            rows[field] = share(count[f"{field} right"], count[f"{field} all"])
    fields = (*SINGLE, *SEVERAL, *DATES)
    tp, fp, fn = (sum(count[f"{field} {sign}"] for field in fields) for sign in ("tp", "fp", "fn"))
    return {**rows, "said": precision_recall(tp, fp, fn)}
