"""What stands in the sandbox's channels, as a reader finds it, with the marks under it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bench.year.papers import NUMBER
from sandbox.models import Channel, Message, MessageType
from sandbox.world import World

_MARK = re.compile(r"post:(\d+):(\d{4})(\d\d)(\d\d):(\d+):([a-z]+)(\d*):(\d+)")
_MAIL = re.compile(r"mail:([a-z]+):(\d+):(\d{4})(\d\d)(\d\d)")
_STAMP = re.compile(r"\b(Abstract|설명|Remark)(\d{5})v(\d+)\b")
_KINDS = {"Abstract": "abstract", "설명": "ko", "Remark": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A marked message: `step` is `header`, `paper` or `details`; `place_id` is where it stands."""

    day: date
    run: int
    entry: int
    step: str
    part: str
    place_id: int
    message: Message

    @property
    def key(self) -> tuple[object, ...]:
        """What there may be only one of."""
        return self.day, self.run, self.entry, self.step, self.part


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A single message that the bot sent by itself: its kind, and the day that it counts for."""

    kind: str
    day: date
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A channel with its threads. `strays` are messages that nothing accounts for."""

    channel: Channel
    threads: Mapping[int, Channel]
    pieces: tuple[Piece, ...]
    letters: tuple[Letter, ...]
    strays: tuple[Message, ...]


def look(world: World, channel: Channel) -> Sight:
    """Return what is in a channel now."""
    threads = {
        each.id: each
        for each in world.channels.values()
        if each.thread and each.parent_id == channel.id
    }
    places = [channel, *threads.values()]
    return read(channel, threads, (world.visible_messages(place) for place in places))


def read(
    channel: Channel, threads: Mapping[int, Channel], messages: Iterable[Sequence[Message]]
) -> Sight:
    """Return what these messages of a channel and its threads are."""
    pieces: list[Piece] = []
    letters: list[Letter] = []
    strays: list[Message] = []
    for message in (each for place in messages for each in place):
        found = next(_marks(message), None)
        if message.type is MessageType.THREAD_STARTER_MESSAGE:
            continue
        if isinstance(found, Piece):
            pieces.append(found)
        elif isinstance(found, Letter):
            letters.append(found)
        else:
            strays.append(message)
    pieces.sort(key=lambda piece: piece.message.id)
    return Sight(
        channel=channel,
        threads=threads,
        pieces=tuple(pieces),
        letters=tuple(letters),
        strays=tuple(strays),
    )


def text_of(message: Message) -> str:
    """Return all that can be read in a message."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.get("title", ""), embed.get("description", "")]
        parts += [f"{each['name']}\n{each['value']}" for each in embed.get("fields", ())]
        parts.append(embed.get("footer", {}).get("text", ""))
    return "\n".join(parts)


def number_of(message: Message) -> int | None:
    """Return the number of the paper that a post shows, by its title."""
    title = str(message.embeds[0].get("title", "")) if message.embeds else message.content
    found = NUMBER.search(title)
    return int(found[1]) if found else None


def numbers_in(message: Message) -> frozenset[int]:
    """Return the numbers of all papers that a message names."""
    return frozenset(int(found) for found in NUMBER.findall(text_of(message)))


def stamps_in(messages: Iterable[Message]) -> set[tuple[str, int, int]]:
    """Return what versions of which texts can be read: kind of text, paper, version."""
    return {
        (_KINDS[kind], int(number), int(version))
        for message in messages
        for kind, number, version in _STAMP.findall(text_of(message))
    }


def _marks(message: Message) -> Iterator[Piece | Letter]:
    for row in message.components:
        for button in row.get("components", ()):
            custom_id = button.get("custom_id", "")
            if found := _MARK.fullmatch(custom_id):
                _, year, month, day, entry, step, part, run = found.groups()
                yield Piece(
                    day=date(int(year), int(month), int(day)),
                    run=int(run),
                    entry=int(entry),
                    step=step,
                    part=part,
                    place_id=message.channel_id,
                    message=message,
                )
            elif found := _MAIL.fullmatch(custom_id):
                kind, _, year, month, day = found.groups()
                counted = date(int(year), int(month), int(day))
                yield Letter(kind=kind, day=counted, message=message)
