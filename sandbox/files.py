"""Files behind attachments: what came, where it is kept, and how Discord describes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox import limits
from sandbox.errors import too_large
from sandbox.models import Json
from sandbox.pictures import measure

if TYPE_CHECKING:
    from sandbox.world import World

# By the name's ending, whatever the upload says of itself: discord.py calls every file binary.
_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "pdf": "application/pdf",
}
_OTHER = "application/octet-stream"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came with a body; `index` is the n of its part's name `files[n]`."""

    index: int
    filename: str
    content: bytes


class Files:
    """The content of every attachment, in memory, and in a folder if it is to stay.

    Attributes:
        base_url: Where the server gives them out.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.base_url = "http://127.0.0.1"
        self._folder = folder
        self._contents: dict[str, bytes] = {}
        if folder is not None:
            folder.mkdir(exist_ok=True)
            self._contents = {path.name: path.read_bytes() for path in folder.iterdir()}

    def read(self, attachment: Json) -> bytes:
        """Return what is in an attachment.

        Raises:
            KeyError: It was removed.
        """
        return self._contents[_key(attachment["id"], attachment["filename"])]

    def find(self, attachment_id: str, filename: str) -> bytes | None:
        """Return what is in the file of this id and name, or None."""
        return self._contents.get(_key(attachment_id, filename))

    def put(self, attachment: Json, content: bytes) -> None:
        """Keep what is in an attachment."""
        key = _key(attachment["id"], attachment["filename"])
        self._contents[key] = content
        if self._folder is not None:
            (self._folder / key).write_bytes(content)

    def remove(self, attachment: Json) -> None:
        """Forget what is in an attachment, if it is there."""
        key = _key(attachment["id"], attachment["filename"])
        if self._contents.pop(key, None) is not None and self._folder is not None:
            (self._folder / key).unlink(missing_ok=True)


def keep_upload(
    world: World, upload: Upload, *, channel_id: int | None, given: Json | None = None
) -> Json:
    """Keep an upload and return its Attachment object (docs: Message, Attachment Object).

    Args:
        world: Keeps it.
        upload: What came.
        channel_id: Where everyone may see it; None: only one user may.
        given: What the body's `attachments` say of it.

    Raises:
        DiscordError: 40005.
    """
    require_size(upload)
    said = given or {}
    name = str(said.get("filename") or upload.filename)
    attachment_id = str(world.snowflakes.make())
    filename = safe_name(name)
    home = f"attachments/{channel_id}"
    if channel_id is None:
        home = f"ephemeral-attachments/{world.application.id}"
    address = f"{world.files.base_url}/{home}/{attachment_id}/{filename}"
    attachment: Json = {
        "id": attachment_id,
        "filename": filename,
        "size": len(upload.content),
        "url": address,
        "proxy_url": address,
        "content_type": content_type(filename),
    }
    if name != filename:
        attachment["title"] = name.rpartition(".")[0] or name
    if said.get("description"):
        attachment["description"] = said["description"]
    if channel_id is None:
        attachment["ephemeral"] = True
    if size := measure(upload.content):
        attachment["width"], attachment["height"] = size
    world.files.put(attachment, upload.content)
    return attachment


def require_size(upload: Upload) -> None:
    """Make sure that a file is not larger than anybody may send without paying.

    Raises:
        DiscordError: 40005.
    """
    if len(upload.content) > limits.FILE_BYTES:
        raise too_large()


def safe_name(name: str) -> str:
    """Return a file's name as its address has it: letters, digits, `.`, `_` and `-` of ASCII."""
    kept = _UNSAFE.sub("", name.replace(" ", "_"))
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        return kept or "unknown"
    return f"{stem or 'unknown'}.{ending}"


def content_type(filename: str) -> str:
    """Return the type that a file's name speaks of."""
    return _TYPES.get(filename.rpartition(".")[2].lower(), _OTHER)


def _key(attachment_id: str, filename: str) -> str:
    return f"{attachment_id}-{filename}"
