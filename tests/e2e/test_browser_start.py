"""`make demo` as a process: it serves the page where it says, and ends with it."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parents[2]


def left_in(place: Path) -> list[Path]:
    return list(place.iterdir())


@asynccontextmanager
async def demo(place: Path, port: str) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {"PYTHONPATH": str(ROOT), "TMPDIR": str(place), "PREVIEW_PORT": port}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        cwd=place,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_the_link_that_is_printed_shows_the_page_until_ctrl_c(tmp_path: Path) -> None:
    async with asyncio.timeout(30), demo(tmp_path, "0") as process:
        assert process.stdout is not None
        said = ""
        while not (found := re.search(r"http://127\.0\.0\.1:(\d+)/", said)):
            line = await process.stdout.readline()
            assert line, said
            said += line.decode()
        async with aiohttp.ClientSession() as client:
            async with client.get(found[0]) as response:
                assert "<title>Paper Digest</title>" in await response.text()
            async with client.get(f"{found[0]}api/events") as events:
                await events.content.readline()
                # An open page does not hold the end up, and a script's stdin is no question.
                process.send_signal(signal.SIGINT)
                _, errors = await process.communicate()
        assert (process.returncode, errors.decode()) == (0, "")
    assert left_in(tmp_path) == []


async def test_a_port_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    async with asyncio.timeout(30), demo(tmp_path, "eighty") as process:
        output, errors = await process.communicate()
    assert process.returncode == 1
    assert output == b""
    assert errors.decode() == "PREVIEW_PORT must be a port's number, not 'eighty'.\n"
