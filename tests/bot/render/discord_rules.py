"""Discord's side, stated independently: what a payload may be, and what a client makes of markdown.

The rules of `show` follow what Discord's client does: a backslash in front of anything but
a letter, digit or space is not shown, except inside a masked link's label, where it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

PINGS = re.compile(r"@everyone|@here|<@[!&]?\d|<@\$\d")


def units(text: str) -> int:
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text)


def check_payload(payload: dict[str, Any]) -> None:
    """Fail where Discord would refuse the message, or where it could notify somebody."""
    assert units(payload["content"]) <= 2000
    assert not PINGS.search(payload["content"])
    assert payload["content"].strip() or payload["embeds"]
    assert len(payload["embeds"]) <= 10
    assert sum(check_embed(embed) for embed in payload["embeds"]) <= 6000
    assert payload["allowed_mentions"]["parse"] == []
    assert len(payload["components"]) <= 5
    components = [component for row in payload["components"] for component in row["components"]]
    assert all(1 <= len(row["components"]) <= 5 for row in payload["components"])
    for component in components:
        assert 1 <= units(component["custom_id"]) <= 100
        if component["type"] == 3:
            check_menu(component)
        else:
            assert 1 <= units(component["label"]) <= 80
    assert all(
        len(row["components"]) == 1
        for row in payload["components"]
        if any(component["type"] == 3 for component in row["components"])
    )
    names = [component["custom_id"] for component in components]
    assert len(names) == len(set(names))


def check_menu(menu: dict[str, Any]) -> None:
    """Fail where Discord would refuse a string select."""
    assert 1 <= units(menu["placeholder"]) <= 150
    assert 1 <= len(menu["options"]) <= 25
    assert menu["min_values"] <= menu["max_values"] <= len(menu["options"])
    for option in menu["options"]:
        assert 1 <= units(option["label"].strip()) <= 100
        assert 1 <= units(option["value"]) <= 100
    assert len({option["value"] for option in menu["options"]}) == len(menu["options"])


def check_embed(embed: dict[str, Any]) -> int:
    """Return the number of units that count towards a message's 6,000."""
    texts = [(embed.get("title", ""), 256), (embed.get("description", ""), 4096)]
    if "footer" in embed:
        texts.append((embed["footer"]["text"], 2048))
    fields = embed.get("fields", [])
    assert len(fields) <= 25
    for one in fields:
        assert one["name"].strip()
        assert one["value"].strip()
        texts += [(one["name"], 256), (one["value"], 1024)]
    for text, limit in texts:
        assert units(text) <= limit
        assert not PINGS.search(text)
        text.encode("utf-8")
    assert any(text.strip() for text, _ in texts)
    if embed.get("url"):
        assert re.fullmatch(r"https?://[!-~]+", embed["url"])
        assert len(embed["url"]) <= 2048
    return sum(units(text) for text, _ in texts)


@dataclass(slots=True)
class Shown:
    """What a reader sees: the text, the addresses that can be clicked, and all else that fired.

    `masked` are the words and the address of each link that stands behind words.
    """

    text: str = ""
    urls: list[str] = field(default_factory=list)
    masked: list[tuple[str, str]] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)


_LINE_EFFECTS = (
    ("subtext", re.compile(r" *-# +(?=\S)")),
    ("heading", re.compile(r" *#{1,3}\s+(?=\S)")),
    ("quote", re.compile(r" *>(?:>>)? ")),
    ("list", re.compile(r" *(?:[-*+]|\d+\.) +(?=\S)")),
)
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_AUTOLINK = re.compile(r"<([^: >\n]+:/[^ >\n]+)>")
_LINK = re.compile(
    r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]"
    r"\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['\"]([\s\S]*?)['\"])?\s*\)"
)
# Nothing begins with these.
_WORDS = re.compile(r"[^\\<\[hs@:/`*_~|\n]+")
_URL = re.compile(r"(?:https?|steam)://[^\s<]+[^<.,:;\"'\]\s]")
_INLINE = (
    ("mention", re.compile(r"<@[!&$]?\d+>|@everyone|@here|<#\d+>|<id:\w+>|</[^:>]+:\d+>")),
    ("emoji", re.compile(r"<a?:\w+:\d+>|:[a-z_]*[a-z][0-9A-Za-z_+-]*:|:(?:100|1234|[+-]1):")),
    ("time", re.compile(r"<t:-?\d+(?::\w)?>")),
    ("mail", re.compile(r"<[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>|<(?:tel:|sms:)?\+?\d[-\d]+>")),
    ("code", re.compile(r"(`+)[^`](?:[\s\S]*?[^`])?\1(?!`)|``[^`]``")),
    ("bold", re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")),
    ("underline", re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)")),
    ("italics", re.compile(r"_((?:__|\\[\s\S]|[^\\_])+?)_(?![0-9A-Za-z_])")),
    ("italics", re.compile(r"\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:[^*\s\\]|\*\*)|[^\s*\\])+?)\*(?!\*)")),
    ("strike", re.compile(r"~~([\s\S]+?)~~(?!_)")),
    ("spoiler", re.compile(r"\|\|([\s\S]+?)\|\|")),
)


def show(markup: str, *, escapes: bool = True) -> Shown:
    """Return what a client shows of `markup`; `escapes` is off inside a masked link's label."""
    shown, at = Shown(), 0
    while at < len(markup):
        if escapes and (at == 0 or markup[at - 1] == "\n"):
            for name, pattern in _LINE_EFFECTS:
                if match := pattern.match(markup, at):
                    shown.effects.append(name)
                    shown.text += match[0] if name == "list" else ""
                    at = match.end()
                    break
            if at == len(markup):
                break
        at = _show_inline(markup, at, shown, escapes=escapes)
    return shown


def _show_inline(markup: str, at: int, shown: Shown, *, escapes: bool) -> int:
    if match := _WORDS.match(markup, at):
        shown.text += match[0]
        return match.end()
    if escapes and (match := _ESCAPE.match(markup, at)):
        shown.text += match[1]
        return match.end()
    if match := _AUTOLINK.match(markup, at):
        shown.text += match[1]
        shown.urls.append(match[1])
        return match.end()
    if match := _LINK.match(markup, at):
        label = show(match[1], escapes=False)
        if not label.effects and not _URL.search(match[1]):
            shown.text += label.text
            shown.urls.append(match[2])
            shown.masked.append((label.text, match[2]))
            return match.end()
        shown.effects.append("broken link")
    if match := _URL.match(markup, at):
        shown.effects.append("bare address")
    for name, pattern in _INLINE:
        if match := pattern.match(markup, at):
            shown.effects.append(name)
            inner = "" if name == "code" else next(filter(None, match.groups()), "")
            shown.text += show(inner).text if inner else match[0]
            return match.end()
    shown.text += markup[at]
    return at + 1


def squeeze(text: str) -> str:
    """Return the text without whitespace and the two invisible characters that we put in."""
    return "".join(text.replace("\u200b", "").replace("\u2060", "").split())
