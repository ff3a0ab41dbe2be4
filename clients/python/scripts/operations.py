"""Writes a method for each operation of the contract: asynchronous ones, and the same that wait."""

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent, indent
from typing import Any

Schema = dict[str, Any]
"""A part of the contract."""

# What never ends cannot be returned; docs/webhooks.md says how to listen to the stream.
LEFT_OUT = {"stream"}
# These headers are sent by the client itself.
OWN_HEADERS = {"Last-Event-ID"}
SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}

PROLOGUE = '''
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, cast

from .._blocking import Blocking, blocking
from . import models


class Caller(Protocol):
    """Sends what an operation asks for, and returns the body of the answer."""

    async def call(
        self,
        method: str,
        path: str,
        *,
        places: Mapping[str, object] = ...,
        query: Mapping[str, object] = ...,
        headers: Mapping[str, str | None] = ...,
        body: object = ...,
        content_type: str | None = ...,
        accept: str | None = ...,
    ) -> Any: ...


class AsyncOperations:
    """Every operation of the contract."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
'''

WAITING = '''

class Operations(Blocking[AsyncOperations]):
    """Every operation of the contract, each of which waits for its answer."""

'''


@dataclass(frozen=True)
class Parameter:
    """A parameter of a method, and where it goes."""

    name: str
    wire_name: str
    place: str
    type: str
    required: bool

    def declared(self) -> str:
        return f"{self.name}: {self.type}" if self.required else f"{self.name}: {self.type} | None = None"


class Contract:
    """The contract, and the names under which its schemas are in the generated models."""

    def __init__(self, document: Schema, models: str) -> None:
        self.document = document
        self.models = set(re.findall(r"^(?:class )?(\w+)(?:\(| = TypedDict\(|: TypeAlias = )", models, re.M))

    def operations(self) -> Iterator[tuple[str, str, Schema]]:
        for path, methods in sorted(self.document["paths"].items()):
            for method, operation in sorted(methods.items()):
                if operation["operationId"] not in LEFT_OUT:
                    yield method.upper(), path, operation

    def resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def simple(self, schema: Schema) -> str:
        """Returns the type of a parameter."""
        schema = self.resolved(schema)
        if "enum" in schema:
            return f"Literal[{', '.join(map(repr, schema['enum']))}]"
        if schema.get("format") == "date-time":
            return "str | datetime"
        kinds = schema.get("type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if kinds[0] not in SIMPLE:
            return "Mapping[str, object]"
        return " | ".join(SIMPLE[kind] for kind in kinds if kind != "null")

    def body(self, schema: Schema) -> str:
        """Returns the type of a body."""
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1].replace("_", "")
            if name not in self.models:
                raise ValueError(f"the models have no {name}")
            return f"models.{name}"
        if "oneOf" in schema:
            return " | ".join(dict.fromkeys(self.body(part) for part in schema["oneOf"]))
        if schema.get("type") == "array":
            return f"list[{self.body(schema['items'])}]"
        return {"null": "None", "string": "str"}.get(schema.get("type", ""), "dict[str, Any]")


def write_operations(contract: Contract) -> str:
    asynchronous = [method(contract, *operation) for operation in contract.operations()]
    names = [operation["operationId"] for _, _, operation in contract.operations()]
    waiting = [f"    {name} = blocking(AsyncOperations.{name})\n" for name in names]
    return PROLOGUE + "".join(asynchronous) + WAITING + "".join(waiting)


