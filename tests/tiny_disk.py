"""A disk of a few hundred kilobytes, to fill and to write-protect for real."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_FILLER = "filler"


@contextmanager
def tiny_disk(folder: Path, *, kilobytes: int) -> Iterator[Path]:
    """Mount a disk on a new folder for the length of the block; skip where that is not allowed."""
    folder.mkdir()
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    if not _run("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)):
        pytest.skip("this machine lets nobody mount a disk")
    try:
        yield folder
    finally:
        _run("umount", "--lazy", str(folder))


def fill(disk: Path) -> None:
    """Leave no byte free."""
    with (disk / _FILLER).open("ab", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return


def free(disk: Path) -> None:
    """Take away what `fill` wrote."""
    (disk / _FILLER).unlink()


def protect(disk: Path) -> None:
    """Let nobody write to the disk; nothing on it may be open."""
    assert _run("mount", "-o", "remount,ro", str(disk))


def _run(*command: str) -> bool:
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - ours
    return done.returncode == 0
