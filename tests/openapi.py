"""Discord's OpenAPI file as a judge of what a bot sends and what the sandbox answers."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

SPEC = Path(__file__).parents[2] / "shared" / "discord-openapi.json"
_URN = "urn:discord"

# Where discord.py differs from the file and Discord takes it.
_EXTRA_KEYS = {
    # The file omits a field that the documentation has.
    "/applications/{application_id}/commands": {"nsfw"},
    "/applications/{application_id}/guilds/{guild_id}/commands": {"nsfw"},
    # An edit of an answer says again that it is not read aloud.
    "/webhooks/{webhook_id}/{webhook_token}/messages/@original": {"tts"},
    "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": {"tts"},
}
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


class Logged(Protocol):
    """What is known of a request: `sandbox.requests.LoggedRequest` has it."""

    @property
    def method(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def query(self) -> dict[str, str]: ...  # noqa: D102
    @property
    def body(self) -> Any: ...  # noqa: D102
    @property
    def status(self) -> int: ...  # noqa: D102
    @property
    def response(self) -> Any: ...  # noqa: D102


def require_spec() -> None:
    """Skip the test when the file is absent; in CI, fail it."""
    if SPEC.exists():
        return
    if os.environ.get("CI"):
        pytest.fail(f"{SPEC} is missing")
    pytest.skip(f"{SPEC} is absent")


def check_requests(requests: Iterable[Logged]) -> None:
    """Check what was sent: path, query and JSON body.

    Raises:
        AssertionError: Naming the first request that breaks the file, and how.
    """
    require_spec()
    for request in requests:
        fault = _find_request_fault(request)
        if fault:
            raise AssertionError(
                f"{request.method} {request.path}: {fault}\n{request.body!r:.2000}"
            )


def check_responses(requests: Iterable[Logged]) -> None:
    """Check what was answered, errors too.

    Raises:
        AssertionError: Naming the first answer that breaks the file, and how.
    """
    require_spec()
    for request in requests:
        fault = _find_response_fault(request)
        if fault:
            raise AssertionError(
                f"{request.method} {request.path} -> {request.status}: {fault}\n"
                f"{request.response!r:.2000}"
            )


def _find_request_fault(request: Logged) -> str | None:
    template = _find_template(request.method, request.path)
    if template is None:
        return "no such operation"
    method = request.method.lower()
    return _find_query_fault(template, method, request.query) or _find_body_fault(
        template, method, request.body
    )


def _find_query_fault(template: str, method: str, query: dict[str, str]) -> str | None:
    known = {
        parameter["name"]: index
        for index, parameter in enumerate(_operation(template, method).get("parameters", []))
        if parameter["in"] == "query"
    }
    for name, raw in query.items():
        if name not in known:
            return f"unknown query parameter {name}"
        where = f"{_pointer(template, method)}/parameters/{known[name]}/schema"
        faults = [_find_fault(where, value) for value in _readings(raw)]
        if all(faults):
            return f"query parameter {name}={raw}: {faults[0]}"
    return None


def _readings(raw: str) -> list[Any]:
    """Return what a query's text may stand for."""
    readings: list[Any] = [raw]
    if raw in _BOOLEANS:
        readings.append(_BOOLEANS[raw])
    if re.fullmatch(r"-?\d+", raw):
        readings.append(int(raw))
    return readings


def _find_body_fault(template: str, method: str, body: Any) -> str | None:
    content = _operation(template, method).get("requestBody", {}).get("content", {})
    if not content:
        return f"takes no body, got {body!r:.200}" if body else None
    if body is None:
        is_required = _operation(template, method)["requestBody"].get("required")
        return "a body is required" if is_required else None
    where = f"{_pointer(template, method)}/requestBody/content/application~1json/schema"
    fault = _find_fault(where, _number_files_as_text(body))
    if fault:
        return fault
    items = body if isinstance(body, list) else [body]
    known = _properties(content["application/json"]["schema"]) | _EXTRA_KEYS.get(template, set())
    unknown = {key for item in items if isinstance(item, dict) for key in item} - known
    return f"unknown fields {sorted(unknown)}" if unknown else None


