"""Commands, components and dialogs of any bot on the page: over its API, and in a browser."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
from discord import app_commands
from playwright.async_api import FileChooser, expect

from sandbox import threads
from sandbox.models import ChannelType
from sandbox.server import Sandbox
from tests.browser import open_browser, open_tab
from tests.sandbox.harness import Bot, Run
from tests.sandbox.pages import PICTURE, Page, open_page, text_of, walk

PERIODS = [
    app_commands.Choice(name="a day", value=1),
    app_commands.Choice(name="a week", value=7),
]


class Dialog(discord.ui.Modal, title="Tell me"):
    """Asks for a word and gives it back."""

    word: discord.ui.TextInput[Dialog] = discord.ui.TextInput(label="Word", max_length=10)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Give it back."""
        await interaction.response.send_message(f"You said {self.word.value}")


class Panel(discord.ui.View):
    """A menu, and a button that opens the dialog."""

    @discord.ui.select(
        placeholder="Colour",
        options=[discord.SelectOption(label="Red"), discord.SelectOption(label="Blue")],
    )
    async def colour(
        self, interaction: discord.Interaction, select: discord.ui.Select[Panel]
    ) -> None:
        """Say what was chosen."""
        await interaction.response.send_message(f"Chose {select.values[0]}", ephemeral=True)

    @discord.ui.button(label="Speak", style=discord.ButtonStyle.green)
    async def speak(
        self, interaction: discord.Interaction, button: discord.ui.Button[Panel]
    ) -> None:
        """Open the dialog."""
        await interaction.response.send_modal(Dialog())

    @discord.ui.button(label="Fail")
    async def fail(
        self, interaction: discord.Interaction, button: discord.ui.Button[Panel]
    ) -> None:
        """Never answers."""


