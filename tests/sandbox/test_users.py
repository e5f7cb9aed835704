"""People and a plain discord.py bot: commands, components, modals, messages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import discord
import pytest
from discord import app_commands

from sandbox import threads
from sandbox.filling import ClientRefusal
from sandbox.interactions import NO_ANSWER
from sandbox.models import Channel, ChannelType, Message, MessageType
from sandbox.permissions import Permission
from sandbox.server import Sandbox
from sandbox.users import Person
from tests.openapi import check_requests
from tests.sandbox.harness import Bot, House, Run, wait_until

TITLES = ["s1: Simple test-time scaling", "DeepSeek-R1"]


class Ask(discord.ui.Modal, title="Ask"):
    """A modal with one field."""

    question: discord.ui.TextInput[Ask] = discord.ui.TextInput(label="Question", max_length=20)

    async def on_submit(self, interaction: discord.Interaction) -> None:  # noqa: D102
        await interaction.response.send_message(f"asked {self.question.value}")


class Panel(discord.ui.View):
    """A button that acts, one that does not, and a menu."""

    @discord.ui.button(label="More")
    async def more(
        self, interaction: discord.Interaction, button: discord.ui.Button[Panel]
    ) -> None:
        """Change the message."""
        await interaction.response.edit_message(content="more", view=None)

    @discord.ui.button(label="Off", disabled=True)
    async def off(self, interaction: discord.Interaction, button: discord.ui.Button[Panel]) -> None:
        """Never called."""

    @discord.ui.select(options=[discord.SelectOption(label="a"), discord.SelectOption(label="b")])
    async def pick(self, interaction: discord.Interaction, menu: discord.ui.Select[Panel]) -> None:
        """Say what was chosen."""
        await interaction.response.send_message(menu.values[0])


def make_bot() -> Bot:  # noqa: C901 - many small commands
    bot = Bot()
    tree = bot.tree

    @tree.command(description="Finds a paper")
    async def paper(interaction: discord.Interaction, title: str, count: int = 1) -> None:
        await interaction.response.send_message(f"{title} x{count}")

    @paper.autocomplete("title")
    async def _(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        found = [title for title in TITLES if current.lower() in title.lower()]
        return [app_commands.Choice(name=title, value=title) for title in found]

    @tree.command(description="Answers later")
    async def later(interaction: discord.Interaction, private: bool = False) -> None:
        await interaction.response.defer(ephemeral=private)
        await interaction.followup.send("first")
        await interaction.followup.send("second")
        await interaction.edit_original_response(content="first, edited")

    @tree.command(description="Never answers")
    async def never(interaction: discord.Interaction) -> None:
        pass

    @tree.command(description="Answers twice")
    async def twice(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("one")
        adapter = interaction.response
        adapter._response_type = None
        try:
            await adapter.send_message("two")
        except discord.HTTPException as error:
            await interaction.followup.send(str(error.code))

    @tree.command(description="Where and who")
    async def where(
        interaction: discord.Interaction, channel: discord.TextChannel, user: discord.Member
    ) -> None:
        await interaction.response.send_message(f"{channel.name} {user.name}")

    @tree.command(description="For managers")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def manage(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"{interaction.locale} {interaction.guild_locale}")

    @tree.command(description="For direct messages")
    @app_commands.dm_only()
    async def whisper(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("psst")

    @tree.command(description="Shows a panel")
    async def panel(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("panel", view=Panel())

    @tree.command(description="Opens a modal")
    async def ask(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Ask())

    @tree.context_menu(name="Read")
    async def read(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(message.content, ephemeral=True)

    group = app_commands.Group(name="digest", description="Digests")

    @group.command(description="Shows one")
    async def show(interaction: discord.Interaction, day: str) -> None:
        await interaction.response.send_message(day)

    tree.add_command(group)
    return bot


@pytest.fixture(autouse=True)
def requests_keep_to_the_file(sandbox: Sandbox) -> Iterator[None]:
    """Check, after each test, everything that discord.py sent."""
    yield
    check_requests(sandbox.requests)


async def test_options_are_converted_to_their_types(house: House, alice: Person, run: Run) -> None:
    async with run(make_bot()):
        answer = await alice.run(house.text, "paper", {"title": "s1", "count": "3"})
    assert answer.message.content == "s1 x3"
    assert answer.message.type is MessageType.CHAT_INPUT_COMMAND
    assert not answer.ephemeral


async def test_what_the_client_refuses_never_reaches_the_bot(
    sandbox: Sandbox, house: House, alice: Person, run: Run
) -> None:
    async with run(make_bot()):
        for name, options in (
            ("paper", {}),
            ("paper", {"title": "x", "count": "many"}),
            ("paper", {"title": "x", "other": "y"}),
            ("nothing", {}),
            ("digest", {}),
            ("manage", {}),
            ("where", {"channel": "#nowhere", "user": "@alice"}),
            ("where", {"channel": "#papers", "user": "@alice"}),
        ):
            with pytest.raises(ClientRefusal):
                await alice.run(house.text, name, options)
    assert not sandbox.interactions.all


async def test_mentions_resolve_to_channels_and_members(
    house: House, alice: Person, run: Run
) -> None:
    async with run(make_bot()):
        named = await alice.run(house.text, "where", {"channel": "#general", "user": "@alice"})
        ids = {"channel": f"<#{house.text.id}>", "user": f"<@{house.alice.id}>"}
        mentioned = await alice.run(house.text, "where", ids)
    assert named.message.content == mentioned.message.content == "general alice"


async def test_subcommands_and_localized_permissions(
    sandbox: Sandbox, house: House, alice: Person, run: Run
) -> None:
    boss = sandbox.world.add_user("boss", locale="ko")
    sandbox.world.add_member(house.guild, boss, permissions=Permission.MANAGE_GUILD)
    async with run(make_bot()):
        shown = await alice.run(house.text, "digest show", {"day": "2025-04-25"})
        managed = await sandbox.person(boss).run(house.text, "manage")
    assert shown.message.content == "2025-04-25"
    assert managed.message.content == "ko en-US"


async def test_autocomplete_offers_choices(house: House, alice: Person, run: Run) -> None:
    async with run(make_bot()):
        offered = await alice.complete(house.text, "paper", "title", "deep")
        with pytest.raises(ClientRefusal):
            await alice.complete(house.text, "paper", "count", "1")
    assert [choice["value"] for choice in offered.choices or []] == ["DeepSeek-R1"]


async def test_a_deferred_answer_becomes_the_first_followup(
    sandbox: Sandbox, house: House, alice: Person, run: Run
) -> None:
    async with run(make_bot()):
        answer = await alice.run(house.text, "later")
        await sandbox.wait_for(lambda: answer.message.content == "first, edited")
        private = await alice.run(house.text, "later", {"private": "true"})
        await sandbox.wait_for(lambda: private.message.content == "first, edited")
    assert answer.deferred
    assert [message.content for message in answer.messages] == ["first, edited", "second"]
    assert private.ephemeral
    assert len(sandbox.world.visible_messages(house.text)) == 3


async def test_no_answer_within_the_time_fails_and_a_late_one_is_unknown(
    sandbox: Sandbox, house: House, alice: Person, run: Run
) -> None:
    sandbox.options.interaction_seconds = 0.05
    bot = Bot()
    codes: list[int] = []

    @bot.tree.command(description="Too late")
    async def late(interaction: discord.Interaction) -> None:
        await asyncio.sleep(0.1)
        try:
            await interaction.response.send_message("late")
        except discord.NotFound as error:
            codes.append(error.code)

    async with run(bot):
        failed = await alice.run(house.text, "late")
        await wait_until(lambda: codes)
    assert failed.error == NO_ANSWER
    assert not failed.messages
    assert codes == [10062]


async def test_without_a_bot_the_client_says_so_at_once(
    sandbox: Sandbox, house: House, alice: Person, run: Run
) -> None:
    async with run(make_bot()):
        pass
    sandbox.gateway.forget_sessions()
    failed = await alice.run(house.text, "never")
    assert failed.error == NO_ANSWER


async def test_the_second_first_answer_is_refused(
    sandbox: Sandbox, house: House, alice: Person, run: Run
) -> None:
    async with run(make_bot()):
        answer = await alice.run(house.text, "twice")
        await sandbox.wait_for(lambda: answer.followups)
    assert [message.content for message in answer.messages] == ["one", "40060"]


async def test_buttons_and_menus(sandbox: Sandbox, house: House, alice: Person, run: Run) -> None:
    async with run(make_bot()):
        shown = await alice.run(house.text, "panel")
        chosen = await alice.choose(shown.message, "b")
        with pytest.raises(ClientRefusal):
            await alice.click(shown.message, label="Off")
        with pytest.raises(ClientRefusal):
            await alice.choose(shown.message, "c")
        clicked = await alice.click(shown.message, label="More")
    assert chosen.message.content == "b"
    assert clicked.message is shown.message
    assert shown.message.content == "more"
    assert shown.message.components == []


async def test_a_modal_is_filled_in(house: House, alice: Person, run: Run) -> None:
    async with run(make_bot()):
        opened = await alice.run(house.text, "ask")
        assert opened.modal is not None
        [row] = opened.modal["components"]
        custom_id = row["components"][0]["custom_id"]
        for text in ("", "x" * 21):
            with pytest.raises(ClientRefusal):
                await alice.submit(opened, {custom_id: text})
        answered = await alice.submit(opened, {custom_id: "why?"})
    assert answered.message.content == "asked why?"


async def test_a_context_menu_shows_the_bot_its_message(
    house: House, alice: Person, run: Run
) -> None:
    async with run(make_bot()):
        message = alice.send(house.text, "not for bots")
        answer = await alice.use_on_message(message, "Read")
    assert answer.message.content == "not for bots"


async def test_the_first_message_of_a_thread_is_the_one_it_hangs_from(
    sandbox: Sandbox, house: House, alice: Person, run: Run
) -> None:
    async with run(make_bot()):
        started_from = alice.send(house.text, "the first")
        thread = start_thread(sandbox, house, started_from)
        [shown] = sandbox.world.visible_messages(thread)
        answer = await alice.use_on_message(shown, "Read")
        assert answer.data["target_id"] == str(started_from.id)
        assert (answer.channel_id, answer.message.content) == (house.text.id, "the first")
        with pytest.raises(ClientRefusal, match="no commands"):
            await alice.use_on_message(answer.message, "Read")


def start_thread(sandbox: Sandbox, house: House, message: Message) -> Channel:
    new = threads.NewThread(name="t", minutes=1440)
    kind, owner = ChannelType.PUBLIC_THREAD, sandbox.world.bot_id
    return threads.start(sandbox.world, house.text, owner, new, kind=kind, starter=message)


async def test_commands_work_where_they_are_meant_to(
    sandbox: Sandbox, house: House, run: Run
) -> None:
    boss = sandbox.world.add_user("boss")
    sandbox.world.add_member(house.guild, boss, permissions=Permission.MANAGE_GUILD)
    person = sandbox.person(boss)
    async with run(make_bot()):
        answer = await person.run(person.dm_channel(), "paper", {"title": "x"})
        with pytest.raises(ClientRefusal):
            await person.run(person.dm_channel(), "manage")
        with pytest.raises(ClientRefusal):
            await person.run(house.text, "whisper")
        whispered = await person.run(person.dm_channel(), "whisper")
    assert whispered.message.content == "psst"
    assert answer.message.content == "x x1"


async def test_a_token_dies_after_fifteen_minutes(
    sandbox: Sandbox, house: House, alice: Person, run: Run
) -> None:
    bot = Bot()
    held: list[Any] = []

    @bot.tree.command(description="Answers")
    async def answer(interaction: discord.Interaction) -> None:
        held.append(interaction)
        await interaction.response.send_message("now")

    async with run(bot):
        await alice.run(house.text, "answer")
        sandbox.clock.advance(timedelta(minutes=14))
        await held[0].followup.send("still")
        sandbox.clock.advance(timedelta(minutes=1))
        with pytest.raises(discord.HTTPException) as caught:
            await held[0].followup.send("too late")
    assert (caught.value.status, caught.value.code) == (401, 50027)
