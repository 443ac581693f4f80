"""How well reading, tagging, learning and search agree with annotated documents.

All measures are counted over documents and divided once (micro-averages). A document is given as `lessons extract --json`
prints it, so that any reader, tagger or other program with that output can be measured.
"""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.records import PRESENT

BODY = frozenset({"paragraph", "list-item", "box", "table-row"})
KINDS = ("recommendation", "finding", "learning-point", "question-for-board", "good-practice", "action")
COUNTED_AS = {"missed-opportunity": "finding"}

Shingle = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something found that is not there (`sign` +) or missed (-): what it was, and its words."""

    part: str
    sign: str
    what: str
    text: str


# --- likeness of texts --------------------------------------------------------------------------------------------


def words(text: str) -> list[str]:
    """The words of a text in small letters, with broken lines joined."""
    text = text.replace("\u00ad", "").replace("\ufb01", "fi").replace("\ufb02", "fl")
    return re.findall(r"[a-z0-9]+", re.sub(r"-\s*\n\s*", "", text).lower())


def shingles(tokens: Sequence[str], size: int = 3) -> set[Shingle]:
    """All runs of `size` words; of a shorter text, the text itself."""
    if len(tokens) < size:
        return {tuple(tokens)} if tokens else set()
    return {tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)}


def similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """Dice coefficient of the shingles of two texts, 0 to 1."""
    a, b = shingles(one), shingles(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def precision_recall(tp: int, fp: int, fn: int) -> dict[str, float]:
    """Precision, recall and F1, with the counts they are made of."""
    p = tp / (tp + fp) if tp + fp else 0.0
    r = tp / (tp + fn) if tp + fn else 0.0
    f1 = round(2 * p * r / (p + r), 4) if p + r else 0.0
    return {"p": round(p, 4), "r": round(r, 4), "f1": f1, "tp": tp, "fp": fp, "fn": fn}


def ndcg(gains: Sequence[float], possible: Iterable[float], depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `depth` results, 0 to 1; `possible` are all gains there are."""
    ideal = _dcg(sorted(possible, reverse=True)[:depth])
    return _dcg(gains[:depth]) / ideal if ideal else 0.0


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def steep(grade: int) -> int:
    """The gain of a grade that counts the best answers most, 2^grade - 1 (Burges et al. 2005)."""
    return int(2**grade - 1)


def average_precision(found: Sequence[str], relevant: Collection[str]) -> float:
    """The mean, over the relevant, of the precision at the rank where each is found; what is not found counts 0."""
    ranks = [rank for rank, document in enumerate(found, start=1) if document in relevant]
    return sum(right / rank for right, rank in enumerate(ranks, start=1)) / len(relevant)


def recall(found: Iterable[str], relevant: Collection[str]) -> float:
    """The share of the relevant that is found."""
    return len(set(found).intersection(relevant)) / len(relevant)


class _Places:
    """Which of many texts hold a shingle."""

    def __init__(self, tokens: Sequence[Sequence[str]]) -> None:
        self.tokens = tokens
        self._places: dict[Shingle, set[int]] = defaultdict(set)
        for i, held in enumerate(tokens):
            for shingle in shingles(held):
                self._places[shingle].add(i)

    def best(self, wanted: Iterable[Shingle], least: float = 1) -> int | None:
        """The text that holds most of the shingles, if `least` or more; of equals the shortest, then the first."""
        votes = Counter(i for shingle in wanted for i in self._places.get(shingle, ()))
        best = min(votes, key=lambda i: (-votes[i], len(self.tokens[i]), i), default=None)
        return best if best is not None and votes[best] >= least else None

    def holds(self, shingle: Shingle) -> bool:
        return shingle in self._places


