"""Questions and entries -> answers that quote, or say that there is none. Pure.

An answer needs a `Ranking` and the entries that it names first (`READ_ENTRIES` of them): which
store they come from is the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answering.composing import (
    MOST_LISTED,
    USUAL_LENGTH,
    choose_nearest,
    compose_list,
    compose_nothing,
    compose_quotes,
)
from bot.answering.evidence import confidence, weigh
from bot.answering.records import Answer, Citation
from bot.retrieval.glossary import Glossary
from bot.retrieval.passages import Passage, score_passages
from bot.retrieval.query import Intent, Query
from bot.retrieval.ranking import Ranked, Ranking
from storage.models import Entry

__all__ = ["READ_ENTRIES", "Answer", "Citation", "answer"]

READ_ENTRIES = MOST_LISTED
# Fitted on the development set (docs/retrieval.md).
THRESHOLD = 0.52
# Terms that matter less than this need not be met where date, author or tag are.
_TELLING = 0.5
_RELEVANT = 0.8
_MATCHED, _NO_MATCH = 0.6, 0.4


def answer(
    query: Query, ranking: Ranking, entries: Mapping[int, Entry], *, glossary: Glossary
) -> Answer:
    """Return the answer to a question.

    `entries` holds those of `ranking.items[:READ_ENTRIES]` by id; one that is missing (it went
    since) is passed over.
    """
    found = tuple(item for item in ranking.items if item.entry_id in entries)
    if not found or ranking.unmet or query.is_empty:
        return _nothing(query, ranking, entries, 0.0)
    if _is_filter(query):
        return _list(query, ranking, entries, glossary, 1.0)
    best = entries[found[0].entry_id]
    passages = score_passages(best, query, ranking.rarities, glossary, names=found[0].names)
    sure = confidence(weigh(query, ranking, found[0], passages))
    if query.intent is Intent.COMPARISON and (other := _other_named(found)):
        return _both(query, ranking, (found[0], other), entries, glossary, sure)
    if not _has_match(query, found[0]):
        return _nothing(query, ranking, entries, min(sure, _NO_MATCH))
    if found[0].is_named and query.intent is Intent.OPINION and (best.ko or best.en):
        sure = max(sure, THRESHOLD)
    if sure < THRESHOLD:
        return _nothing(query, ranking, entries, sure)
    if query.wants_list:
        return _list(query, _relevant(ranking), entries, glossary, sure)
    text, citations = compose_quotes(query, best, passages)
    return _answer(query, ranking.items, text, sure, citations=citations)


def _other_named(found: Sequence[Ranked]) -> Ranked | None:
    """Return the next paper that the question names, by other words than the best one."""
    best = found[0]
    others = (item for item in found[1:] if item.is_named and not item.names & best.names)
    return next(others, None) if best.is_named else None


def _both(
    query: Query,
    ranking: Ranking,
    pair: tuple[Ranked, Ranked],
    entries: Mapping[int, Entry],
    glossary: Glossary,
    sure: float,
) -> Answer:
    texts: list[str] = []
    citations: tuple[Citation, ...] = ()
    for item in pair:
        entry = entries[item.entry_id]
        passages = score_passages(entry, query, ranking.rarities, glossary, names=item.names)
        text, quotes = compose_quotes(query, entry, passages, room=USUAL_LENGTH // 2)
        texts.append(text)
        citations += quotes
    return _answer(query, ranking.items, "\n".join(texts), sure, citations=citations)


def _has_match(query: Query, best: Ranked) -> bool:
    """Whether the best paper has a term of the question itself, not only something near it."""
    needed = [term for term in query.terms if not term.hint]
    telling = [
        strength
        for term, strength in zip(needed, best.strengths, strict=True)
        if term.weight > _TELLING
    ]
    return not telling or max(telling) >= _MATCHED


def _is_filter(query: Query) -> bool:
    """Whether a question asks for all papers of a date, an author or a tag."""
    telling = [term for term in query.terms if term.weight > _TELLING and not term.hint]
    return bool(query.dated or query.authors or query.tags) and not telling


def _relevant(ranking: Ranking) -> Ranking:
    """Return a ranking without the papers that have much less of the question than the best."""
    least = _RELEVANT * ranking.items[0].coverage
    items = tuple(item for item in ranking.items if item.coverage >= least)
    total = len(items) if len(items) < len(ranking.items) else ranking.total
    return replace(ranking, items=items, total=total)


def _list(
    query: Query,
    ranking: Ranking,
    entries: Mapping[int, Entry],
    glossary: Glossary,
    sure: float,
) -> Answer:
    best: dict[int, Passage] = {}
    for item in ranking.items[:READ_ENTRIES]:
        if item.entry_id in entries:
            passages = score_passages(entries[item.entry_id], query, ranking.rarities, glossary)
            if passages:
                best[item.entry_id] = passages[0]
    text, citations = compose_list(query, ranking, entries, best)
    return _answer(query, ranking.items, text, sure, citations=citations)


def _nothing(query: Query, ranking: Ranking, entries: Mapping[int, Entry], sure: float) -> Answer:
    nearest = choose_nearest(ranking, entries)
    text = compose_nothing(query, ranking, nearest, entries)
    return _answer(query, ranking.items, text, sure, nearest=nearest)


def _answer(
    query: Query,
    ranked: Sequence[Ranked],
    text: str,
    sure: float,
    *,
    citations: tuple[Citation, ...] = (),
    nearest: tuple[Ranked, ...] = (),
) -> Answer:
    return Answer(
        question=query.question,
        language=query.language,
        abstained=not citations,
        text=text,
        citations=citations,
        ranked=tuple(ranked)[:10],
        nearest=nearest,
        confidence=sure,
    )
