"""The demo's command line: `python -m sandbox`, also `make demo`."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import shutil
import signal
import sys
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

from sandbox.bot_process import ROOT, BotDied
from sandbox.demo import (
    BEGIN_SECONDS,
    DUE_SECONDS,
    ZONE,
    Demo,
    DemoError,
    open_demo,
    while_bot_lives,
)
from sandbox.keyboard import Keyboard
from sandbox.page.site import PORT, open_page
from sandbox.prompt import Prompt
from sandbox.screen import Screen
from sandbox.terminal import Style, wants_colour
from sandbox.tour import take_tour

_LAST_PORT = 65_535
_NARROW, _WIDE, _NO_TERMINAL = 40, 120, 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return the exit code: 0, or 1 with one sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the locale: there is Korean in it
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    try:
        asyncio.run(_run_until_stopped(options))
        sys.stdout.flush()
    except (DemoError, BotDied) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except (BrokenPipeError, KeyboardInterrupt):  # the reader has gone, as with `| head`
        pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="The paper-digest bot in a Discord of its own: no token, no network.",
        epilog=f"PREVIEW_PORT in the environment: the page's port ({PORT}, or the next free one).",
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="post, run a few look-ups, and end; needs no terminal and serves no page",
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep everything in DIR, and go on from there"
    )
    parser.add_argument(
        "--seeds", type=Path, metavar="DIR", default=ROOT / "seeds", help="the digests' folder"
    )
    parser.add_argument("--port", type=port, default=0, help="the server's port (a free one)")
    return parser


def port(text: str) -> int:
    """Return a port's number, for argparse.

    Raises:
        ValueError: it is not one.
    """
    number = int(text)
    if not 0 <= number <= _LAST_PORT:
        raise ValueError(text)
    return number


async def _run_until_stopped(options: argparse.Namespace) -> None:
    """Run the demo until it ends or the process is asked to end; both end it cleanly."""
    loop = asyncio.get_running_loop()
    running = asyncio.create_task(_run(options))
    numbers = [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
    for number in filter(None, numbers):
        with suppress(NotImplementedError):  # Windows has no signal handlers on the loop
            loop.add_signal_handler(number, _cancel_once(running))
    with suppress(asyncio.CancelledError):
        await running


def _cancel_once(task: asyncio.Task[None]) -> Callable[[], None]:
    """Return what cancels the task, and leaves its clearing up alone when it is called again."""
    asked = False

    def cancel() -> None:
        nonlocal asked
        if not asked:
            asked = True
            task.cancel()

    return cancel


async def _run(options: argparse.Namespace) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - an entry point
    page_port = None if options.once else _page_port(os.environ)
    async with AsyncExitStack() as stack:
        demo = await stack.enter_async_context(
            open_demo(now=now, seeds=options.seeds, keep=options.keep, port=options.port)
        )
        screen = Screen(
            demo.sandbox,
            sys.stdout,
            reader=demo.house.manager,
            zone=ZONE,
            columns=_columns,
            colour=wants_colour(sys.stdout, os.environ),
        )
        screen.say("welcome", Style.BOLD)
        if page_port is not None:
            _invite(screen, await stack.enter_async_context(open_page(demo, port=page_port)))
        show = _show_once if options.once else _show_prompt
        showing = asyncio.create_task(show(demo, screen))
        screen.on_closed = _cancel_once(showing)
        try:
            await while_bot_lives(demo, showing)
        finally:
            if demo.bot.is_running:
                _say_goodbye(demo, screen, options)


def _page_port(environment: Mapping[str, str]) -> int:
    given = environment.get("PREVIEW_PORT") or str(PORT)
    try:
        return port(given)
    except ValueError:
        raise DemoError(f"PREVIEW_PORT must be a port's number, not {given!r}.") from None


def _invite(screen: Screen, address: str) -> None:
    """Show the page's address, and the page itself to somebody who sits at a desktop."""
    screen.say("page", Style.PLAIN, url=address)
    if sys.stdout.isatty() and has_desktop(sys.platform, os.environ):
        # In a thread: some browsers keep who opens them waiting.
        asyncio.get_running_loop().run_in_executor(None, webbrowser.open, address)


def has_desktop(platform: str, environment: Mapping[str, str]) -> bool:
    """Tell whether a browser would have a window to open in."""
    if platform in ("darwin", "win32"):
        return not environment.get("SSH_CONNECTION")
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _say_goodbye(demo: Demo, screen: Screen, options: argparse.Namespace) -> None:
    if options.keep is not None:
        screen.say("kept", folder=demo.folder)
    elif not options.once:
        screen.say("bye")


async def _begin(demo: Demo, screen: Screen) -> None:
    """Show how the bot starts and what it posts by itself."""
    known = len(demo.posts())
    screen.say(
        "begins" if demo.is_new else "goes_on",
        now=f"{demo.local_now():%Y-%m-%d %H:%M} ({ZONE.key})",
        guild=demo.house.guild.name,
        channel=demo.house.text.name,
        count=known,
    )
    await demo.wait_until_ready()
    patience = BEGIN_SECONDS if demo.is_new else DUE_SECONDS
    if not await demo.wait_for_digest(known, begin=patience) and demo.is_new:
        raise DemoError(f"The bot posted nothing within {BEGIN_SECONDS:.0f} s.")


async def _show_once(demo: Demo, screen: Screen) -> None:
    await _begin(demo, screen)
    await take_tour(Prompt(demo, screen), screen)


async def _show_prompt(demo: Demo, screen: Screen) -> None:
    await _begin(demo, screen)
    prompt = Prompt(demo, screen)
    keyboard = Keyboard(prompt.completer(asyncio.get_running_loop()))
    try:
        await prompt.run(keyboard)
    finally:
        keyboard.close()
        screen.aside = lambda: ("", "")
        screen.show([()])


def _columns() -> int:
    fallback = (_NO_TERMINAL, 24)
    return max(_NARROW, min(_WIDE, shutil.get_terminal_size(fallback).columns))


if __name__ == "__main__":
    sys.exit(main())
