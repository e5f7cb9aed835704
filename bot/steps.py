"""The kinds of steps that a delivery has: messages, forum posts, threads, edits, publishing.

What each does and how an earlier try of it is found; `bot.actions` does it once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot import attempts
from bot.actions import Action, ActionRunner, Result
from bot.histories import SLACK, Histories
from bot.outcomes import (
    CLOSED,
    GONE,
    PASSING,
    UNKNOWN_MESSAGE,
    UNPOSTABLE,
    LimitedError,
    RefusedError,
    UnsureError,
)
from bot.render.message import Message
from bot.render.plain import to_plain
from bot.sender import Sender
from storage.models import Step, StepState


class _AbsentError(Exception):
    """What is looked for is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRunner(ActionRunner):
    """Carries out the steps of one delivery to one destination.

    `looked` says up to which message a mark was looked for in vain. All of a long history takes
    longer than a claim is good for sending; what came since does not.

    Each method returns the step: DONE with where its result is, or SKIPPED.

    Raises (each method):
        BusyError: another process is at it.
        ClosedError: the delivery has ended with its subscription.
        RefusedError: Discord refuses it; a later try begins anew.
        StoppedError: the process is about to end.
        UnsureError: the outcome is still unknown after the last try.
        UserError: it may have been sent, and the history cannot be read to find out.
    """

    sender: Sender
    histories: Histories
    bot_id: int
    looked: dict[tuple[int, str], int] = field(default_factory=dict)

    async def post(
        self,
        entry_id: int,
        name: str,
        message: Message,
        *,
        channel_id: int,
        revision: str,
        elsewhere: tuple[int, ...] = (),
        editable: bool = True,
        role_id: int | None = None,
    ) -> Step:
        """Post a marked message into the channel or one of its threads.

        `elsewhere` are other places where an earlier try may have put it; a thread that is gone, or
        never was, is none. `role_id` is the role that it notifies if its text names it, once.
        """
        mark = self.mark(entry_id, name)
        in_thread = channel_id != self.destination.channel_id

        async def send(deadline: float) -> Result:
            message_id = await self.sender.create_message(
                channel_id, self._payload(message, role_id), mark=mark, deadline=deadline
            )
            return channel_id, message_id

        async def find() -> Result | None:
            found = await self._find_in(channel_id, mark)
            for place in elsewhere:
                found = found or await self._find_if_there(place, mark)
            return found

        return await self.run(
            Action(
                entry_id=entry_id,
                name=name,
                revision=revision,
                send=send,
                find=find,
                settle=attempts.SETTLE_BY_NONCE,
                refresh=self._editing(message) if editable else None,
                pointless=UNPOSTABLE | GONE | CLOSED if in_thread else UNPOSTABLE,
            )
        )

    async def forum_post(
        self,
        entry_id: int,
        name: str,
        message: Message,
        *,
        title: str,
        tags: tuple[int, ...],
        revision: str,
        label: str,
        editable: bool = True,
        role_id: int | None = None,
    ) -> Step:
        """Create a marked forum post; the step's channel and message are the post's thread.

        `label` is the source of title and tags, as `revision` is the message's; `role_id` is as
        for `post`.
        """
        forum = self.destination

        async def send(deadline: float) -> Result:
            post_id = await self.sender.create_forum_post(
                forum.channel_id,
                self._payload(message, role_id),
                name=title,
                tags=tags,
                deadline=deadline,
            )
            return post_id, post_id

        async def find() -> Result | None:
            return await self._find_forum_post(self.mark(entry_id, name))

        async def refresh(step: Step) -> None:
            await self._editing(message)(step)
            if not (step.revision or "").endswith(f"/{label}"):
                changes = {"name": title, "applied_tags": [str(tag) for tag in tags]}
                await self.sender.edit_thread(step.channel_id or 0, changes)

        return await self.run(
            Action(
                entry_id=entry_id,
                name=name,
                revision=f"{revision}/{label}",
                send=send,
                find=find,
                settle=attempts.SETTLE_LEFT,
                refresh=refresh if editable else None,
            )
        )

    async def thread(self, entry_id: int, message_id: int, *, title: str, source: str) -> Step:
        """Start a posted message's thread, or rename it; it has the message's id.

        `source` is the text that `title` was made of: only its change is worth a new name.
        """
        channel_id = self.destination.channel_id

        async def send(_: float) -> Result:
            thread_id = await self.sender.create_thread(channel_id, message_id, name=title)
            return channel_id, thread_id

        async def refresh(step: Step) -> None:
            await self.sender.edit_thread(step.message_id or 0, {"name": title})

        return await self.run(
            Action(
                entry_id=entry_id,
                name="thread",
                revision=source,
                send=send,
                refresh=refresh,
                pointless=UNPOSTABLE | {UNKNOWN_MESSAGE},
                gone=GONE,
            )
        )

    async def edit(
        self, entry_id: int, name: str, message: Message, *, posted: Step, revision: str
    ) -> Step:
        """Edit a posted message, now and whenever its source changes."""

        async def send(_: float) -> Result:
            await self._editing(message)(posted)
            return posted.channel_id or 0, posted.message_id or 0

        return await self.run(
            Action(
                entry_id=entry_id,
                name=name,
                revision=revision,
                send=send,
                refresh=self._editing(message),
                pointless=UNPOSTABLE | CLOSED | self.gone(posted.channel_id),
            )
        )

    async def find_out(self, step: Step, *, channel_id: int | None) -> None:
        """Record what a claim of a paper led to, or forget it where that is nothing; send nothing.

        `channel_id` is the channel or thread it would be in; None: it would be a forum's post.
        """

        async def find() -> Result | None:
            mark = self.mark(step.entry_id, step.name)
            if channel_id is None:
                return await self._find_forum_post(mark)
            return await self._find_if_there(channel_id, mark)

        async def forget(_: float) -> Result:
            raise _AbsentError

        action = Action(
            entry_id=step.entry_id,
            name=step.name,
            revision=step.revision or "",
            send=forget,
            find=find,
            settle=attempts.SETTLE_LEFT if channel_id is None else attempts.SETTLE_BY_NONCE,
        )
        try:
            await self.run(action)
        except _AbsentError:
            await self.store.give_back(step)

    async def publish(self, posted: Step) -> Step:
        """Publish a posted message to the channels that follow this one, or give that up.

        That it cannot be published stops nothing, so it raises only BusyError, ClosedError,
        StoppedError; and RefusedError where that says nothing of why, but only so often.
        """

        async def send(_: float) -> Result:
            channel_id, message_id = posted.channel_id or 0, posted.message_id or 0
            await self.sender.publish(channel_id, message_id)
            return channel_id, message_id

        action = Action(entry_id=posted.entry_id, name="crosspost", revision="", send=send)
        try:
            return await self.run(action)
        except RefusedError as error:
            if error.code in PASSING and not self.has_waited_enough(action):
                raise
            return await self.give_up(action, error)
        except (LimitedError, UnsureError) as error:
            return await self.give_up(action, error)

    async def delete_parts(self, entry_id: int, name: str, *, kept: int) -> None:
        """Delete the messages of a text that takes fewer of them by now: `name` and a number."""
        for step in await self.store.list_steps(self.delivery.id):
            number = step.name.removeprefix(name)
            if step.entry_id != entry_id or not number.isdigit() or int(number) < kept:
                continue
            if step.state is StepState.DONE:
                await self.sender.delete_message(step.channel_id or 0, step.message_id or 0)
                await self.store.forget_step(step)

    async def _find_in(self, channel_id: int, mark: str) -> Result | None:
        in_thread = channel_id != self.destination.channel_id
        after = channel_id if in_thread else self.delivery.anchor
        after = max(after, self.looked.get((channel_id, mark), 0))
        look = await self.histories.find_message(
            channel_id, mark, after=after, author_id=self.bot_id
        )
        self.looked[channel_id, mark] = look.newest - SLACK
        return (channel_id, look.found) if look.found else None

    async def _find_if_there(self, channel_id: int, mark: str) -> Result | None:
        try:
            return await self._find_in(channel_id, mark)
        except RefusedError as error:
            if error.code not in self.gone(channel_id):
                raise
            return None

    async def _find_forum_post(self, mark: str) -> Result | None:
        forum_id = self.destination.channel_id
        look = await self.histories.find_forum_post(
            self.destination.guild_id,
            forum_id,
            mark,
            after=max(self.delivery.anchor, self.looked.get((forum_id, mark), 0)),
            author_id=self.bot_id,
        )
        self.looked[forum_id, mark] = look.newest - SLACK
        return (look.found, look.found) if look.found else None

    def _editing(self, message: Message) -> Callable[[Step], Awaitable[None]]:
        async def edit(step: Step) -> None:
            await self.sender.edit_message(
                step.channel_id or 0, step.message_id or 0, self._payload(message)
            )

        return edit

    def _payload(self, message: Message, role_id: int | None = None) -> dict[str, object]:
        payload = (message if self.current.may_embed else to_plain(message)).to_payload()
        if role_id is None:
            return payload
        return payload | {"allowed_mentions": {"parse": [], "roles": [str(role_id)]}}
