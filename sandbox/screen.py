"""What the demo's user sees: the transcript as it comes, and the buttons they can press."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import TextIO

from sandbox.interactions import Interaction
from sandbox.models import ChannelType, Json, Message, MessageType, User
from sandbox.server import Sandbox
from sandbox.terminal import Line, Style, paint
from sandbox.transcript import Transcript
from sandbox.words import word


class Screen:
    """Writes to a terminal or a file.

    Args:
        sandbox: What is watched.
        stream: Where to write.
        reader: Whose language the demo speaks.
        zone: Where times are shown.
        columns: Gives the width.
        colour: Whether to use colours.

    Attributes:
        aside: What to write before and after, so that a begun input line stays whole.
        on_closed: Called when nobody reads any more.
        buttons: The message and the custom_id behind each number, from 1.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        stream: TextIO,
        *,
        reader: User,
        zone: tzinfo,
        columns: Callable[[], int],
        colour: bool,
    ) -> None:
        self.reader = reader
        self.transcript = Transcript(
            world=sandbox.world,
            zone=zone,
            columns=columns,
            number_of=self._number_of,
        )
        self.buttons: list[tuple[Message, str]] = []
        self.aside: Callable[[], tuple[str, str]] = lambda: ("", "")
        self.on_closed: Callable[[], None] = lambda: None
        self._world = sandbox.world
        self._stream = stream
        self._colour = colour
        self._is_new_turn = False
        sandbox.subscribe(self._follow)

    # --- writing -----------------------------------------------------------------------------

    def show(self, lines: Iterable[Line]) -> None:
        """Write lines."""
        text = "".join(f"{paint(row, colour=self._colour)}\n" for row in lines)
        before, after = self.aside()
        try:
            self._stream.write(before + text + after)
            self._stream.flush()
        except BrokenPipeError:
            self.on_closed()

    def say(self, key: str, style: Style = Style.DIM, **values: object) -> None:
        """Write a sentence of the demo's own in the reader's language."""
        self.show(self.transcript.note(word(self.reader.locale, key, **values), style))

    def begin_turn(self) -> None:
        """Let the next buttons be numbered from 1; until some come, the old numbers hold."""
        self._is_new_turn = True

    def show_answer(self, answer: Interaction) -> None:
        """Write what came back from the bot."""
        if answer.error is not None:
            self.say("no_answer", Style.WARNING)
        elif not answer.messages:
            self.say("deferred")
        for message in answer.messages:
            self.show(self.transcript.reply(message, self.reader.locale))

    def show_choices(self, text: str, choices: Sequence[str]) -> None:
        """Write what autocomplete offers."""
        if choices:
            self.say("choices", text=text)
            self.show(self.transcript.choices(choices))
        else:
            self.say("no_choices")

    # --- following ---------------------------------------------------------------------------

    def _follow(self, event: Json) -> None:
        data = event["data"]
        if event["event"] == "THREAD_CREATE":
            self._follow_thread(int(data["id"]))
        elif event["event"] == "MESSAGE_REACTION_ADD":
            self._follow_reaction(data)
        elif event["event"] in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            message = self._world.messages.get(int(data["channel_id"]), {}).get(int(data["id"]))
            # What answers an interaction is shown to whoever asked, with `show_answer`.
            if message is not None and message.interaction is None:
                self._follow_message(message, is_new=event["event"] == "MESSAGE_CREATE")

    def _follow_thread(self, thread_id: int) -> None:
        thread = self._world.channels[thread_id]
        parent = self._world.channels[thread.parent_id or 0]
        if parent.type is not ChannelType.FORUM:  # there the post itself says so
            self.show(self.transcript.thread(thread, self.reader.locale))

    def _follow_reaction(self, data: Json) -> None:
        message = self._world.messages[int(data["channel_id"])][int(data["message_id"])]
        name = self._world.users[int(data["user_id"])].name
        shown = summary(message)
        self.say("reacted", name=name, emoji=data["emoji"]["name"], title=shown)

    def _follow_message(self, message: Message, *, is_new: bool) -> None:
        channel = self._world.channels[message.channel_id]
        is_others = channel.type is ChannelType.DM and self.reader.id not in channel.recipients
        if is_others or message.type is MessageType.THREAD_STARTER_MESSAGE:
            return
        if is_new:
            self.show(self.transcript.post(message))
        elif message.edited_at is not None:
            self.show([()])
            self.say("edited", title=summary(message))

    def _number_of(self, message: Message, button: Json) -> int:
        if self._is_new_turn:
            self.buttons.clear()
            self._is_new_turn = False
        self.buttons.append((message, button["custom_id"]))
        return len(self.buttons)


def summary(message: Message) -> str:
    """Return a message's title, or what it says."""
    return str(message.embeds[0].get("title", "")) if message.embeds else message.content
