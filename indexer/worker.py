"""Runs functions in processes of their own, with limits of time and memory, so that no input can harm the caller."""

import multiprocessing
import resource
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from multiprocessing.connection import Connection
from typing import TypeVar

from indexer.errors import DocumentError

S = TypeVar("S")
T = TypeVar("T")

_CONTEXT = multiprocessing.get_context("forkserver")


def run_limited(function: Callable[..., T], *args: object, seconds: int, memory_mb: int, preload: str) -> T:
    """The result of ``function(*args)``. `preload` is a module that is loaded once for all processes.

    Raises DocumentError when it raises one, takes longer than `seconds`, needs more than `memory_mb`, or dies.
    """
    _CONTEXT.set_forkserver_preload([preload])
    receiver, sender = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_child, args=(sender, seconds, memory_mb, function, args), daemon=True)
    process.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            raise DocumentError(f"reading it took longer than {seconds} seconds")
        outcome = receiver.recv()
    except EOFError as error:
        process.join(5)
        raise DocumentError(f"the process that read it died ({_ending(process.exitcode)})") from error
    finally:
        receiver.close()
        if process.is_alive():
            process.join(0.2)
        if process.is_alive():
            process.kill()
        process.join()
    if isinstance(outcome, DocumentError):
        raise outcome
    result: T = outcome
    return result


def in_parallel(items: Iterable[S], work: Callable[[S], T], jobs: int) -> Iterator[tuple[S, T | DocumentError]]:
    """Does `work` on `jobs` items at a time, and hands each over with its result, or why there is none, as soon as it is ready.

    Processes that are still at work when the caller goes away are ended.
    """
    queue = iter(items)
    running: dict[Future[T], S] = {}
    with ThreadPoolExecutor(jobs) as pool:
        try:
            while True:
                for item in islice(queue, jobs - len(running)):
                    running[pool.submit(work, item)] = item
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    item = running.pop(future)
                    result: T | DocumentError = _result(future)
                    yield item, result
        finally:
            for process in multiprocessing.active_children():
                process.kill()


def _result(future: Future[T]) -> T | DocumentError:
    try:
        return future.result()
    except DocumentError as error:
        return error
    except OSError as error:
        return DocumentError(f"the file cannot be read: {error.strerror or error}")


def _child(
    sender: Connection, seconds: int, memory_mb: int, function: Callable[..., object], args: tuple[object, ...]
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 5, seconds + 10))
    outcome: object
    try:
        outcome = function(*args)
    except DocumentError as error:
        outcome = error
    except (MemoryError, RecursionError):
        outcome = DocumentError(f"reading it needs more than {memory_mb} MB of memory")
    sender.send(outcome)
    sender.close()


def _ending(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        return signal.Signals(-exitcode).name
    return f"exit status {exitcode}"
