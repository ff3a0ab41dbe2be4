"""Converts a service level of Renown for Freshdesk.

usage: freshdesk.py GROUP_ID < answer.json

Prints an object with the body of each request:
  ticket      PUT  /api/v2/tickets/{id}: priority, group, and when replies are due
  sla_policy  POST /api/v2/sla_policies, once for each level: for the same targets on tickets
              that Freshdesk opens by itself
"""

import json
import sys

URGENT, HIGH, MEDIUM, LOW = 4, 3, 2, 1

group = int(sys.argv[1])
answer = json.load(sys.stdin)
level, clock = answer["service_level"], answer["service_clock"]
ticket = {
    "priority": [URGENT, HIGH, MEDIUM, LOW][min(level.get("priority", 2), 3)],
    "group_id": group,
}
for name, due in (("fr_due_by", "first_reply_due_at"), ("due_by", "resolution_due_at")):
    if clock[due] is not None:
        ticket[name] = clock[due]
target = {"business_hours": "business_hours" in level, "escalation_enabled": False}
for name, ours in (
    ("respond_within", "first_reply_time_in_seconds"),
    ("resolve_within", "resolution_time_in_seconds"),
):
    if ours in level:
        target[name] = level[ours]
json.dump(
    {
        "ticket": ticket,
        "sla_policy": {
            "name": level.get("title", level["id"]),
            "applicable_to": {"group_ids": [group]},
            "sla_target": {f"priority_{n}": target for n in (URGENT, HIGH, MEDIUM, LOW)},
        },
    },
    sys.stdout,
    indent=2,
)
