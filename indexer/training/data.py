"""The files that models are trained on."""

import json
from pathlib import Path
from typing import Any


def lines(path: Path) -> list[dict[str, Any]]:
    """What stands in a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def blocks(path: Path) -> list[dict[str, Any]]:
    """The blocks of an annotated review."""
    return list(json.loads(path.read_text("utf-8"))["blocks"])


def marked_passages(corpus: Path) -> list[dict[str, Any]]:
    """The passages written for training, all authors'."""
    return [passage for path in sorted((corpus / "training" / "passages").glob("*.jsonl")) for passage in lines(path)]


def marked_blocks(corpus: Path) -> list[dict[str, Any]]:
    """The blocks of the reviews whose concepts and statements are annotated for tuning."""
    reviews = sorted((corpus / "evaluation" / "gold" / "tune").glob("*.gold.json"))
    return [block for path in reviews for block in blocks(path)]
