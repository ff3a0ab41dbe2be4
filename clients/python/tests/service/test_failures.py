"""The failure contract, against the real service.

It is slow, dead, frozen, restarted, or answers what it should not.
"""

import asyncio
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest
from stage import DIRECT, KEVIN, KEY, PROGRAM, PROXY, client, proxy, service, unique

from renown_client import AsyncRenown, ProblemError

T = TypeVar("T")

WITHIN_MS = 300
ROOM_MS = 400
"""A machine that does much else may be late."""
TIER = f"/v1/programs/{PROGRAM}/members/twitter%3Akevin/tier"


def timed(call: Callable[[], T]) -> tuple[T, float]:
    before = time.monotonic()
    result = call()
    return result, (time.monotonic() - before) * 1000


def json_200(body: str) -> dict[str, Any]:
    return {"fault": "status", "status": 200, "headers": {"content-type": "application/json"}, "body": body}


WI_FI = {"fault": "status", "status": 200, "headers": {"content-type": "text/html"}, "body": "<h1>Wi-Fi</h1>"}
FAULTS = [
    pytest.param({"fault": "slow", "ms": 3_000}, id="slow"),
    pytest.param({"fault": "hang"}, id="silent"),
    pytest.param({"fault": "drip"}, id="dripping"),
    pytest.param({"fault": "cut"}, id="cut off"),
    pytest.param({"fault": "lose"}, id="losing its answers"),
    pytest.param({"fault": "truncate"}, id="sending half answers"),
    pytest.param({"fault": "status", "status": 429, "headers": {"retry-after": "5"}}, id="limiting (429)"),
    pytest.param({"fault": "status", "status": 429}, id="limiting (429) without a time"),
    pytest.param({"fault": "status", "status": 503, "headers": {"retry-after": "1"}}, id="not ready (503)"),
    pytest.param({"fault": "status", "status": 500}, id="failing (500)"),
    pytest.param(WI_FI, id="behind a page of the network"),
    pytest.param({"fault": "status", "status": 302, "headers": {"location": "http://127.0.0.1:9/"}}, id="redirected"),
    pytest.param({"fault": "status", "status": 403, "body": "by the network"}, id="forbidden by something else"),
    pytest.param(json_200("no"), id="answering what is not JSON"),
    pytest.param(json_200("[]"), id="answering something else"),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_guest_gets_the_last_known_tier_another_one_the_floor_both_in_time(fault: dict[str, Any]) -> None:
    with client() as renown:
        now = renown.tier(PROGRAM, KEVIN, fallback="guest")
        assert (now.tier, now.source) == ("insider", "service")
        proxy.set(**fault)
        known, after_ms = timed(lambda: renown.tier(PROGRAM, KEVIN, fallback="guest", within_ms=WITHIN_MS))
        assert (known.tier, known.source) == ("insider", "last_known")
        assert known.reason and known.answer
        assert known.answer["amenities"] == ["late-checkout", "welcome-drink"]
        assert after_ms < WITHIN_MS + ROOM_MS
        unknown, then_ms = timed(lambda: renown.tier(PROGRAM, "loyalty:K7", fallback="guest", within_ms=WITHIN_MS))
        assert (unknown.tier, unknown.source) == ("guest", "floor")
        assert unknown.reason
        assert then_ms < WITHIN_MS + ROOM_MS
        proxy.mend()
        assert renown.tier(PROGRAM, KEVIN, fallback="guest").source == "service"


@pytest.mark.parametrize("fault", FAULTS)
def test_the_same_for_asyncio(fault: dict[str, Any]) -> None:
    async def ask() -> tuple[str, str, float]:
        async with AsyncRenown(PROXY, KEY) as renown:
            before = time.monotonic()
            result = await renown.tier(PROGRAM, KEVIN, fallback="guest", within_ms=WITHIN_MS)
            return result.tier, result.source, (time.monotonic() - before) * 1000

    proxy.set(**fault)
    tier, source, after_ms = asyncio.run(ask())
    assert (tier, source) == ("guest", "floor")
    assert after_ms < WITHIN_MS + ROOM_MS


def test_a_support_desk_gets_the_last_known_service_level_or_the_floor() -> None:
    with client() as renown:
        now = renown.service_level(PROGRAM, KEVIN, fallback="standard", opened_at=datetime.now(UTC))
        assert (now.service_level, now.source) == ("concierge", "service")
        proxy.set("hang")
        then = renown.service_level(PROGRAM, KEVIN, fallback="standard", opened_at=datetime.now(UTC))
        assert (then.service_level, then.source) == ("concierge", "last_known")
        assert then.answer and then.answer["service_level"]["queue"] == "vip"
        other = renown.service_level(PROGRAM, "loyalty:K7", fallback="standard")
        assert (other.service_level, other.source) == ("standard", "floor")


@pytest.mark.parametrize(
    ("end", "begin"),
    [
        pytest.param(service.kill, service.start, id="dead"),
        pytest.param(service.stop, service.start, id="stopped"),
        pytest.param(service.freeze, service.thaw, id="frozen"),
    ],
)
def test_a_service_that_does_not_answer_through_a_proxy_and_directly_and_then_back(
    end: Callable[[], None], begin: Callable[[], None]
) -> None:
    with client() as through, client(DIRECT) as direct:
        for renown in (through, direct):
            renown.tier(PROGRAM, KEVIN, fallback="guest")
        end()
        try:
            for renown in (through, direct):
                known, after_ms = timed(lambda: renown.tier(PROGRAM, KEVIN, fallback="guest", within_ms=WITHIN_MS))  # noqa: B023
                assert (known.tier, known.source) == ("insider", "last_known")
                assert after_ms < WITHIN_MS + ROOM_MS
                other = renown.tier(PROGRAM, "loyalty:K7", fallback="guest")
                assert (other.tier, other.source) == ("guest", "floor")
        finally:
            begin()
        for renown in (through, direct):
            # A connection that the client kept may have died with the service; that costs a try, and no answer.
            assert renown.tier(PROGRAM, KEVIN, fallback="guest", within_ms=5_000).source == "service"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://nobody.invalid"])
def test_an_address_where_no_service_listens(url: str) -> None:
    with client(url) as renown:
        result, after_ms = timed(lambda: renown.tier(PROGRAM, KEVIN, fallback="guest", within_ms=WITHIN_MS))
    assert (result.tier, result.source) == ("guest", "floor")
    assert after_ms < WITHIN_MS + ROOM_MS


def test_many_guests_at_once_while_nothing_is_answered() -> None:
    proxy.set("hang")

    async def ask_all() -> set[str]:
        async with AsyncRenown(PROXY, KEY) as renown:
            asked = [renown.tier(PROGRAM, f"loyalty:{n}", fallback="guest", within_ms=WITHIN_MS) for n in range(50)]
            return {result.source for result in await asyncio.gather(*asked)}

    sources, after_ms = timed(lambda: asyncio.run(ask_all()))
    assert sources == {"floor"}
    assert after_ms < WITHIN_MS + 3 * ROOM_MS
    with client() as renown, ThreadPoolExecutor(50) as threads:
        asked = [threads.submit(renown.tier, PROGRAM, f"loyalty:{n}", fallback="guest") for n in range(50)]
        results, after_ms = timed(lambda: [one.result() for one in asked])
    assert {result.source for result in results} == {"floor"}
    assert after_ms < WITHIN_MS + 3 * ROOM_MS


@pytest.mark.parametrize(
    ("key", "program", "member", "status"),
    [
        pytest.param("rk_wrong", PROGRAM, KEVIN, 401, id="a key that is not valid"),
        pytest.param(KEY, "no-such-program", KEVIN, 404, id="a program that does not exist"),
        pytest.param(KEY, PROGRAM, "nonsense", 400, id="an identity that is none"),
    ],
)
def test_it_is_refused_and_the_desk_goes_on(key: str, program: str, member: str, status: int) -> None:
    with client(PROXY, key) as renown:
        result = renown.tier(program, member, fallback="guest")
    assert (result.tier, result.source) == ("guest", "floor")
    assert isinstance(result.error, ProblemError) and result.error.status == status
    assert re.fullmatch("[0-9a-f-]{36}", result.request_id or "")


def test_a_person_who_was_never_seen_is_answered_by_the_service() -> None:
    with client() as renown:
        result = renown.tier(PROGRAM, unique("loyalty:never"), fallback="nobody")
    assert (result.tier, result.source) == ("guest", "service")
    assert result.answer and result.answer["state"] == "unknown"


def test_what_is_known_of_the_occasion_reaches_the_rules() -> None:
    with client() as renown:
        renown.tier(PROGRAM, KEVIN, fallback="guest", request={"party_size": 3})
    assert proxy.seen()[0]["url"] == f"{TIER}?request.party_size=3"
