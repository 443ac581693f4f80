"""How well themes and learning are found: the figures that the app shows, and the page `docs/quality.md` that is written from them."""

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from indexer import measures
from indexer.evaluate import FAILED, READ, Scores, evaluate, summed
from indexer.records import CONCEPT_FIGURES
from indexer.settings import Settings
from indexer.taxonomy import Taxonomy

PARTS = ("reading", "tagging", "assertion", "learning", "case")
# The set whose text nobody who makes rules or models reads, and that which they are made on.
APART, TUNING = "check", "tune"
# How many times documents are drawn for an interval, and what it leaves out on both sides.
DRAWS, OUTSIDE = 1000, 0.025
# How many mistakes of each kind are listed, of the set for tuning.
MISTAKES = 12


def measured(settings: Settings, taxonomy: Taxonomy) -> dict[str, Any]:
    """All figures, as plain values. Raises ConfigError when the corpus has no evaluation sets."""
    scores = evaluate(settings, PARTS, MISTAKES)
    return {
        "sets": {name: parts for name, parts in scores.figures.items() if set(parts) - {READ, FAILED}},
        "intervals": {name: _intervals(scores, name) for name in (APART, TUNING) if name in scores.counts},
        "concepts": measures.concept_figures(summed(scores.counts.get(APART, ()), "tagging"), taxonomy.concepts),
        "mistakes": [{"part": m.part, "sign": m.sign, "what": m.what, "text": m.text} for m in scores.mistakes],
    }


def _intervals(scores: Scores, name: str) -> dict[str, tuple[float, float]]:
    """For each F1 of a set, the middle 95 % of its values over documents drawn with replacement (Efron 1979)."""
    draw, documents = random.Random(0), scores.counts[name]
    drawn = [[documents[draw.randrange(len(documents))] for _ in documents] for _ in range(DRAWS)]
    values: dict[str, list[float]] = {}
    for sample in drawn:
        for what, value in _f1(sample):
            values.setdefault(what, []).append(value)
    return {what: _middle(sorted(found)) for what, found in values.items()}


def _middle(values: Sequence[float]) -> tuple[float, float]:
    cut = int(OUTSIDE * len(values))
    return values[cut], values[-1 - cut]


def _f1(counts: Sequence[Mapping[str, Counter[str]]]) -> Iterator[tuple[str, float]]:
    yield "tagging", measures.tagging_figures(summed(counts, "tagging"))["f1"] or 0.0
    for part, figures in (("learning", measures.learning_figures), ("case", measures.case_figures)):
        for what, row in figures(summed(counts, part)).items():
            if isinstance(row, Mapping) and row["tp"] + row["fp"] + row["fn"]:
                yield f"{part} {what}", row["f1"]


def write(settings: Settings, taxonomy: Taxonomy, page: Path) -> Path:
    """Measures, and writes the figures into the corpus and the page; the file of the figures."""
    figures = measured(settings, taxonomy)
    held = settings.corpus / CONCEPT_FIGURES
    held.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")
    page.write_text(as_page(figures, taxonomy), "utf-8")
    return held


# --- the page -----------------------------------------------------------------------------------------------------

_INTRODUCTION = """# How well it works

Written by `lessons evaluate --write`; do not edit. `check` are five fictional reviews whose text nobody reads who makes rules or trains models,
with every theme, risk factor and statement marked by an expert; `tune` are six that rules and models are made on, so that their figures flatter.
P is the share of what is found that is right, R the share of what is there that is found, F1 their harmonic mean, n how often it is there; the range is the
middle 95 % over documents drawn with replacement. A second expert who marks the same reviews agrees with the first at F1 .72 for themes and risk factors.
"""


_OF_TRAPS = (
    "220 invented sentences with traps (negation, doubt, history, hearsay, other cases, other people), by someone who had not"
    " seen the rules; the marked words are given."
)
_FIGURES = ("n", "P", "R", "F1")
# The columns that hold words.
_WORDS = frozenset({"", "set", "status", "range"})


