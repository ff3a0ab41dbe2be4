"""Lists that come in pages."""

from collections.abc import Mapping
from typing import Any, Generic, Literal, TypedDict, TypeVar

from .generated import models

T = TypeVar("T")

ClaimState = Literal["held", "confirmed", "redeemed", "released", "expired", "cancelled", "reversed"]


class PageOf(TypedDict, Generic[T]):
    """A page of a list."""

    data: list[T]
    page: models.Page


class MemberFilter(TypedDict, total=False):
    """How a list of members is narrowed; `limit` is that of a page."""

    q: str
    identity: str
    name: str
    tier: str
    program: str
    topic: str
    attribute: Mapping[str, object]
    limit: int


class ClaimFilter(TypedDict, total=False):
    """How a list of claims is narrowed; `limit` is that of a page."""

    program: str
    perk: str
    member: str
    state: ClaimState
    limit: int


class LeaderboardFilter(TypedDict, total=False):
    """How a leaderboard is narrowed; `limit` is that of a page."""

    topic: str
    program: str
    by: models.LeaderboardOrder
    limit: int


class MessageFilter(TypedDict, total=False):
    """How a list of messages is narrowed; `types` are separated by commas, and `limit` is that of a page."""

    types: str
    program: str
    limit: int


def with_cursor(filter: Mapping[str, Any], cursor: str | None) -> Any:
    """Returns the parameters of a page."""
    return filter if cursor is None else {**filter, "cursor": cursor}
