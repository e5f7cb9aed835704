"""What a renderer returns: a message as a value, and the one way to turn it into JSON."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

import discord


class ButtonStyle(enum.IntEnum):
    """Discord's button styles that ours use (docs: Component Reference, Button Styles)."""

    SECONDARY = 2
    DANGER = 4
    LINK = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button: a link if `url` is given, otherwise `custom_id` (<= 100 characters) names it."""

    label: str
    custom_id: str | None = None
    url: str | None = None
    style: ButtonStyle = ButtonStyle.SECONDARY
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One line of a menu: what is read (<= 100 characters), and what choosing it sends back."""

    label: str
    value: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """A menu of 1 to 25 options in a row of its own; up to `most` can be chosen at once."""

    custom_id: str
    placeholder: str
    options: tuple[Option, ...]
    most: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a message; an embed shows it as `attachment://NAME`.

    `description` is the text for who cannot see a picture.
    """

    name: str
    content: bytes
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to send or to edit into: text, embeds, files, rows of at most five buttons.

    Menus stand above the buttons; there are at most five rows of both.
    """

    content: str = ""
    embeds: tuple[discord.Embed, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    menus: tuple[Menu, ...] = ()

    def to_payload(self) -> dict[str, Any]:
        """Return the JSON body for Create Message and Edit Message; it can ping nobody."""
        return {
            "content": self.content,
            "embeds": [embed.to_dict() for embed in self.embeds],
            "components": [
                *({"type": 1, "components": [_menu(menu)]} for menu in self.menus),
                *(_row(row) for row in self.buttons),
            ],
            "allowed_mentions": {"parse": [], "replied_user": False},
        }


def _row(buttons: tuple[Button, ...]) -> dict[str, Any]:
    return {"type": 1, "components": [_button(button) for button in buttons]}


def _menu(menu: Menu) -> dict[str, Any]:
    return {
        "type": 3,
        "custom_id": menu.custom_id,
        "placeholder": menu.placeholder,
        "min_values": 1,
        "max_values": menu.most,
        "options": [
            {"label": option.label, "value": option.value}
            | ({"description": option.description} if option.description else {})
            for option in menu.options
        ],
    }


def _button(button: Button) -> dict[str, Any]:
    data: dict[str, Any] = {"type": 2, "style": int(button.style), "label": button.label}
    if button.url is not None:
        return data | {"style": int(ButtonStyle.LINK), "url": button.url}
    data["custom_id"] = button.custom_id
    return data | {"disabled": True} if button.disabled else data