def _number_files_as_text(body: Any) -> Any:
    """Return a body whose attachments have texts as ids.

    A new file's id is the n of `files[n]`: a number in the documentation's own example and in
    discord.py, a snowflake in the file.
    """
    if isinstance(body, list):
        return [_number_files_as_text(item) for item in body]
    if not isinstance(body, dict):
        return body
    shown = {key: _number_files_as_text(value) for key, value in body.items()}
    if isinstance(shown.get("attachments"), list):
        files = [item for item in shown["attachments"] if isinstance(item, dict)]
        shown["attachments"] = [item | {"id": str(item.get("id"))} for item in files]
    return shown


def _find_response_fault(request: Logged) -> str | None:
    template = _find_template(request.method, request.path)
    if template is None or request.status == 0 or request.status >= 500:
        return None
    method = request.method.lower()
    responses = _operation(template, method)["responses"]
    key = str(request.status)
    if key not in responses:
        key = "4XX" if key.startswith("4") else key
    if key not in responses:
        return f"status {request.status} is not among {sorted(responses)}"
    where = f"{_pointer(template, method)}/responses/{key}"
    response = responses[key]
    if "$ref" in response:
        where = response["$ref"].removeprefix("#")
        response = _resolve(response)
    if "content" not in response:
        return "has no body" if request.response is not None else None
    return _find_fault(f"{where}/content/application~1json/schema", _without_details(request))


def _without_details(request: Logged) -> Any:
    """Return the answer without a form's nested faults, whose codes the file takes for numbers."""
    if request.status >= 400 and isinstance(request.response, dict):
        return {key: value for key, value in request.response.items() if key != "errors"}
    return request.response


def _find_template(method: str, path: str) -> str | None:
    for pattern, template in _templates(method.lower()):
        if pattern.fullmatch(path):
            return template
    return None


@cache
def _templates(method: str) -> list[tuple[re.Pattern[str], str]]:
    found = [template for template, item in _spec()["paths"].items() if method in item]
    # What is literal goes before what is a parameter.
    found.sort(key=lambda template: template.count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", template)), template) for template in found]


def _operation(template: str, method: str) -> Any:
    item = _spec()["paths"][template]
    shared = item.get("parameters", [])
    operation = item[method]
    return operation | {"parameters": [*operation.get("parameters", []), *shared]}


def _pointer(template: str, method: str) -> str:
    escaped = template.replace("~", "~0").replace("/", "~1").replace("{", "%7B")
    return f"/paths/{escaped.replace('}', '%7D')}/{method}"


def _find_fault(pointer: str, value: Any) -> str | None:
    errors = list(_validator(pointer).iter_errors(value))
    if not errors:
        return None
    error = best_match(errors)
    path = ".".join(map(str, error.absolute_path))
    return f"{path or 'body'}: {error.message:.500}"


@cache
def _validator(pointer: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"{_URN}#{pointer}"}, registry=_registry())


@cache
def _registry() -> Registry[Any]:
    registry: Registry[Any] = Registry().with_resource(_URN, DRAFT202012.create_resource(_spec()))
    return registry


@cache
def _spec() -> Any:
    return json.loads(SPEC.read_text(encoding="utf-8"))


def _resolve(schema: dict[str, Any]) -> Any:
    found = _spec()
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def _properties(schema: dict[str, Any]) -> set[str]:
    """Return the property names of an object schema, or of a list's items, over all variants."""
    if "$ref" in schema:
        return _properties(_resolve(schema))
    names = set(schema.get("properties", {}))
    for variant in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(variant, []):
            names |= _properties(part)
    return names | (_properties(schema["items"]) if "items" in schema else set())