def make_bot() -> Bot:
    bot = Bot()
    jobs = app_commands.Group(name="jobs", description="Jobs")

    @bot.tree.command(description="Show the panel")
    async def panel(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Panel", view=Panel())

    @jobs.command(name="plan", description="Plan a job")
    @app_commands.choices(period=PERIODS)
    async def plan(
        interaction: discord.Interaction,
        period: app_commands.Choice[int],
        place: discord.TextChannel | None = None,
        who: discord.User | None = None,
        loud: bool = False,
    ) -> None:
        where = place.mention if place else "nowhere"
        name = who.mention if who else "nobody"
        await interaction.response.send_message(f"{period.value} {where} {name} {loud}")

    @bot.tree.context_menu(name="Count letters")
    async def count(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(str(len(message.content)))

    @bot.tree.context_menu(name="Weigh")
    @app_commands.default_permissions(manage_guild=True)
    async def weigh(interaction: discord.Interaction, message: discord.Message) -> None:
        """Never answers."""

    @bot.tree.command(description="Draw a chart")
    async def draw(interaction: discord.Interaction, data: discord.Attachment) -> None:
        files = [
            discord.File(io.BytesIO(PICTURE), "chart.png", description="A grey chart"),
            discord.File(io.BytesIO(await data.read()), "data copy.csv"),
        ]
        embed = discord.Embed(title="Chart").set_image(url="attachment://chart.png")
        await interaction.response.send_message(embed=embed, files=files)

    @bot.tree.command(description="Call a role")
    async def call(interaction: discord.Interaction, role: discord.Role) -> None:
        allowed = discord.AllowedMentions(roles=[role])
        await interaction.response.send_message(f"{role.mention} hello", allowed_mentions=allowed)
        await interaction.user.send("You called.")

    bot.tree.add_command(jobs)
    return bot


@pytest.fixture
async def page(sandbox: Sandbox, tmp_path: Path, run: Run) -> AsyncIterator[Page]:
    """A page with a plain bot behind it."""
    async with open_page(sandbox, tmp_path) as opened, run(make_bot()):
        yield opened


async def test_options_come_with_what_they_can_be(page: Page) -> None:
    house = page.demo.house
    offered = (await page.get("commands", channel=house.text.id))["commands"]
    [plan] = [command for command in offered if command["name"] == "jobs plan"]
    choices = {option["name"]: option["choices"] for option in plan["options"]}
    assert choices["period"] == [{"name": "a day", "value": 1}, {"name": "a week", "value": 7}]
    assert [one["name"] for one in choices["place"]] == ["#papers", "#news"]
    assert [one["name"] for one in choices["who"]] == ["@Paper Digest", "@mina", "@jun"]
    assert [one["value"] for one in choices["loud"]] == ["true", "false"]
    options = {
        "period": "7",
        "place": choices["place"][0]["value"],
        "who": str(house.member.id),
        "loud": "true",
    }
    await page.do("run", channel=str(house.text.id), name="jobs plan", options=options)
    [shown] = (await page.get("messages", channel=house.text.id))["messages"]
    assert "mina used /jobs plan" in text_of(shown["element"])
    assert "7 #papers @jun True" in text_of(shown["element"])


async def test_a_messages_own_commands_are_offered_to_whom_they_are_for(page: Page) -> None:
    house = page.demo.house
    for user, names in (
        (house.manager, ["Count letters", "Weigh"]),
        (house.member, ["Count letters"]),
    ):
        offered = await page.get("commands", user, channel=house.text.id)
        assert [command["label"] for command in offered["on_messages"]] == names


async def test_a_command_used_on_a_message_is_named_above_its_answer(page: Page) -> None:
    channel = page.demo.house.text.id
    sent = await page.do("send", channel=str(channel), text="hello")
    await page.do("use", channel=str(channel), message=sent["message"], name="Count letters")
    answer = (await page.get("messages", channel=channel))["messages"][-1]
    assert "mina used Count letters" in text_of(answer["element"])
    (body,) = [found for found in walk(answer["element"]) if found[0] == "div.body"]
    assert text_of(body) == "5"
    refused = await page.do("use", channel=str(channel), message=sent["message"], name="panel")
    assert refused == {"refusal": "there is no command 'panel' here"}


async def test_a_dialog_is_only_for_who_opened_it(page: Page) -> None:
    house = page.demo.house
    channel = str(house.text.id)
    await page.do("run", channel=channel, name="panel")
    [panel] = page.demo.sandbox.world.visible_messages(house.text)
    custom_id = panel.components[1]["components"][0]["custom_id"]
    opened = await page.do("click", channel=channel, message=str(panel.id), custom_id=custom_id)
    assert opened["modal"]["title"] == "Tell me"
    fields = {Dialog.word.custom_id: "hello"}
    number = opened["interaction"]
    stranger = await page.do("submit", house.member, interaction=number, fields=fields)
    assert stranger == {"refusal": "there is no such dialog"}
    assert (await page.do("submit", interaction=number, fields={}))["refusal"]


async def test_an_answer_to_one_is_shown_to_nobody_else(page: Page) -> None:
    house = page.demo.house
    channel = str(house.text.id)
    await page.do("run", channel=channel, name="panel")
    [panel] = page.demo.sandbox.world.visible_messages(house.text)
    menu = panel.components[0]["components"][0]["custom_id"]
    where = {"channel": channel, "message": str(panel.id)}
    await page.do("choose", None, **where, custom_id=menu, values=["Blue"])
    mine = (await page.get("messages", channel=channel))["messages"]
    others = (await page.get("messages", house.member, channel=channel))["messages"]
    assert "Chose Blue" in text_of(mine[-1]["element"])
    assert len(others) == len(mine) - 1
    await page.do("dismiss", house.member, channel=channel, message=mine[-1]["id"])
    assert len((await page.get("messages", channel=channel))["messages"]) == len(mine)
    await page.do("dismiss", channel=channel, message=mine[-1]["id"])
    assert len((await page.get("messages", channel=channel))["messages"]) == len(mine) - 1


@pytest.mark.xdist_group("browser")
async def test_files_are_picked_shown_and_saved_in_a_browser(page: Page, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("a,b\n", encoding="utf-8")
    async with open_browser() as browser, open_tab(browser, page.url) as tab:
        keys = tab.keyboard
        # Listened for from the start: to be told, the browser must have heard of it before.
        asked: asyncio.Future[FileChooser] = asyncio.get_running_loop().create_future()
        tab.on("filechooser", lambda chooser: asked.set_result(chooser))
        await keys.type("/draw ")
        await expect(tab.locator(".pill input[type=file]")).to_be_focused()
        await keys.press("Enter")
        async with asyncio.timeout(15):
            await (await asked).set_files(tmp_path / "data.csv")
        await keys.press("Enter")
        answer = tab.locator(".message", has_text="Chart").first
        picture = answer.locator(".embed-image img")
        await expect(picture).to_have_attribute("alt", "A grey chart")
        await expect(picture).to_have_js_property("naturalWidth", 30)
        await expect(answer.locator(".picture")).to_have_count(0)
        await expect(answer.locator(".file")).to_contain_text("data copy.csv")
        await expect(answer.locator(".file small")).to_have_text("4 bytes")
        async with tab.expect_download() as download:
            await answer.locator(".file").press("Enter")
        saved = await (await download.value).path()
        assert saved.read_text(encoding="utf-8") == "a,b\n"


@pytest.mark.xdist_group("browser")
async def test_roles_and_direct_messages_in_a_browser(page: Page) -> None:
    house, world = page.demo.house, page.demo.sandbox.world
    world.add_role(house.guild, "Paper club", mentionable=True, members=[house.member])
    async with open_browser() as browser, open_tab(browser, page.url) as tab:
        await tab.locator("[data-switch=become]").click()
        await expect(tab.locator(".me strong")).to_have_text("jun")
        await tab.locator(".place", has_text="papers").click()
        await tab.keyboard.type("/call @pap")
        await expect(tab.locator(".picker .choice")).to_have_text("@Paper club")
        await tab.keyboard.press("Tab")
        await tab.keyboard.press("Enter")
        answer = tab.locator(".message.pinged")
        await expect(answer.locator(".mention")).to_have_text("@Paper club")
        direct = tab.locator(".place.unread")
        await expect(direct).to_have_text("Paper Digest")
        await direct.press("Enter")
        await expect(tab.locator("#main .message")).to_contain_text("You called.")
        await expect(tab.locator(".place.unread")).to_have_count(0)
        await tab.locator("[data-switch=dms]").press("Enter")
        await expect(tab.locator("[data-switch=dms]")).to_have_attribute("data-value", "open")
        assert not house.member.dms_open


@pytest.mark.xdist_group("browser")
async def test_a_threads_first_message_has_a_menu_in_a_browser(page: Page) -> None:
    house, world = page.demo.house, page.demo.sandbox.world
    message = page.demo.person(house.manager).send(house.text, "twelve chars")
    new = threads.NewThread(name="A thread", minutes=1440)
    kind = ChannelType.PUBLIC_THREAD
    threads.start(world, house.text, world.bot_id, new, kind=kind, starter=message)
    async with open_browser() as browser, open_tab(browser, page.url) as tab:
        await tab.locator(".chip").click()
        first = tab.locator("#thread .message").first
        await first.hover()
        await expect(first.locator("[data-act=reply]")).to_have_count(0)
        await first.get_by_role("button", name="React with 🎉").click()
        await expect(tab.locator("#main .reaction")).to_have_text("🎉 1")
        await expect(first.locator(".reaction")).to_have_text("🎉 1")
        await first.hover()
        await first.locator("[data-act=actions]").click()
        menu = tab.get_by_role("menu")
        await expect(menu.get_by_role("menuitem")).to_have_text(["Count letters", "Weigh"])
        await menu.get_by_role("menuitem").first.click()
        await expect(tab.locator("#main .message").last).to_contain_text("12")


@pytest.mark.xdist_group("browser")
async def test_menus_dialogs_and_silence_in_a_browser(page: Page) -> None:
    async with open_browser() as browser, open_tab(browser, page.url) as tab:
        keys = tab.keyboard
        await keys.type("/panel ")
        await keys.press("Enter")
        panel = tab.locator(".message", has_text="Panel").first
        await panel.locator("select").select_option("Red")
        await expect(tab.locator(".message.private")).to_contain_text("Chose Red")
        await panel.locator(".button", has_text="Speak").press("Enter")
        await expect(tab.locator("dialog input")).to_be_focused()
        await keys.press("Escape")
        await expect(tab.locator("dialog")).to_have_count(0)
        await panel.locator(".button", has_text="Speak").press("Enter")
        await expect(tab.locator("dialog input")).to_be_focused()
        await keys.type("hello")
        await keys.press("Enter")
        await expect(tab.locator(".message").last).to_contain_text("You said hello")
        page.demo.sandbox.options.interaction_seconds = 0.2
        await panel.locator(".button", has_text="Fail").click()
        await expect(panel.locator(".failed")).to_have_text("This interaction failed")
        page.demo.sandbox.options.interaction_seconds = 3.0
        await keys.press("Escape")
        await keys.type("/jobs plan ")
        await expect(tab.locator(".picker .choice")).to_have_text(["a day", "a week"])
        await keys.press("ArrowDown")
        await keys.press("Enter")
        await keys.press("Tab")  # from the last pill to the button for more options
        await keys.press("Enter")
        await expect(tab.locator(".picker .choice b")).to_have_text(["place", "who", "loud"])
        await keys.press("ArrowDown")
        await keys.press("Enter")
        await keys.type("@ju")
        await keys.press("Tab")
        await keys.press("Enter")
        await expect(tab.locator(".message").last).to_contain_text("1 nowhere @jun False")
