"""A process of its own for each PDF: whatever happens in it, the caller gets a result or a plain reason."""

import os
import time

import pytest

from indexer.errors import DocumentError
from indexer.worker import run_limited


def double(number: int) -> int:
    return 2 * number


def sleep_long() -> None:
    time.sleep(60)


def take_memory() -> int:
    return len(bytearray(3 << 30))


def die() -> None:
    os.kill(os.getpid(), 9)


def refuse() -> None:
    raise DocumentError("the PDF is locked with a password")


def run(function, *args, seconds: int = 20):  # type: ignore[no-untyped-def]
    return run_limited(function, *args, seconds=seconds, memory_mb=1000, preload="indexer.errors")


def test_gives_back_the_result() -> None:
    assert run(double, 21) == 42


@pytest.mark.parametrize(
    ("function", "seconds", "reason"),
    [
        (sleep_long, 1, "longer than 1 seconds"),
        (take_memory, 20, "more than 1000 MB"),
        (die, 20, "died .SIGKILL"),
        (refuse, 20, "locked with a password"),
    ],
)
def test_what_goes_wrong_in_it_is_a_reason(function, seconds: int, reason: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DocumentError, match=reason):
        run(function, seconds=seconds)
