"""Messages that the service sends to a webhook, signed after Standard Webhooks."""

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ._errors import WebhookError


@dataclass(frozen=True)
class Message:
    """A message about a change.

    New types, and new members of `data`, may be added: ignore what you do not know.
    """

    id: str
    """The same however often and in whatever way the message is sent: remember those that you have handled."""
    type: str
    """Such as `tier.changed`."""
    timestamp: str
    """When it happened."""
    data: Mapping[str, Any]


def verify_webhook(
    body: str | bytes,
    headers: Mapping[str, str],
    secrets: str | Iterable[str],
    *,
    tolerance_ms: float = 5 * 60_000,
    now: float | None = None,
) -> Message:
    """Verifies that the service has sent a message, and reads it.

    Give the body as it came, before anything parses it, and all secrets that may have signed it:
    more than one while the secret changes. `now` is the time in seconds since 1970, for tests.

    Raises:
        WebhookError: If it is not signed with one of the secrets, or is too old.
    """
    id, timestamp, signatures = (
        _header(headers, name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    )
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise WebhookError("webhook-timestamp is not a number of seconds")
    if abs(int(timestamp) - (time.time() if now is None else now)) * 1000 > tolerance_ms:
        raise WebhookError("the message is too old, or one of the clocks is wrong")
    content = body.encode() if isinstance(body, str) else bytes(body)
    signed = f"{id}.{timestamp}.".encode() + content
    given = [signature[3:].encode() for signature in signatures.split(" ") if signature.startswith("v1,")]
    for secret in [secrets] if isinstance(secrets, str) else secrets:
        expected = base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256))
        # It compares in constant time.
        if any(hmac.compare_digest(expected, signature) for signature in given):
            return _read_message(id, content)
    raise WebhookError("the message is not signed with a known secret")


def _header(headers: Mapping[str, str], name: str) -> str:
    for key, value in headers.items():
        if key.lower() == name and value:
            return value
    raise WebhookError(f"the header {name} is missing")


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise WebhookError("a secret is not in base64, such as whsec_…")
    return key


def _read_message(id: str, content: bytes) -> Message:
    """Reads a message, also one that is written as a CloudEvent."""
    try:
        read = json.loads(content)
    except ValueError:
        raise WebhookError("the message is not JSON") from None
    if not isinstance(read, dict):
        raise WebhookError("the message is not a JSON object")
    if "specversion" in read:
        kind = str(read.get("type", "")).removeprefix("renown.")
        read = {**read, "type": kind, "timestamp": read.get("time")}
    return message_from({**read, "id": id})


def message_from(read: Mapping[str, Any]) -> Message:
    """Returns a message as it is listed; a newer one may have more."""
    return Message(
        id=str(read.get("id", "")),
        type=str(read.get("type", "")),
        timestamp=str(read.get("timestamp", "")),
        data=read.get("data") or {},
    )
