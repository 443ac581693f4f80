"""Reads the files of rules in ``corpus/taxonomies`` that stages go by."""

from pathlib import Path
from typing import TypeVar

import msgspec

from indexer.errors import ConfigError

T = TypeVar("T")


def read_rules(corpus: Path, name: str, kind: type[T]) -> T:
    """``taxonomies/<name>.toml`` of a corpus as a `kind`. Raises ConfigError naming the file and the fault."""
    path = corpus / "taxonomies" / f"{name}.toml"
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error
