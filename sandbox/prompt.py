"""The demo's prompt: what is typed becomes commands, clicks and messages of a person."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import CancelledError as CancelledElsewhere

from sandbox.demo import Demo
from sandbox.errors import DiscordError
from sandbox.filling import ClientRefusal
from sandbox.keyboard import Keyboard
from sandbox.models import Channel, Json, User
from sandbox.screen import Screen
from sandbox.terminal import Style
from sandbox.transcript import localized
from sandbox.users import Person
from sandbox.words import word

_CHAT_INPUT = 1  # docs: Application Command Types
_LOCALES = {"ko": "ko", "en": "en-US"}
_COMPLETION_SECONDS = 3.0


class Prompt:
    """Acts for one person after the other, at their client, in one channel."""

    def __init__(self, demo: Demo, screen: Screen) -> None:
        self._demo = demo
        self._screen = screen
        self._user = screen.reader
        self._actions: dict[str, Callable[[], Awaitable[None] | None]] = {
            "help": self._help,
            "ko": lambda: self._speak("ko"),
            "en": lambda: self._speak("en"),
            "tomorrow": self._tomorrow,
            "kill": self._kill,
        }

    async def run(self, keyboard: Keyboard) -> None:
        """Do what is typed until `quit` or the end of the input."""
        self._screen.aside = lambda: (keyboard.step_aside(), keyboard.come_back())
        self._screen.show([()])
        self._screen.say("first_steps", Style.PLAIN)
        while True:
            text = await keyboard.read(f"{self._user.name}> ")
            if text is None or text.strip() in ("quit", "exit"):
                return
            if text.strip():
                await self.act(text.strip())
                self._screen.show([()])

    async def act(self, text: str) -> None:
        """Do what one line says."""
        self._screen.begin_turn()
        try:
            await self._dispatch(text)
        except ClientRefusal as refusal:
            self._screen.say("refused", Style.WARNING, reason=str(refusal).rstrip("."))
        except DiscordError as refusal:
            self._screen.say("refused", Style.WARNING, reason=refusal.message.rstrip("."))
        except TimeoutError:
            self._screen.say("no_answer", Style.WARNING)

    async def _dispatch(self, text: str) -> None:
        first, _, rest = text.partition(" ")
        if text in self._actions:
            done = self._actions[text]()
            if done is not None:
                await done
        elif text.isdecimal():
            await self._press(int(text))
        elif text.startswith("/"):
            await self._run(first[1:], rest.strip())
        elif first == "as" and rest:
            self._become(rest.strip())
        elif first == "react" and rest:
            self._react(rest.strip())
        else:
            self._say(text)

    # --- Discord -----------------------------------------------------------------------------

    @property
    def _person(self) -> Person:
        return self._demo.person(self._user)

    @property
    def _channel(self) -> Channel:
        return self._demo.house.text

    def _commands(self) -> list[Json]:
        offered = self._person.commands(self._channel)
        return [command.body for command in offered if command.body["type"] == _CHAT_INPUT]

    async def _run(self, name: str, rest: str) -> None:
        body = find_command(self._commands(), name)
        if body is None:
            self._screen.say("unknown", Style.WARNING, name=name)
            self._screen.show(self._screen.transcript.commands(self._commands(), self._user.locale))
            return
        given = parse_options(body, rest)
        answer = await self._person.run(self._channel, str(body["name"]), given)
        self._screen.show_answer(answer)

    def _say(self, text: str) -> None:
        """Send a message; as in Discord's client, `@Paper Digest` mentions the bot."""
        application = self._demo.sandbox.world.application
        mentioning = text.replace(f"@{application.name}", f"<@{application.id}>")
        self._person.send(self._channel, mentioning)

    def _react(self, emoji: str) -> None:
        """React to the newest message."""
        *_, newest = self._screen.transcript.world.visible_messages(self._channel)
        self._person.react(newest, emoji)

    async def _press(self, number: int) -> None:
        buttons = self._screen.buttons
        if not 1 <= number <= len(buttons):
            key = "no_button" if buttons else "no_buttons"
            self._screen.say(key, Style.WARNING, number=number)
            return
        message, custom_id = buttons[number - 1]
        answer = await self._person.click(message, custom_id=custom_id)
        self._screen.show_answer(answer)

    # --- the demo ----------------------------------------------------------------------------

    def _help(self) -> None:
        locale, screen = self._user.locale, self._screen
        names = f"{self._demo.house.manager.name}, {self._demo.house.member.name}"
        screen.say("help_commands", Style.BOLD)
        screen.show(screen.transcript.commands(self._commands(), locale))
        screen.say("help_here", Style.BOLD)
        rows = [
            ("1, 2, …", word(locale, "help_number")),
            ("ko | en", word(locale, "help_locale")),
            ("tomorrow", word(locale, "help_tomorrow")),
            ("kill", word(locale, "help_kill")),
            ("react 👍", word(locale, "help_react")),
            ("as NAME", word(locale, "help_as", names=names)),
            ("quit", word(locale, "help_quit")),
            ("…", word(locale, "help_text", channel=self._channel.name)),
        ]
        screen.show(screen.transcript.table(rows))

    def _speak(self, language: str) -> None:
        self._user.locale = _LOCALES[language]
        self._screen.say("language")

    def _become(self, name: str) -> None:
        people: dict[str, User] = {
            user.name: user for user in (self._demo.house.manager, self._demo.house.member)
        }
        if name not in people:
            names = ", ".join(people)
            self._screen.say("no_person", Style.WARNING, name=name, names=names)
            return
        people[name].locale = self._user.locale
        self._user = self._screen.reader = people[name]
        role = "manager" if self._user is self._demo.house.manager else "member"
        self._screen.say("person", name=name, role=word(self._user.locale, role))

    async def _tomorrow(self) -> None:
        going = asyncio.create_task(self._demo.go_to_tomorrow())
        await asyncio.sleep(0)  # lets it move the clock
        self._screen.say("tomorrow", now=f"{self._demo.local_now():%Y-%m-%d %H:%M}")
        if not await going:
            self._screen.say("nothing_due")

    async def _kill(self) -> None:
        await self._demo.kill_bot()
        self._screen.say("killed", pid=self._demo.bot.pid)
        await self._demo.bot.start()
        await self._demo.wait_until_ready()
        self._screen.say("restarted", pid=self._demo.bot.pid)

    # --- completion --------------------------------------------------------------------------

    def completer(self, loop: asyncio.AbstractEventLoop) -> Callable[[str], Sequence[str]]:
        """Return what completes a begun line, for another thread than the loop's."""

        def complete(text: str) -> Sequence[str]:
            asked = asyncio.run_coroutine_threadsafe(self._complete_typed(text), loop)
            try:
                return asked.result(_COMPLETION_SECONDS)
            except (TimeoutError, CancelledElsewhere):
                return ()

        return complete

    async def _complete_typed(self, text: str) -> Sequence[str]:
        """Return what goes on as typed, or the only match; several others are only shown.

        The bot matches anywhere in a name, and readline would cut the line back to what all
        matches begin with.
        """
        found = await self.complete(text)
        same = [match for match in found if match.casefold().startswith(text.casefold())]
        if same or len(found) == 1:
            return same or found
        if found:
            self._screen.show_choices(text, found)
        return ()

    async def show_choices(self, text: str) -> None:
        """Show what completes a begun line."""
        self._screen.show_choices(text, await self.complete(text))

    async def complete(self, text: str) -> list[str]:
        """Return the lines that a begun one may become; values come from the bot itself."""
        name, space, rest = text.partition(" ")
        if not space:
            slashes = [f"/{localized(b, 'name', self._user.locale)}" for b in self._commands()]
            words = [*slashes, *self._actions, "as ", "react ", "quit"]
            return [found for found in words if text and found.startswith(text)]
        body = find_command(self._commands(), name[1:]) if name.startswith("/") else None
        if body is None:
            return []
        return await self._complete_option(body, text, rest)

    async def _complete_option(self, body: Json, text: str, rest: str) -> list[str]:
        given = list(parse_options(body, rest, keep_empty=True).items())
        option, begun = given.pop() if given else (_first_option(body), "")
        specs = {spec["name"]: spec for spec in body.get("options", [])}
        if not specs.get(option, {}).get("autocomplete"):
            return []
        head = text[: len(text) - len(begun)] if begun else text
        others = {name: value for name, value in given if value}
        try:
            answer = await self._person.complete(
                self._channel, str(body["name"]), option, begun, others
            )
        except ClientRefusal:
            return []
        return [head + str(choice["value"]) for choice in answer.choices or []]


