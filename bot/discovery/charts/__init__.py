"""Pictures of counts over time, drawn by a process of its own so that the bot stays small.

What is drawn with weighs more than all the rest of the bot does, and a picture is wanted a few
times a day.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from bot.discovery.charts.records import Chart, Panel, Section, Tone

__all__ = ["Chart", "ChartError", "ChartMaker", "Panel", "Section", "Tone"]

# Many times what a picture takes, on a machine that is busy.
_SECONDS = 20.0
# Some 25 KB each.
_KEPT = 8
# Where the process finds this package, wherever the bot was started from.
_ROOT = Path(__file__).parents[3]


class ChartError(Exception):
    """The picture could not be drawn; the message says why, for the log."""


class ChartMaker:
    """Draws one chart at a time, and keeps the last ones: many ask for the same one."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._pictures: dict[Chart, bytes] = {}

    async def draw(self, chart: Chart) -> bytes:
        """Return the chart as a PNG.

        Raises:
            ChartError: it could not be drawn.
        """
        async with self._turn:
            picture = self._pictures.pop(chart, None) or await _draw(chart)
            self._pictures[chart] = picture
            for oldest in list(self._pictures)[:-_KEPT]:
                del self._pictures[oldest]
            return picture


async def _draw(chart: Chart) -> bytes:
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            __name__,
            cwd=_ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise ChartError(str(error)) from error
    try:
        picture, complaint = await asyncio.wait_for(
            process.communicate(json.dumps(asdict(chart)).encode()), _SECONDS
        )
    except TimeoutError as error:
        raise ChartError(f"not drawn within {_SECONDS} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise ChartError(complaint.decode(errors="replace").strip()[-500:])
    return picture
