"""How paths, parameters and bodies are written."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast
from urllib.parse import quote

from ._errors import RenownError
from .generated import models

Occasion = Mapping[str, bool | float | str | Sequence[str]]
"""What you know of the occasion, as conditions read it under `request`."""


def filled(path: str, places: Mapping[str, object]) -> str:
    """Fills in a path. Parts that would lead to another route are refused."""

    def fill(match: re.Match[str]) -> str:
        value = str(places[match[1]])
        if value in ("", ".", ".."):
            raise RenownError(f"{match[1]} cannot be '{value}'")
        return quote(value, safe="")

    return re.sub(r"\{([^{}]+)\}", fill, path)


def pairs(query: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Writes parameters; each name of a mapping is one of its own."""
    for name, value in query.items():
        if isinstance(value, Mapping):
            yield from pairs(value)
        elif isinstance(value, datetime):
            yield name, value.isoformat()
        elif isinstance(value, str):
            yield name, value
        elif value is not None:
            yield name, json.dumps(value)


def written(body: object) -> bytes:
    """Bodies are JSON, unless the caller gives a text or bytes as they are sent."""
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()


def occasion(request: Occasion | None) -> dict[str, dict[str, str] | None]:
    """Writes what is known of the occasion as parameters. Texts are in quotes, so that "12" stays a text."""
    named = {f"request.{name}": json.dumps(value) for name, value in (request or {}).items()}
    return {"request": named or None}


def attributes(request: Occasion) -> models.Attributes:
    return cast(models.Attributes, dict(request))
