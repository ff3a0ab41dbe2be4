"""What can go wrong with a request."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any


class RenownError(Exception):
    """Everything that a call raises because of the network or the service."""

    def __init__(self, message: str, *, request_id: str | None = None) -> None:
        super().__init__(message)
        self.request_id = request_id
        """The request's id, under which the operator finds it in the logs."""


class ProblemError(RenownError):
    """The service has answered that it did not do what was asked."""

    def __init__(self, status: int, problem: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        title = str(problem.get("title") or f"The answer was HTTP {status}")
        detail = problem.get("detail")
        request_id = problem.get("request_id") or headers.get("x-request-id")
        super().__init__(f"{title}: {detail}" if detail else title, request_id=request_id)
        self.type = str(problem.get("type") or "about:blank")
        """The stable type, such as `urn:renown:problem:not-found`: act on it."""
        self.title = title
        """The type in words."""
        self.status = status
        """The HTTP status."""
        self.detail: str | None = detail
        """What is wrong with this request, and what would be right."""
        self.pointer: str | None = problem.get("pointer")
        """A JSON pointer to the part of the request that is wrong."""
        self.retry_after_ms = _milliseconds(headers.get("retry-after"))
        """How long the service asks to wait before the request is sent again."""
        self.problem = dict(problem)
        """Everything that the problem says, such as `diagnostics` of a program or the `refusal` of a claim."""

    @property
    def temporary(self) -> bool:
        """Whether the same request may succeed later."""
        in_progress = self.type == "urn:renown:problem:request-in-progress"
        return self.status >= 500 or self.status in (408, 429) or in_progress

    @property
    def refused(self) -> bool:
        """Whether it is the service that refuses this, and not something on the way to it, or for the moment."""
        return self.type.startswith("urn:renown:problem:") and not self.temporary


class NoAnswerError(RenownError):
    """No answer came, or none that can be read: the service cannot be reached, or the answer broke off."""


class DeadlineError(RenownError):
    """The time for the call was over. Whether the service did what was asked is not known."""


class WebhookError(Exception):
    """Something that pretends to be a message of the service, and is not; or one that is too old."""


def _milliseconds(retry_after: str | None) -> float | None:
    """Reads `Retry-After`, which is a number of seconds or a date."""
    if retry_after is None:
        return None
    if re.fullmatch(r"[0-9]+", retry_after.strip()):
        return float(retry_after) * 1000
    try:
        wait = parsedate_to_datetime(retry_after) - datetime.now(UTC)
    except (TypeError, ValueError):
        return None
    return max(0.0, wait.total_seconds() * 1000)
