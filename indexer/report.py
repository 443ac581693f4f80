"""What the commands answer, as plain values for JSON and as text for people."""

import textwrap
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from indexer.errors import IndexMissingError
from indexer.readers.with_tesseract import missing as ocr_missing
from indexer.reading import Reading
from indexer.records import CaseConcept, Disagreement, Fact, LearningItem, TaggedPassage
from indexer.search import open_engine
from indexer.settings import Settings
from indexer.stages import STAGES
from indexer.store import Library


def reading_json(reading: Reading) -> dict[str, object]:
    """One document as `lessons extract --json` prints it."""
    review = reading.review
    return {
        "document": {
            "sha256": review.document,
            "title": review.title,
            "publisher": review.publisher,
            "review_type": review.review_type,
            "document_types": review.document_types,
            "published": review.published,
            "subject": review.subject,
            "nation": review.nation,
            "scope": review.scope,
            "author": review.author,
            "review_method": review.review_method,
            "age_bands": review.age_bands,
            "harm_types": review.harm_types,
            "agencies": review.agencies,
            "pages": review.pages,
            "pages_without_text": review.pages_without_text,
            "pages_unread": review.pages_unread,
            "warnings": review.warnings,
        },
        "facts": review.facts,
        "disagreements": review.disagreements,
        "passages": [_passage(tagged) for tagged in reading.tagged],
        "learning": reading.learning.items,
        "case": {
            "themes": [_concept(c) for c in reading.learning.concepts if c.facet == "theme"],
            "risk_factors": [_concept(c) for c in reading.learning.concepts if c.facet == "risk_factor"],
        },
    }


def _passage(tagged: TaggedPassage) -> dict[str, object]:
    passage = tagged.passage
    return {
        "id": passage.id,
        "kind": passage.kind,
        "number": passage.number,
        "page_from": passage.page_from,
        "page_to": passage.page_to,
        "page_label": passage.page_label,
        "section": passage.section,
        "heading": passage.heading,
        "text": passage.text,
        "boxes": passage.boxes,
        "level": passage.level,
        "lead_in": passage.lead_in,
        "cells": [{"header": c.header, "text": passage.text[c.start : c.end]} for c in passage.cells],
        "ocr": None if passage.confidence is None else round(passage.confidence, 2),
        "tags": tagged.tags,
    }


def _concept(concept: CaseConcept) -> dict[str, object]:
    return {"id": concept.id, "score": round(concept.score, 3), "evidence": concept.evidence}


def reading_text(reading: Reading) -> str:
    """One document for a person: what it is, and what it teaches with page and paragraph."""
    review = reading.review
    known = [review.publisher, review.published, ", ".join(review.document_types), f"{review.pages} pages"]
    lines = [review.title, " | ".join(k for k in known if k), ""]
    if review.pages_without_text:
        lines.append(f"Pages without text: {', '.join(map(str, review.pages_without_text))}")
    if review.pages_unread:
        lines.append(
            f"Pages with text that could not be read: {', '.join(map(str, review.pages_unread))}{_how_to_read()}"
        )
    lines += [f"Warning: {warning}" for warning in review.warnings]
    lines += [_fact_line(fact) for fact in review.facts]
    lines += [f"Catalogue and document disagree: {disagreement_line(d)}" for d in review.disagreements]
    lines += [_item_line(item) for item in reading.learning.items if item.same_as is None]
    lines += [
        "",
        f"{len(reading.tagged)} passages, {sum(len(t.tags) for t in reading.tagged)} tags, {len(reading.learning.items)} learning items",
    ]
    return "\n".join(lines)


def _fact_line(fact: Fact) -> str:
    what = f"{fact.field} ({fact.kind})" if fact.kind else fact.field
    shown = textwrap.shorten(fact.words or fact.source, 90, placeholder=" ...")
    return f"p{fact.page or '':<3} {what:<20} {fact.value}  [{fact.confidence:.2f}: {shown}]"


def disagreement_line(found: Disagreement) -> str:
    """One disagreement in plain words."""
    return f"{found.field.replace('_', ' ')} is {found.catalogue} in the catalogue, {found.document} on page {found.page} of the document"


