"""Trends in words and as the chart that goes with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.discovery.charts.records import Chart, Panel, Section, Tone
from bot.discovery.trends import Mover, Series, Trends
from bot.messages import say
from bot.render.dates import format_date
from bot.render.limits import EMBED_DESCRIPTION, EMBED_TITLE, cut
from bot.render.markdown import collapse, escape_line
from bot.render.message import Attachment, Message
from bot.render.parts import make_embed, tag_chip

# docs: Message, attachment structure: characters of `description`
ALT_TEXT = 1024
PICTURE = "trends.png"
# A picture holds three rows of three; more would be too small to read.
_PANELS, _ROW = 9, 3
# Of a tag in a picture's description.
_TAG = 40


def chart_trends(trends: Trends, *, language: str) -> Chart:
    """Return the chart: the tags with most papers, and those that move."""
    notes = {each.tag: f"{each.before} → {each.now}" for each in (*trends.rising, *trends.fading)}
    rising = {each.tag for each in trends.rising}
    room = _PANELS - _ROW * (bool(trends.rising) + bool(trends.fading))
    top = tuple(_panel(each, str(sum(each.counts)), Tone.CALM) for each in trends.top[:room])
    up = [each for each in trends.moving if each.tag in rising]
    down = [each for each in trends.moving if each.tag not in rising]
    sections = (
        (say(language, "trends.most"), top),
        (
            say(language, "trends.rising_against", weeks=trends.weeks),
            tuple(_panel(each, notes[each.tag], Tone.RISE) for each in up),
        ),
        (
            say(language, "trends.fading_against", weeks=trends.weeks),
            tuple(_panel(each, notes[each.tag], Tone.FALL) for each in down),
        ),
    )
    return Chart(
        title=say(language, "trends.chart"),
        first=f"{trends.months[0]:%Y-%m}",
        last=f"{trends.months[-1]:%Y-%m}",
        partial=trends.partial,
        sections=tuple(
            Section(heading=heading, panels=panels) for heading, panels in sections if panels
        ),
    )


def render_trends(trends: Trends, picture: bytes | None, *, language: str) -> Message:
    """Return the trends; without the picture if it could not be drawn."""
    lines = [
        f"**{say(language, 'trends.most')}**",
        " · ".join(f"{tag_chip(each.tag)} {sum(each.counts)}" for each in trends.top),
    ]
    for key, movers in (("trends.rising", trends.rising), ("trends.fading", trends.fading)):
        if movers:
            lines += [f"\n**{say(language, key)}**", *map(_mover_line, movers)]
    if not (trends.rising or trends.fading):
        lines += ["", say(language, "trends.steady")]
    embed = make_embed(
        title=cut(
            escape_line(
                say(
                    language,
                    "trends.heading",
                    months=len(trends.months),
                    date=format_date(trends.newest, language),
                )
            ),
            EMBED_TITLE,
        ),
        description=cut("\n".join(lines), EMBED_DESCRIPTION),
        footer=_footer(trends, language),
    )
    if picture is None:
        return Message(embeds=(embed,))
    return with_picture(Message(embeds=(embed,)), picture, describe(trends, language=language))


def with_picture(message: Message, picture: bytes, description: str) -> Message:
    """Return the message with a picture in its last embed; `description` is plain text."""
    message.embeds[-1].set_image(url=f"attachment://{PICTURE}")
    file = Attachment(name=PICTURE, content=picture, description=cut(description, ALT_TEXT))
    return replace(message, attachments=(*message.attachments, file))


def describe(trends: Trends, *, language: str) -> str:
    """Return the picture in words, for who cannot see it."""
    first, last = f"{trends.months[0]:%Y-%m}", f"{trends.months[-1]:%Y-%m}"
    said = say(language, "trends.alt", first=first, last=last)
    return f"{said} {describe_series(dict.fromkeys((*trends.top, *trends.moving)))}"


def describe_series(series: Iterable[Series]) -> str:
    """Return how many papers each tag has in each period, in words."""
    return " ".join(f"{_plain(each.tag)}: {', '.join(map(str, each.counts))}." for each in series)


def _footer(trends: Trends, language: str) -> str:
    """Return how many papers this is of, and what the arrows mean where there are any."""
    key = "trends.footer" if trends.rising or trends.fading else "trends.footer_steady"
    return say(language, key, weeks=trends.weeks, papers=trends.papers)


def _panel(series: Series, note: str, tone: Tone) -> Panel:
    return Panel(name=collapse(series.tag), note=note, counts=series.counts, tone=tone)


def _mover_line(mover: Mover) -> str:
    return f"- {tag_chip(mover.tag)} {mover.before} → {mover.now}"


def _plain(tag: str) -> str:
    return cut(collapse(tag), _TAG)
