"""What /status and /verify answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.given_up import count_refused
from bot.messages import say
from bot.parsers import SeedError
from bot.render.dates import format_date
from bot.render.limits import CONTENT, split
from bot.render.markdown import channel_mention
from bot.render.message import Message
from bot.render.notices import render_error
from bot.render.seeds import describe_problems
from bot.render.subscriptions import describe_options, describe_silence, timestamp

if TYPE_CHECKING:
    from bot.status import ChannelStatus
    from bot.verification import Findings


def render_status(
    statuses: Sequence[ChannelStatus],
    *,
    language: str,
    troubles: Sequence[str] = (),
    problems: Sequence[SeedError] = (),
) -> tuple[Message, ...]:
    """Return the state of each channel, over as many messages as it takes.

    `troubles` are the keys of sentences on the bot itself; they come first. `problems` are the
    seed files that cannot be read.
    """
    parts = [say(language, trouble) for trouble in troubles]
    parts += [_describe(status, language) for status in statuses]
    if not statuses:
        parts.append(say(language, "notice.no_subscriptions"))
    if problems:
        parts.append(describe_problems(problems, language, CONTENT))
    text = "\n\n".join(parts)
    return tuple(Message(content=page) for page in split(text, CONTENT))


def render_findings(
    findings: Findings, *, channel_id: int, repaired: bool, language: str
) -> Message:
    """Return what /verify found, and whether it mended it."""
    channel = channel_mention(channel_id)
    if not findings.count:
        return Message(content=say(language, "notice.verify_ok", channel=channel))
    counts = {
        "missing": len(findings.missing),
        "doubled": len(findings.doubled),
        "stale": len(findings.stale),
    }
    lines = [
        f"- {say(language, f'notice.verify_{kind}', count=count)}"
        for kind, count in counts.items()
        if count
    ]
    lines += [f"⚠️ {line}" for line in _refused(count_refused(findings.unsent), language)]
    fixed = findings.count - len(findings.unsent)
    if not repaired:
        lines.append(say(language, "notice.verify_hint"))
    elif fixed:
        lines.append(say(language, "notice.verify_repaired", count=fixed, channel=channel))
    if repaired and findings.unsent:
        lines.append(say(language, "notice.refused_hint"))
    return Message(content="\n".join((channel, *lines)))


def _describe(status: ChannelStatus, language: str) -> str:
    subscription = status.subscription
    channel = channel_mention(subscription.channel_id)
    lines = [f"**{channel}**"]
    if status.obstacle is not None:
        lines.append(f"⚠️ {render_error(status.obstacle, language=language).content}")
    lines.append(_coming(status, language))
    lines.append(_last(status, language))
    if status.refused:
        lines += [f"⚠️ {line}" for line in _refused(status.refused, language)]
        lines.append(say(language, "notice.refused_hint"))
    at = subscription.at.strftime("%H:%M")
    if status.today is not None:
        lines.append(say(language, status.today, at=at, channel=channel))
    lines += [say(language, note) for note in status.notes]
    if status.is_silent:
        lines.append(describe_silence(subscription, language))
    lines.append(f"-# {describe_options(subscription, language)}")
    return "\n".join(lines)


def _refused(counts: Mapping[str, int], language: str) -> list[str]:
    return [say(language, reason, count=count) for reason, count in counts.items()]


def _coming(status: ChannelStatus, language: str) -> str:
    if status.coming is None:
        return say(language, "notice.status_nothing_waiting")
    dates = ", ".join(format_date(day, language) for day in status.coming.dates)
    return say(language, "notice.status_next", date=dates, when=timestamp(status.coming.at))


def _last(status: ChannelStatus, language: str) -> str:
    if status.last is None:
        return say(language, "notice.status_never")
    date = format_date(status.last.digest_date, language)
    when = timestamp(status.last.finished_at or status.last.created_at)
    return say(language, "notice.status_last", date=date, when=when)