def _item_line(item: LearningItem) -> str:
    return f"p{item.page:<3} {item.kind:<20} {item.number or '':<8} {item.text}"


def status(settings: Settings, library: Library) -> dict[str, Any]:
    """How far every document is, what failed and why, and which have pages without text."""
    documents = library.documents()
    marks = library.marks()
    reviews = library.reviews()
    stages = {
        stage: Counter("failed" if mark.error else "done" for (_, s), mark in marks.items() if s == stage)
        for stage in STAGES
    }
    return {
        "library": str(settings.library),
        "documents": len(documents),
        "totals": library.totals(),
        "duplicates": library.duplicates(),
        "stages": {stage: {"done": counts["done"], "failed": counts["failed"]} for stage, counts in stages.items()},
        "failures": {
            key: {"stage": stage, "reason": mark.error} for (key, stage), mark in sorted(marks.items()) if mark.error
        },
        "pages": sum(r.pages for r in reviews),
        "without_text": {r.key: _pages(len(r.pages_without_text), r.pages) for r in reviews if r.pages_without_text},
        "unread": sorted(r.key for r in reviews if len(r.pages_without_text) == r.pages),
        "pages_unread": {r.key: r.pages_unread for r in reviews if r.pages_unread},
        "ocr": {"setting": settings.ocr, "missing": ocr_missing()},
        "warnings": {r.key: r.warnings for r in reviews if r.warnings},
        "disagreements": {r.key: [disagreement_line(d) for d in r.disagreements] for r in reviews if r.disagreements},
        "index": _index(settings, library),
    }


def _how_to_read(ocr: str = "auto") -> str:
    """What to do for pages that OCR could read, as the end of a sentence; nothing where OCR has tried."""
    if ocr == "off":
        return " (LESSONS_OCR is off)"
    missing = ocr_missing()
    return f" (to read them: {' and '.join(missing)}, then lessons ingest)" if missing else ""


def _pages(without: int, all_: int) -> str:
    return f"{without} of {all_} pages have no text"


def _index(settings: Settings, library: Library) -> dict[str, object]:
    try:
        engine = open_engine(settings)
    except IndexMissingError:
        return {"passages": 0, "documents": 0, "updated": None}
    with closing(engine):
        return {"passages": engine.count(), "documents": len(engine.documents()), "updated": library.index_updated()}


def status_text(facts: Mapping[str, Any]) -> str:
    """The state of the library for a person."""
    totals = facts["totals"]
    lines = [
        f"Library {facts['library']}: {facts['documents']} documents, {facts['pages']} pages",
        f"{totals.files} files: {totals.read} read, {totals.failed} could not be read, {totals.duplicates} the same as another"
        + (f", {totals.waiting} waiting for the next ingest" if totals.waiting else ""),
    ]
    lines += [
        f"  {stage:<9} {counts['done']:>6} done  {counts['failed']:>4} failed"
        for stage, counts in facts["stages"].items()
    ]
    index = facts["index"]
    lines.append(
        f"Index: {index['passages']} passages of {index['documents']} documents, updated {index['updated'] or 'never'}"
    )
    lines += _part("Could not be read", {key: f"{f['reason']} ({f['stage']})" for key, f in facts["failures"].items()})
    lines += _part("No readable text at all", {key: "" for key in facts["unread"]})
    partly = {key: text for key, text in facts["without_text"].items() if key not in facts["unread"]}
    lines += _part("Some pages without text", partly)
    scans = {key: f"page {', '.join(map(str, pages))}" for key, pages in facts["pages_unread"].items()}
    lines += _part(f"Pages that only OCR can read, not read yet{_how_to_read(facts['ocr']['setting'])}", scans)
    lines += _part("Warnings", {key: "; ".join(found) for key, found in facts["warnings"].items()})
    lines += _part(
        "Catalogue and document disagree (the catalogue counts)",
        {key: "; ".join(found) for key, found in facts["disagreements"].items()},
    )
    lines += _part("Same file as another", facts["duplicates"])
    return "\n".join(lines)


def _part(title: str, rows: Mapping[str, str]) -> list[str]:
    return (
        ["", f"{title}:", *(f"  {key}" + (f": {text}" if text else "") for key, text in rows.items())] if rows else []
    )
