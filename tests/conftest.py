"""What several tests share: the sample corpus, ingested once."""

import subprocess
import sys
from pathlib import Path

import pytest

from indexer import settings
from indexer.settings import Settings


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a library and an index of the sample corpus, made by the command that users call."""
    data = tmp_path_factory.mktemp("sample")
    command = [sys.executable, "-m", "search_app", "ingest", "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return settings.load(data=data)


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    """Settings of a place where nothing has been ingested."""
    return settings.load(data=tmp_path / "nothing")
