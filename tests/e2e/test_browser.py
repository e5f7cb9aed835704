"""The demo's page in a real browser, with the real bot behind it, as a newcomer uses it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, expect

from sandbox.demo import Demo, open_demo
from sandbox.page.site import open_page
from tests.browser import NARROW, open_browser, open_tab
from tests.e2e.house import SEEDS

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(60),
]
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FIRST = "s1: Simple test-time scaling"
HOSTILE = """2024년 12월 24일
<img src=x onerror=alert(1)> **bold** `<script>alert(2)</script>` @everyone
(<b>Eve</b>, [Mallory](javascript:alert(3)))
한국어 </div><script>alert(4)</script> <iframe src="https://example.org/">
[눌러](https://example.org/" onmouseover="alert(5)) <style>*{display:none}</style>
#a<b>c #"onclick="alert(6)
"""
GOOD = """2024년 12월 25일
A Paper That Was Dropped
(Ada Lovelace)
한국어 설명.
An English comment.
#dropped
"""


@dataclass(frozen=True, kw_only=True)
class House:
    """The running demo, its page's address and a browser."""

    demo: Demo
    url: str
    browser: Browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[House]:
    """One demo for all tests here; the first digest is posted."""
    async with (
        open_browser() as browser,
        open_demo(now=NOW, seeds=SEEDS) as demo,
        open_page(demo, port=0) as url,
    ):
        await demo.wait_until_ready()
        assert await demo.wait_for_digest(0, begin=60)
        yield House(demo=demo, url=url, browser=browser)


@pytest_asyncio.fixture(loop_scope="module")
async def page(house: House) -> AsyncIterator[Page]:
    for user in (house.demo.house.manager, house.demo.house.member):
        user.locale = "en-US"
    async with open_tab(house.browser, house.url) as tab:
        yield tab


def last(page: Page, place: str = "#main") -> Locator:
    return page.locator(f"{place} .message").last


async def run(page: Page, command: str) -> Locator:
    """Type a command with its first option into what has the keyboard; return the answer."""
    before = await page.locator(".message .lead .command").count()
    await page.keyboard.type(command)
    await expect(page.locator(".command-bar")).to_be_visible()
    await page.keyboard.press("Enter")
    answer = page.locator(".message", has=page.locator(".lead .command"))
    await expect(answer).to_have_count(before + 1)
    return answer.last


# --- looking ---------------------------------------------------------------------------------


async def test_the_first_load_shows_the_digest(page: Page) -> None:
    titles = page.locator("#main .embed-title")
    await expect(titles).to_have_count(8)
    await expect(titles.nth(0)).to_contain_text("Monday, 3 February 2025")
    await expect(titles.nth(1)).to_have_text(FIRST)
    paper = page.locator("#main .message").nth(1)
    await expect(paper.locator(".embed-fields .half")).to_have_count(2)
    await expect(paper.locator(".button").first).to_have_text("초록·Abstract")
    await expect(paper.locator(".chip b").first).to_have_text(FIRST)
    color = await paper.locator(".embed").evaluate("node => getComputedStyle(node).borderLeftColor")
    assert color == "rgb(91, 127, 166)"
    await expect(page.locator("#members .bot .app")).to_have_text("App")
    await expect(page.locator(".composer textarea")).to_be_focused()


async def test_a_link_in_the_header_goes_to_its_post(page: Page) -> None:
    await page.locator("#main .embed a", has_text="Decoding-based Regression").first.click()
    flashed = page.locator(".message.flash")
    await expect(flashed.locator(".embed-title")).to_have_text("Decoding-based Regression")
    await expect(flashed).to_be_in_viewport()


async def test_a_narrow_screen_shows_everything(house: House) -> None:
    async with open_tab(house.browser, house.url, size=NARROW) as page:
        title = page.locator("#main .embed-title").first
        await title.scroll_into_view_if_needed()
        widths = await page.evaluate(
            "[document.documentElement, ...document.querySelectorAll('#main, .log, .embed')]"
            ".map(node => node.scrollWidth - node.clientWidth)"
        )
        assert max(widths) <= 0
        await expect(page.locator("#channels")).not_to_be_in_viewport()
        await page.locator("#menu").click()
        await page.locator(".place.sub", has_text=FIRST).click()
        await expect(page.locator("#thread h2").first).to_have_text(FIRST)
        box = await page.locator("#thread").bounding_box()
        assert box is not None
        assert box["width"] == NARROW[0]


async def test_the_theme_stays_for_the_next_time(page: Page) -> None:
    await page.locator("[data-switch=theme]").click()
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")


# --- asking ----------------------------------------------------------------------------------


async def test_a_command_is_filled_in_by_keyboard_alone(page: Page) -> None:
    keys = page.keyboard
    await keys.type("/")
    await expect(page.locator(".picker .choice b").first).to_have_text("/paper")
    await keys.type("ta")
    await expect(page.locator(".picker .choice").first).to_contain_text(
        "List the papers with a tag"
    )
    await keys.press("Tab")
    await expect(page.locator(".pill label")).to_have_text("name")
    await keys.type("reas")
    await expect(page.locator(".picker .choice").first).to_contain_text("reasoning")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(page.locator(".pill input")).to_have_value("reasoning")
    await keys.press("Enter")
    answer = page.locator(".message", has=page.locator(".lead .command")).last
    await expect(answer.locator(".lead")).to_have_text("Mmina used /tag")
    await expect(answer.locator(".embed-title")).to_contain_text("reasoning")
    await expect(page.locator(".composer textarea")).to_be_focused()


async def test_a_part_of_a_channels_name_and_enter_choose_the_channel(page: Page) -> None:
    await page.keyboard.type("/unsubscribe ")
    await expect(page.locator(".pill input")).to_be_focused()
    await page.keyboard.type("news")
    await expect(page.locator(".picker .choice[aria-selected=true]")).to_have_text("#paper-news")
    await page.keyboard.press("Enter")
    await expect(page.locator(".pill input")).to_have_value("#paper-news")
    await page.keyboard.press("Enter")
    await expect(last(page)).to_contain_text("#paper-news does not get the digest.")
    await last(page).locator("[data-act=dismiss]").click()
    await expect(page.locator(".message.private")).to_have_count(0)


async def test_a_command_that_is_named_in_a_message_is_begun_by_a_click(
    house: House, page: Page
) -> None:
    world = house.demo.sandbox.world
    [tag] = [found for found in world.commands.values() if found.body["name"] == "tag"]
    house.demo.person(house.demo.house.member).send(house.demo.house.text, f"try </tag:{tag.id}>")
    await last(page).locator(".mention").press("Enter")
    await expect(page.locator(".command-bar .slash")).to_have_text("/tag")
    await expect(page.locator(".pill input")).to_be_focused()


async def test_what_is_typed_ahead_of_the_commands_keeps_its_spaces(page: Page) -> None:
    typed = asyncio.Event()

    async def hold(route: Route) -> None:
        await typed.wait()
        await route.continue_()

    await page.route("**/api/commands*", hold)
    await page.keyboard.type("/search test-time ")
    typed.set()
    await expect(page.locator(".pill input")).to_have_value("test-time ")


async def test_an_empty_option_is_asked_for(page: Page) -> None:
    await page.keyboard.type("/paper ")
    await page.keyboard.press("Enter")  # before the commands are there, perhaps
    await expect(page.locator(".composer .error")).to_have_text("This option is required.")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(page.locator(".composer textarea")).to_be_focused()


async def test_pages_are_turned_and_the_keyboard_stays(page: Page) -> None:
    answer = await run(page, "/search scaling")
    await expect(answer.locator(".embed-foot")).to_contain_text("Page 1 of 2")
    await page.keyboard.press("ArrowUp")
    await answer.locator(".button", has_text="Next").focus()
    await page.keyboard.press("Enter")
    await expect(answer.locator(".embed-foot")).to_contain_text("Page 2 of 2")
    await expect(answer.locator(".button:focus")).to_have_text("Previous")
    await page.keyboard.press("Enter")
    await expect(answer.locator(".embed-foot")).to_contain_text("Page 1 of 2")


async def test_a_thread_takes_a_question_in_korean(page: Page) -> None:
    await page.locator("[data-switch=speak]").click()
    await expect(page.locator("html")).to_have_attribute("lang", "ko")
    chip = page.locator("#main .chip", has_text=FIRST)
    await chip.click()
    await expect(page.locator("#thread .embed-title").first).to_have_text(FIRST)
    await expect(page.locator("#thread .embed-title").first).to_be_in_viewport()
    await expect(page.locator("#thread textarea")).to_be_focused()
    answer = await run(page, "/질문 데이터는 얼마나 썼대?")
    await expect(answer.locator(".lead .command")).to_have_text("/질문")
    await expect(last(page, "#thread").locator(".embed .quote").first).to_contain_text("1K 샘플")
    await expect(answer.locator(".embed")).to_contain_text(FIRST)
    await expect(chip.locator(".open")).to_contain_text("메시지 2개")
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread")).to_be_hidden()


def paper_post(page: Page) -> Locator:
    """Return the first paper's post."""
    return page.locator("#main .message", has=page.locator(".embed-title", has_text=FIRST)).first


async def test_a_paper_is_asked_about_from_its_menu_by_keyboard_alone(page: Page) -> None:
    keys, paper = page.keyboard, paper_post(page)
    more, menu = paper.locator("[data-act=actions]"), page.get_by_role("menu")
    await paper.focus()
    await expect(more).to_be_visible()
    while not await more.evaluate("node => node === document.activeElement"):
        await keys.press("Tab")
        await expect(paper.locator(":focus")).to_have_count(1)
    await keys.press("Enter")
    await expect(menu.get_by_role("menuitem")).to_contain_text(["Reply", "Ask about this"])
    await expect(menu.get_by_role("menuitem", name="Reply")).to_be_focused()
    await keys.press("Escape")
    await expect(menu).to_have_count(0)
    await expect(more).to_be_focused()
    await keys.press("Enter")
    await expect(menu.get_by_role("menuitem", name="Reply")).to_be_focused()
    await keys.press("ArrowUp")
    await expect(menu.get_by_role("menuitem").last).to_be_focused()
    ask = menu.get_by_role("menuitem", name="Ask about this")
    while not await ask.evaluate("node => node === document.activeElement"):
        await keys.press("ArrowUp")
        await expect(menu.locator(":focus")).to_have_count(1)
    await keys.press("Enter")
    await expect(page.locator("dialog :is(textarea, input)")).to_be_focused()
    await keys.type("How much data did they use?")
    await page.locator("dialog [type=submit]").press("Enter")
    await expect(page.locator("dialog")).to_have_count(0)
    answer = page.locator("#main .message", has=page.locator(".lead .command")).last
    await expect(answer.locator(".lead")).to_have_text("Mmina used Ask about this")
    await expect(answer.locator(".embed")).to_contain_text(FIRST)
    await expect(answer.locator(".embed .quote").first).to_be_visible()


async def test_the_menu_fits_a_narrow_screen_and_a_second_click_closes_it(house: House) -> None:
    async with open_tab(house.browser, house.url, size=NARROW) as page:
        await page.locator("#menu").click()
        await page.locator("[data-switch=speak]").click()
        await expect(page.locator("html")).to_have_attribute("lang", "ko")
        paper, menu = paper_post(page), page.get_by_role("menu")
        await paper.hover()
        more = paper.locator("[data-act=actions]")
        await more.click()
        await expect(menu.get_by_role("menuitem")).to_contain_text(["답장", "이것에 대해 묻기"])
        box = await menu.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= NARROW[0]
        await more.click()
        await expect(menu).to_have_count(0)
        await more.click()
        await menu.get_by_role("menuitem", name="답장").click()
        await expect(page.locator(".reply-bar")).to_contain_text("Paper Digest")
        await expect(page.locator(".composer textarea")).to_be_focused()


async def test_messages_are_walked_through_by_keyboard(page: Page) -> None:
    await page.keyboard.type("hello @pap")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    own = page.locator(".message", has_text="hello @Paper Digest").first
    await expect(own.locator(".mention")).to_have_text("@Paper Digest")
    await own.focus()
    await own.locator(".tools [data-act=reply]").press("Enter")
    await page.keyboard.type("once more")
    await page.keyboard.press("Enter")
    reply = page.locator(".message", has_text="once more").first
    await expect(reply.locator(".lead")).to_contain_text("hello")
    await reply.focus()
    await reply.get_by_role("button", name="React with 👍").press("Enter")
    await expect(reply.locator(".reaction.mine")).to_have_text("👍 1")
    await reply.locator(".reaction").press("Enter")
    await expect(reply.locator(".reaction")).to_have_count(0)
    paper = paper_post(page)
    await paper.focus()
    await paper.locator(".chip").press("Enter")
    await expect(page.locator("#thread textarea")).to_be_focused()


async def test_what_a_member_may_not_do_is_not_offered(house: House, page: Page) -> None:
    async with open_tab(house.browser, house.url) as other:
        await other.locator("[data-switch=become]").click()
        await expect(other.locator(".me strong")).to_have_text("jun")
        await other.keyboard.type("/")
        await expect(other.locator(".picker .choice b").first).to_have_text("/paper")
        assert "/post" not in await other.locator(".picker .choice b").all_inner_texts()
        answer = await run(page, "/author zzzz")
        await expect(answer.locator(".aside")).to_be_visible()
        assert await other.locator(".message.private").count() == 0
        await answer.locator("[data-act=dismiss]").click()
        await expect(page.locator(".message.private")).to_have_count(0)


async def test_what_happens_elsewhere_is_shown_at_once(house: House, page: Page) -> None:
    person = house.demo.person(house.demo.house.member)
    sent = person.send(house.demo.house.text, "from the terminal")
    await expect(last(page)).to_contain_text("from the terminal")
    person.react(sent, "🎉")
    await expect(last(page).locator(".reaction")).to_have_text("🎉 1")


async def test_the_forum_shows_posts_and_filters_them_by_tag(page: Page) -> None:
    await page.keyboard.type("/subscribe paper-f")
    await expect(page.locator(".picker .choice")).to_have_text("#paper-forum")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.locator(".place", has_text="paper-forum").click()
    posts = page.locator(".post")
    await expect(posts).to_have_count(7)
    await page.locator(".forum > .tags .tag", has_text="reasoning").click()
    await expect(posts).to_have_count(1)
    await posts.first.press("Enter")
    await expect(page.locator("#thread .embed-title").first).to_have_text(FIRST)
    await expect(page.locator(".place.active")).to_have_text("paper-forum")


# --- the demo's own controls -----------------------------------------------------------------


async def drop(page: Page, name: str, content: str) -> None:
    """Drop a file onto the page."""
    await page.evaluate(
        """([name, content]) => {
          const files = new DataTransfer();
          files.items.add(new File([content], name, {type: "text/plain"}));
          for (const kind of ["dragover", "drop"]) {
            const how = {dataTransfer: files, bubbles: true, cancelable: true};
            document.body.dispatchEvent(new DragEvent(kind, how));
          }
        }""",
        [name, content],
    )


async def test_tomorrow_brings_the_next_digest_by_itself(house: House, page: Page) -> None:
    known = len(house.demo.posts())
    await page.locator("[data-control=skip]").click()
    await expect(page.locator("#notice.good")).to_contain_text("09:00")
    assert len(house.demo.posts()) > known
    header = page.locator("#main .embed-title", has_text="18 February 2025")
    await expect(header).to_be_in_viewport()
    await expect(page.locator("#main .message time").first).to_contain_text("Yesterday at 9:00 AM")


async def test_a_dropped_file_is_read_and_posted(house: House, page: Page) -> None:
    await drop(page, "dropped.txt", GOOD)
    notice = page.locator("#notice.good")
    await expect(notice).to_contain_text("dropped.txt is read. Date: 2024-12-25, papers: 1.")
    await page.keyboard.press("Enter")  # the button to post it has the keyboard
    title = page.locator("#main .embed-title", has_text="A Paper That Was Dropped")
    await expect(title).to_be_visible()
    assert (house.demo.seeds / "dropped.txt").exists()
    assert not (SEEDS / "dropped.txt").exists()


async def test_a_file_that_is_no_digest_is_refused_with_line_and_reason(page: Page) -> None:
    await drop(page, "../../bad.txt", "2025년 5월 2일\nOnly a title\n")
    notice = page.locator("#notice.bad")
    await expect(notice).to_contain_text("bad.txt:2: no authors in parentheses")
    await drop(page, "picture.png", "nothing")
    await expect(notice).to_contain_text("A digest file ends with .txt or .md.")


async def test_a_hostile_file_stays_text(page: Page) -> None:
    await drop(page, "hostile.txt", HOSTILE)
    await page.locator("#notice.good button").first.click()
    post = page.locator("#main .message", has_text="alert(2)").last
    await expect(post.locator(".embed-title")).to_have_text(
        "<img src=x onerror=alert(1)> **bold** `<script>alert(2)</script>` @everyone"
    )
    await expect(post).to_contain_text("</div><script>alert(4)</script> <iframe")
    await expect(post.locator(".chip")).to_be_visible()
    await post.locator(".chip").click()
    await expect(page.locator("#thread .embed-title").first).to_contain_text("<img src=x")
    assert await page.locator("script, iframe, style").count() == 1  # the page's own module
    sources = await page.locator("img").evaluate_all("nodes => nodes.map(node => node.src)")
    assert {Path(source).name for source in sources} == {"bot.svg"}
    links = await page.locator("a").evaluate_all("nodes => nodes.map(node => node.protocol)")
    assert set(links) <= {"http:", "https:"}
    handlers = "nodes => nodes.flatMap(node => node.getAttributeNames().filter(n => /^on/.test(n)))"
    assert await page.locator("*").evaluate_all(handlers) == []


async def test_a_bot_killed_while_it_posts_loses_and_doubles_nothing(
    house: House, page: Page
) -> None:
    before, process = len(house.demo.posts()), house.demo.bot.pid
    await page.locator("[data-control=break]").click()
    await expect(page.locator("#notice.bad")).to_contain_text(f"Process {process} was killed")
    await expect(page.locator(".card .bot_off")).to_be_visible()
    await expect(page.locator("#members .offline")).to_contain_text("Paper Digest")
    await expect(page.locator("[data-control=mend]")).to_be_visible()
    await page.keyboard.press("Enter")  # the button that starts it has the keyboard
    await expect(page.locator("#notice.good")).to_contain_text("doubled: 0")
    await expect(page.locator("#notice.good")).to_contain_text("is as it should be")
    await expect(page.locator(".card .bot_on")).to_be_visible()
    posts = house.demo.posts()[before:]
    titles = [post.embeds[0]["title"] for post in posts]
    assert len(titles) == len(set(titles)) > 2
    assert all(post.thread_id for post in posts[1:])
    assert house.demo.bot.pid != process
