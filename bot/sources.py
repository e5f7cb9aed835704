"""Where seed files are: what is found at paths, by the keys that it goes by."""

from __future__ import annotations

import os
import re
import stat
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.parsers import SeedError

_SUFFIXES = (".txt", ".md")
_NOT_SEEDS = ("readme.md",)
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to read, and the key it goes by in the store and in messages."""

    path: Path
    key: str


def find_sources(paths: Iterable[Path], root: Path) -> list[Source | SeedError]:
    """Return the files at `paths`, each once, and what stood in the way of finding more.

    A file below `root` goes by its path from there, any other by its absolute path.
    """
    found: dict[str, Source | SeedError] = {}
    for path in paths:
        for item in _list_path(path, root):
            found.setdefault(item.key if isinstance(item, Source) else item.file, item)
    return list(found.values())


def _list_path(path: Path, root: Path) -> list[Source | SeedError]:
    key = _name(path, root)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return [explain(error, _shown(path, root))]
    if stat.S_ISDIR(mode):
        return _list_folder(path, root)
    if stat.S_ISREG(mode):
        return [Source(path=path, key=key)]
    return [SeedError("seed.not_a_file", file=_shown(path, root))]


def _list_folder(folder: Path, root: Path) -> list[Source | SeedError]:
    """Return the seed files below a folder in natural order, behind folders that cannot be read.

    Linked folders come last and no folder is entered twice, so that a file goes by its own path
    and a link to a folder above ends.
    """
    errors: list[Source | SeedError] = []
    files: list[Path] = []
    entered: set[tuple[int, int]] = set()
    pending = deque([folder])
    while pending:
        current = pending.popleft()
        try:
            status = current.stat()
            identity = status.st_dev, status.st_ino
            children = [] if identity in entered else sorted(current.iterdir())
        except OSError as error:
            errors.append(explain(error, _shown(current, root)))
            continue
        entered.add(identity)
        folders = [child for child in children if _is_visible(child) and stat.S_ISDIR(_mode(child))]
        pending.extendleft(child for child in folders if not child.is_symlink())
        pending.extend(child for child in folders if child.is_symlink())
        files += filter(_is_seed, children)
    sources = (Source(path=path, key=_name(path, root)) for path in sorted(files, key=_order))
    return [*errors, *sources]


def _is_visible(path: Path) -> bool:
    return not path.name.startswith(".")


def is_seed_name(name: str) -> bool:
    """Return whether a file of that name in a folder is taken for a seed file."""
    path = Path(name)
    named = path.suffix.lower() in _SUFFIXES and path.name.lower() not in _NOT_SEEDS
    return named and _is_visible(path)


def _is_seed(path: Path) -> bool:
    """Return whether a folder's entry is a seed file; one out of reach counts, and fails later."""
    return is_seed_name(path.name) and (stat.S_ISREG(mode := _mode(path)) or mode == 0)


def _mode(path: Path) -> int:
    """Return the file type bits, or 0 where there is nothing to be had, or no permission."""
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def _order(path: Path) -> tuple[list[list[str | int]], str]:
    """Sort names as people do: `2.txt` before `10.txt`, whatever their case."""
    parts = (_DIGITS.split(part.casefold()) for part in path.parts)
    return [[int(p) if p.isdecimal() else p for p in part] for part in parts], str(path)


def _name(path: Path, root: Path) -> str:
    """Return the key of a file: its path from `root` if it is below, else its absolute path.

    Bytes of a name that are not UTF-8 are spelled out, so that every key can be stored and shown.
    """
    absolute, base = Path(os.path.normpath(path.absolute())), os.path.normpath(root.absolute())
    below = absolute.relative_to(base) if absolute.is_relative_to(base) else absolute
    return below.as_posix().encode("utf-8", "backslashreplace").decode("utf-8")


def _shown(path: Path, root: Path) -> str:
    """Return the name that an error gives a path: `root` itself goes by what it was given as."""
    name = _name(path, root)
    return str(path) if name == "." else name


def explain(error: OSError, key: str) -> SeedError:
    """Return why what goes by a key cannot be read."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return SeedError("seed.missing", file=key)
    if isinstance(error, PermissionError):
        return SeedError("seed.not_permitted", file=key)
    return SeedError("seed.unreadable", file=key, detail=error.strerror or type(error).__name__)
