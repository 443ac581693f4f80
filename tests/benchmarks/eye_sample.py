"""Draws passages to be checked by eye against their pages: which ones, and where they stand, but none of their words.

    python tests/benchmarks/eye_sample.py FOLDER > sample.jsonl

Prints a JSON line for each passage, with a `verdict` to fill in. Every file of the folder gives one before any gives two,
and none gives more than four; the seed is fixed, so that the same files and the same reading draw the same passages.
"""

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from indexer import taxonomy
from indexer.extract import extract
from indexer.records import Passage
from indexer.settings import PROJECT
from indexer.split import Splitter

SEED = 20261125
SIZE = 60
MOST_OF_A_FILE = 4
FEWEST_WORDS = 8
KINDS = ("paragraph", "list-item", "box")


def sample(folder: Path) -> list[Passage]:
    """The passages drawn from the PDFs of a folder, in the order of files and pages; the document of each is its SHA-256."""
    generator = random.Random(SEED)
    corpus = PROJECT / "corpus"
    splitter = Splitter(taxonomy.load(corpus), corpus)
    drawn: list[list[Passage]] = []
    for path in sorted(folder.rglob("*.pdf")):
        found = list(_candidates(splitter, path))
        drawn.append(generator.sample(found, min(MOST_OF_A_FILE, len(found))))
    rounds = [[(i, held[n]) for i, held in enumerate(drawn) if n < len(held)] for n in range(MOST_OF_A_FILE)]
    for members in rounds:
        generator.shuffle(members)
    chosen = [member for members in rounds for member in members][:SIZE]
    return [passage for _, passage in sorted(chosen, key=lambda member: (member[0], member[1].position))]


def _candidates(splitter: Splitter, path: Path) -> Iterator[Passage]:
    """The passages of a PDF that are worth looking at; a scan without a text layer has none."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    for passage in splitter.split(digest, extract(path).pages).passages:
        if passage.kind in KINDS and len(passage.text.split()) >= FEWEST_WORDS:
            yield passage


def row(passage: Passage) -> dict[str, object]:
    """What is written down of a passage: where it is, and nothing that it says."""
    return {
        "sha256": passage.document,
        "page": passage.page_from,
        "page_to": passage.page_to,
        "box": [round(edge, 1) for edge in passage.boxes[0][1:]],
        "number": passage.number,
        "kind": passage.kind,
        "verdict": None,
    }


def main() -> None:
    """Prints the sample of a folder; of none, nothing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="PDFs to draw from, with those of its sub-folders")
    folder = parser.parse_args().folder
    for passage in sample(folder) if folder else ():
        sys.stdout.write(json.dumps(row(passage)) + "\n")


if __name__ == "__main__":
    main()
