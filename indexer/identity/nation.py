"""In which nation, and whether its reach is local or national."""

from collections.abc import Mapping, Sequence

from indexer.identity.front import Front, Print, fact
from indexer.identity.rules import Words, any_of
from indexer.records import Fact
from indexer.taxonomy import Term

NATIONS = ("England", "Wales", "Scotland", "Northern Ireland")
NATIONAL_TYPES = frozenset({"national-cspr"})


def nation(front: Front, title: Fact | None, publishers: Sequence[Fact], signs: Mapping[str, Words]) -> Fact | None:
    """The first nation of which publisher, title, cover or headers bear a sign; other nations go before England."""
    known = [Print(f.words or "", f.page or 1) for f in (*publishers, title) if f]
    for prints, confidence in ((known, 0.9), ((*front.cover, *front.running), 0.7)):
        for name, wordings in signs.items():
            for print_ in prints:
                if match := any_of(wordings).search(print_.text):
                    return fact("nation", name, match[0], print_.page, confidence)
    return None


def nation_of(kind: Fact, types: Mapping[str, Term]) -> Fact | None:
    """The nation in which reviews of a kind are held."""
    land = types[kind.value].nation
    return fact("nation", land, kind.words or "", kind.page or 1, 0.5) if land in NATIONS and land else None


def scope(review_type: str | None, publishers: Sequence[str], national: Sequence[str]) -> str | None:
    """National for the reviews and publishers that are; local for a board's; else not known."""
    if review_type in NATIONAL_TYPES or any(p.endswith(tuple(national)) for p in publishers):
        return "national"
    return "local" if publishers else None
