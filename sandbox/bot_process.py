"""The bot as a child process that can be killed at any moment and started again."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

ROOT = Path(__file__).resolve().parent.parent
LAUNCHER = (sys.executable, "-m", "sandbox.run_bot")
COMMAND_LINE = (sys.executable, "-m", "bot")
TICK_SECONDS = 0.2
GRACE_SECONDS = 5.0
# What a Python process needs of the surroundings; nothing else of them reaches the bot.
_INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
)


class BotDied(Exception):  # noqa: N818 - what happened
    """The bot ended by itself; `lines` are the last of its log."""

    def __init__(self, code: int, lines: Sequence[str]) -> None:
        super().__init__(code, lines)
        self.code = code
        self.lines = tuple(lines)

    def __str__(self) -> str:
        said = "\n".join(f"  {line}" for line in self.lines)
        return f"The bot has stopped by itself (exit code {self.code}). Its log ends with:\n{said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What a command of the bot's command line ended with."""

    code: int
    output: str
    errors: str


class BotProcess:
    """One bot: at most one process at a time, the same settings and the same log for all of them.

    As a context manager it starts the bot and stops it. The child's environment holds `settings`
    and what Python needs; it has a session of its own, so that Ctrl-C reaches only the parent,
    and it ends by itself when the parent is gone.

    Args:
        settings: The bot's settings, as environment variables.
        clock: The file of a `SandboxClock`.
        log: The file that its output is added to.
        tick_seconds: The scheduler's interval.
        settle_seconds: How long after a request that it was killed at it looks for its outcome;
            None for as long as in earnest.
        command: What is started.
    """

    def __init__(
        self,
        settings: Mapping[str, str],
        *,
        clock: Path,
        log: Path,
        tick_seconds: float = TICK_SECONDS,
        settle_seconds: float | None = None,
        command: Sequence[str] = LAUNCHER,
    ) -> None:
        self.starts = 0
        self._environment = _make_environment(settings, clock, tick_seconds, settle_seconds)
        self._log = log
        self._log_begin = 0
        self._command = tuple(command)
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.Task[int] | None = None
        self._is_asked = False
        self._death = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def is_running(self) -> bool:
        """Whether a process is there."""
        return self._ending is not None and not self._ending.done()

    @property
    def pid(self) -> int:
        """The last process's id.

        Raises:
            RuntimeError: It was never started.
        """
        return self._started.pid

    async def start(self) -> None:
        """Start it; returns at once, long before the bot is ready.

        Raises:
            RuntimeError: It runs already.
        """
        if self.is_running:
            raise RuntimeError("the bot runs already")
        self._is_asked = False
        self._death.clear()
        with self._open_log() as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self._environment,
                cwd=ROOT,
                start_new_session=True,
            )
        self.starts += 1
        self._ending = asyncio.create_task(self._follow(self._process))

    def kill(self) -> None:
        """End it at once, without any warning (SIGKILL); `wait` tells when it is gone."""
        self._is_asked = True
        if self.is_running:
            with suppress(ProcessLookupError):
                self._started.kill()

    async def stop(self, *, grace: float = GRACE_SECONDS) -> None:
        """Ask it to end (SIGTERM), kill it after `grace` seconds; nothing if it is not there."""
        self._is_asked = True
        if not self.is_running:
            return
        with suppress(ProcessLookupError):
            self._started.terminate()
        try:
            await asyncio.wait_for(self.wait(), grace)
        except TimeoutError:
            self.kill()
            await self.wait()

    async def wait(self) -> int:
        """Wait for its end and return the exit code (negative: the signal).

        Raises:
            RuntimeError: It was never started.
        """
        if self._ending is None:
            raise RuntimeError("the bot was never started")
        return await asyncio.shield(self._ending)

    async def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        await self.wait()
        await self.start()

    async def command(self, *arguments: str, folder: Path) -> Finished:
        """Run `python -m bot ARGUMENTS` beside it, with its settings, in `folder`."""
        process = await asyncio.create_subprocess_exec(
            *COMMAND_LINE,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment,
            cwd=folder,
            start_new_session=True,
        )
        try:
            output, errors = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        return Finished(
            code=await process.wait(),
            output=output.decode("utf-8", "replace"),
            errors=errors.decode("utf-8", "replace"),
        )

    async def wait_for_death(self) -> BotDied:
        """Wait until it ends without `kill` or `stop`, over any number of restarts."""
        await self._death.wait()
        return BotDied(await self.wait(), self.last_lines())

    def last_lines(self, count: int = 5) -> list[str]:
        """Return the end of what the last process logged."""
        written = self._log.read_bytes()[self._log_begin :]
        return written.decode("utf-8", "replace").splitlines()[-count:]

    @property
    def _started(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the bot was never started")
        return self._process

    def _open_log(self) -> BinaryIO:
        log = self._log.open("ab")
        self._log_begin = log.tell()
        return log

    async def _follow(self, process: asyncio.subprocess.Process) -> int:
        code = await process.wait()
        if process.stdin is not None:
            process.stdin.close()
        if not self._is_asked:
            self._death.set()
        return code


def _make_environment(
    settings: Mapping[str, str], clock: Path, tick_seconds: float, settle_seconds: float | None
) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    ours = {
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "SANDBOX_CLOCK": str(clock),
        "SANDBOX_TICK_SECONDS": str(tick_seconds),
    }
    if settle_seconds is not None:
        ours["SANDBOX_SETTLE_SECONDS"] = str(settle_seconds)
    return inherited | ours | dict(settings)
