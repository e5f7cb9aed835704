"""The README's pictures, taken of the real page: `make screenshots`."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize

from sandbox.demo import Demo, open_demo
from sandbox.page.site import open_page
from tests.browser import open_browser
from tests.e2e.house import SEEDS

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SIZE = ViewportSize(width=1280, height=700)
SCALE = 1.1
LIMIT = 300_000
FIRST = "s1: Simple test-time scaling"


def main(folder: Path) -> int:
    """Write the pictures into a folder; return 1 if one of them is too big for a README."""
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_take_all(folder))
    big = [path for path in folder.glob("*.png") if path.stat().st_size >= LIMIT]
    for path in big:
        sys.stderr.write(f"{path} has {path.stat().st_size} bytes; fewer than {LIMIT} are wanted\n")
    return 1 if big else 0


async def _take_all(folder: Path) -> None:
    async with (
        open_browser() as browser,
        open_demo(now=NOW, seeds=SEEDS) as demo,
        open_page(demo, port=0) as url,
    ):
        await demo.wait_until_ready()
        await demo.wait_for_digest(0, begin=60)
        await _take(browser, url, demo, folder)


async def _take(browser: Browser, url: str, demo: Demo, folder: Path) -> None:
    context = await browser.new_context(viewport=SIZE, device_scale_factor=SCALE)
    page = await context.new_page()
    await page.goto(url)
    header = page.locator("#main .message").first
    await header.locator(".button").wait_for()
    await header.evaluate("node => node.scrollIntoView()")
    await _save(page, folder / "digest.png")

    house = demo.house
    await page.locator("#main .chip", has_text=FIRST).click()
    await page.locator("#thread .message").nth(1).wait_for()
    thread = next(c for c in demo.sandbox.world.channels.values() if c.thread and c.name == FIRST)
    asked = demo.person(house.member).send(thread, "Is the code out?")
    demo.person(house.manager).send(
        thread, "Yes: <https://github.com/simplescaling/s1>", reply_to=asked
    )
    demo.person(house.member).react(asked, "👍")
    await page.locator("#thread .reaction").wait_for()
    await page.locator("#main .message").first.evaluate("node => node.scrollIntoView()")
    await page.locator("#thread .log").evaluate("node => node.scrollTo(0, node.scrollHeight)")
    await _save(page, folder / "thread.png")
    await page.keyboard.press("Escape")

    await page.locator("[data-switch=speak]").click()
    await page.locator("html[lang=ko]").wait_for()
    await page.keyboard.type(_korean_question(demo))
    await page.keyboard.press("Enter")
    await page.locator(".message .lead .command").last.wait_for()
    await page.locator(".message .embed").last.wait_for()
    await _save(page, folder / "korean.png")

    subscribed = {"channel": str(house.forum.id)}
    await demo.person(house.manager).run(house.text, "subscribe", subscribed)
    await page.locator(".place", has_text=house.forum.name).click()
    await page.locator(".post").nth(6).wait_for()
    await _save(page, folder / "forum.png")


def _korean_question(demo: Demo) -> str:
    """Return the line that shows the bot's Korean best: a question, or else a search."""
    names = {command.body["name"] for command in demo.sandbox.world.commands.values()}
    return "/질문 추론 길이를 조절하는 방법은?" if "ask" in names else "/검색 추론"


async def _save(page: Page, path: Path) -> None:
    await page.mouse.move(0, 0)
    await page.evaluate("document.fonts.ready")
    await page.screenshot(path=path)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
