"""Callers who wait: the asynchronous client, run by a thread of its own.

There is one implementation of each method, and so both clients do the same.
"""

import asyncio
import functools
import os
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class LoopThread:
    """An event loop in a thread, which starts when it is first needed and ends with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = os.getpid()

    def run(self, coroutine: Coroutine[Any, Any, R]) -> R:
        """Runs a coroutine to its end, and returns or raises what it does."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._running())
        try:
            return future.result()
        except BaseException:
            # The caller may have been interrupted.
            future.cancel()
            raise

    def stop(self) -> None:
        with self._lock:
            loop, self._loop = self._loop, None
            if loop is not None and self._process == os.getpid():
                loop.call_soon_threadsafe(loop.stop)

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._process != os.getpid():
            # A fork has the loop and not its thread, and a lock that may have been held.
            self._lock = threading.Lock()
            self._loop = None
            self._process = os.getpid()
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_run_loop, args=(self._loop,), name="renown", daemon=True).start()
            return self._loop


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    # What is late was given up by its caller.
    late = asyncio.all_tasks(loop)
    for task in late:
        task.cancel()
    if late:
        loop.run_until_complete(asyncio.wait(late))
    loop.close()


class Blocking(Generic[T]):
    """The methods of an asynchronous object, for callers who wait."""

    def __init__(self, target: T, loop: LoopThread) -> None:
        self._target = target
        self._loop = loop


def blocking(
    method: Callable[Concatenate[T, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[Blocking[T], P], R]:
    """Returns the method that waits until the asynchronous one has ended."""

    def wait(self: Blocking[T], /, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._loop.run(method(self._target, *args, **kwargs))

    functools.update_wrapper(wait, method)
    return wait
