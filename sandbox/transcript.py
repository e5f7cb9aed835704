"""Messages of the world as lines of text, as their readers would see them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from sandbox.markdown import Markdown
from sandbox.markup import clean
from sandbox.mentions import show_mention
from sandbox.models import Channel, ChannelType, Json, Message
from sandbox.terminal import NO_BREAK, Line, Piece, Style, line, plain, shorten, width, wrap
from sandbox.words import word
from sandbox.world import World

Numbering = Callable[[Message, Json], int | None]
"""Gives the number that presses a button, or None for a button without one."""

_BUTTON, _LINK_STYLE = 2, 5  # docs: Component Reference
_INDENT = 2
_THREAD_INDENT = 4
_BAR = Piece("┃ ", Style.ACCENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """How many lines of a message are shown: its text, an embed's description, a field."""

    content: int
    description: int
    field: int


POST = Cut(content=12, description=24, field=3)
REPLY = Cut(content=60, description=60, field=8)
IN_THREAD = Cut(content=4, description=4, field=2)


def no_numbers(_message: Message, _button: Json) -> None:
    """Number no button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """Writes down what happens in the world.

    Args:
        world: Whose messages they are.
        zone: Where times are shown.
        columns: Gives the terminal's width.
        number_of: Numbers buttons.
    """

    world: World
    zone: tzinfo
    columns: Callable[[], int]
    number_of: Numbering = no_numbers

    def post(self, message: Message) -> list[Line]:
        """Return a message that everyone can see: a post, or what stands in its thread."""
        channel = self.world.channels[message.channel_id]
        if channel.thread is not None and message.id != channel.id:
            return list(self._body(message, IN_THREAD, indent=_THREAD_INDENT))
        heading = self._laid(self._heading(message), 0)
        return [(), *heading, *self._body(message, POST, indent=_INDENT)]

    def reply(self, message: Message, locale: str) -> list[Line]:
        """Return the bot's answer to one who asked; `locale` is theirs."""
        heading = self._heading(message)
        if message.ephemeral_for is not None:
            note = word(locale, "only_you")
            heading = (*heading, Piece(f" · {note}", Style.DIM | Style.ITALIC))
        return [*self._laid(heading, 0), *self._body(message, REPLY, indent=_INDENT)]

    def thread(self, thread: Channel, locale: str) -> list[Line]:
        """Return the line that says that a thread was opened."""
        name = Piece(clean(thread.name), Style.BOLD)
        opened = (Piece(f"╰ {word(locale, 'thread')} ", Style.DIM), name)
        return self._laid(opened, indent=_INDENT)

    def note(self, text: str, style: Style = Style.DIM) -> list[Line]:
        """Return a remark of the demo's own."""
        return [found for row in text.split("\n") for found in self._laid(line(row, style), 0)]

    def choices(self, choices: Sequence[str]) -> list[Line]:
        """Return what autocomplete offers."""
        rows = [(Piece("· ", Style.DIM), Piece(clean(choice))) for choice in choices]
        return [found for row in rows for found in self._laid(row, _INDENT)]

    def commands(self, bodies: Sequence[Json], locale: str) -> list[Line]:
        """Return registered commands with their options and descriptions in a language."""
        shown = [(_usage(body, locale), localized(body, "description", locale)) for body in bodies]
        return self.table(shown)

    def table(self, rows: Sequence[tuple[str, str]]) -> list[Line]:
        """Return two columns; what is too long for the first has a line of its own."""
        first = min(max((width(left) for left, _ in rows), default=0), self.columns() // 3)
        lines: list[Line] = []
        for left, right in rows:
            pad = " " * max(0, first - width(left))
            below = wrap(line(right), max(20, self.columns() - first - 2 * _INDENT))
            head: Line = (Piece(" " * _INDENT), Piece(left, Style.BOLD))
            if width(left) > first:
                lines.append(head)
                head, pad = (Piece(" " * _INDENT),), " " * first
            lines.append((*head, Piece(pad + "  "), *below[0]))
            lines += [(Piece(" " * (first + 2 * _INDENT)), *rest) for rest in below[1:]]
        return lines

    def name_of(self, mark: str, found: int) -> str:
        """Return what a mention shows: `#papers`, `@mina`."""
        return show_mention(self.world, mark, found)

    # --- parts -------------------------------------------------------------------------------

    def _heading(self, message: Message) -> Line:
        author = self.world.users[message.author_id]
        name = Piece(clean(author.display_name or author.name), Style.BOLD)
        tag = (Piece(" BOT", Style.ACCENT),) if author.bot else ()
        time = message.created_at.astimezone(self.zone)
        return (name, *tag, Piece(f" · {self._place(message)} · {time:%m-%d %H:%M}", Style.DIM))

    def _place(self, message: Message) -> str:
        channel = self.world.channels[message.channel_id]
        if channel.type is ChannelType.DM:
            return "DM"
        parent = self.world.channels.get(channel.parent_id or 0) if channel.thread else None
        if parent is None:
            return f"#{clean(channel.name)}"
        if message.id == channel.id:  # a forum post: its title stands in its embed, too
            return f"#{clean(parent.name)}"
        return f"#{clean(parent.name)}: {clean(channel.name)}"

    def _body(self, message: Message, cut: Cut, *, indent: int) -> Iterator[Line]:
        if message.content:
            yield from self._text(message.content, cut.content, indent)
        for embed in message.embeds:
            yield from self._embed(embed, cut, indent)
        for attachment in message.attachments:
            yield from self._laid(line(f"⎘ {clean(attachment['filename'])}", Style.DIM), indent)
        for row in message.components:
            buttons = [c for c in row.get("components", []) if c["type"] == _BUTTON]
            if buttons:
                yield from self._laid(self._buttons(message, buttons), indent)

    def _embed(self, embed: Json, cut: Cut, indent: int) -> Iterator[Line]:
        if title := embed.get("title"):
            bold = (Piece(p.text, p.style | Style.BOLD) for p in self._parse(title)[0])
            yield from self._laid(tuple(bold), indent, bar=True)
        if description := embed.get("description"):
            yield from self._text(description, cut.description, indent, bar=True)
        fields = embed.get("fields", [])
        if fields and (title or description):
            yield from self._laid((), indent, bar=True)
        for field in fields:
            yield from self._field(field, cut, indent)
        if footer := embed.get("footer"):
            yield from self._laid(line(clean(footer["text"]), Style.DIM), indent, bar=True)

    def _field(self, field: Json, cut: Cut, indent: int) -> Iterator[Line]:
        """A short field stands on one line with its name, a long one below it."""
        name = Piece(clean(field["name"]), Style.BOLD)
        value = self._parse(field["value"])
        room = self._room(indent, bar=True)
        is_short = len(value) == 1 and width(name.text) + 2 + width(plain(value[0])) <= room
        if is_short:
            yield from self._laid((name, Piece("  "), *value[0]), indent, bar=True)
        else:
            yield from self._laid((name,), indent, bar=True)
            yield from self._text(field["value"], cut.field, indent, bar=True)

    def _buttons(self, message: Message, buttons: Sequence[Json]) -> Line:
        pieces: list[Piece] = []
        for button in buttons:
            label = clean(button.get("label", ""))
            is_off = button.get("disabled") or button["style"] == _LINK_STYLE
            number = None if is_off else self.number_of(message, button)
            shown = f"[{label}]" if number is None else f"[{number}: {label}]"
            # One word for `wrap`: a button is not broken.
            shown = shown.replace(" ", NO_BREAK)
            pieces += [Piece(shown, Style.DIM if is_off else Style.LINK), Piece(" ")]
        return tuple(pieces[:-1])

    def _text(self, text: str, most: int, indent: int, *, bar: bool = False) -> Iterator[Line]:
        room = self._room(indent, bar=bar)
        lines = [part for row in self._parse(text) for part in wrap(row, room)]
        if most <= IN_THREAD.content:  # a glance has no room for empty lines
            lines = [found for found in lines if found]
        for row in shorten(lines, most):
            yield _framed(row, indent, bar=bar)

    def _laid(self, row: Line, indent: int, *, bar: bool = False) -> list[Line]:
        room = self._room(indent, bar=bar)
        return [_framed(part, indent, bar=bar) for part in wrap(row, room)]

    def _parse(self, text: str) -> list[Line]:
        return Markdown(name_of=self.name_of, zone=self.zone).parse(text)

    def _room(self, indent: int, *, bar: bool) -> int:
        return max(20, self.columns() - indent - (width(_BAR.text) if bar else 0))


def localized(body: Json, key: str, locale: str) -> str:
    """Return a command's or option's `name` or `description` as a client shows it."""
    others = body.get(f"{key}_localizations") or {}
    return str(others.get(locale, body[key]))


def _usage(body: Json, locale: str) -> str:
    options = [
        f"<{name}>" if option.get("required") else f"[{name}]"
        for option in body.get("options", [])
        for name in [localized(option, "name", locale)]
    ]
    return " ".join([f"/{localized(body, 'name', locale)}", *options])


def _framed(row: Line, indent: int, *, bar: bool) -> Line:
    margin = Piece(" " * indent)
    if not row:  # nothing but a space would follow
        return (margin, Piece(_BAR.text.rstrip(), _BAR.style)) if bar else ()
    return (margin, _BAR, *row) if bar else (margin, *row)
