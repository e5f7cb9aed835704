"""The judge itself: what it lets pass, what it finds, and what it does without the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import openapi


@dataclass
class Request:
    """A request as it might be logged."""

    method: str
    path: str
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    status: int = 200
    response: Any = None


GOOD = [
    Request("POST", "/channels/1/messages", {"content": "x", "nonce": "1"}),
    Request("GET", "/channels/1/messages", query={"limit": "100", "before": "5"}),
    Request("GET", "/applications/1/commands", query={"with_localizations": "1"}),
    Request("PUT", "/applications/1/commands", [{"name": "a", "description": "b"}]),
]
BAD = [
    (Request("POST", "/channels/1/messages", {"content": "x" * 4001}), "content"),
    (Request("POST", "/channels/1/messages", {"embed": {}}), "embed"),
    (Request("POST", "/channels/1/messages"), "required"),
    (Request("GET", "/channels/1/messages", query={"limit": "101"}), "limit"),
    (Request("GET", "/channels/1/messages", query={"latest": "1"}), "latest"),
    (Request("GET", "/channels/1/nowhere"), "no such operation"),
    (Request("PUT", "/applications/1/commands", [{"description": "b"}]), "name"),
]


@pytest.fixture(autouse=True)
def spec() -> None:
    openapi.require_spec()


@pytest.mark.parametrize("request_", GOOD)
def test_what_keeps_to_the_file_passes(request_: Request) -> None:
    openapi.check_requests([request_])


@pytest.mark.parametrize(("request_", "word"), BAD)
def test_what_breaks_the_file_is_named(request_: Request, word: str) -> None:
    with pytest.raises(AssertionError, match=word):
        openapi.check_requests([request_])


def test_answers_are_judged_by_their_status() -> None:
    message = Request("GET", "/channels/1/messages/2", response={"id": "2"})
    with pytest.raises(AssertionError, match="required"):
        openapi.check_responses([message])
    message.status, message.response = 404, {"code": 10008, "message": "Unknown Message"}
    openapi.check_responses([message])


def test_without_the_file_tests_are_skipped_and_in_ci_they_fail(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(openapi, "SPEC", tmp_path / "absent.json")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception):
        openapi.require_spec()
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception):
        openapi.require_spec()
