"""`python -m bench.year --seed 7 --days 365`: live a year and audit it; exit code 1: not as due."""

from __future__ import annotations

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
from pathlib import Path

from bench.year.audit import audit
from bench.year.driver import Driver
from bench.year.growth import check_database, check_growth
from bench.year.haste import HastyLoop
from bench.year.plan import Plan, make_plan
from bench.year.report import write_report
from bench.year.world import open_house

PACE = 12.0
_MEMORY = Path("/dev/shm")  # noqa: S108 - a kill loses nothing of it, and no disk is waited for


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m bench.year", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--pace", type=float, default=PACE, help="seconds a second (12)")
    parser.add_argument("--keep", action="store_true", help="leave database, log and seeds behind")
    options = parser.parse_args()
    # A bot that is killed breaks off what it was sending; the sandbox's server would say so.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="year-", dir=_MEMORY if _MEMORY.is_dir() else None))
    try:
        with asyncio.Runner(loop_factory=lambda: HastyLoop(options.pace)) as runner:
            plan = make_plan(options.seed, options.days)
            wrong = runner.run(live(plan, folder, pace=options.pace))
    finally:
        if options.keep:
            _say(f"left in {folder}")
        else:
            shutil.rmtree(folder)
    return 1 if wrong else 0


async def live(plan: Plan, folder: Path, *, pace: float) -> list[str]:
    """Carry a plan out in a folder, print the report, and return what is wrong."""
    async with open_house(plan, folder, pace=pace) as house:
        journal = await Driver(plan, house, pace=pace, progress=_say).run()
        findings = audit(plan, journal, house)
        findings.wrong += check_database(house.database) + check_growth(journal.samples)
        for line in write_report(plan, journal, house, findings):
            _say(line)
    return findings.wrong


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