class Gold:
    """One annotated document: its facts, its blocks with what stands in them, and its queries."""

    def __init__(self, path: Path) -> None:
        data = json.loads(path.read_text("utf-8"))
        self.slug = path.name.removesuffix(".gold.json")
        self.document, self.case, self.blocks = data["document"], data.get("case", {}), data["blocks"]
        self.tokens = [words(block["text"]) for block in self.blocks]
        self._places = _Places(self.tokens)
        queries = path.with_name(f"{self.slug}.queries.json")
        self.queries: list[dict[str, Any]] = json.loads(queries.read_text("utf-8")) if queries.exists() else []

    def locate(self, text: str, floor: float = 0.5) -> int | None:
        """The block that holds most of the shingles of a text, if it holds at least the share `floor` of them."""
        wanted = shingles(words(text))
        return self._places.best(wanted, floor * len(wanted))


# --- the parts ----------------------------------------------------------------------------------------------------


def reading(gold: Gold, read: Mapping[str, Any]) -> Counter[str]:
    """Whether the text of each annotated block is found, whole, on its page, in its section, with its number."""
    count: Counter[str] = Counter()
    tokens = [words(passage["text"]) for passage in read["passages"]]
    places = _Places(tokens)
    for block, own_tokens in zip(gold.blocks, gold.tokens, strict=True):
        if block["kind"] not in BODY or len(own_tokens) < 8:
            continue
        count["blocks"] += 1
        own = shingles(own_tokens)
        best = places.best(own)
        if best is not None:
            count["text found"] += sum(1 for shingle in own if places.holds(shingle)) >= 0.95 * len(own)
            count["whole"] += similarity(own_tokens, tokens[best]) >= 0.9
            count.update(_place_right(block, read["passages"][best]))
    count["passages"] = len(tokens)
    count["noise"] = sum(
        1
        for passage, held in zip(read["passages"], tokens, strict=True)
        if passage["kind"] != "heading" and len(held) >= 4 and gold.locate(passage["text"], 0.3) is None
    )
    return count


def _place_right(block: Mapping[str, Any], passage: Mapping[str, Any]) -> Counter[str]:
    count = Counter(
        page=int(passage["page_from"] <= block["page"] <= passage["page_to"]),
        section=int(passage["section"] == block["section"]),
    )
    if block.get("n"):
        count["numbered"] = 1
        count["number"] = int((passage.get("number") or "").strip(". ") == block["n"].strip(". "))
    return count


def tagging(gold: Gold, read: Mapping[str, Any]) -> tuple[Counter[str], list[Mistake]]:
    """Whether each concept of each block is found, and is not said to be present where it is absent."""
    count: Counter[str] = Counter()
    truth = _concepts(
        (i, mark["id"], mark["status"]) for i, block in enumerate(gold.blocks) for mark in block.get("concepts", [])
    )
    found = []
    for passage in read["passages"]:
        for tag in passage.get("tags", []):
            count["quotes not verbatim"] += passage["text"][tag["start"] : tag["end"]] != tag["quote"]
            place = gold.locate(_around(passage["text"], tag["start"], tag["end"]), 0.4)
            if place is None:
                count["outside"] += 1
            else:
                found.append((place, tag["concept"], tag["status"]))
    guess = _concepts(found)
    mistakes = []
    for key in guess:
        if guess[key] and truth.get(key):
            count.update(("tp", f"{key[1]} tp"))
        elif guess[key]:
            count.update(("fp", f"{key[1]} fp"))
            mistakes.append(Mistake("tagging", "+", key[1], gold.blocks[key[0]]["text"]))
    for key, present in truth.items():
        if present and not guess.get(key):
            count.update(("fn", f"{key[1]} fn"))
            quotes = (mark["quote"] for mark in gold.blocks[key[0]]["concepts"] if mark["id"] == key[1])
            mistakes.append(Mistake("tagging", "-", key[1], next(quotes)))
        count["absent"] += not present
        count["absent shown as present"] += not present and guess.get(key, False)
    return count, mistakes


def _concepts(marks: Iterable[tuple[int, str, str]]) -> dict[tuple[int, str], bool]:
    """For each block and concept, whether any mark says that it is present."""
    said: dict[tuple[int, str], bool] = {}
    for place, concept, status in marks:
        said[place, concept] = said.get((place, concept), False) or status in PRESENT
    return said


