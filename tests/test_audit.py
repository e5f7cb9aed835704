"""The check of dependencies is red unless it was really made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests import audit
from tests.audit import CANARY, NotCheckedError, Report, read_pins

PINS = ["discord.py==2.7.1", "mypy_extensions==1.2.0"]


def report(pin: str, *vulnerabilities: str) -> dict[str, Any]:
    name, _, version = pin.partition("==")
    vulns = [{"id": each, "fix_versions": ["9"]} for each in vulnerabilities]
    return {"name": name.replace("_", "-").lower(), "version": version, "vulns": vulns}


def skipped(pin: str) -> dict[str, Any]:
    return {"name": pin.partition("==")[0], "skip_reason": "Dependency not found on PyPI"}


def tool(**vulnerable: str) -> audit.Audit:
    """Return a pip-audit that knows the canary, and what else is named."""

    def run(pins: Sequence[str]) -> list[Report]:
        known = {"jinja2": "CVE-2014-1402"} | vulnerable
        names = [pin.partition("==")[0] for pin in pins]
        return [
            report(pin, *([known[name]] if name in known else []))
            for pin, name in zip(pins, names, strict=True)
        ]

    return run


def test_nothing_known_is_all_well() -> None:
    assert audit.audit(PINS, tool()) == []


def test_what_is_known_is_named_with_what_mends_it() -> None:
    found = audit.audit(PINS, tool(mypy_extensions="CVE-1"))
    assert found == ["mypy-extensions 1.2.0: CVE-1 (mended in 9)"]


@pytest.mark.parametrize("answer", [[skipped(CANARY)], [report(CANARY)], []])
def test_a_database_that_knows_nothing_is_no_good_news(answer: list[Report]) -> None:
    with pytest.raises(NotCheckedError, match="cannot be reached"):
        audit.audit(PINS, lambda _pins: answer)


def test_a_package_that_was_passed_over_is_no_good_news() -> None:
    def run(pins: Sequence[str]) -> list[Report]:
        return [*tool()(pins[:1]), *map(skipped, pins[1:])]

    with pytest.raises(NotCheckedError, match="mypy_extensions"):
        audit.audit(PINS, run)


def test_every_line_of_the_lock_file_is_a_pin() -> None:
    pins = read_pins(audit.LOCK.read_text(encoding="utf-8"))
    assert len(pins) > 30
    assert all(pin.count("==") == 1 and ";" not in pin for pin in pins)
    assert any(pin.startswith("audioop-lts==") for pin in pins)  # for other Pythons than this


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (
            'echo "{\\"dependencies\\": []}"; echo "No known vulnerabilities found" >&2',
            "nothing is known",
        ),
        ("echo no network >&2; exit 1", "no network"),
        (None, "does not run"),
    ],
)
def test_a_tool_that_did_not_do_its_work_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], script: str | None, said: str
) -> None:
    fake = tmp_path / "pip-audit"
    if script is not None:
        fake.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        fake.chmod(0o755)
    assert audit.main([str(fake)]) == audit.NOT_CHECKED
    assert said in capsys.readouterr().out
