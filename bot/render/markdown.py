r"""Text to Discord markdown that reads exactly as written.

Where markdown counts (https://support.discord.com/hc/en-us/articles/210298617): content, embed
descriptions and field values take all of it, embed titles and field names only its inline part
(`escape_line`). Author names, footers, thread names and button labels take none: no escaping there.

Inside a masked link's label a backslash is shown, not obeyed
(https://github.com/discord/discord-api-docs/issues/6185), so `link` swaps what would be read as
markup for a character that looks the same. For the same reason `\](` in a later text could end the
label of a link of ours: nothing here has the two characters side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, urlsplit

# Longer addresses are shown as text: a unit of markup that long could not be cut or split around.
_LONGEST_URL = 500

_URL_CHAR = r"[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~]"
# Letters beyond ASCII belong to an address only right behind a separator: in
# `https://arxiv.org/abs/2503.01307를` the particle does not.
_URL_LETTERS = r"(?<=[/=&?#_+])[^\W\x00-\x7f]+"
_URL = rf"(?i:https?)://(?:{_URL_CHAR}|{_URL_LETTERS})*"
# What is or may be markup: these characters, but three of them only before or behind others. That
# it begins with a set of characters makes passing over all others quick.
_MARK = (
    r"[\\*_~|`\[\]<@#:]"
    r"(?:(?<=[^@#:])|(?<=<.)|(?<=@)(?=everyone|here)"
    r"|(?<=:)(?=(?:[0-9_+-]*[A-Za-z][0-9A-Za-z_+-]*|[+-]1|100|1234):))"
)
_MARKS = re.compile(_MARK)
_URLS_AND_MARKS = re.compile(rf"(?=[\\*_~|`\[\]<@#:hH])(?:{_URL}|{_MARK})")
_EVERYONE = ("everyone", "here")
# At the beginning of a line.
_BLOCK = re.compile(r"[^\S\n]*(?:-#|#{1,3}|>{1,3}|[-+]|[0-9]+\.)(?=\s|$)")
_TRAILING = ".,:;!?'*_~"

# Most names and tags, and the words between them: no mark, nothing that a line could begin with.
_PLAIN_WORDS = re.compile(r"[^\W\d_]+\.?(?:[ -][^\W\d_]+\.?)*")
# An address that `safe_url` has nothing to do about.
_PLAIN_URL = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"
    r"(?:/[\w./~-]*(?:\?[\w./=&%+-]+)?(?:#[\w./=-]+)?)?",
    re.ASCII,
)

# Zero-width: what is read stays the same, what Discord parses does not.
_BREAK = "\u200b"
_JOINER = "\u2060"

# What opens and closes emphasis and its like, and the character that takes its place in a label.
# One alone opens nothing: `x_i^*` stays as it is.
_TWINS = {
    "*": (re.compile(r"\*.*\*"), "\N{ASTERISK OPERATOR}"),
    "_": (re.compile(r"\A[^_]*_.*_(?![0-9A-Za-z_])|__.*__"), "\N{MODIFIER LETTER LOW MACRON}"),
    "~": (re.compile(r"~~.*~~"), "\N{TILDE OPERATOR}"),
    "|": (re.compile(r"\|\|.*\|\|"), "\N{DIVIDES}"),
    "`": (re.compile(r"`.*`"), "\N{MODIFIER LETTER GRAVE ACCENT}"),
}
_BRACKETS = str.maketrans(
    {"[": "\N{FULLWIDTH LEFT SQUARE BRACKET}", "]": "\N{FULLWIDTH RIGHT SQUARE BRACKET}"}
)
_BALANCED = re.compile(r"[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*")
_LABEL_MARK = re.compile(r"[\\*_~|`\[\]<@]|:[\w+/-]")
_LABEL_MARKUP = re.compile(r"<|:(?=[\w+-]+:)|\\(?=[^0-9A-Za-z\s]|$)", re.ASCII)
_LABEL_TWINS = {
    "<": "\N{FULLWIDTH LESS-THAN SIGN}",
    ":": "\N{RATIO}",
    "\\": "\N{SET MINUS}",
}


class Markup(str):
    """Text that is Discord markdown already and must not be escaped again."""

    __slots__ = ()


def escape(text: str) -> Markup:
    """Return markdown that shows `text` as written, its http(s) addresses clickable."""
    return Markup(_escape(text, _wrap_url))


def escape_line(text: str) -> Markup:
    """Return `escape(text)` for one line that holds no links: an embed's title, a field's name."""
    if _PLAIN_WORDS.fullmatch(text):
        return Markup(text)
    return Markup(_escape(collapse(text), _defuse_url))


def collapse(text: str) -> str:
    """Return `text` on one line, each run of whitespace a single space."""
    return " ".join(text.split())


def link(label: str, url: str) -> Markup:
    """Return a masked link, or just the escaped label if `url` cannot stand in one."""
    target, shown = safe_url(url), safe_label(label)
    if target is None or not shown:
        return escape_line(label)
    return Markup(f"[{shown}]({target})")


def safe_label(label: str) -> str:
    """Return `label` on one line, for a place where markdown counts and backslashes do not."""
    text = collapse(label)
    if not _LABEL_MARK.search(text):
        return text
    text = re.sub("@(?=everyone|here)", f"@{_BREAK}", text.replace("://", f":{_JOINER}//"))
    text = _LABEL_MARKUP.sub(partial(_to_twin, last=text.rfind(">")), text)
    for char, (pair, twin) in _TWINS.items():
        if pair.search(text):
            text = text.replace(char, twin)
    return text if _BALANCED.fullmatch(text) else text.translate(_BRACKETS)


def _to_twin(match: re.Match[str], *, last: int) -> str:
    """Return what stands for a piece of markup; a `<` behind the last `>` opens nothing.

    But `<@1` is left to nobody's reading.
    """
    opens = match.start() < last or match.string.startswith("@", match.end())
    return match[0] if match[0] == "<" and not opens else _LABEL_TWINS[match[0]]


def safe_url(url: str, limit: int = _LONGEST_URL) -> str | None:
    """Return an http(s) address in ASCII, without what ends a link early, or None."""
    if len(url) <= limit and _PLAIN_URL.fullmatch(url):
        return url
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w.-]+", host, re.ASCII):
        return None
    if "@" in parts.netloc:
        return None
    path = quote(parts.path, safe="/%:@!$&'*+,;=~-._").replace("@", "%40")
    query = quote(parts.query, safe="/%:!$&'*+,;=~-._?")
    fragment = quote(parts.fragment, safe="/%:!$&'*+,;=~-._?")
    safe = f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "") + path
    safe += (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    return safe if len(safe) <= limit else None


def code(text: str) -> Markup:
    """Return `text` as inline code on one line; escaped where it holds a backtick."""
    line = collapse(text)
    if "`" in line or "@" in line or "](" in line or not line:
        return escape_line(line)
    return Markup(f"`{line}`")


def channel_mention(channel_id: int) -> Markup:
    """Return the markup that shows a channel's name; it notifies nobody."""
    return Markup(f"<#{channel_id}>")


