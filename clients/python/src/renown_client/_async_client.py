"""The client for asyncio."""

import copy
import re
from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar, Unpack, cast
from urllib.parse import urlencode

import httpx

from ._encoding import Occasion, attributes, filled, occasion, pairs, written
from ._events import add, async_batches, no_events
from ._lists import ClaimFilter, LeaderboardFilter, MemberFilter, MessageFilter, PageOf, with_cursor
from ._lookups import (
    LastKnown,
    ServiceLevelResult,
    TierResult,
    check_fallback,
    check_named,
    service_level_result,
    tier_result,
)
from ._webhooks import Message, message_from
from ._wire import Request, Wire
from .generated import models
from .generated.operations import AsyncOperations

P = ParamSpec("P")
T = TypeVar("T")

TIER = "/v1/programs/{program}/members/{member}/tier"
SERVICE_LEVEL = "/v1/programs/{program}/members/{member}/service-level"


class AsyncRenown:
    """A client of one service, with one API key, for asyncio.

    Args:
        url: The address of the service, such as `https://renown.example.com`.
        key: The API key, or the token of a desk.
        deadline_ms: The time for a call, tries and pauses and all.
        retries: How often a request that failed for the moment is sent again, as long as there is time.
        answers_kept: How many answers are kept to ask with their `ETag` whether they still hold.
        last_known_kept: How many answers are kept for a time in which the service does not answer.
        last_known_max_age_ms: How old such an answer may be.
        transport: Instead of the network.

    Raises:
        ValueError: If one of them cannot be right.
    """

    api: AsyncOperations
    """Every operation of the contract with its types, with the same tries, keys, deadline and errors."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        deadline_ms: float = 10_000,
        retries: int = 5,
        answers_kept: int = 1_000,
        last_known_kept: int = 10_000,
        last_known_max_age_ms: float = 12 * 3_600_000,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if not re.match(r"https?://[^/?#]+", url):
            raise ValueError(f"url is not the address of a service: {url}")
        if not key:
            raise ValueError("key is empty")
        _check_number("retries", retries)
        _check_number("answers_kept", answers_kept)
        _check_number("last_known_kept", last_known_kept)
        _check_number("last_known_max_age_ms", last_known_max_age_ms)
        self._url = url.rstrip("/")
        self._wire = Wire(key, retries=retries, answers_kept=answers_kept, transport=transport)
        self._last_known = LastKnown(last_known_kept, last_known_max_age_ms)
        self._set_deadline(deadline_ms)

    def _set_deadline(self, deadline_ms: float) -> None:
        _check_number("deadline_ms", deadline_ms)
        self._deadline_ms = deadline_ms
        self.api = AsyncOperations(self)

    def set_key(self, key: str) -> None:
        """Uses another key from now on, and forgets what was answered under the one before."""
        self._wire.set_key(key)
        self._last_known.clear()

    def with_deadline(self, deadline_ms: float) -> Self:
        """Returns this client with another deadline."""
        other = copy.copy(self)
        other._set_deadline(deadline_ms)
        return other

    async def close(self) -> None:
        """Closes the connections."""
        await self._wire.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def tier(
        self, program: str, member: str, *, fallback: str, within_ms: float = 300, request: Occasion | None = None
    ) -> TierResult:
        """Returns a member's tier, in time and whatever happens to the service.

        The last known one, or the fallback, if it does not answer. `source` says which.
        """
        check_fallback(fallback)

        async def ask() -> tuple[models.TierBody, str | None]:
            places = {"program": program, "member": member}
            sent = self._request("GET", TIER, places=places, query=occasion(request))
            answer = await self._wire.send(sent, _time(within_ms))
            check_named(answer.body, "tier", request_id=answer.request_id)
            return cast(models.TierBody, answer.body), answer.request_id

        question = ["tier", program, member, dict(request or {})]
        return tier_result(await self._last_known.ask(question, ask), fallback)

    async def service_level(
        self,
        program: str,
        member: str,
        *,
        fallback: str,
        within_ms: float = 300,
        request: Occasion | None = None,
        opened_at: datetime | None = None,
    ) -> ServiceLevelResult:
        """Returns a member's service level, in time and whatever happens to the service, like `tier`.

        The last known one has no `service_clock`: it would count from a time that is over.
        """
        check_fallback(fallback)

        async def ask() -> tuple[models.ServiceLevelBody, str | None]:
            places = {"program": program, "member": member}
            query = {**occasion(request), "opened_at": opened_at}
            sent = self._request("GET", SERVICE_LEVEL, places=places, query=query)
            answer = await self._wire.send(sent, _time(within_ms))
            check_named(answer.body, "service_level", "id", request_id=answer.request_id)
            return cast(models.ServiceLevelBody, answer.body), answer.request_id

        question = ["service_level", program, member, dict(request or {})]
        return service_level_result(await self._last_known.ask(question, ask), fallback)

    async def offers(self, program: str, member: str, *, request: Occasion | None = None) -> models.OffersBody:
        """Returns the perks of a program for a member: what the member may have, and what not and why."""
        return await self.api.get_offers(program, member, request=occasion(request)["request"])

    async def look_up(
        self, program: str, members: Sequence[str], *, request: Occasion | None = None
    ) -> models.LookedUpBody:
        """Returns what up to 10,000 people get, such as tomorrow's arrivals, in their order."""
        body: models.LookUpManyBody = {"members": list(members)}
        if request is not None:
            body["request"] = attributes(request)
        return await self.api.look_up_many(program, body)

    async def decide(
        self,
        program: str,
        member: str,
        *,
        request: Occasion | None = None,
        dry: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.DecisionBody:
        """Decides on a program for a member, with all reasons, and records it; `dry` for no record."""
        body: models.DecideOneBody = {"program": program, "member": member}
        if request is not None:
            body["request"] = attributes(request)
        if dry is not None:
            body["dry"] = dry
        return cast(models.DecisionBody, await self.api.decide(body, idempotency_key=idempotency_key))

    async def claim(
        self,
        program: str,
        perk: str,
        member: str,
        *,
        request: Occasion | None = None,
        confirm: bool | None = None,
        idempotency_key: str | None = None,
    ) -> models.ClaimBody:
        """Holds a unit of a perk for a member, if the program gives it to them now.

        Sent again under an `idempotency_key` of your own, it is made once.
        """
        body: models.HoldBody = {"program": program, "perk": perk, "member": member}
        if request is not None:
            body["request"] = attributes(request)
        if confirm is not None:
            body["confirm"] = confirm
        return await self.api.hold_claim(body, idempotency_key=idempotency_key)

    async def confirm(self, claim: str, *, idempotency_key: str | None = None) -> models.ClaimBody:
        """Confirms a claim: the member accepts the unit."""
        return await self.api.confirm_claim(claim, idempotency_key=idempotency_key)

    async def redeem(self, claim: str, *, idempotency_key: str | None = None) -> models.ClaimBody:
        """Redeems a confirmed claim: the unit is handed over."""
        return await self.api.redeem_claim(claim, idempotency_key=idempotency_key)

    async def release(self, claim: str, *, idempotency_key: str | None = None) -> models.ClaimBody:
        """Releases a claim: the member does not want the unit."""
        return await self.api.release_claim(claim, idempotency_key=idempotency_key)

    async def redeem_code(
        self, code: str, *, program: str | None = None, perk: str | None = None, idempotency_key: str | None = None
    ) -> models.ClaimBody:
        """Redeems a code that was typed or scanned at a till."""
        body: models.RedemptionBody = {"code": code}
        if program is not None:
            body["program"] = program
        if perk is not None:
            body["perk"] = perk
        return await self.api.redeem_code(body, idempotency_key=idempotency_key)

    async def send_events(
        self, events: Iterable[models.NativeEvent] | AsyncIterable[models.NativeEvent], *, batch: int = 1_000
    ) -> models.EventsReport:
        """Sends events, however many, in batches and in their order.

        Events that are sent again count once. The answer adds up those of the batches; its indices are
        places among all events.
        """
        total, before = no_events(), 0
        async for part in async_batches(events, batch):
            add(total, await self.api.send_events(part), before)
            before += len(part)
        return total

    async def put_member(self, member: str, body: models.PutMemberBody) -> models.MemberBody:
        """Enrols a member, or replaces what is known of them."""
        return await self.api.put_member(member, body)

    async def score(self, member: str) -> models.ScoreBody:
        """Returns a member's scores."""
        return await self.api.get_score(member)

    def members(self, **filter: Unpack[MemberFilter]) -> AsyncIterator[models.MemberBody]:
        """Lists members, the latest enrolment first."""
        return self.each(self.api.list_members, **filter)

    def claims(self, **filter: Unpack[ClaimFilter]) -> AsyncIterator[models.ClaimBody]:
        """Lists claims, latest first."""
        return self.each(self.api.list_claims, **filter)

    def leaderboard(self, **filter: Unpack[LeaderboardFilter]) -> AsyncIterator[models.LineBody]:
        """Lists members by influence, overall or on a topic, highest first."""
        return self.each(self.api.get_leaderboard, **filter)

    async def messages(self, **filter: Unpack[MessageFilter]) -> AsyncIterator[Message]:
        """Lists the messages that are kept, as webhooks get them, latest first."""
        async for message in self.each(self.api.list_messages, **filter):
            yield message_from(message)

    async def each(
        self, list_: Callable[P, Coroutine[Any, Any, PageOf[T]]], *args: P.args, **filter: P.kwargs
    ) -> AsyncIterator[T]:
        """Lists what any list of the contract has, page after page, as you go on reading.

        `renown.each(renown.api.list_messages, types="tier.changed")`
        """
        cursor: str | None = None
        while True:
            page = await list_(*args, **with_cursor(filter, cursor))
            for item in page["data"]:
                yield item
            cursor = page["page"].get("next_cursor")
            if cursor is None:
                return

    async def call(
        self,
        method: str,
        path: str,
        *,
        places: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: object = None,
        content_type: str | None = None,
        accept: str | None = None,
    ) -> Any:
        """Sends what an operation of `api` asks for, and returns the body of the answer."""
        sent = self._request(
            method,
            path,
            places=places,
            query=query,
            headers=headers,
            body=body,
            content_type=content_type,
            accept=accept,
        )
        answer = await self._wire.send(sent, self._deadline_ms)
        return answer.body

    def _request(
        self,
        method: str,
        path: str,
        *,
        places: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: object = None,
        content_type: str | None = None,
        accept: str | None = None,
    ) -> Request:
        url = self._url + filled(path, places or {})
        parameters = list(pairs(query or {}))
        if parameters:
            url += "?" + urlencode(parameters)
        named = {name: value for name, value in (headers or {}).items() if value is not None}
        named["Accept"] = accept or "application/json"
        if body is None:
            return Request(method, url, named)
        named["Content-Type"] = content_type or "application/json"
        return Request(method, url, named, written(body))


def _check_number(name: str, value: float) -> None:
    if not value >= 0:
        raise ValueError(f"{name} is not a number from 0: {value}")


def _time(within_ms: float) -> float:
    return within_ms if within_ms >= 0 else 0.0
