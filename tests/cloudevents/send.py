"""Sends events to the address in URL with the official SDK, and prints the answers, one a line."""

import json
import os
import urllib.error
import urllib.request
from datetime import datetime, timezone

from cloudevents.core.bindings.http import to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

DATA = {"network": "twitter", "actor": "ann", "target": "bob", "topics": ["food"]}


def like(number, data=DATA, **more):
    attributes = {
        "id": number,
        "source": "/sdk/python",
        "type": "com.example.like",
        "specversion": "1.0",
        "time": datetime(2026, 11, 22, 11, tzinfo=timezone.utc),
        "subject": "post/1",
        "datacontenttype": "application/json",
        **more,
    }
    return CloudEvent(attributes=attributes, data=data)


def send(headers, body):
    headers = {**headers, "Authorization": f"Bearer {os.environ['KEY']}"}
    request = urllib.request.Request(os.environ["URL"], body, headers)
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        answer = error
    print(json.dumps({"status": answer.status, "body": json.load(answer)}))


def send_message(message):
    send(message.headers, message.body)


FORMAT = JSONFormat()
BATCH = [
    like("3"),
    like("4", type="com.example.order"),
    like("5", time=datetime(1969, 1, 1, tzinfo=timezone.utc)),
]
send_message(to_structured(like("1", traceparent="00-1-1-01"), FORMAT))
send_message(to_binary(like("2", subject='"Grüße" 100%'), FORMAT))
send_message(to_binary(like("2", subject='"Grüße" 100%'), FORMAT))
send(
    {"content-type": "application/cloudevents-batch+json"},
    b"[" + b",".join(FORMAT.write(event) for event in BATCH) + b"]",
)
send_message(to_structured(like("6", json.dumps({"network": "twitter", "target": "bob"}).encode()), FORMAT))