def role_mention(role_id: int) -> Markup:
    """Return a role's mention; it notifies nobody unless the message says so apart."""
    return Markup(f"<@&{role_id}>")


def _escape(text: str, show_url: Callable[[str], str]) -> str:
    return "\n".join(_escape_one(line, show_url) for line in text.split("\n"))


def _escape_one(line: str, show_url: Callable[[str], str]) -> str:
    def replace(match: re.Match[str]) -> str:
        found = match[0]
        if len(found) > 1:
            return show_url(found)
        if found == "@" and line.startswith(_EVERYONE, match.end()):
            return found + _BREAK
        if found == "]" and line.startswith("(", match.end()):
            return f"\\{found}{_BREAK}"
        return f"\\{found}"

    begun = ""
    if block := _BLOCK.match(line):
        begun, line = _escape_block(block[0]), line[block.end() :]
    return begun + (_URLS_AND_MARKS if "://" in line else _MARKS).sub(replace, line)


def _escape_block(found: str) -> str:
    mark = found.lstrip()
    indent = found[: len(found) - len(mark)]
    return indent + (f"{mark[:-1]}\\." if mark.endswith(".") else f"\\{mark}")


def _wrap_url(found: str) -> str:
    url = _trim(found)
    rest = _escape(found[len(url) :], _defuse_url)
    host = url.partition("://")[2]
    if not host[:1].isalnum() or len(url) > _LONGEST_URL:
        return _defuse_url(found)
    return f"<{re.sub('@(?=everyone|here)', '%40', url)}>{rest}"


def _defuse_url(found: str) -> str:
    """Return an address as text that is no link; without `://` no part of it is one."""
    return "\\://".join(_escape(part, str) for part in found.split("://"))


def _trim(url: str) -> str:
    """Return `url` without the punctuation of the sentence around it."""
    end, unopened = len(url), url.count(")") - url.count("(")
    while end:
        if url[end - 1] == ")" and unopened > 0:
            unopened -= 1
        elif url[end - 1] not in _TRAILING:
            break
        end -= 1
    return url[:end]
