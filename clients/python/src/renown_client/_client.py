"""The client for callers who wait."""

import copy
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import ParamSpec, Self, TypeVar, Unpack

import httpx

from ._async_client import AsyncRenown
from ._blocking import Blocking, LoopThread, blocking
from ._events import add, batches, no_events
from ._lists import ClaimFilter, LeaderboardFilter, MemberFilter, MessageFilter, PageOf, with_cursor
from ._webhooks import Message, message_from
from .generated import models
from .generated.operations import Operations

P = ParamSpec("P")
T = TypeVar("T")


class Renown(Blocking[AsyncRenown]):
    """A client of one service, with one API key, for callers who wait.

    Threads may share it. It has the options of `AsyncRenown`, and does the same.
    """

    api: Operations
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
        target = AsyncRenown(
            url,
            key,
            deadline_ms=deadline_ms,
            retries=retries,
            answers_kept=answers_kept,
            last_known_kept=last_known_kept,
            last_known_max_age_ms=last_known_max_age_ms,
            transport=transport,
        )
        self._attach(target, LoopThread())

    def _attach(self, target: AsyncRenown, loop: LoopThread) -> None:
        super().__init__(target, loop)
        self.api = Operations(target.api, loop)

    def set_key(self, key: str) -> None:
        """Uses another key from now on, and forgets what was answered under the one before."""
        self._target.set_key(key)

    def with_deadline(self, deadline_ms: float) -> Self:
        """Returns this client with another deadline."""
        other = copy.copy(self)
        other._attach(self._target.with_deadline(deadline_ms), self._loop)
        return other

    def close(self) -> None:
        """Closes the connections."""
        self._loop.run(self._target.close())
        self._loop.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    tier = blocking(AsyncRenown.tier)
    service_level = blocking(AsyncRenown.service_level)
    offers = blocking(AsyncRenown.offers)
    look_up = blocking(AsyncRenown.look_up)
    decide = blocking(AsyncRenown.decide)
    claim = blocking(AsyncRenown.claim)
    confirm = blocking(AsyncRenown.confirm)
    redeem = blocking(AsyncRenown.redeem)
    release = blocking(AsyncRenown.release)
    redeem_code = blocking(AsyncRenown.redeem_code)
    put_member = blocking(AsyncRenown.put_member)
    score = blocking(AsyncRenown.score)

    def send_events(self, events: Iterable[models.NativeEvent], *, batch: int = 1_000) -> models.EventsReport:
        """Sends events, however many, in batches and in their order.

        Events that are sent again count once. The answer adds up those of the batches; its indices are
        places among all events.
        """
        total, before = no_events(), 0
        for part in batches(events, batch):
            add(total, self.api.send_events(part), before)
            before += len(part)
        return total

    def members(self, **filter: Unpack[MemberFilter]) -> Iterator[models.MemberBody]:
        """Lists members, the latest enrolment first."""
        return self.each(self.api.list_members, **filter)

    def claims(self, **filter: Unpack[ClaimFilter]) -> Iterator[models.ClaimBody]:
        """Lists claims, latest first."""
        return self.each(self.api.list_claims, **filter)

    def leaderboard(self, **filter: Unpack[LeaderboardFilter]) -> Iterator[models.LineBody]:
        """Lists members by influence, overall or on a topic, highest first."""
        return self.each(self.api.get_leaderboard, **filter)

    def messages(self, **filter: Unpack[MessageFilter]) -> Iterator[Message]:
        """Lists the messages that are kept, as webhooks get them, latest first."""
        for message in self.each(self.api.list_messages, **filter):
            yield message_from(message)

    def each(self, list_: Callable[P, PageOf[T]], *args: P.args, **filter: P.kwargs) -> Iterator[T]:
        """Lists what any list of the contract has, page after page, as you go on reading.

        `renown.each(renown.api.list_messages, types="tier.changed")`
        """
        cursor: str | None = None
        while True:
            page = list_(*args, **with_cursor(filter, cursor))
            yield from page["data"]
            cursor = page["page"].get("next_cursor")
            if cursor is None:
                return
