"""What changes, as server-sent events: each page follows the world as its person sees it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from functools import partial

from aiohttp import web

from sandbox.events import Change
from sandbox.models import Json, Message
from sandbox.page.show import show_hello, show_message, show_place
from sandbox.page.view import View

Event = tuple[str, Callable[[], Json]]
"""An event's name, and what gives its data when it is sent."""

_SHOWN = ("MESSAGE_CREATE", "MESSAGE_UPDATE")
_REACTIONS = ("MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE")
_AROUND = ("THREAD_", "CHANNEL_", "GUILD_", "SANDBOX_GATEWAY", "SANDBOX_BOT")
_KEEP_ALIVE_SECONDS = 15.0


class Stream:
    """One page's events, until it goes away or the server ends.

    `hello` comes first, then `message` and `gone` as messages come, change and go, `place` when
    something around them changes, and `renew` when the clock was moved: all times read anew.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._pending: asyncio.Queue[Event | None] = asyncio.Queue()
        self._place_is_due = False

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Send what changes."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        self._add("hello", partial(show_hello, self._view))
        end = self._view.world.hub.listen(self._follow)
        try:
            while await self._send_next(response):
                pass
        except ConnectionResetError:  # the page was closed
            pass
        finally:
            end()
        return response

    def close(self) -> None:
        """End it after what is pending."""
        self._pending.put_nowait(None)

    def _add(self, name: str, data: Callable[[], Json]) -> None:
        self._pending.put_nowait((name, data))

    async def _send_next(self, response: web.StreamResponse) -> bool:
        try:
            event = await asyncio.wait_for(self._pending.get(), _KEEP_ALIVE_SECONDS)
        except TimeoutError:
            await response.write(b": still here\n\n")
            return True
        if event is None:
            return False
        name, data = event
        await response.write(f"event: {name}\ndata: {json.dumps(data())}\n\n".encode())
        return True

    def _follow(self, change: Change) -> None:
        name = change.name.removeprefix("SANDBOX_")
        if change.name.startswith(_AROUND):
            self._renew_place()
        elif name == "CLOCK":
            self._add("renew", dict)
        elif name == "MESSAGE_DELETE":
            self._add("gone", partial(dict, id=change.data["id"]))
        elif name in _SHOWN:
            is_new = name == "MESSAGE_CREATE"
            self._show(change.data["channel_id"], change.data["id"], is_new=is_new)
            self._renew_place()
        elif name in _REACTIONS:
            self._show(change.data["channel_id"], change.data["message_id"])

    def _show(self, channel_id: str, message_id: str, *, is_new: bool = False) -> None:
        for message in self._concerned(int(channel_id), int(message_id)):
            # As it was now: by the time that it is sent it may have been deleted.
            shown = show_message(self._view, message)
            is_it = is_new and shown["id"] == message_id
            self._add("message", partial(dict, shown | {"new": is_it}))

    def _renew_place(self) -> None:
        """Let the place be sent once, as it is by then: many changes make one picture."""
        if self._place_is_due:
            return
        self._place_is_due = True

        def picture() -> Json:
            self._place_is_due = False
            return show_place(self._view)

        self._add("place", picture)

    def _concerned(self, channel_id: int, message_id: int) -> Iterator[Message]:
        """Give the message, and the one whose thread it is in: that shows how many there are."""
        view = self._view
        channel = view.world.channels.get(channel_id)
        if channel is None or not view.sees(channel):
            return
        message = view.world.messages[channel.id].get(message_id)
        if message is not None and view.sees_message(message):
            yield message
        starter = view.world.messages.get(channel.parent_id or 0, {}).get(channel.id)
        if starter is not None:
            yield starter