def method(contract: Contract, verb: str, path: str, operation: Schema) -> str:
    parameters = [parameter(contract, one) for one in operation.get("parameters", [])]
    parameters = [one for one in parameters if one.wire_name not in OWN_HEADERS]
    places = [one for one in parameters if one.place == "path"]
    # In the order of the path.
    places.sort(key=lambda one: path.index("{" + one.wire_name + "}"))
    others = [one for one in parameters if one.place != "path"]
    body, content_type = request_body(contract, operation)
    returned, accept = answer(contract, operation)
    declared = ["self", *(one.declared() for one in places)]
    if body and body[1]:
        declared.append(f"body: {body[0]}")
    keywords = [one.declared() for one in others]
    if body and not body[1]:
        keywords.append(f"body: {body[0]} | None = None")
    if content_type and "|" in content_type:
        keywords.append(f"content_type: str = {content_type.split('|')[0]!r}")
    if accept and "|" in accept:
        keywords.append(f"accept: str = {accept.split('|')[0]!r}")
    if keywords:
        declared += ["*", *keywords]
    lines = [repr(verb), repr(path)]
    for place, kind in (("path", "places"), ("query", "query"), ("header", "headers")):
        named = [one for one in parameters if one.place == place]
        if named:
            lines.append(f"{kind}={{{', '.join(f'{one.wire_name!r}: {one.name}' for one in named)}}}")
    if body:
        lines.append("body=body")
    if content_type:
        lines.append("content_type=" + ("content_type" if "|" in content_type else repr(content_type)))
    if accept:
        lines.append("accept=" + ("accept" if "|" in accept else repr(accept)))
    call = ",\n            ".join(lines)
    result = f"await self._caller.call(\n            {call},\n        )"
    done = result if returned == "None" else f"return cast({returned!r}, {result})"
    declared_text = ",\n        ".join(declared)
    return (
        f"\n    async def {operation['operationId']}(\n        {declared_text},\n    ) -> {returned}:\n"
        f"{indent(docstring(operation), ' ' * 8)}        {done}\n"
    )


def parameter(contract: Contract, one: Schema) -> Parameter:
    name = one["name"].replace("-", "_").lower()
    if keyword.iskeyword(name):
        name += "_"
    # The client names each request by itself, if the caller does not.
    required = one.get("required", False) and one["name"] != "Idempotency-Key"
    return Parameter(name, one["name"], one["in"], contract.simple(one["schema"]), required)


def request_body(contract: Contract, operation: Schema) -> tuple[tuple[str, bool] | None, str | None]:
    """Returns the type of the body and whether it is required, and its content types."""
    body = operation.get("requestBody")
    if body is None:
        return None, None
    types = []
    for content_type, content in body["content"].items():
        is_json = content_type.endswith("json") and "ndjson" not in content_type
        kind = contract.body(content["schema"]) if is_json else "str | bytes"
        types.append(kind)
        if content_type == "application/json" and operation["operationId"] == "send_events":
            # The contract names one event; its description says that an array is taken, too.
            types.append(f"Sequence[{kind}]")
    kinds = dict.fromkeys(part for kind in types for part in kind.split(" | "))
    required = body.get("required", False)
    names = sorted(body["content"], key=lambda name: name != "application/json")
    if not required:
        kinds.pop("None", None)
    return (" | ".join(kinds), required), "|".join(names) if names != ["application/json"] else None


def answer(contract: Contract, operation: Schema) -> tuple[str, str | None]:
    """Returns the type of the answer, and its content types if it is not simply JSON."""
    kinds: dict[str, None] = {}
    content_types: dict[str, None] = {}
    for response in operation["responses"].values():
        for content_type, content in response.get("content", {}).items():
            content_types[content_type] = None
            is_json = content_type.endswith("json") and "ndjson" not in content_type
            kinds[contract.body(content["schema"]) if is_json else "str"] = None
    names = sorted(content_types, key=lambda name: name != "application/json")
    return " | ".join(kinds) or "None", "|".join(names) if names not in ([], ["application/json"]) else None


def docstring(operation: Schema) -> str:
    summary = operation["summary"].strip()
    text = dedent(operation.get("description", "")).strip()
    if not text:
        return f'"""{summary}"""\n'
    return f'"""{summary}\n\n{text}\n"""\n'.replace("\\", "\\\\")
