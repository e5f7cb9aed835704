"""`make audit`: the pinned dependencies, checked for known vulnerabilities by pip-audit.

Where its database cannot be reached, pip-audit finds nothing and says that all is well. So it is
first shown a package of 2011 that is known to be vulnerable, and must say so; and afterwards it
must have looked at every package. Exit code 0: all well; 1: something is vulnerable; 2: the check
could not be made, which is no good news.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements.lock"
CANARY = "jinja2==2.4.1"  # CVE-2014-1402, CVE-2016-10745, CVE-2019-10906 ...

WELL, VULNERABLE, NOT_CHECKED = 0, 1, 2

Report = Mapping[str, Any]  # one of pip-audit's `dependencies`: name, version, vulns or skip_reason
Audit = Callable[[Sequence[str]], Sequence[Report]]


class NotCheckedError(Exception):
    """The check could not be made."""


def main(arguments: Sequence[str]) -> int:
    """Audit the lock file with the pip-audit that is named, and say what came of it."""
    (tool,) = arguments
    pins = read_pins(LOCK.read_text(encoding="utf-8"))
    try:
        found = audit(pins, lambda wanted: run_tool(tool, wanted))
    except NotCheckedError as error:
        sys.stdout.write(f"Not checked: {error}\n")
        return NOT_CHECKED
    for line in found:
        sys.stdout.write(f"{line}\n")
    if found:
        return VULNERABLE
    sys.stdout.write(f"{len(pins)} packages, none with a known vulnerability\n")
    return WELL


def read_pins(text: str) -> list[str]:
    """Return the pins of a lock file, of every platform and Python: without their markers."""
    lines = (line.partition("#")[0].partition(";")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def audit(pins: Sequence[str], run: Audit) -> list[str]:
    """Return a line for each known vulnerability of a pinned package.

    Raises:
        NotCheckedError: the canary is not found, or not every package was looked at.
    """
    if not any(report.get("vulns") for report in run([CANARY])):
        raise NotCheckedError(f"nothing is known of {CANARY}: the database cannot be reached")
    reports = run(pins)
    checked = {_fold(report["name"]) for report in reports if "vulns" in report}
    missed = [pin for pin in pins if _fold(pin.partition("==")[0]) not in checked]
    if missed:
        raise NotCheckedError(f"not looked at: {', '.join(missed)}")
    return [
        f"{report['name']} {report['version']}: {vulnerability['id']}"
        f" (mended in {', '.join(vulnerability.get('fix_versions', ())) or 'no version yet'})"
        for report in reports
        for vulnerability in report["vulns"]
    ]


def run_tool(tool: str, pins: Sequence[str]) -> Sequence[Report]:
    """Return what pip-audit reports of these pins.

    Raises:
        NotCheckedError: it does not run, or reports nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text("\n".join(pins), encoding="utf-8")
        options = ("--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off")
        try:
            done = subprocess.run(  # noqa: S603 - the tool that the Makefile installed
                (tool, *options, "--requirement", str(requirements)),
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            raise NotCheckedError(f"{tool} does not run: {error}") from error
    try:
        dependencies: Sequence[Report] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotCheckedError(f"{tool} reports nothing: {done.stderr.strip()[-500:]}") from error
    return dependencies


def _fold(name: str) -> str:
    """Return a package's name as PyPI compares it."""
    return name.strip().lower().replace("_", "-").replace(".", "-")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
