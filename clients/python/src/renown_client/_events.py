"""Batches of events, and the sum of their answers."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from .generated import models

T = TypeVar("T")


def no_events() -> models.EventsReport:
    return {
        "accepted": 0,
        "duplicates": 0,
        "rejected_count": 0,
        "rejected": [],
        "ignored_count": 0,
        "ignored": [],
    }


def add(total: models.EventsReport, report: models.EventsReport, before: int) -> None:
    """Adds the answer to a batch that came after so many events."""
    total["accepted"] += report["accepted"]
    total["duplicates"] += report["duplicates"]
    total["rejected_count"] += report["rejected_count"]
    total["ignored_count"] += report["ignored_count"]
    total["rejected"] += [{**item, "index": item["index"] + before} for item in report["rejected"]]
    total["ignored"] += [{**item, "index": item["index"] + before} for item in report["ignored"]]


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    _check_size(size)
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


async def async_batches(items: Iterable[T] | AsyncIterable[T], size: int) -> AsyncIterator[list[T]]:
    _check_size(size)
    if not isinstance(items, AsyncIterable):
        for batch in batches(items, size):
            yield batch
        return
    batch = []
    async for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _check_size(size: int) -> None:
    if size < 1:
        raise ValueError(f"a batch has at least one item, not {size}")
