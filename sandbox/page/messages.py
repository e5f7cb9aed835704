"""A message as the page shows it: who, when, what, its buttons, reactions and thread."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.models import Channel, Json, Message, MessageFlag, MessageType, ThreadState, User
from sandbox.page.elements import Element, e
from sandbox.page.embeds import embed_element, row_elements
from sandbox.page.files import Pictures, file_elements
from sandbox.page.text import Text
from sandbox.transcript import localized

if TYPE_CHECKING:
    from sandbox.page.view import View

_USER_SELECT, _ROLE_SELECT, _MENTIONABLE_SELECT, _CHANNEL_SELECT = 5, 6, 7, 8  # docs: Components
_COMMANDS = (MessageType.CHAT_INPUT_COMMAND, MessageType.CONTEXT_MENU_COMMAND)
_QUICK = ("👍", "🎉", "👀")
_SMALL_PRINT = "-# "
_PLACES = re.compile(r"(\{\w+\})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """Shows messages to whoever looks."""

    view: View
    text: Text

    def show(self, message: Message) -> Json:
        """Return a message; the first of a thread is the one that the thread hangs from."""
        place = message.channel_id
        if message.type is MessageType.THREAD_STARTER_MESSAGE:
            message = self.view.world.find_message(message.reference or {}) or message
        lead = self._lead(message)
        return {
            "id": str(message.id),
            "channel": str(place),
            "home": str(message.channel_id),
            "author": str(message.author_id),
            "seconds": message.created_at.timestamp(),
            "day": self.text.dates.day(message.created_at),
            "alone": lead is not None,
            "ends": message.thread_id is not None,
            "private": message.ephemeral_for is not None,
            "element": self._element(message, lead, place).to_json(),
        }

    def preview(self, message: Message) -> list[Element | str]:
        """Return the beginning of a message's text, for lists of threads and for replies."""
        said = message.content
        for embed in message.embeds:
            said = said or str(embed.get("title") or embed.get("description") or "")
        return self.text.line(said.partition("\n")[0])

    def summary(self, message: Message) -> list[Element | str]:
        """Return the first sentences of a forum's post; its title stands elsewhere."""
        said = [message.content, *(embed.get("description", "") for embed in message.embeds)]
        lines = [line for text in said for line in text.split("\n")]
        kept = [line for line in lines if line.strip() and not line.startswith(_SMALL_PRINT)]
        return self.text.line(kept[0]) if kept else []

    def count(self, state: ThreadState) -> str:
        """Return how many messages a thread has."""
        key = "message" if state.message_count == 1 else "messages"
        return self.view.say(key, n=state.message_count)

    # --- parts -------------------------------------------------------------------------------

    def _element(self, message: Message, lead: Element | None, place: int) -> Element:
        author, at = self.view.world.users[message.author_id], message.created_at
        pinged = self.view.reader.id in message.pinged
        is_private = message.ephemeral_for is not None
        classes = {"pinged": pinged, "private": is_private, "has-lead": lead is not None}
        is_here = place == message.channel_id
        return e(
            ".".join(["li", "message", *(name for name, on in classes.items() if on)]),
            lead,
            avatar(author),
            e("span.side-time", self.text.dates.clock(at), aria_hidden="true"),
            self._author(author, at),
            e("div.body", self._body(message)),
            None if is_private else self._tools(is_here=is_here),
            tabindex="-1",
            data_id=str(message.id),
            data_name=author.name,
        )

    def _author(self, author: User, at: datetime) -> Element:
        dates = self.text.dates
        name = "span.name.bot" if author.bot else "span.name"
        return e(
            "div.by",
            e(name, author.name),
            e("span.app", self.view.say("app")) if author.bot else None,
            e("time", dates.stamp(at), datetime=at.isoformat(), title=dates.full(at)),
        )

    def _body(self, message: Message) -> list[Element | None]:
        users = [(f"@{user.name}", str(user.id)) for user in self.view.users()]
        roles = [(f"@{role.name}", str(role.id)) for role in self.view.roles()]
        channels = [(f"#{channel.name}", str(channel.id)) for channel in self.view.channels()]
        offered = {
            _USER_SELECT: users,
            _ROLE_SELECT: roles,
            _MENTIONABLE_SELECT: users + roles,
            _CHANNEL_SELECT: channels,
        }
        pictures = Pictures(attachments=message.attachments)
        is_started = message.type is MessageType.THREAD_CREATED
        return [
            e("div.small", self.view.say("started_thread")) if is_started else None,
            self._thinking(message) if message.flags & MessageFlag.LOADING else None,
            self.text.blocks(message.content, tail=self._edited(message))
            if message.content
            else None,
            *file_elements(message),
            *[embed_element(embed, self.text, pictures) for embed in message.embeds],
            *row_elements(message.components, offered, self.view.say("choose")),
            self._published() if message.flags & MessageFlag.CROSSPOSTED else None,
            self._reactions(message),
            self._chip(message),
            self._only_you() if message.ephemeral_for is not None else None,
        ]

    def _thinking(self, message: Message) -> Element:
        name = self.view.world.users[message.author_id].name
        return e("div.thinking", f"{name} {self.view.say('thinking')} ")

    def _edited(self, message: Message) -> Element | None:
        # What fills in a promised answer is an edit, too, and Discord does not say so.
        if message.edited_at is None or message.interaction:
            return None
        title = self.text.dates.full(message.edited_at)
        return e("span.edited", self.view.say("edited"), title=title)

    def _reactions(self, message: Message) -> Element | None:
        shown = []
        for emoji, users in message.reactions.items():
            mine = self.view.reader.id in users
            shown.append(
                e(
                    "button.reaction.mine" if mine else "button.reaction",
                    f"{emoji} {len(users)}",
                    type="button",
                    aria_pressed=str(mine).lower(),
                    data_act="react",
                    data_emoji=emoji,
                )
            )
        return e("div.reactions", shown) if shown else None

    def _chip(self, message: Message) -> Element | None:
        """Return the thread that hangs from a message; a forum post is its thread already."""
        thread = self.view.world.channels.get(message.thread_id or 0)
        if thread is None or thread.thread is None or thread.id == message.channel_id:
            return None
        return e(
            "button.chip",
            e("b", thread.name),
            e("span.open", self.count(thread.thread)),
            self._last(thread),
            type="button",
            data_go=str(thread.id),
        )

    def _last(self, thread: Channel) -> Element | None:
        newest = self.view.newest(thread)
        if newest is None:
            return None
        author = self.view.world.users[newest.author_id]
        said = e("span", self.preview(newest))
        when = e("time", self.text.dates.stamp(newest.created_at))
        return e("div.last", avatar(author), e("b", author.name), said, when)

    def _published(self) -> Element:
        return e("div.aside", e("icon", data_icon="news"), self.view.say("published"))

    def _only_you(self) -> Element:
        dismiss = e("button", self.view.say("dismiss"), type="button", data_act="dismiss")
        only_you = f"{self.view.say('only_you')} • "
        return e("div.aside", e("icon", data_icon="eye"), only_you, dismiss)

    def _lead(self, message: Message) -> Element | None:
        """Return what stands above: what a message replies to, or which command it answers."""
        world = self.view.world
        target: Message | None = None
        if message.type is MessageType.REPLY:
            target = world.find_message(message.reference or {})
        elif message.interaction and "interacted_message_id" in message.interaction:
            pressed = int(message.interaction["interacted_message_id"])
            target = world.messages[message.channel_id].get(pressed)
        elif message.interaction and message.type in _COMMANDS:
            return self._command(message.interaction, message.type)
        if target is None:
            return None
        author = world.users[target.author_id]
        quote = e("span.quote", self.preview(target))
        go = {"data_go": str(message.channel_id), "data_message": str(target.id)}
        return e("button.lead", avatar(author), e("b", author.name), quote, type="button", **go)

    def _command(self, metadata: Json, kind: MessageType) -> Element:
        user = self.view.world.users[int(metadata["user"]["id"])]
        # What came of a form is shown as the answer to the command that opened the form.
        begun = metadata.get("triggering_interaction_metadata", metadata)
        run = self.view.demo.sandbox.interactions.all.get(int(begun["id"]))
        mark = "/" if kind is MessageType.CHAT_INPUT_COMMAND else ""
        name = f"{mark}{self._name_of_command(run.name)}" if run else ""
        parts = {"{user}": e("b", user.name), "{command}": e("span.command", name)}
        said = [parts.get(part, part) for part in _PLACES.split(self.view.sentence("used"))]
        return e("div.lead", avatar(user), said)

    def _name_of_command(self, name: str) -> str:
        bodies = [command.body for command in self.view.world.commands.values()]
        first, _, rest = name.partition(" ")
        # A message's command has spaces in its name, a slash command its subcommands after one.
        for known, others in ((name, ""), (first, rest)):
            body = next((body for body in bodies if body["name"] == known), None)
            if body:
                return f"{localized(body, 'name', self.view.reader.locale)} {others}".strip()
        return name

    def _tools(self, *, is_here: bool) -> Element:
        """Return what one does with a message; one that a thread hangs from is answered there."""
        return e(
            "div.tools",
            [self._tool("react", emoji, data_emoji=emoji) for emoji in _QUICK],
            self._tool("reply", "↩") if is_here else None,
            self._tool("actions", "…", aria_haspopup="menu", aria_expanded="false"),
        )

    def _tool(self, act: str, shown: str, **attributes: str) -> Element:
        label = self.view.say(act, **attributes)
        given = {"title": label, "aria_label": label} | attributes
        return e("button", shown, type="button", data_act=act, **given)


def avatar(user: User, dot: str | None = None) -> Element:
    """Return a user's picture: the bot's own, or the first letter on a colour."""
    shown = e("img", src="/static/bot.svg", alt="") if user.bot else user.name[:1].upper()
    mark = e(f"span.dot.{dot}") if dot else None
    return e(f"span.avatar.tone-{user.id % 4}", shown, mark, aria_hidden="true")
