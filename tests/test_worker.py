"""A process of its own for each piece of work: whatever happens in it, the caller gets a result or a plain reason."""

import ctypes
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.errors import ConfigError, DocumentError, LessonsError
from indexer.worker import Ended, Limits, Workshop

LIMITS = Limits(20, 1000)


def shared(number: int) -> int:
    """What is loaded once."""
    return number


def multiply(number: int, times: int) -> Iterator[int]:
    yield number
    yield number * times


def process_id(number: int) -> Iterator[int]:
    yield os.getpid()


def sleep_long(number: int) -> Iterator[int]:
    yield os.getpid()
    time.sleep(60)


def hang_in_c(number: int) -> Iterator[int]:
    yield 1
    ctypes.PyDLL(None).sleep(60)  # holds the interpreter, as a library that hangs does


def take_memory(number: int) -> Iterator[int]:
    yield len(bytearray(3 << 30))


def nest(number: int) -> Iterator[int]:
    yield from nest(number)


def die(number: int) -> Iterator[int]:
    yield 1
    os.kill(os.getpid(), 9)


def refuse(number: int) -> Iterator[int]:
    yield 1
    raise DocumentError("the PDF is locked with a password")


def blunder(number: int) -> Iterator[int]:
    yield [][number]


def start_a_program(number: int, note: Path) -> Iterator[int]:
    note.write_text(str(subprocess.Popen(["sleep", "60"]).pid))
    time.sleep(60)
    yield 1


def load_nothing() -> None:
    raise ConfigError("themes/x.toml: no such theme")


def leave() -> None:
    os._exit(3)


def all_of(workshop: Workshop, name: str) -> tuple[list[object], Ended]:
    """What one piece of work yields, and how it ends."""
    made = []
    while True:
        heard, value = workshop.hear()
        assert heard == name
        if isinstance(value, Ended):
            return made, value
        made.append(value)


def test_gives_what_is_made_as_it_is_made() -> None:
    with Workshop(shared, 21) as workshop:
        workshop.start("a", multiply, 2, limits=LIMITS)
        assert all_of(workshop, "a") == ([21, 42], Ended(None))


@pytest.mark.parametrize(
    ("function", "seconds", "reason"),
    [
        (sleep_long, 1, "longer than 1 seconds"),
        (hang_in_c, 1, "longer than 1 seconds"),
        (take_memory, 20, "more than 1000 MB"),
        (nest, 20, "nested too deeply"),
        (die, 20, "died (SIGKILL)"),
        (refuse, 20, "locked with a password"),
        (blunder, 20, "a fault in the program: IndexError"),
    ],
)
def test_what_goes_wrong_in_it_is_a_reason_and_harms_no_other(function, seconds: int, reason: str) -> None:  # type: ignore[no-untyped-def]
    with Workshop(shared, 7) as workshop:
        workshop.start("bad", function, limits=Limits(seconds, 1000))
        _, ended = all_of(workshop, "bad")
        assert isinstance(ended.error, DocumentError)
        assert reason in str(ended.error)
        workshop.start("good", multiply, 3, limits=LIMITS)
        assert all_of(workshop, "good")[0] == [7, 21]


def test_every_piece_of_work_has_a_process_of_its_own() -> None:
    with Workshop(shared, 0) as workshop:
        pids = set()
        for name in "abc":
            workshop.start(name, process_id)
            pids.update(all_of(workshop, name)[0])
    assert len(pids) == 3
    assert os.getpid() not in pids


def gone(pid: int) -> bool:
    """Whether a process is no longer at work."""
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to see whether a process is gone")
def test_a_program_that_the_work_has_started_ends_with_it(tmp_path: Path) -> None:
    with Workshop(shared, 0) as workshop:
        workshop.start("a", start_a_program, tmp_path / "pid", limits=Limits(2, 1000))
        all_of(workshop, "a")
    assert gone(int((tmp_path / "pid").read_text()))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to see whether a process is gone")
def test_leaving_ends_the_work_and_no_other_process_of_the_caller() -> None:
    own = subprocess.Popen(["sleep", "60"])
    try:
        with Workshop(shared, 0) as workshop:
            workshop.start("a", sleep_long)
            _, worker = workshop.hear()
        assert gone(worker)
        assert own.poll() is None
    finally:
        own.kill()
        own.wait()


def test_what_cannot_be_loaded_is_the_callers_fault_to_report() -> None:
    with Workshop(load_nothing) as workshop, pytest.raises(ConfigError, match="no such theme"):
        workshop.hear()


def test_a_foreman_that_dies_is_a_fault_in_one_line() -> None:
    with Workshop(leave) as workshop, pytest.raises(LessonsError, match="exit status 3"):
        workshop.hear()
