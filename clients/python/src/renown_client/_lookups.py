"""Questions of a desk, which are answered in time whatever happens to the service.

By the service, by its last answer, or by the floor that the caller has stated.
"""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, cast

from ._errors import NoAnswerError, ProblemError, RenownError
from ._lru import Lru
from .generated import models

Body = TypeVar("Body")


@dataclass(frozen=True, kw_only=True)
class Outcome(Generic[Body]):
    """Where the answer to a question of a desk is from."""

    source: Literal["service", "last_known", "floor"]
    """`service`: it has answered. `last_known`: it did not answer in time, and this is its last answer to
    the same question. `floor`: there is no answer that could be used, and this is the fallback."""
    answer: Body | None
    """All that the service says, or said then; `None` if the source is the floor."""
    age_ms: float | None
    """The age of the answer: 0 if the service has answered, `None` if the source is the floor."""
    reason: str | None = None
    """Why it is not the service that answers, in a sentence for a log."""
    error: RenownError | None = None
    """The same as an error."""
    request_id: str | None = None
    """The request's id, under which the operator finds it in the logs."""


@dataclass(frozen=True, kw_only=True)
class TierResult(Outcome[models.TierBody]):
    """A member's tier, and where it is from."""

    tier: str


@dataclass(frozen=True, kw_only=True)
class ServiceLevelResult(Outcome[models.ServiceLevelBody]):
    """A member's service level, and where it is from."""

    service_level: str


@dataclass(frozen=True)
class _Remembered:
    text: str
    at: float
    """By the clock on the wall, which goes on while the machine sleeps."""
    steady_at: float
    """By a clock that is never set."""


class LastKnown:
    """The last answers, each under its whole question, so that it is given to no other one."""

    def __init__(self, capacity: int, max_age_ms: float) -> None:
        self._capacity = capacity
        self._max_age_ms = max_age_ms
        self.clear()

    async def ask(self, question: list[Any], ask: Callable[[], Awaitable[tuple[Body, str | None]]]) -> Outcome[Body]:
        """Asks the service, and falls back on its last answer, or on none. It never raises."""
        # A call that began before everything was forgotten is not remembered.
        answers = self._answers
        key: str | None = None
        try:
            key = json.dumps(question, sort_keys=True)
            body, request_id = await ask()
            answers.set(key, _Remembered(json.dumps(body), time.time(), time.monotonic()))
            return Outcome(source="service", answer=body, age_ms=0.0, request_id=request_id)
        except Exception as error:
            return self._fall_back(answers, key, _as_renown_error(error))

    def _fall_back(self, answers: Lru[_Remembered], key: str | None, error: RenownError) -> Outcome[Any]:
        last = None if key is None else answers.get(key)
        refused = isinstance(error, ProblemError) and error.refused
        if key is not None and refused:
            # A refusal is an answer: what the service said before does not hold any more.
            answers.delete(key)
        because: dict[str, Any] = {"reason": str(error), "error": error, "request_id": error.request_id}
        if last is not None and not refused:
            age_ms = max(0.0, time.time() - last.at, time.monotonic() - last.steady_at) * 1000
            if age_ms <= self._max_age_ms:
                return Outcome(source="last_known", answer=json.loads(last.text), age_ms=age_ms, **because)
        return Outcome(source="floor", answer=None, age_ms=None, **because)

    def clear(self) -> None:
        self._answers: Lru[_Remembered] = Lru(self._capacity)


def tier_result(outcome: Outcome[models.TierBody], fallback: str) -> TierResult:
    tier = fallback if outcome.answer is None else outcome.answer["tier"]
    return TierResult(tier=tier, **_fields(outcome))


def service_level_result(outcome: Outcome[models.ServiceLevelBody], fallback: str) -> ServiceLevelResult:
    answer = outcome.answer
    if answer is not None and outcome.source == "last_known":
        # It would count from a time that is over.
        answer = cast(models.ServiceLevelBody, {**answer, "service_clock": None})
    level = fallback if answer is None else answer["service_level"]["id"]
    return ServiceLevelResult(service_level=level, **{**_fields(outcome), "answer": answer})


def _fields(outcome: Outcome[Any]) -> dict[str, Any]:
    return vars(outcome)


def check_fallback(fallback: object) -> None:
    if not isinstance(fallback, str) or not fallback:
        raise ValueError('name a fallback, such as fallback="guest"')


def check_named(body: object, *path: str, request_id: str | None) -> None:
    """Checks that an answer names what was asked for; a newer service may say more, and not less."""
    value: Any = body
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, str) or not value:
        raise NoAnswerError(f"The answer is not what was asked for: {str(body)[:100]}", request_id=request_id)


def _as_renown_error(error: Exception) -> RenownError:
    if isinstance(error, RenownError):
        return error
    wrapped = RenownError(str(error) or type(error).__name__)
    wrapped.__cause__ = error
    return wrapped