def _around(text: str, start: int, end: int, width: int = 90) -> str:
    """The words of a tag with some on both sides, not cut within a word."""
    low, high = max(0, start - width), min(len(text), end + width)
    while low > 0 and text[low - 1].isalnum():
        low -= 1
    while high < len(text) and text[high].isalnum():
        high += 1
    return text[low:high]


def learning(gold: Gold, read: Mapping[str, Any]) -> tuple[Counter[str], list[Mistake]]:
    """Whether each learning item is found with its kind, and recommendations with number and addressees."""
    count: Counter[str] = Counter()
    mistakes: list[Mistake] = []
    items = [(item, words(item["text"])) for block in gold.blocks for item in block.get("items", [])]
    guesses = [(guess, words(guess["text"])) for guess in read["learning"]]
    for kind in KINDS:
        pool = [pair for pair in guesses if COUNTED_AS.get(pair[0]["kind"], pair[0]["kind"]) == kind]
        for item, tokens in items:
            if COUNTED_AS.get(item["kind"], item["kind"]) != kind:
                continue
            best = max(pool, key=lambda pair, own=tokens: similarity(pair[1], own), default=None)  # type: ignore[misc]
            if best and similarity(best[1], tokens) >= 0.7:
                pool.remove(best)
                count[f"{kind} tp"] += 1
                if kind == "recommendation":
                    count.update(_addressed(item, best[0]))
            else:
                count[f"{kind} fn"] += 1
                mistakes.append(Mistake("learning", "-", kind, item["text"]))
        count[f"{kind} fp"] += len(pool)
        mistakes += [Mistake("learning", "+", kind, guess["text"]) for guess, _ in pool]
    return count, mistakes


def _addressed(item: Mapping[str, Any], guess: Mapping[str, Any]) -> Counter[str]:
    want, got = set(item.get("addressees") or []), set(guess.get("addressees") or [])
    count = Counter({"addressee tp": len(want & got), "addressee fp": len(got - want), "addressee fn": len(want - got)})
    if item.get("number"):
        count["item numbered"] = 1
        count["item number"] = int(words(item["number"]) == words(guess.get("number") or ""))
    return count


def case(gold: Gold, read: Mapping[str, Any]) -> Counter[str]:
    """Whether the document's own themes and risk factors are those that an expert would index it with."""
    count: Counter[str] = Counter()
    for facet in ("themes", "risk_factors"):
        want = set(gold.case.get(facet, []))
        got = {concept["id"] for concept in read.get("case", {}).get(facet, [])}
        count.update({f"{facet} tp": len(want & got), f"{facet} fp": len(got - want), f"{facet} fn": len(want - got)})
    return count


def search(gold: Gold, query: Mapping[str, Any], hits: Sequence[tuple[str, str]]) -> tuple[float, bool]:
    """nDCG@10 of the hits (slug of the document, text of the passage), and whether one of grade 2 is in the first three."""
    grades = {row["block"]: row["grade"] for row in query["relevant"]}
    found: list[int] = []
    seen: set[int] = set()
    for slug, text in hits[:10]:
        place = gold.locate(text, 0.4) if slug == gold.slug else None
        found.append(0 if place is None or place in seen else grades.get(place, 0))
        seen |= set() if place is None else {place}
    score = ndcg([steep(grade) for grade in found], [steep(grade) for grade in grades.values()])
    return score, any(grade >= 2 for grade in found[:3])


# --- figures ------------------------------------------------------------------------------------------------------


def share(part: float, whole: float) -> float | None:
    """Part of a whole, to four places; None of nothing."""
    return round(part / whole, 4) if whole else None