def find_command(bodies: Sequence[Json], name: str) -> Json | None:
    """Return the command of this name in any language, or None."""
    return next((body for body in bodies if name in _names(body)), None)


def parse_options(body: Json, text: str, *, keep_empty: bool = False) -> dict[str, str]:
    """Return what `text` gives a command's options, by name.

    `name:value` may repeat, in any language's names; what stands before the first is the first
    option that is not named. A colon after anything else is part of the value.
    """
    names = {name: spec["name"] for spec in body.get("options", []) for name in _names(spec)}
    if not names:
        return {}
    longest_first = sorted(names, key=len, reverse=True)
    marks = re.compile(rf"(?<!\S)({'|'.join(map(re.escape, longest_first))}):[ \t]*")
    found = list(marks.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    named = {
        names[match[1]]: text[match.end() : end].strip()
        for match, end in zip(found, ends, strict=False)
    }
    bare = text[: found[0].start()].strip() if found else text.strip()
    free = [spec["name"] for spec in body["options"] if spec["name"] not in named]
    given = {free[0]: bare} | named if bare and free else named
    return {name: value for name, value in given.items() if value or keep_empty}


def _first_option(body: Json) -> str:
    return str(next((spec["name"] for spec in body.get("options", [])), ""))


def _names(item: Json) -> set[str]:
    return {item["name"], *(item.get("name_localizations") or {}).values()}
