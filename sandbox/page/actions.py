"""What a person does on the page, done by `users.Person` as in Discord's client."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox import messages
from sandbox.demo import Demo
from sandbox.filling import PickedFile, Value
from sandbox.interactions import Interaction
from sandbox.models import Channel, Json, Message, User
from sandbox.page.view import View
from sandbox.users import Person

_LOCALES = {"ko": "ko", "en": "en-US"}


class BadRequestError(Exception):
    """The page asked for something that does not exist; the text says what."""


class Actions:
    """Everything that the page can ask for, by name; each takes a view and a JSON object."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._uploads: dict[str, PickedFile] = {}
        self.all: dict[str, Callable[[View, Json], Awaitable[Json] | Json]] = {
            "send": self._send,
            "react": self._react,
            "dismiss": self._dismiss,
            "run": self._run,
            "use": self._use,
            "complete": self._complete,
            "click": self._click,
            "choose": self._choose,
            "submit": self._submit,
            "speak": self._speak,
            "dms": self._open_dms,
        }

    def _person(self, view: View) -> Person:
        return self._demo.person(view.reader)

    def _send(self, view: View, asked: Json) -> Json:
        channel = _channel(view, asked)
        reply_to = None
        if asked.get("reply"):
            reply_to = view.message(channel, number(asked, "reply"))
        text = _name_to_mention(view, text_of(asked, "text"))
        sent = self._person(view).send(
            channel, text, reply_to=reply_to, ping=bool(asked.get("ping", True))
        )
        return {"message": str(sent.id)}

    def _react(self, view: View, asked: Json) -> Json:
        message = _message(view, asked)
        emoji = text_of(asked, "emoji")
        if view.reader.id in message.reactions.get(emoji, ()):
            self._person(view).unreact(message, emoji)
        else:
            self._person(view).react(message, emoji)
        return {}

    def _dismiss(self, view: View, asked: Json) -> Json:
        message = _message(view, asked)
        if message.ephemeral_for == view.reader.id:
            messages.delete(view.world, message)
        return {}

    # --- what the bot answers ----------------------------------------------------------------

    async def _run(self, view: View, asked: Json) -> Json:
        channel, name = _channel(view, asked), text_of(asked, "name")
        options: dict[str, Value] = {**_texts(asked, "options")}
        options |= {key: self._picked(token) for key, token in _texts(asked, "files").items()}
        return _answer(await self._person(view).run(channel, name, options, settle=False))

    def upload(self, name: str, content: bytes) -> Json:
        """Take a file that was picked for an option; what is run with its token gets it."""
        token = secrets.token_urlsafe()
        self._uploads[token] = PickedFile(name, content)
        return {"token": token}

    def _picked(self, token: str) -> PickedFile:
        if token not in self._uploads:
            raise BadRequestError("there is no such file")
        return self._uploads[token]

    async def _use(self, view: View, asked: Json) -> Json:
        message, name = _message(view, asked), text_of(asked, "name")
        return _answer(await self._person(view).use_on_message(message, name, settle=False))

    async def _complete(self, view: View, asked: Json) -> Json:
        answer = await self._person(view).complete(
            _channel(view, asked),
            text_of(asked, "name"),
            text_of(asked, "option"),
            text_of(asked, "text"),
            _texts(asked, "options"),
        )
        return {"choices": answer.choices or [], "error": answer.error}

    async def _click(self, view: View, asked: Json) -> Json:
        message, custom_id = _message(view, asked), text_of(asked, "custom_id")
        person = self._person(view)
        return _answer(await person.click(message, custom_id=custom_id, settle=False))

    async def _choose(self, view: View, asked: Json) -> Json:
        message, custom_id = _message(view, asked), text_of(asked, "custom_id")
        values = [str(value) for value in asked.get("values") or ()]
        person = self._person(view)
        chosen = await person.choose(message, *values, custom_id=custom_id, settle=False)
        return _answer(chosen)

    async def _submit(self, view: View, asked: Json) -> Json:
        opened = self._demo.sandbox.interactions.all.get(number(asked, "interaction"))
        if opened is None or opened.user_id != view.reader.id:
            raise BadRequestError("there is no such dialog")
        fields = _texts(asked, "fields")
        return _answer(await self._person(view).submit(opened, fields, settle=False))

    # --- the person --------------------------------------------------------------------------

    def _open_dms(self, view: View, asked: Json) -> Json:
        self._person(view).close_dms(closed=text_of(asked, "value") == "closed")
        return {}

    def _speak(self, view: View, asked: Json) -> Json:
        language = text_of(asked, "value")
        if language not in _LOCALES:
            raise BadRequestError(f"no language {language!r}")
        view.reader.locale = _LOCALES[language]
        return {}


def find_reader(demo: Demo, name: str | None) -> User:
    """Return the person of this name; without one, the one who manages the server.

    Raises:
        BadRequestError: It is nobody of the demo's people.
    """
    # By name, not by id: a page that stays open finds the same people in the next demo.
    for user in (demo.house.manager, demo.house.member):
        if name in (user.name, None, ""):
            return user
    raise BadRequestError("nobody here has that name")


def number(asked: Json, key: str) -> int:
    """Return an id that the page sent.

    Raises:
        BadRequestError: It is none.
    """
    given = str(asked.get(key, ""))
    if not (given.isascii() and given.isdigit()):
        raise BadRequestError(f"{key} must be an id")
    return int(given)


def text_of(asked: Json, key: str) -> str:
    """Return a text that the page sent.

    Raises:
        BadRequestError: It is none.
    """
    given = asked.get(key)
    if not isinstance(given, str):
        raise BadRequestError(f"{key} must be a text")
    return given


def _texts(asked: Json, key: str) -> dict[str, str]:
    given: Any = asked.get(key) or {}
    if not isinstance(given, dict):
        raise BadRequestError(f"{key} must be an object")
    return {str(name): str(value) for name, value in given.items()}


def _channel(view: View, asked: Json) -> Channel:
    return view.channel(number(asked, "channel"))


def _message(view: View, asked: Json) -> Message:
    return view.message(_channel(view, asked), number(asked, "message"))


def _answer(given: Interaction) -> Json:
    """Return what the page must know at once; messages come with its events."""
    return {"error": given.error, "modal": given.modal, "interaction": str(given.id)}


def _name_to_mention(view: View, text: str) -> str:
    """Turn `@Name` and `#name` into mentions, as Discord's client does; longer names first."""
    world, guild = view.world, view.demo.house.guild
    users = [world.users[user_id] for user_id in guild.members]
    named = [(f"@{user.name}", f"<@{user.id}>") for user in users]
    named += [(f"@{role.name}", f"<@&{role.id}>") for role in view.roles()]
    named += [(f"#{c.name}", f"<#{c.id}>") for c in world.guild_channels(guild.id) if not c.thread]
    for shown, mention in sorted(named, key=lambda pair: len(pair[0]), reverse=True):
        text = text.replace(shown, mention)
    return text