def reading_figures(count: Counter[str]) -> dict[str, float | None]:
    """The figures of `reading`, with the number of blocks they rest on."""
    blocks = count["blocks"]
    return {
        "blocks": blocks,
        "text found": share(count["text found"], blocks),
        "whole paragraphs": share(count["whole"], blocks),
        "page": share(count["page"], blocks),
        "section": share(count["section"], blocks),
        "number": share(count["number"], count["numbered"]),
        "noise": share(count["noise"], count["passages"]),
    }


def tagging_figures(count: Counter[str]) -> dict[str, float | None]:
    """The figures of `tagging`."""
    return {
        **precision_recall(count["tp"], count["fp"], count["fn"]),
        "absent_shown_as_present": share(count["absent shown as present"], count["absent"]),
        "quotes_not_verbatim": count["quotes not verbatim"],
        "outside": count["outside"],
    }


def learning_figures(count: Counter[str]) -> dict[str, Any]:
    """The figures of `learning`: by kind, addressees, and the share of numbers that are right."""
    rows = {kind: precision_recall(count[f"{kind} tp"], count[f"{kind} fp"], count[f"{kind} fn"]) for kind in KINDS}
    rows["addressees"] = precision_recall(count["addressee tp"], count["addressee fp"], count["addressee fn"])
    return {**rows, "item numbers": share(count["item number"], count["item numbered"])}


def concept_figures(count: Counter[str], concepts: Iterable[str]) -> dict[str, dict[str, float]]:
    """The figures of `tagging` for each concept that is marked or found."""
    rows = {c: precision_recall(count[f"{c} tp"], count[f"{c} fp"], count[f"{c} fn"]) for c in concepts}
    return {concept: row for concept, row in rows.items() if row["tp"] + row["fp"] + row["fn"]}


def assertion_figures(pairs: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> dict[str, Any]:
    """How mentions whose words are given are judged; each pair is a mark and what was found of it.

    `right` is the share of right statuses, which is their micro-averaged F1; `present` whether they agree that it is so.
    Polarity counts where the mark is an affirmed theme, the person where it is a risk factor.
    """
    held = list(pairs)
    statuses = sorted({mark["status"] for mark, _ in held})
    rows: dict[str, Any] = {
        status: precision_recall(
            sum(mark["status"] == status == found["status"] for mark, found in held),
            sum(mark["status"] != status == found["status"] for mark, found in held),
            sum(mark["status"] == status != found["status"] for mark, found in held),
        )
        for status in statuses
    }
    present = [(mark["status"] in PRESENT) == (found["status"] in PRESENT) for mark, found in held]
    judged = [(m, f) for m, f in held if m["polarity"] and m["status"] == f["status"] == "affirmed"]
    persons = [(m, f) for m, f in held if m["about"] and m["about"] != "agency"]
    return {
        **rows,
        "right": share(sum(mark["status"] == found["status"] for mark, found in held), len(held)),
        "present": share(sum(present), len(held)),
        "polarity": share(sum(m["polarity"] == f["polarity"] for m, f in judged), len(judged)),
        "about": share(sum(m["about"] == f["about"] for m, f in persons), len(persons)),
        "marks": len(held),
    }


def case_figures(count: Counter[str]) -> dict[str, Any]:
    """The figures of `case`."""
    return {
        f: precision_recall(count[f"{f} tp"], count[f"{f} fp"], count[f"{f} fn"]) for f in ("themes", "risk_factors")
    }


def search_figures(answers: Sequence[tuple[float, bool] | None]) -> dict[str, float | None]:
    """The figures of `search`, from one answer a query; None stands for a query that could not be answered."""
    scored = [answer for answer in answers if answer is not None]
    return {
        "queries": len(answers),
        "failed": len(answers) - len(scored),
        "ndcg@10": share(sum(score for score, _ in scored), len(answers)),
        "grade 2+ in top 3": share(sum(good for _, good in scored), len(answers)),
    }


FIGURES: Mapping[str, Callable[[Counter[str]], dict[str, Any]]] = {
    "reading": reading_figures,
    "tagging": tagging_figures,
    "learning": learning_figures,
    "case": case_figures,
}
