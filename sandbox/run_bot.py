"""Starts the real bot in the sandbox: `python -m sandbox.run_bot`, a child of `BotProcess`.

The one module of the sandbox that imports the bot. Everything comes from the environment that
the parent gives: the bot's settings, SANDBOX_CLOCK, SANDBOX_TICK_SECONDS, and
SANDBOX_SETTLE_SECONDS where the bot need not wait as long as in earnest for what it was killed at.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import closing
from pathlib import Path

from bot import app, attempts, settings
from sandbox.clock import FileClock


def main() -> int:
    """Run the bot until it is stopped; return its exit code."""
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    if "SANDBOX_SETTLE_SECONDS" in os.environ:
        seconds = float(os.environ["SANDBOX_SETTLE_SECONDS"])
        attempts.SETTLE_LEFT = attempts.SETTLE_BY_NONCE = seconds
    with closing(FileClock(Path(os.environ["SANDBOX_CLOCK"]))) as clock:
        return app.run_to_exit_code(
            settings.load_settings(env_file=None),
            clock=clock.now,
            tick_seconds=float(os.environ["SANDBOX_TICK_SECONDS"]),
        )


def _stop_with_parent() -> None:
    """Stop when stdin, a pipe from the parent, ends: a parent that is killed leaves no orphan."""
    while os.read(sys.stdin.fileno(), 1):  # not sys.stdin.read: its lock would bar the exit
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
