"""Does work in processes of their own, with limits of time and memory, so that no input can harm the caller.

A foreman, started once, loads what all work needs (spaCy, the vocabulary) and forks a process for each piece of work: it
starts in milliseconds, shares what is loaded, and dies alone.
"""

import gc
import multiprocessing
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Self

from indexer.errors import DocumentError, LessonsError

# Objects made before what is no longer needed is looked for: a process that lives for one document has little of that.
GC_THRESHOLD = 50_000

_FORK = multiprocessing.get_context("fork")

# The first byte of a message: a value that was made, or the end of a piece of work.
_VALUE, _END = b"v", b"e"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece of work may take; the memory is on top of what the foreman has loaded."""

    seconds: int
    memory_mb: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The last that is heard of a piece of work: the reason when it was not finished."""

    error: LessonsError | OSError | None


class Workshop:
    """Work that goes on in other processes; to be used as a context manager, which ends what is still going on."""

    def __init__(self, load: Callable[..., object], *arguments: object) -> None:
        """`load` is called once, with `arguments`, in the process that all work is forked from."""
        ours, theirs = socket.socketpair()
        with theirs:
            call = f"from indexer.worker import foreman; foreman({theirs.fileno()})"
            path = os.pathsep.join(folder for folder in sys.path if folder)
            environment = {
                "OPENBLAS_NUM_THREADS": "1",
                **os.environ,
                "PYTHONPATH": path,
            }  # processes share the work, not threads
            self._foreman = subprocess.Popen([sys.executable, "-c", call], pass_fds=[theirs.fileno()], env=environment)
        self._channel = Connection(ours.detach())
        self._channel.send((load, arguments))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._channel.close()  # the foreman sees it, ends all work and goes
        self._foreman.wait()

    def start(
        self, name: str, function: Callable[..., Iterator[object]], *arguments: object, limits: Limits | None = None
    ) -> None:
        """Begins ``function(loaded, *arguments)``; what it yields is heard under `name`.

        The arguments are to be small: while the foreman waits to be heard, it takes no more than some kilobytes.
        """
        try:
            self._channel.send((name, function, arguments, limits))
        except OSError as error:
            raise self._gone() from error

    def hear(self) -> tuple[str, Any]:
        """The next value of any piece of work with its name, or how it `Ended`; waits for it.

        Raises LessonsError when what is shared cannot be loaded, or the foreman has died.
        """
        try:
            name, message = self._channel.recv()
        except (EOFError, OSError) as error:
            raise self._gone() from error
        value = pickle.loads(message[1:])
        if name is None:
            raise value
        return name, value

    def _gone(self) -> LessonsError:
        return LessonsError(f"the process that starts the readers died ({_ending(self._foreman.wait())})")


@dataclass(slots=True)
class _Work:
    """A piece of work that is going on; `until` is when it must end."""

    name: str
    process: BaseProcess
    until: float
    limits: Limits | None
    ended: bool = False


def foreman(channel_number: int) -> None:
    """The whole life of the process that forks all others; it ends when its caller closes the channel."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    channel = Connection(channel_number)
    with suppress(EOFError, OSError):  # the caller is gone
        gc.disable()  # nothing of what is loaded is thrown away
        load, arguments = channel.recv()
        try:
            loaded = load(*arguments)
        except LessonsError as error:
            channel.send((None, _END + pickle.dumps(error)))
            return
        gc.collect()
        gc.freeze()  # what is shared is not looked through again, and stays shared
        gc.enable()
        _Foreman(channel, loaded).run()


class _Foreman:
    """Forks a process for each order, passes on what it says, and ends it when its time is over."""

    def __init__(self, channel: Connection, loaded: object) -> None:
        self.channel, self.loaded = channel, loaded
        self.going: dict[Connection, _Work] = {}

    def run(self) -> None:
        try:
            while True:
                for ready in wait([self.channel, *self.going], self._patience()):
                    if ready is self.channel:
                        self._start(*self.channel.recv())
                    else:
                        self._listen(ready)  # type: ignore[arg-type]
                for pipe, work in [(p, w) for p, w in self.going.items() if w.until < time.monotonic()]:
                    self._end(pipe, f"reading it took longer than {work.limits and work.limits.seconds} seconds")
        finally:
            for work in self.going.values():
                _kill(work.process)

    def _patience(self) -> float | None:
        """Seconds until the next piece of work runs out of time."""
        ends = [work.until for work in self.going.values()]
        return max(0.0, min(ends) - time.monotonic()) if ends and min(ends) < float("inf") else None

    def _start(
        self, name: str, function: Callable[..., Iterator[object]], arguments: tuple[object, ...], limits: Limits | None
    ) -> None:
        pipe, sender = _FORK.Pipe(duplex=False)
        others = [self.channel, pipe, *self.going]
        process = _FORK.Process(target=_work, args=(sender, others, limits, function, (self.loaded, *arguments)))
        process.start()
        sender.close()
        until = time.monotonic() + limits.seconds if limits else float("inf")
        self.going[pipe] = _Work(name, process, until, limits)

    def _listen(self, pipe: Connection) -> None:
        work = self.going[pipe]
        try:
            message = pipe.recv_bytes()
        except (EOFError, OSError):
            work.process.join(5)
            self._end(pipe, f"the process that read it died ({_ending(work.process.exitcode)})")
        else:
            work.ended = message[:1] == _END
            self.channel.send((work.name, message))

    def _end(self, pipe: Connection, reason: str) -> None:
        work = self.going.pop(pipe)
        _kill(work.process)
        pipe.close()
        if not work.ended:
            self.channel.send((work.name, _END + pickle.dumps(Ended(DocumentError(reason)))))


def _kill(process: BaseProcess) -> None:
    """Ends a process with all that it has started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid or 0, signal.SIGKILL)
    process.kill()
    process.join()


def _work(
    sender: Connection,
    others: list[Connection],
    limits: Limits | None,
    function: Callable[..., Iterator[object]],
    arguments: tuple[object, ...],
) -> None:
    os.setpgid(0, 0)
    gc.set_threshold(GC_THRESHOLD)
    for other in others:
        other.close()
    if limits:
        _limit(limits)
    try:
        for value in function(*arguments):
            sender.send_bytes(_VALUE + pickle.dumps(value))
        ended = Ended(None)
    except MemoryError:
        ended = Ended(DocumentError(f"reading it needs more than {limits.memory_mb if limits else 0} MB of memory"))
    except RecursionError:
        ended = Ended(DocumentError("what it holds is nested too deeply"))
    except (LessonsError, OSError) as error:
        ended = Ended(error)
    except Exception as error:  # a fault of ours in one document must not stop the others
        ended = Ended(DocumentError(f"a fault in the program: {type(error).__name__}: {error}"))
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    sender.send_bytes(_END + pickle.dumps(ended))


def _limit(limits: Limits) -> None:
    """Sets limits that the system keeps, whatever the work does; the foreman keeps the time besides."""
    memory = _address_space() + (limits.memory_mb << 20)
    resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds + 5, limits.seconds + 10))


def _address_space() -> int:
    """Bytes of memory that this process has been given already."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _ending(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        return signal.Signals(-exitcode).name
    return f"exit status {exitcode}"
