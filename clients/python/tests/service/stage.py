"""The real service of the tests, and the proxy in front of it that breaks what passes: clients/stage."""

import os
import uuid
from typing import Any

import httpx

from renown_client import Renown

PROGRAM = "palms-klub"
KEVIN = "twitter:kevin"
"""Stays often: an insider."""


def given(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise RuntimeError("run these tests beside a service: scripts/clients")
    return value


KEY = given("RENOWN_KEY")
PROXY = given("RENOWN_URL")
"""The proxy."""
DIRECT = given("RENOWN_DIRECT")
"""The service itself."""


def client(url: str = PROXY, key: str = KEY, **options: Any) -> Renown:
    return Renown(url, key, **options)


def unique(prefix: str) -> str:
    """Returns a name that no other test has."""
    return f"{prefix}-{str(uuid.uuid4())[:8]}"


def _act(path: str, body: object = None) -> None:
    httpx.post(given("RENOWN_STAGE") + path, json=body or {}, timeout=60).raise_for_status()


class service:
    """What can happen to the service."""

    @staticmethod
    def start() -> None:
        _act("/service/start")

    @staticmethod
    def stop() -> None:
        _act("/service/stop")

    @staticmethod
    def kill() -> None:
        _act("/service/kill")

    @staticmethod
    def freeze() -> None:
        _act("/service/freeze")

    @staticmethod
    def thaw() -> None:
        _act("/service/thaw")


class proxy:
    """What can happen on the way."""

    @staticmethod
    def set(fault: str, **more: Any) -> None:
        """Breaks what passes; clients/stage/proxy.mjs lists the faults."""
        _act("/proxy", {"fault": fault, **more})

    @staticmethod
    def mend() -> None:
        proxy.set("none")

    @staticmethod
    def seen() -> list[dict[str, Any]]:
        """Returns the requests since the fault was set."""
        requests: list[dict[str, Any]] = httpx.get(given("RENOWN_STAGE") + "/proxy").json()["requests"]
        return requests
