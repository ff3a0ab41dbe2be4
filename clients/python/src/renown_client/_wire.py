"""One request on the wire.

The key, tries with pauses between them, answers that still hold, the deadline, and what goes
wrong as an error with a type.
"""

import asyncio
import functools
import json
import random
import ssl
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from weakref import WeakKeyDictionary

import httpx

from ._errors import DeadlineError, NoAnswerError, ProblemError
from ._lru import Lru

FIRST_PAUSE_MS = 200
"""The pause before the second try is at most this long, then twice as long, and so on."""
LONGEST_PAUSE_MS = 2_000
LONGEST_KEPT_BODY = 64 * 1024
"""Longer answers are not kept."""


@dataclass(frozen=True)
class Request:
    """What is sent, however often."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None


@dataclass(frozen=True)
class Answer:
    """A successful answer, read to its end."""

    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def request_id(self) -> str | None:
        found: str | None = self.headers.get("x-request-id")
        return found

    @property
    def body(self) -> Any:
        """What a body says: JSON as Python has it, anything else as text, nothing as `None`."""
        if not self.content:
            return None
        text = self.content.decode("utf-8", "replace")
        return json.loads(text) if _is_json(self.headers) else text


@dataclass(frozen=True)
class Caller:
    """A key, and what was answered under it."""

    key: str
    kept: Lru[Answer]


class Wire:
    """Sends requests to a service, with a key."""

    def __init__(
        self, key: str, *, retries: int, answers_kept: int, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._answers_kept = answers_kept
        self._retries = retries
        self._transport = transport
        # It takes so long that the first call should not wait for it.
        self._tls = _tls()
        # The connections of each loop, which no other loop can use.
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()
        self.set_key(key)

    def set_key(self, key: str) -> None:
        """Uses another key from now on. What the one before was answered is forgotten."""
        self._caller = Caller(key, Lru(self._answers_kept))

    async def send(self, request: Request, deadline_ms: float) -> Answer:
        """Sends a request and returns a successful answer, tries and all within the deadline.

        Raises:
            RenownError: If there is none.
        """
        until = time.monotonic() + deadline_ms / 1000
        call = asyncio.ensure_future(self._tries(request, until))
        # The result of a call that ends too late is not read by any code. Its error must not be logged.
        call.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        try:
            # It does not wait until the call has ended, only as long as it may.
            await asyncio.wait({call}, timeout=max(0.0, deadline_ms / 1000))
            if not call.done():
                raise DeadlineError(f"The service did not answer within {deadline_ms:g} ms")
            return call.result()
        finally:
            call.cancel()

    async def close(self) -> None:
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()

    async def _tries(self, request: Request, until: float) -> Answer:
        headers = httpx.Headers(dict(request.headers))
        # A POST is carried out once, however often it is sent. A key that the caller gives is kept.
        if request.method == "POST" and "idempotency-key" not in headers:
            headers["idempotency-key"] = str(uuid.uuid4())
        failures = 0
        while True:
            try:
                return await self._once(request, headers.copy())
            except (NoAnswerError, ProblemError) as error:
                failures += 1
                pause = _pause_after(error, failures)
                if pause is None or failures > self._retries or "if-match" in headers:
                    raise
                if time.monotonic() + pause >= until:
                    raise
            await asyncio.sleep(pause)

    async def _once(self, request: Request, headers: httpx.Headers) -> Answer:
        caller = self._caller
        headers["authorization"] = f"Bearer {caller.key}"
        place = f"{request.url} {headers.get('accept', '')}"
        may_hold = request.method == "GET" and "if-none-match" not in headers
        kept = caller.kept.get(place) if may_hold else None
        if kept is not None:
            headers["if-none-match"] = kept.headers["etag"]
        answer = await self._answer(request, headers)
        if answer.status == 304 and kept is not None:
            return Answer(200, httpx.Headers({**kept.headers, **answer.headers}), kept.content)
        if 300 <= answer.status < 400 and answer.status != 304:
            raise NoAnswerError("Another address was answered, not the service", request_id=answer.request_id)
        if answer.status >= 400 or answer.status < 200:
            raise ProblemError(answer.status, _read_problem(answer), answer.headers)
        _check_readable(answer)
        has_tag = answer.status == 200 and "etag" in answer.headers
        if may_hold and has_tag and len(answer.content) <= LONGEST_KEPT_BODY:
            caller.kept.set(place, answer)
        return answer

    async def _answer(self, request: Request, headers: httpx.Headers) -> Answer:
        try:
            response = await self._http().request(request.method, request.url, headers=headers, content=request.content)
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            broke_off = isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.DecodingError)
            message = "The answer broke off" if broke_off else "The service cannot be reached"
            raise NoAnswerError(message) from error
        return Answer(response.status_code, response.headers, response.content)

    def _http(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            no_cookies = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
            # The deadline of the call is the only limit. The service never answers with a redirect.
            self._clients[loop] = httpx.AsyncClient(
                transport=self._transport, verify=self._tls, timeout=None, follow_redirects=False, cookies=no_cookies
            )
        return self._clients[loop]


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _pause_after(error: NoAnswerError | ProblemError, failures: int) -> float | None:
    """Returns how many seconds to wait before the next try; `None` if there must be none."""
    if isinstance(error, ProblemError) and not error.temporary:
        return None
    longest: float = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1))
    asked = (error.retry_after_ms or 0.0) if isinstance(error, ProblemError) else 0.0
    # Random over the whole length, so that callers who failed together do not come back together.
    return (asked + random.uniform(0, longest)) / 1000


def _read_problem(answer: Answer) -> dict[str, Any]:
    try:
        problem = answer.body
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _check_readable(answer: Answer) -> None:
    """A page in front of the network, such as the sign-in of a hotel's guests, is no answer; nor is half an answer."""
    if _media_type(answer.headers) == "text/html":
        raise NoAnswerError("A page was answered, not the service", request_id=answer.request_id)
    try:
        _ = answer.body
    except ValueError as error:
        raise NoAnswerError("The answer cannot be read", request_id=answer.request_id) from error


def _is_json(headers: httpx.Headers) -> bool:
    kind = _media_type(headers)
    return kind.endswith("json") and not kind.endswith("ndjson")


def _media_type(headers: httpx.Headers) -> str:
    return str(headers.get("content-type", "")).split(";")[0].strip().lower()
