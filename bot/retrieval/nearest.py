"""Papers to offer where a question has no answer and hardly any paper. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.retrieval.days import DateRange
from bot.retrieval.index import Index
from bot.retrieval.query import Query
from bot.retrieval.ranking import SHORTLIST, Ranking, rank

# What an answer without evidence offers.
NEAREST = 3


def add_nearest(ranking: Ranking, query: Query, index: Index, *, until: date) -> Ranking:
    """Return the ranking with `spare` papers that make at least three with its own.

    They are the nearest without the date, the authors and the tags asked for, then the newest.
    """
    if len(ranking.items) >= NEAREST:
        return ranking
    unfiltered = replace(query, dates=(), dated=False, authors=(), tags=(), excluded=())
    back = index.catalogue.day_back(until.toordinal(), count=SHORTLIST)
    since = date.min if back is None else date.fromordinal(back)
    by_date = replace(unfiltered, terms=(), dated=True, dates=(DateRange(since, until),))
    known = {item.paper_id for item in ranking.items}
    spare = {
        item.paper_id: item
        for looser in (unfiltered, by_date)
        for item in rank(looser, index, until=until, limit=NEAREST).items
        if item.paper_id not in known
    }
    return replace(ranking, spare=tuple(spare.values())[: NEAREST - len(known)])
