"""One implementation for callers who wait and for asyncio, in threads, loops and forks."""

import asyncio
import inspect
import os
from concurrent.futures import ThreadPoolExecutor

from playing import Service, json_answer, never

from renown_client import AsyncRenown, Renown
from renown_client.generated.operations import AsyncOperations, Operations

INSIDER = json_answer({"tier": "insider"})


def test_both_clients_and_both_sets_of_operations_have_the_same_methods() -> None:
    for asynchronous, waiting in [(AsyncRenown, Renown), (AsyncOperations, Operations)]:
        names = {name for name in vars(asynchronous) if not name.startswith("_")} - {"call"}
        assert names == {name for name in vars(waiting) if not name.startswith("_")}
        for name in names:
            parameters = inspect.signature(getattr(asynchronous, name)).parameters
            assert list(parameters) == list(inspect.signature(getattr(waiting, name)).parameters), name
            assert inspect.getdoc(getattr(asynchronous, name)) == inspect.getdoc(getattr(waiting, name))


def test_threads_share_a_client() -> None:
    with Service(INSIDER).client() as renown, ThreadPoolExecutor(16) as threads:
        ask = [threads.submit(renown.tier, "p", f"m{n}", fallback="guest") for n in range(200)]
        assert {asked.result().source for asked in ask} == {"service"}


def test_a_client_for_asyncio_works_in_one_loop_after_another() -> None:
    renown = AsyncRenown("http://renown.test", "k", transport=Service(INSIDER).transport)

    async def ask() -> str:
        return (await renown.tier("p", "m", fallback="guest")).source

    assert [asyncio.run(ask()), asyncio.run(ask())] == ["service", "service"]


def test_a_client_can_be_used_after_a_fork() -> None:
    with Service(INSIDER).client() as renown:
        assert renown.tier("p", "m", fallback="guest").source == "service"
        child = os.fork()
        if child == 0:
            # In the child: nothing of pytest may run here.
            os._exit(0 if renown.tier("p", "n", fallback="guest", within_ms=5_000).source == "service" else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_client_that_was_closed_opens_again() -> None:
    renown = Service(INSIDER).client()
    for _ in range(2):
        with renown:
            assert renown.tier("p", "m", fallback="guest").source == "service"


def test_a_client_is_closed_while_calls_are_late() -> None:
    with Service(never).client() as renown, ThreadPoolExecutor(8) as threads:
        ask = [threads.submit(renown.tier, "p", f"m{n}", fallback="guest", within_ms=20) for n in range(8)]
    assert {asked.result().source for asked in ask} == {"floor"}


def test_a_call_of_asyncio_that_is_cancelled_ends() -> None:
    async def cancelled() -> None:
        service = Service(lambda: asyncio.sleep(3600))  # type: ignore[arg-type, return-value]
        renown = AsyncRenown("http://renown.test", "k", transport=service.transport)
        asked = asyncio.ensure_future(renown.tier("p", "m", fallback="guest", within_ms=60_000))
        await asyncio.sleep(0.01)
        asked.cancel()
        try:
            await asked
        except asyncio.CancelledError:
            return
        raise AssertionError("it went on")

    asyncio.run(cancelled())
