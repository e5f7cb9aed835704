"""Starts the real bot in the sandbox: `python -m sandbox.run_bot`, a child of `BotProcess`.

The one module of the sandbox that imports the bot. Everything comes from the environment that
the parent gives: the bot's settings, SANDBOX_CLOCK and SANDBOX_TICK_SECONDS.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import closing
from pathlib import Path

from bot import app, settings
from sandbox.clock import FileClock


def main() -> int:
    """Run the bot until it is stopped; return its exit code."""
    threading.Thread(target=_stop_with_parent, daemon=True).start()
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
