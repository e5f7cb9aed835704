"""Due -> open -> post: the single messages that the bot posts by itself, beside the digests.

A tick opens what is due and hands what is open to the workers. Whatever stops a message, a later
tick goes on where it stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import aiohttp
import discord

from bot.attempts import BusyError, StoppedError
from bot.clock import Clock
from bot.errors import UserError
from bot.histories import Histories
from bot.mailing import Mailer, mark_of
from bot.outcomes import RefusedError, UnsureError
from bot.reporting import explain
from bot.sender import Sender
from bot.workers import Workers
from storage.base import StorageError, Store
from storage.models import Mailing, MailingDraft

# Fewer than for digests: nobody waits for these, and Discord minds many new direct messages.
WORKERS = 8

# What keeps a message for now: Discord or the way to it, its settings, another copy of the bot, the
# disk.
_OBSTACLES = (
    UnsureError,
    RefusedError,
    BusyError,
    UserError,
    discord.HTTPException,
    aiohttp.ClientError,
    OSError,
    StorageError,
)

_log = logging.getLogger(__name__)


class MailKind(Protocol):
    """A sort of message, by its `kind` in the store."""

    kind: str

    async def list_due(self, now: datetime) -> Sequence[MailingDraft]:
        """Return what is due and not begun; some may be."""

    async def post(self, mailing: Mailing, mailer: Mailer) -> bool:
        """Post a mailing; return false where a later tick is to go on with it.

        Raises:
            BusyError, RefusedError, StoppedError, UnsureError, UserError: as `Mailer.post` does.
        """


class MailService:
    """Opens what is due and posts it."""

    def __init__(
        self,
        *,
        store: Store,
        sender: Sender,
        histories: Histories,
        clock: Clock,
        owner: str,
        kinds: Sequence[MailKind],
    ) -> None:
        self._store = store
        self._clock = clock
        self._kinds = {each.kind: each for each in kinds}
        self._open: dict[int, Mailing] = {}
        self._workers = Workers(self._post, most=WORKERS)
        self._mailer = Mailer(
            store=store,
            sender=sender,
            histories=histories,
            clock=clock,
            owner=owner,
            stopping=self._workers.stopping,
        )

    async def tick(self) -> None:
        """Open every message that is due and set the workers to what is open."""
        now = self._clock()
        for each in self._kinds.values():
            due = await each.list_due(now)
            if due:
                await self._store.open_mailings(due, now=now)
        found = await self._store.list_open_mailings()
        self._open = {each.id: each for each in found if each.kind in self._kinds}
        self._workers.begin(self._open)

    async def close(self) -> None:
        """Let the messages in hand finish and begin no more; the next start posts the rest."""
        await self._workers.close()

    async def _post(self, mailing_id: int) -> bool:
        mailing = self._open.get(mailing_id)
        if mailing is None:
            return True
        if mailing.channel_id is None and self._clock() >= mailing.expires_at:
            await self._store.skip_mailing(mailing.id, owner=self._mailer.owner)
            return True
        try:
            return await self._kinds[mailing.kind].post(mailing, self._mailer)
        except StoppedError:
            _log.info("%s goes on after the next start", mark_of(mailing))
            return True
        except _OBSTACLES as error:
            _log.warning("%s has to wait: %s", mark_of(mailing), explain(error))
            return False
