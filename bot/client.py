"""The Discord client: intents, cogs by name, what commands share, teardown."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import date

import discord
from discord.ext import commands

from bot.cards import CARD_BUTTONS
from bot.clock import Clock
from bot.delivery import DeliveryService
from bot.destination import Destination
from bot.discovery.charts import ChartMaker
from bot.discovery.engagement import EngagementCounter
from bot.discovery.recap import compose_recap
from bot.discovery.recap_mail import RecapMail
from bot.discovery.related import find_earlier
from bot.discovery.tag_pages import TAGS_BUTTONS
from bot.ending import ENDING_MENUS
from bot.endpoint import refuse_strangers
from bot.following.mail import FollowMail
from bot.following.views import FOLLOWING_ITEMS
from bot.forgetting import PERSONAL_BUTTONS
from bot.histories import Histories
from bot.library import Library
from bot.limiting import Limiter
from bot.listing import Place
from bot.localization import MessageTranslator
from bot.mailing.service import MailService
from bot.metrics import Metrics
from bot.owners import Owners
from bot.pacer import Pacer, pace_requests
from bot.picking import PICK_MENUS
from bot.questions.phrasing import open_phraser
from bot.questions.views import ANSWER_BUTTONS
from bot.readers import Readers
from bot.registration import Registration
from bot.render.related import Earlier
from bot.reporting import in_words
from bot.requests import Requests
from bot.safety.backups import DailyBackup
from bot.saving.views import SAVED_BUTTONS
from bot.schedule import local_day
from bot.seeds import SeedFolder
from bot.sender import Sender
from bot.settings import Settings
from bot.tree import DigestTree, observe
from bot.views import BUTTONS
from bot.wire import read_events
from storage.base import StorageError, Store
from storage.models import Entry

COGS = (
    "cogs.lookups",
    "cogs.asking",
    "cogs.posting",
    "cogs.subscriptions",
    "cogs.operations",
    "cogs.reading",
    "cogs.personal",
    "cogs.following",
    "cogs.discovery",
    "cogs.engagement",
)
READ_WITHIN = 10.0  # seconds that reading the papers gives way to connecting

_log = logging.getLogger(__name__)


class DigestBot(commands.AutoShardedBot):
    """Everything that a command, a button or a delivery reaches through the client."""

    def __init__(
        self,
        *,
        store: Store,
        settings: Settings,
        clock: Clock,
        owner: str,
        seeds: SeedFolder,
        metrics: Metrics,
    ) -> None:
        # Voice is not ours: no warning that its libraries are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=DigestTree,
            intents=_intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            # Guilds stream in after READY; what comes later than this is asked for by REST.
            guild_ready_timeout=0.5,
            chunk_guilds_at_startup=False,
            max_messages=None,  # none is looked up later
            http_trace=refuse_strangers(
                pace_requests(Pacer(settings.discord_requests_per_second), metrics=metrics)
            ),
        )
        read_events(self)
        self.store = store
        self.library = Library(store)
        self.readers = Readers(store)
        self.phraser = open_phraser(settings)
        self.settings = settings
        self.clock = clock
        self.seeds = seeds
        self.metrics = metrics
        self.limiter = Limiter()
        self.owners = Owners(self)
        self.backups = DailyBackup(store=store, settings=settings, clock=clock)
        requests = Requests(self.http, metrics=metrics)
        self.sender, self.histories = Sender(requests), Histories(requests)
        self.delivery = DeliveryService(
            store=store,
            sender=self.sender,
            histories=self.histories,
            client=self,
            clock=clock,
            owner=owner,
            find_earlier=self._find_earlier,
            metrics=metrics,
        )
        self.mail = MailService(
            store=store,
            sender=self.sender,
            histories=self.histories,
            clock=clock,
            owner=owner,
            kinds=(FollowMail(self), RecapMail(self, compose=compose_recap)),
        )
        self.charts = ChartMaker()
        self.engagement = EngagementCounter(store, self.http)
        self.registration = Registration(self, store=store, guild_id=settings.command_guild_id)
        self._registering: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None

    def today(self) -> date:
        """Return the date up to which digests are found: today in DIGEST_TIMEZONE."""
        return local_day(self.settings.digest_timezone, self.clock())

    def place(self, interaction: discord.Interaction) -> Place:
        """Return where and when an interaction happens."""
        # A thread's own channel is what is subscribed.
        around = getattr(interaction.channel, "parent_id", None)
        now = self.clock()
        return Place(
            guild_id=interaction.guild_id,
            channel_id=around or interaction.channel_id,
            now=now,
            today=local_day(self.settings.digest_timezone, now),
        )

    async def setup_hook(self) -> None:
        """Load what answers users, after login and before the gateway."""
        await self.readers.load()
        for name in COGS:
            await self.load_extension(name)
        self.add_dynamic_items(
            *BUTTONS,
            *CARD_BUTTONS,
            *PICK_MENUS,
            *SAVED_BUTTONS,
            *FOLLOWING_ITEMS,
            *PERSONAL_BUTTONS,
            *ANSWER_BUTTONS,
            *TAGS_BUTTONS,
            *ENDING_MENUS,
        )
        await self.tree.set_translator(MessageTranslator())
        self.engagement.start()
        self._registering = asyncio.create_task(self.registration.run())
        self._reading = asyncio.create_task(self._read_library())

    async def tick(self) -> None:
        """Post what is due: digests first, so that a channel's recap comes behind them."""
        try:
            await self.delivery.tick()
        finally:
            await self.mail.tick()

    async def on_app_command_completion(
        self, interaction: discord.Interaction[DigestBot], _command: object, /
    ) -> None:
        """Count a command that was answered."""
        observe(interaction, "answered")

    async def on_message(self, message: discord.Message, /) -> None:
        """Take no text commands."""

    async def close(self) -> None:
        """Stop the work in hand, then the connections."""
        for task in (self._registering, self._reading):
            if task is not None:
                task.cancel()
        await asyncio.gather(self.delivery.close(), self.mail.close())
        await self.engagement.close()
        self.library.close()
        if self.phraser is not None:
            await self.phraser.close()
        await super().close()

    async def _find_earlier(self, entry: Entry, destination: Destination) -> tuple[Earlier, ...]:
        return await find_earlier(
            self.library,
            entry,
            guild_id=destination.guild_id,
            channel_id=destination.channel_id,
            today=self.today(),
        )

    async def _read_library(self) -> None:
        """Read all papers once the gateway is there, so that the first question need not wait."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.wait_until_ready(), READ_WITHIN)
        try:
            await self.library.refresh(self.today())
            await self.store.index_parts()
        except StorageError as error:
            _log.warning("The papers could not be read for questions: %s", in_words(error))


def _intents() -> discord.Intents:
    """Return what the bot listens to: none of it privileged."""
    return discord.Intents(guilds=True, guild_messages=True, guild_reactions=True, dm_messages=True)
