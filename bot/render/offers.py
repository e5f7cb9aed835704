"""What to press below the nearest names, where something was not found. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.messages import say
from bot.render.limits import BUTTON_LABEL, ELLIPSIS, MENU_OPTIONS, OPTION_LABEL, cut
from bot.render.markdown import collapse
from bot.render.message import Button, Menu, Option
from storage.models import Entry


def pick_id(action: str) -> str:
    """Return the custom_id of a menu that does something with a paper: `paper`, `cite` etc."""
    return f"pick:{action}"


def name_buttons(pages: Mapping[str, str]) -> tuple[tuple[Button, ...], ...]:
    """Return the row of at most five buttons that open pages, custom_ids by what they say."""
    row = tuple(
        Button(label=_label(name, BUTTON_LABEL), custom_id=custom_id)
        for name, custom_id in pages.items()
    )
    return (row,) if row else ()


def paper_menus(action: str, entries: Iterable[Entry], *, language: str) -> tuple[Menu, ...]:
    """Return the menu that does something with one of these papers; none without papers."""
    options = tuple(
        Option(label=_label(entry.paper.title, OPTION_LABEL), value=str(entry.id))
        for entry in {entry.id: entry for entry in entries}.values()
    )[:MENU_OPTIONS]
    if not options:
        return ()
    placeholder = say(language, f"pick.{action}")
    return (Menu(custom_id=pick_id(action), placeholder=placeholder, options=options),)


def _label(name: str, limit: int) -> str:
    """Return a name as a label, which Discord does not take empty."""
    return cut(collapse(name), limit) or ELLIPSIS