def as_page(figures: Mapping[str, Any], taxonomy: Taxonomy) -> str:
    """The page, from what `measured` gave."""
    parts = [
        _INTRODUCTION,
        _overview(figures),
        _assertions(figures["sets"].get("traps", {}).get("assertion", {})),
        _concepts(figures["concepts"], taxonomy),
        _mistakes(figures["mistakes"]),
    ]
    return "\n".join(parts)


def _heading(title: str, about: str = "") -> list[str]:
    return [f"## {title}", "", *([about, ""] if about else [])]


def _table(title: str, about: str, *columns: str) -> list[str]:
    """A heading, and below it the head of a table; numbers stand on the right."""
    head = "| " + " | ".join(columns) + " |"
    return [
        *_heading(title, about),
        head.replace("|  |", "| |"),
        "| " + " | ".join("---" if column in _WORDS else "--:" for column in columns) + " |",
    ]


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _shares(row: Mapping[str, Any]) -> tuple[str, ...]:
    """How often something is there, precision, recall and F1."""
    return str(row["tp"] + row["fn"]), *(f"{row[name]:.2f}" for name in ("p", "r", "f1"))


def _overview(figures: Mapping[str, Any]) -> str:
    lines = _table("Themes, risk factors and learning", "", "", "set", *_FIGURES, "range")
    for name in (APART, TUNING):
        found, ranges = figures["sets"].get(name, {}), figures["intervals"].get(name, {})
        rows = [("tagging", "themes and risk factors, by passage", found.get("tagging"))]
        rows += [(f"learning {what}", what, row) for what, row in found.get("learning", {}).items()]
        rows += [
            (f"case {what}", f"{what.replace('_', ' ')} of the whole review", row)
            for what, row in found.get("case", {}).items()
        ]
        lines += [
            _row(label, name, *_shares(row), _range(ranges.get(key)))
            for key, label, row in rows
            if isinstance(row, Mapping)
        ]
    reading = "; ".join(
        f"{name}: " + ", ".join(f"{what} {value}" for what, value in parts["reading"].items())
        for name, parts in figures["sets"].items()
        if "reading" in parts
    )
    return "\n".join([*lines, "", f"Reading (share of the marked paragraphs). {reading}.", ""])


def _range(ends: Sequence[float] | None) -> str:
    return f"{ends[0]:.2f} to {ends[1]:.2f}" if ends else ""


def _assertions(figures: Mapping[str, Any]) -> str:
    lines = _table("Whether it is so", _OF_TRAPS, "status", *_FIGURES)
    lines += [_row(status, *_shares(row)) for status, row in figures.items() if isinstance(row, Mapping)]
    named = {
        "right": "status right",
        "present": "whether it is there right",
        "polarity": "polarity right",
        "about": "person right",
    }
    shares = ", ".join(f"{label} {figures[what]:.2f}" for what, label in named.items() if figures.get(what) is not None)
    return "\n".join([*lines, "", f"Over all marks: {shares}.", ""])


def _concepts(rows: Mapping[str, Mapping[str, Any]], taxonomy: Taxonomy) -> str:
    about = f"On `{APART}`. Of few marks a figure says little; what is not listed stands in none of these reviews."
    lines = _table("Each theme and risk factor", about, "", "n", "found", "right of those shown", "F1")
    for concept in sorted(rows, key=lambda id_: taxonomy.concepts[id_].label):
        row = rows[concept]
        n, shown = row["tp"] + row["fn"], row["tp"] + row["fp"]
        right = f"{row['tp']} of {shown}"
        lines.append(_row(taxonomy.concepts[concept].label, n, row["tp"], right, f"{row['f1']:.2f}"))
    return "\n".join([*lines, ""])


def _mistakes(rows: Sequence[Mapping[str, str]]) -> str:
    lines = _heading(
        "Mistakes", f"Some of those made on `{TUNING}`: + is found and not there, - is there and not found."
    )
    lines += [f"* {row['part']} {row['sign']} {row['what']}: {' '.join(row['text'].split())[:160]}" for row in rows]
    return "\n".join([*lines, ""])
