"""Lines from stdin without blocking the event loop: a daemon thread reads them when asked."""

from __future__ import annotations

import asyncio
import os
import queue
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

try:
    import readline
except ImportError:  # Windows, and builds without it: no completion, no history
    readline = None  # type: ignore[assignment]

try:
    import termios
except ImportError:  # Windows
    termios = None  # type: ignore[assignment]

Completer = Callable[[str], Sequence[str]]
"""Gives the lines that a begun one may become; called in the reading thread, may block."""

_CHUNK = 65536


class Keyboard:
    """Reads lines; with a terminal on both sides it edits, remembers and completes them."""

    def __init__(self, complete: Completer) -> None:
        self.is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        self._complete = complete
        self._found: Sequence[str] = ()
        self._asked: queue.SimpleQueue[tuple[str, Callable[[str | None], None]]] = (
            queue.SimpleQueue()
        )
        self._prompt: str | None = None
        self._rest = b""
        self._mode = _terminal_mode()
        if self.is_terminal and readline is not None:
            self._set_up_readline()
        threading.Thread(target=self._serve, daemon=True).start()

    async def read(self, prompt: str) -> str | None:
        """Return the next line, or None when there is none any more."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str | None] = loop.create_future()

        def settle(text: str | None) -> None:
            if not answer.done():
                answer.set_result(text)

        def pass_on(text: str | None) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits for it any more
                loop.call_soon_threadsafe(settle, text)

        self._prompt = prompt
        self._asked.put((prompt, pass_on))
        try:
            return await answer
        finally:
            self._prompt = None

    def step_aside(self) -> str:
        """Return what to write before other text, so that a begun line makes room."""
        return "\r\x1b[K" if self.is_terminal and self._prompt is not None else ""

    def come_back(self) -> str:
        """Return what to write after it: the prompt and the begun line."""
        if not self.is_terminal or self._prompt is None:
            return ""
        return self._prompt + (readline.get_line_buffer() if readline is not None else "")

    def close(self) -> None:
        """Give the terminal back as it was; a thread that still reads ends with the process."""
        if termios is not None and self._mode is not None:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._mode)

    def _serve(self) -> None:
        while True:
            prompt, pass_on = self._asked.get()
            pass_on(self._read_terminal(prompt) if self.is_terminal else self._read_pipe(prompt))

    @staticmethod
    def _read_terminal(prompt: str) -> str | None:
        try:
            return input(prompt)
        except (EOFError, OSError):
            return None
        except UnicodeDecodeError:
            return ""

    def _read_pipe(self, prompt: str) -> str | None:
        """Read without `sys.stdin`: its lock, held by a waiting thread, would bar the exit."""
        while b"\n" not in self._rest:
            chunk = os.read(sys.stdin.fileno(), _CHUNK)
            if not chunk:
                break
            self._rest += chunk
        raw, end, self._rest = self._rest.partition(b"\n")
        if not raw and not end:
            return None
        text = raw.decode("utf-8", "replace").rstrip("\r")
        sys.stdout.write(f"{prompt}{text}\n")  # nobody typed it, so that it shows nowhere else
        return text

    def _set_up_readline(self) -> None:
        readline.set_completer_delims("")  # whole lines: an option's value may hold anything
        readline.set_completer(self._complete_state)
        for setting in ("tab: complete", "set enable-bracketed-paste off"):
            readline.parse_and_bind(setting)

    def _complete_state(self, text: str, state: int) -> str | None:
        if state == 0:
            self._found = self._complete(text)
        return self._found[state] if state < len(self._found) else None


def _terminal_mode() -> list[Any] | None:
    if termios is None or not sys.stdin.isatty():
        return None
    return termios.tcgetattr(sys.stdin.fileno())
