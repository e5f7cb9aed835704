"""Files as the page shows them: pictures to look at, everything else to keep. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sandbox.attachments import shown_attachments
from sandbox.cdn import is_picture
from sandbox.models import Json, Message
from sandbox.page.elements import Element, e

_SCHEME = "attachment://"
_UNITS = ("bytes", "KB", "MB")
_STEP = 1024
_BOXES = {
    "picture": (550, 350),
    "embed-image": (400, 300),
    "embed-thumbnail": (80, 80),
    "embed-icon": (20, 20),
}
"""The most that Discord gives to a picture, by where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """The pictures that a message's embeds can show: those that came with it.

    What lies elsewhere is not fetched: nothing leaves this machine.
    """

    attachments: Sequence[Json] = ()

    def show(self, media: Json | None, name: str, *, key: str = "url") -> Element | None:
        """Return an embed's picture as an element of this name, or None."""
        address = str((media or {}).get(key) or "")
        for found in self.attachments:
            if address in (f"{_SCHEME}{found['filename']}", found["url"]):
                return picture_element(found, name)
        return None


def picture_element(attachment: Json, name: str) -> Element:
    """Return a picture that opens in a tab of its own; its size is known before it is loaded."""
    said = attachment.get("description") or attachment["filename"]
    size = dict(zip(("width", "height"), _fit(attachment, _BOXES[name]), strict=False))
    shown = e("img", src=page_address(attachment), alt=said, title=said, **size)
    return e(f"a.{name}", shown, href=page_address(attachment), target="_blank")


def file_elements(message: Message) -> list[Element]:
    """Return what of a message's files stands below its text."""
    return [
        picture_element(found, "picture") if is_picture(found["filename"]) else _chip(found)
        for found in shown_attachments(message)
    ]


def page_address(attachment: Json) -> str:
    """Return where the page's own server has a file."""
    return f"/files/{attachment['id']}/{quote(attachment['filename'])}"


def size_text(size: int) -> str:
    """Return a file's size as Discord writes it: `512 bytes`, `1.50 KB`."""
    unit, shown = 0, float(size)
    while shown >= _STEP and unit < len(_UNITS) - 1:
        unit, shown = unit + 1, shown / _STEP
    return f"{shown:.2f} {_UNITS[unit]}" if unit else f"{size} {_UNITS[0]}"


def _fit(attachment: Json, box: tuple[int, int]) -> tuple[str, ...]:
    """Return a picture's width and height in a box, or nothing if they are not known."""
    if not (attachment.get("width") and attachment.get("height")):
        return ()
    size = attachment["width"], attachment["height"]
    shrink = min(1.0, *(most / found for most, found in zip(box, size, strict=True)))
    return tuple(str(max(1, round(found * shrink))) for found in size)


def _chip(attachment: Json) -> Element:
    name = attachment["filename"]
    if title := attachment.get("title"):  # with what an address cannot have
        name = f"{title}.{name.rpartition('.')[2]}"
    return e(
        "a.file",
        e("icon", data_icon="file"),
        e("span.what", e("b", name), e("small", size_text(attachment["size"]))),
        e("icon", data_icon="download"),
        href=page_address(attachment),
        download=name,
    )
