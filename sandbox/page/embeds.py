"""Embeds and what stands below them, buttons and menus, as elements. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby

from sandbox.checks.components import BUTTON
from sandbox.markup import clean
from sandbox.models import Json
from sandbox.page.elements import Element, e
from sandbox.page.files import Pictures
from sandbox.page.text import Text, link

_LINK_STYLE = 5
_IN_A_ROW = 3
_SHARES = {1: "whole", 2: "half", 3: "third"}

Offered = Mapping[int, list[tuple[str, str]]]
"""What menus of users, roles, both or channels offer, by their types: names and ids."""


def embed_element(embed: Json, text: Text, pictures: Pictures) -> Element:
    """Return an embed, laid out as Discord does."""
    color, author, footer = (embed.get(key) for key in ("color", "author", "footer"))
    title, description = embed.get("title"), embed.get("description")
    foot = [clean((footer or {}).get("text", ""))]
    if embed.get("timestamp"):
        foot.append(text.dates.stamp(datetime.fromisoformat(embed["timestamp"])))
    fields = list(_fields(embed.get("fields", []), text))
    shown = " • ".join(filter(None, foot))
    return e(
        "article.embed",
        pictures.show(embed.get("thumbnail"), "embed-thumbnail"),
        e(
            "div.embed-author",
            pictures.show(author, "embed-icon", key="icon_url"),
            _linked(author.get("url"), [clean(author["name"])]),
        )
        if author
        else None,
        e("div.embed-title", _linked(embed.get("url"), text.line(title))) if title else None,
        text.blocks(description) if description else None,
        e("div.embed-fields", fields) if fields else None,
        pictures.show(embed.get("image"), "embed-image"),
        e("div.embed-foot", pictures.show(footer, "embed-icon", key="icon_url"), shown)
        if shown
        else None,
        data_color=None if color is None else f"#{color:06x}",
    )


def _linked(url: str | None, children: list[Element | str]) -> Element:
    return link(url, children) if url else e("span", children)


def _fields(fields: list[Json], text: Text) -> Iterator[Element]:
    """Give fields; up to three inline ones that follow each other share a row."""
    for is_inline, run in groupby(fields, key=lambda field: bool(field.get("inline"))):
        found = list(run)
        size = _IN_A_ROW if is_inline else 1
        for row in (found[at : at + size] for at in range(0, len(found), size)):
            for field in row:
                heading = e("h4", text.line(field["name"]))
                yield e(f"div.{_SHARES[len(row)]}", heading, text.blocks(field["value"]))


def row_elements(rows: list[Json], offered: Offered, choose: str) -> list[Element]:
    """Return rows of buttons and menus; `choose` is what a menu says before one chooses."""
    return [
        e("div.row", [_component(item, offered, choose) for item in row.get("components", ())])
        for row in rows
    ]


def _component(item: Json, offered: Offered, choose: str) -> Element:
    return _button(item) if item["type"] == BUTTON else _menu(item, offered, choose)


def _button(item: Json) -> Element:
    emoji = (item.get("emoji") or {}).get("name")
    label = clean(" ".join(filter(None, [emoji, item.get("label")])))
    if item["style"] == _LINK_STYLE:
        return link(item["url"], [f"{label} ↗"], "a.button")
    return e(
        f"button.button.style-{item['style']}",
        label,
        type="button",
        disabled=bool(item.get("disabled")),
        data_act="click",
        data_custom=item["custom_id"],
    )


def _menu(item: Json, offered: Offered, choose: str) -> Element:
    placeholder = item.get("placeholder") or choose
    options = [
        (option["label"], option["value"], option.get("description"), option.get("default"))
        for option in item.get("options", ())
    ] or [(name, value, None, None) for name, value in offered.get(item["type"], ())]
    is_single = item["max_values"] == 1
    unchosen = e("option", placeholder, value="", disabled=True, selected=True)
    choices = [
        e(
            "option",
            f"{label} · {description}" if description else label,
            value=value,
            selected=bool(default),
        )
        for label, value, description, default in options
    ]
    return e(
        "select",
        # A list of several has no closed state that could show what it is for.
        [unchosen, *choices] if is_single else e("optgroup", choices, label=placeholder),
        aria_label=placeholder,
        disabled=bool(item.get("disabled")),
        multiple=not is_single,
        data_custom=item["custom_id"],
        data_least=str(item["min_values"]),
    )
