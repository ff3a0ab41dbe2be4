"""Converts a service level of Renown for Intercom.

usage: intercom.py < answer.json

Prints an object with:
  conversation  the body of PUT /conversations/{id}. The attributes must exist: "Service level"
                and "Queue" are texts, the others are dates. A workflow that reads
                "Service level" applies the SLA
  sla           what to enter as the targets of that SLA, in seconds: Intercom has no request
                for it
"""

import datetime
import json
import sys


def seconds(time):
    if time is None:
        return None  # Intercom clears an attribute that is null.
    return int(datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp())


answer = json.load(sys.stdin)
level, clock = answer["service_level"], answer["service_clock"]
name = level.get("title", level["id"])
json.dump(
    {
        "conversation": {
            "custom_attributes": {
                "Service level": name,
                "Queue": level["queue"],
                "First reply due": seconds(clock["first_reply_due_at"]),
                "Next reply due": seconds(clock["next_reply_due_at"]),
                "Resolution due": seconds(clock["resolution_due_at"]),
                "Close due": seconds(clock["close_due_at"]),
            }
        },
        "sla": {
            "name": name,
            "first_response_time": level.get("first_reply_time_in_seconds"),
            "next_response_time": level.get("next_reply_time_in_seconds"),
            "time_to_resolve": level.get("resolution_time_in_seconds"),
            "time_to_close": level.get("time_to_close_in_seconds"),
            "office_hours": "business_hours" in level,
        },
    },
    sys.stdout,
    indent=2,
)
