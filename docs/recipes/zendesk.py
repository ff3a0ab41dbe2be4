"""Converts a service level of Renown for Zendesk.

usage: zendesk.py [TIME_ZONE] < answer.json

Prints an object with the body of each request:
  ticket      PUT  /api/v2/tickets/{id}
  tags        PUT  /api/v2/tickets/{id}/tags, which adds the tag of the level
  sla_policy  POST /api/v2/slas/policies, once for each level
  schedule    POST /api/v2/business_hours/schedules, once; null if the level counts always
  intervals   PUT  /api/v2/business_hours/schedules/{id}/workweek
  holidays    POST /api/v2/business_hours/schedules/{id}/holidays, one request each
"""

import datetime
import json
import sys

PRIORITIES = ["urgent", "high", "normal", "low"]
METRICS = {
    "first_reply_time": "first_reply_time_in_seconds",
    "next_reply_time": "next_reply_time_in_seconds",
    "total_resolution_time": "resolution_time_in_seconds",
}


def minutes(seconds, metric):
    if seconds % 60:
        sys.exit(f"{metric}: Zendesk counts whole minutes, and this is {seconds} seconds")
    return seconds // 60


def holiday(holiday, year):
    date = holiday["date"] if len(holiday["date"]) == 10 else f"{year}-{holiday['date']}"
    try:
        datetime.date.fromisoformat(date)
    except ValueError:  # the 29th of February
        return None
    if not date.startswith(str(year)):
        return None
    name = holiday.get("name", "Holiday")
    return {"holiday": {"name": name, "start_date": date, "end_date": date}}


answer = json.load(sys.stdin)
level, clock = answer["service_level"], answer["service_clock"]
hours = level.get("business_hours")
tag = "renown_" + level["id"].replace("-", "_")
year = int(clock["counted_from"][:4])
metrics = [
    {
        "priority": priority,
        "metric": metric,
        "target": minutes(level[name], metric),
        "business_hours": hours is not None,
    }
    for metric, name in METRICS.items()
    if name in level
    for priority in PRIORITIES
]
days = [
    holiday(day, of_year)
    for of_year in (year, year + 1)
    for day in (hours or {}).get("holidays", [])
]
zone = sys.argv[1] if len(sys.argv) > 1 else (hours or {}).get("timezone")
json.dump(
    {
        "ticket": {"ticket": {"priority": PRIORITIES[min(level.get("priority", 2), 3)]}},
        "tags": {"tags": [tag]},
        "sla_policy": {
            "sla_policy": {
                "title": level.get("title", level["id"]),
                "filter": {
                    "all": [{"field": "current_tags", "operator": "includes", "value": tag}],
                    "any": [],
                },
                "policy_metrics": metrics,
            }
        },
        "schedule": hours and {"schedule": {"name": answer["program"], "time_zone": zone}},
        "intervals": hours and {"workweek": {"intervals": hours["intervals"]}},
        "holidays": [day for day in days if day],
    },
    sys.stdout,
    indent=2,
)
