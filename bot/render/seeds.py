"""What /import, /reload and /status say of seed files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.messages import say
from bot.parsers import SeedError
from bot.render.limits import CONTENT, cut, length
from bot.render.markdown import Markup, code, escape_line
from bot.render.message import Message
from bot.render.notices import render_notice

if TYPE_CHECKING:
    from bot.ingest import IngestSummary
    from bot.seeds.importing import Imported

_MOST = 10
_LONGEST_PLACE = 120


def render_imported(imported: Imported, *, language: str) -> Message:
    """Return what /import did."""
    summary = imported.summary
    if summary.unchanged:
        return render_notice("operations.import_same", language=language, name=imported.name)
    notice = render_notice(
        "operations.imported",
        language=language,
        name=imported.name,
        date=imported.date,
        added=summary.added,
        changed=summary.changed,
        removed=summary.removed,
        unchanged=max(0, imported.papers - summary.added - summary.changed),
    )
    room = CONTENT - length(notice.content) - 1
    doubts = _list_problems(imported.doubts, language, room, heading="doubts", more="more_doubts")
    return replace(notice, content="\n".join(filter(None, (notice.content, doubts))))


def render_broken(error: SeedError, *, language: str) -> Message:
    """Return why /import did not take a file."""
    reason = describe_problem(error, language)
    return render_notice("error.import_broken", language=language, reason=reason)


def render_reloaded(
    summary: IngestSummary, problems: Sequence[SeedError], *, language: str
) -> Message:
    """Return what /reload read, and what it could not read."""
    head = say(
        language,
        "operations.reloaded",
        files=summary.files,
        added=summary.added,
        changed=summary.changed,
        removed=summary.removed,
    )
    room = CONTENT - length(head) - 2
    return Message(
        content="\n".join(filter(None, (head, describe_problems(problems, language, room))))
    )


def describe_problems(problems: Sequence[SeedError], language: str, room: int) -> str:
    """Return a heading and a line a file, in at most `room` units; nothing if all are well."""
    return _list_problems(problems, language, room, heading="broken", more="more_broken")


def _list_problems(
    problems: Sequence[SeedError], language: str, room: int, *, heading: str, more: str
) -> str:
    if not problems:
        return ""
    lines = [f"⚠️ {say(language, f'operations.{heading}', count=len(problems))}"]
    left = room - length(lines[0]) - length(say(language, f"operations.{more}", count=10**9)) - 2
    shown = 0
    for error in problems[:_MOST]:
        line = f"- {describe_problem(error, language)}"
        if length(line) + 1 > left:
            break
        lines.append(line)
        left -= length(line) + 1
        shown += 1
    if shown < len(problems):
        rest = say(language, f"operations.{more}", count=len(problems) - shown)
        lines.append(f"-# {rest}")
    return "\n".join(lines)


def describe_problem(error: SeedError, language: str) -> Markup:
    """Return `FILE:LINE: reason`."""
    # The end of a path tells files apart, not its beginning.
    file = (
        error.file
        if length(error.file) <= _LONGEST_PLACE
        else f"…{error.file[-_LONGEST_PLACE // 2 :]}"
    )
    place = code(f"{file}:{error.line}")
    return Markup(f"{place} {escape_line(cut(error.reason(language), 300))}")
