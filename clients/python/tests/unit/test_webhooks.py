import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from renown_client import WebhookError, verify_webhook

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two characters").decode()
OTHER = "whsec_" + base64.b64encode(b"another secret of the webhook").decode()
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
BODY = json.dumps(
    {
        "id": "m1",
        "type": "tier.changed",
        "timestamp": "2026-11-24T08:59:59Z",
        "data": {"program": "palms-klub", "to": "insider", "note": "Zoë"},
    }
)


def signed(body: str = BODY, secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    """Signs as the library of Standard Webhooks does, which is not ours."""
    return {
        "webhook-id": "m1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("m1", at, body),
    }


def signature(secret: str = SECRET) -> str:
    return signed(secret=secret)["webhook-signature"]


def test_a_message_that_the_published_library_has_signed_is_read() -> None:
    message = verify_webhook(BODY, signed(), SECRET, now=NOW.timestamp())
    assert (message.id, message.type, message.timestamp) == ("m1", "tier.changed", "2026-11-24T08:59:59Z")
    assert message.data["note"] == "Zoë"


def test_bytes_and_names_of_headers_in_any_case_are_taken() -> None:
    loud = {name.upper(): value for name, value in signed().items()}
    verify_webhook(BODY.encode(), loud, SECRET, now=NOW.timestamp())


def test_while_the_secret_changes_a_message_may_be_signed_with_either_or_with_both() -> None:
    verify_webhook(BODY, signed(secret=OTHER), [SECRET, OTHER], now=NOW.timestamp())
    both = {**signed(), "webhook-signature": f"{signature(OTHER)} {signature()}"}
    verify_webhook(BODY, both, SECRET, now=NOW.timestamp())


def test_a_cloud_event_is_the_same_message() -> None:
    event = json.dumps(
        {
            **{"specversion": "1.0", "id": "m1", "source": "urn:renown", "type": "renown.tier.changed"},
            **{"time": "2026-11-24T08:59:59Z", "data": {"to": "insider"}},
        }
    )
    message = verify_webhook(event, signed(event), SECRET, now=NOW.timestamp())
    assert (message.id, message.type, message.timestamp) == ("m1", "tier.changed", "2026-11-24T08:59:59Z")
    assert message.data == {"to": "insider"}


EARLY = NOW - timedelta(seconds=301)
LATE = NOW + timedelta(seconds=301)


@pytest.mark.parametrize(
    ("body", "headers", "secrets"),
    [
        pytest.param(BODY + " ", signed(), SECRET, id="another body"),
        pytest.param(BODY, signed(), OTHER, id="another secret"),
        pytest.param(BODY, signed(), [], id="no secret"),
        pytest.param(BODY, {**signed(), "webhook-id": "m2"}, SECRET, id="another id"),
        pytest.param(
            BODY,
            {**signed(), "webhook-signature": signature().replace("v1,", "v2,")},
            SECRET,
            id="a signature of another version",
        ),
        pytest.param(BODY, {**signed(), "webhook-signature": "v1,*"}, SECRET, id="a signature that is not base64"),
        pytest.param(BODY, {**signed(), "webhook-signature": "v1,ü"}, SECRET, id="a signature that is not ASCII"),
        pytest.param(BODY, {**signed(), "webhook-signature": signature()[:20]}, SECRET, id="half a signature"),
        pytest.param(BODY, signed(at=EARLY), SECRET, id="an old message"),
        pytest.param(BODY, signed(at=LATE), SECRET, id="a message from the future"),
        pytest.param(BODY, {**signed(), "webhook-timestamp": "NaN"}, SECRET, id="a time that is none"),
        pytest.param(BODY, {"webhook-id": "m1"}, SECRET, id="a missing header"),
        pytest.param(BODY, signed(), "whsec_*", id="a secret that is not base64"),
        pytest.param(BODY, signed(), "", id="an empty secret"),
        pytest.param("x", signed("x"), SECRET, id="a body that is not JSON"),
        pytest.param("[]", signed("[]"), SECRET, id="a body that is not an object"),
    ],
)
def test_refused(body: str, headers: dict[str, str], secrets: str | list[str]) -> None:
    with pytest.raises(WebhookError):
        verify_webhook(body, headers, secrets, now=NOW.timestamp())


def test_the_tolerance_can_be_set() -> None:
    verify_webhook(BODY, signed(at=EARLY), SECRET, now=NOW.timestamp(), tolerance_ms=302_000)
