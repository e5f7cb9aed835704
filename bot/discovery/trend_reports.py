"""/trends: the counts, the picture, the words."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.discovery.charts import Chart, ChartError
from bot.discovery.trends import read_trends
from bot.render.message import Message
from bot.render.trends import chart_trends, render_trends

if TYPE_CHECKING:
    from bot.client import DigestBot

_log = logging.getLogger(__name__)


async def report_trends(
    bot: DigestBot, *, months: int, tags: Sequence[str], language: str
) -> Message:
    """Return the trends of so many months; of these tags only, if there are any.

    Raises:
        NotFoundError: there are no digests yet.
    """
    trends = await read_trends(bot.store, months=months, tags=tags, today=bot.today())
    picture = await draw(bot, chart_trends(trends, language=language))
    return render_trends(trends, picture, language=language)


async def draw(bot: DigestBot, chart: Chart) -> bytes | None:
    """Return the picture, None if it cannot be drawn: the words do without it."""
    try:
        return await bot.charts.draw(chart)
    except ChartError as error:
        _log.warning("A picture could not be drawn: %s", error)
        return None
