"""/subscribe, /unsubscribe, /subscriptions, /preview: which channels get the digest, and how."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import DigestBot
from bot.ending import show_subscriptions
from bot.errors import UserError
from bot.localization import choice_text, command_text
from bot.options import PostChannel, chosen_channel, rights_in
from bot.preview import preview
from bot.render.notices import render_notice
from bot.render.subscriptions import render_subscribed
from bot.replies import answer_language, defer, follow_up, reply
from bot.subscribing import SubscribeRequest, subscribe
from bot.suggestions import CHOICES, name_choices, tag_list_choices
from bot.timezones import suggest_timezones
from storage.models import Language, Start, Threads


def _choices(
    option: str, values: type[Language] | type[Threads] | type[Start]
) -> list[app_commands.Choice[str]]:
    return [
        app_commands.Choice(name=choice_text(f"{option}_{value}"), value=str(value))
        for value in values
    ]


class Subscriptions(commands.Cog):
    """What managers say about channels."""

    def __init__(self, bot: DigestBot) -> None:
        self.bot = bot

    @app_commands.command(
        name=command_text("subscribe_name"), description=command_text("subscribe_description")
    )
    @app_commands.rename(
        channel=command_text("subscribe_channel_name"),
        at=command_text("subscribe_at_name"),
        timezone=command_text("subscribe_timezone_name"),
        language=command_text("subscribe_language_name"),
        threads=command_text("subscribe_threads_name"),
        tags=command_text("subscribe_tags_name"),
        start=command_text("subscribe_start_name"),
        role=command_text("subscribe_role_name"),
        no_role=command_text("subscribe_no_role_name"),
        crosspost=command_text("subscribe_crosspost_name"),
        recap=command_text("subscribe_recap_name"),
    )
    @app_commands.describe(
        channel=command_text("subscribe_channel_description"),
        at=command_text("subscribe_at_description"),
        timezone=command_text("subscribe_timezone_description"),
        language=command_text("subscribe_language_description"),
        threads=command_text("subscribe_threads_description"),
        tags=command_text("subscribe_tags_description"),
        start=command_text("subscribe_start_description"),
        role=command_text("subscribe_role_description"),
        no_role=command_text("subscribe_no_role_description"),
        crosspost=command_text("subscribe_crosspost_description"),
        recap=command_text("subscribe_recap_description"),
    )
    @app_commands.choices(
        language=_choices("language", Language),
        threads=_choices("threads", Threads),
        start=_choices("start", Start),
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def subscribe(
        self,
        interaction: discord.Interaction[DigestBot],
        channel: PostChannel | None = None,
        at: app_commands.Range[str, 1, 20] | None = None,
        timezone: app_commands.Range[str, 1, 100] | None = None,
        language: str | None = None,
        threads: str | None = None,
        tags: app_commands.Range[str, 1, 1000] | None = None,
        start: str | None = None,
        role: discord.Role | None = None,
        no_role: bool = False,
        crosspost: bool | None = None,
        recap: bool | None = None,
    ) -> None:
        """Subscribe a channel or change how it gets the digest."""
        request = SubscribeRequest(
            guild_id=interaction.guild_id or 0,
            channel_id=chosen_channel(interaction, channel),
            by=interaction.user.id,
            at=at,
            timezone=timezone,
            language=language,
            threads=threads,
            tags=tags,
            start=start,
            role=role,
            may_notify=rights_in(interaction, channel).mention_everyone,
            no_role=no_role,
            crosspost=crosspost,
            recap=recap,
        )
        await defer(interaction, ephemeral=True)
        done = await subscribe(self.bot, request)
        message = render_subscribed(
            done.subscription,
            done.coming,
            lacking=done.lacking,
            is_silent=done.is_silent,
            language=answer_language(interaction),
        )
        await reply(interaction, message, ephemeral=True)

    @app_commands.command(
        name=command_text("unsubscribe_name"),
        description=command_text("unsubscribe_description"),
    )
    @app_commands.rename(channel=command_text("unsubscribe_channel_name"))
    @app_commands.describe(channel=command_text("unsubscribe_channel_description"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def unsubscribe(
        self, interaction: discord.Interaction[DigestBot], channel: PostChannel | None = None
    ) -> None:
        """End a channel's subscription."""
        channel_id = chosen_channel(interaction, channel)
        await defer(interaction, ephemeral=True)
        if not await self.bot.store.end_subscription(channel_id, now=self.bot.clock()):
            raise UserError("error.channel_not_subscribed", channel=channel_id)
        language = answer_language(interaction)
        notice = render_notice("notice.unsubscribed", language=language, channel=channel_id)
        await reply(interaction, notice, ephemeral=True)

    @app_commands.command(
        name=command_text("subscriptions_name"),
        description=command_text("subscriptions_description"),
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def subscriptions(self, interaction: discord.Interaction[DigestBot]) -> None:
        """List the server's subscribed channels."""
        language, guild_id = answer_language(interaction), interaction.guild_id or 0
        for message in await show_subscriptions(self.bot, guild_id, language=language):
            await reply(interaction, message, ephemeral=True)

    @app_commands.command(
        name=command_text("preview_name"), description=command_text("preview_description")
    )
    @app_commands.rename(channel=command_text("preview_channel_name"))
    @app_commands.describe(channel=command_text("preview_channel_description"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def preview(
        self, interaction: discord.Interaction[DigestBot], channel: PostChannel | None = None
    ) -> None:
        """Show the next post, as it will look, to the asker alone."""
        channel_id = chosen_channel(interaction, channel)
        await defer(interaction, ephemeral=True)
        first, *others = await preview(self.bot, channel_id, language=answer_language(interaction))
        await reply(interaction, first, ephemeral=True)
        await follow_up(interaction, others)

    @subscribe.autocomplete("timezone")
    async def _suggest_timezones(
        self, _interaction: discord.Interaction[DigestBot], text: str
    ) -> list[app_commands.Choice[str]]:
        return name_choices(suggest_timezones(text, limit=CHOICES))

    @subscribe.autocomplete("tags")
    async def _suggest_tags(
        self, _interaction: discord.Interaction[DigestBot], text: str
    ) -> list[app_commands.Choice[str]]:
        begun = text.rpartition(",")[2].strip().lstrip("#")
        found = await self.bot.store.suggest_tags(begun, until=self.bot.today(), limit=CHOICES)
        return tag_list_choices(text, (tag.name for tag in found))


async def setup(bot: DigestBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Subscriptions(bot))
