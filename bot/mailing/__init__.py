"""Single messages that the bot posts by itself, each exactly once.

Claim -> look for the mark, unless nobody can have sent it yet -> send with mark and nonce ->
record. Whatever moment the process dies at, the store holds either no claim (nothing was sent), a
claim (perhaps it was: look first) or where the message stands.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import discord

from bot import attempts
from bot.attempts import LEASE, claim_settled, persist
from bot.clock import Clock
from bot.errors import UserError
from bot.histories import Histories
from bot.marks import mail_mark
from bot.outcomes import UNPOSTABLE, RefusedError
from bot.render.limits import BUTTON_LABEL, cut
from bot.render.message import Button, Message
from bot.render.plain import to_plain
from bot.sender import Sender
from storage.base import ClosedError, Store
from storage.models import Mailing, MailingClaim, MailingState

_log = logging.getLogger(__name__)

# Zones are up to 14 hours ahead of UTC; the rest is for clocks that differ.
_MARGIN = timedelta(days=2)

Compose = Callable[[], Awaitable[Message | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForumPlace:
    """A forum to post in: the post's title and tags."""

    guild_id: int
    title: str
    tags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Where a mailing goes: `anchor` is a message there that is older than it, 0 for none.

    `author_id` is who posts it, the bot. `may_read_history`: whether an empty history means that
    there is nothing. `label` stands on the button that carries the mark.
    """

    channel_id: int
    author_id: int
    anchor: int
    label: str
    may_read_history: bool = True
    may_embed: bool = True
    may_attach: bool = True
    forum: ForumPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailer:
    """Posts mailings."""

    store: Store
    sender: Sender
    histories: Histories
    clock: Clock
    owner: str
    stopping: asyncio.Event

    async def post(self, mailing: Mailing, box: Mailbox, compose: Compose) -> None:
        """Post the mailing, unless it stands there already, has expired or says nothing.

        `compose` is asked when it is certain that the message is to be sent, maybe again; None
        means that there is nothing to say after all.

        Raises:
            BusyError: another process is at it.
            RefusedError: Discord refuses it. Where nobody can have sent it, the claim is given
                back.
            StoppedError: the process is about to end.
            UnsureError: the outcome is still unknown after the last try.
            UserError: it may have been sent, and the history cannot be read to find out.
        """

        async def attempt(deadline: float) -> None:
            claim = await self._claim(mailing, box)
            if claim.mailing.state is MailingState.OPEN:
                await self._carry_out(claim, box, compose, deadline)

        with suppress(ClosedError):
            await persist(attempt, stopping=self.stopping)

    async def _claim(self, mailing: Mailing, box: Mailbox) -> MailingClaim:
        async def ask(settle: timedelta) -> MailingClaim:
            return await self.store.claim_mailing(
                mailing.id,
                channel_id=box.channel_id,
                anchor=box.anchor,
                owner=self.owner,
                lease=LEASE,
                settle=settle,
                now=self.clock(),
            )

        settle = attempts.SETTLE_LEFT if box.forum else attempts.SETTLE_BY_NONCE
        return await claim_settled(ask, mark_of(mailing), settle=settle, stopping=self.stopping)

    async def _carry_out(
        self, claim: MailingClaim, box: Mailbox, compose: Compose, deadline: float
    ) -> None:
        mailing = claim.mailing
        found = await self._look(claim, box)
        if found is None:
            message = await compose() if self.clock() < mailing.expires_at else None
            if message is None:
                await self.store.skip_mailing(mailing.id, owner=self.owner)
                return
            try:
                found = await self._send(mailing, box, message, deadline)
            except RefusedError as error:
                if error.code in UNPOSTABLE:
                    _log.error("Gave up %s: %s", mark_of(mailing), error)
                    await self.store.skip_mailing(mailing.id, owner=self.owner)
                    return
                # Not after an earlier try: that one may yet turn up, so keep looking for it.
                if claim.fresh:
                    await self.store.release_mailing(mailing.id, owner=self.owner)
                raise
        await self.store.finish_mailing(mailing.id, message_id=found)

    async def _look(self, claim: MailingClaim, box: Mailbox) -> int | None:
        """Return where an earlier try stands; None where there was none, or it was in vain."""
        restored = await self.store.get_restored()
        if claim.fresh and restored is None:
            return None
        after = claim.mailing.anchor
        if restored is not None:  # what was sent after the copy was made is not known here
            after = min(after, max(restored.after, _long_before(claim.mailing)))
        return await self._find(claim.mailing, box, after=after)

    async def _find(self, mailing: Mailing, box: Mailbox, *, after: int) -> int | None:
        channel_id, mark = mailing.channel_id or box.channel_id, mark_of(mailing)
        if not box.may_read_history:
            raise UserError("error.history_needed", channel=channel_id)
        if box.forum is None:
            look = await self.histories.find_message(
                channel_id, mark, after=after, author_id=box.author_id
            )
        else:
            look = await self.histories.find_forum_post(
                box.forum.guild_id, channel_id, mark, after=after, author_id=box.author_id
            )
        return look.found

    async def _send(self, mailing: Mailing, box: Mailbox, message: Message, deadline: float) -> int:
        channel_id, mark = mailing.channel_id or box.channel_id, mark_of(mailing)
        shown = _fit(_with_mark(message, box.label, mark), box)
        if box.forum is None:
            return await self.sender.create_message(
                channel_id,
                shown.to_payload(),
                mark=mark,
                attachments=shown.attachments,
                deadline=deadline,
            )
        return await self.sender.create_forum_post(
            channel_id,
            shown.to_payload(),
            name=box.forum.title,
            tags=box.forum.tags,
            attachments=shown.attachments,
            deadline=deadline,
        )


def mark_of(mailing: Mailing) -> str:
    """Return the mark of a mailing's message."""
    return mail_mark(mailing.kind, mailing.subject_id, mailing.day)


def _long_before(mailing: Mailing) -> int:
    """Return a message id older than the mailing's day in any time zone, and by any clock."""
    day = datetime.combine(mailing.day, time(0), tzinfo=UTC)
    return discord.utils.time_snowflake(day - _MARGIN)


def _with_mark(message: Message, label: str, mark: str) -> Message:
    button = Button(label=cut(label, BUTTON_LABEL), custom_id=mark)
    return replace(message, buttons=(*message.buttons, (button,)))


def _fit(message: Message, box: Mailbox) -> Message:
    """Return the message without what Discord would refuse or drop there."""
    if not box.may_attach and message.attachments:
        embeds = tuple(_without_picture(embed) for embed in message.embeds)
        message = replace(message, attachments=(), embeds=embeds)
    return message if box.may_embed else to_plain(message)


def _without_picture(embed: discord.Embed) -> discord.Embed:
    bare = embed.copy()
    if str(bare.image.url).startswith("attachment://"):
        bare.set_image(url=None)
    return bare
