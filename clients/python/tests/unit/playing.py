"""A service that the test plays."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from renown_client import Renown

Play = Callable[[], httpx.Response | Awaitable[httpx.Response]]


class Service:
    """Answers in turn; the last answer is repeated."""

    def __init__(self, *answers: Play) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._answer)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]()
        return answer if isinstance(answer, httpx.Response) else await answer

    def then(self, answer: Play) -> None:
        """Answers so from now on."""
        self.answers, self.requests = [answer], []

    def client(self, **options: Any) -> Renown:
        return Renown("http://renown.test", "rk_1", transport=self.transport, **options)

    def header(self, name: str) -> list[str | None]:
        return [request.headers.get(name) for request in self.requests]


def json_answer(body: object, status: int = 200, **headers: str) -> Play:
    named = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return lambda: httpx.Response(status, content=json.dumps(body).encode(), headers=named)


def problem(status: int, kind: str, **headers: str) -> Play:
    body = {"type": f"urn:renown:problem:{kind}", "title": "T", "detail": "D", "pointer": "/x", "request_id": "r1"}
    return json_answer({**body, "status": status}, status, **headers)


def text_answer(text: str, content_type: str, status: int = 200) -> Play:
    return lambda: httpx.Response(status, content=text.encode(), headers={"content-type": content_type})


def broken() -> httpx.Response:
    raise httpx.ConnectError("refused")


async def never() -> httpx.Response:
    await asyncio.Event().wait()
    raise AssertionError
