"""A real Chromium for tests: where it is, how it is started, and what must never happen in it."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 15_000
"""Milliseconds for anything to appear."""
WIDE, NARROW = (1400, 900), (400, 800)


def find_chromium() -> str:
    """Return Chromium's path; without one the test is skipped, in CI it fails."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        how = "no Chromium here: on Debian, apt install chromium fonts-noto-cjk"
        if os.environ.get("CI"):
            pytest.fail(how)
        pytest.skip(how)
    return found


@contextlib.asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Start Chromium."""
    path = find_chromium()
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


@contextlib.asynccontextmanager
async def open_tab(
    browser: Browser, url: str, *, size: tuple[int, int] = WIDE
) -> AsyncIterator[Page]:
    """Open the page as somebody new would; fail for what is wrong behind its surface.

    Nothing may be written to the console, no dialog of the browser's own opened, and no request
    may leave this machine.
    """
    wrong: list[str] = []
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    page.on("console", lambda message: wrong.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: wrong.extend(_outside(request.url)))
    await page.goto(url)
    await page.wait_for_selector(".composer")
    yield page
    await context.close()
    assert wrong == []


def _outside(url: str) -> list[str]:
    is_here = url.startswith(("data:", "blob:")) or urlsplit(url).hostname == "127.0.0.1"
    return [] if is_here else [f"request: {url}"]
