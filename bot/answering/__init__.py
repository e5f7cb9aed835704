"""Questions and entries -> answers that quote, or say that there is none. Pure.

An answer needs a `Ranking` and the entries that it names first (`READ_ENTRIES` of them): which
store they come from is the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answering.beside import is_beside, lacks_version
from bot.answering.composing import (
    MOST_LISTED,
    USUAL_LENGTH,
    are_newest,
    asks_for_facts,
    choose_nearest,
    compose_facts,
    compose_list,
    compose_nothing,
    compose_others,
    compose_pointer,
    compose_quotes,
    find_facts,
    find_titles,
    is_about_facts,
)
from bot.answering.errands import is_errand
from bot.answering.evidence import confidence, weigh
from bot.answering.naming import is_meant, is_spelt, put_named_first
from bot.answering.pairing import asks_only_facts, find_pair
from bot.answering.records import Answer, Citation, Fact
from bot.answering.wishes import is_thanks
from bot.retrieval.glossary import Glossary
from bot.retrieval.passages import HEADED, Passage, best_share, score_heading, score_passages
from bot.retrieval.query import Intent, Query
from bot.retrieval.ranking import RELEVANT, Ranked, Ranking
from bot.retrieval.releases import asks_release, says_release
from storage.models import Entry

__all__ = ["READ_ENTRIES", "Answer", "Citation", "Fact", "answer", "answer_both"]

READ_ENTRIES = MOST_LISTED
# Fitted on the development set (docs/retrieval.md).
THRESHOLD = 0.5
_NO_MATCH = 0.4
# Two papers are close if the second has this share of the first one's score.
_CLOSE = 0.7
# Words that a question puts its own way weigh less.
_TOPIC = 0.8
# Papers that fit a description, and the share of the first one's score that the others have.
_OFFERED, _MAYBE = 3, 0.6


def answer(
    query: Query, ranking: Ranking, entries: Mapping[int, Entry], *, glossary: Glossary
) -> Answer:
    """Return the answer to a question.

    `entries` holds those of `ranking.items[:READ_ENTRIES]` by id; one that is missing (it went
    since) is passed over.
    """
    ranking = put_named_first(query, _settle(query, ranking, entries, glossary), entries)
    found = tuple(item for item in ranking.items if item.entry_id in entries)
    if found and _asks_facts(query, found[0], entries[found[0].entry_id]):
        entry = entries[found[0].entry_id]
        if facts := find_facts(query, entry):
            text, citations = compose_facts(query, entry)
            return _answer(query, ranking.items, text, 1.0, citations=citations, facts=facts)
    if not found or ranking.unmet or _asks_nothing(query) or is_errand(query.question):
        return _nothing(query, ranking, entries, 0.0)
    if _is_filter(query, found[0]):
        return _list(query, ranking, entries, glossary, 1.0)
    best = entries[found[0].entry_id]
    heading = score_heading(best, query, glossary)
    told = {place for place, strength in enumerate(heading) if strength >= HEADED}
    passages = score_passages(best, query, ranking.rarities, glossary, names=found[0].names | told)
    sure = confidence(weigh(query, ranking, found[0], passages, heading))
    if pair := find_pair(query, ranking, found):
        return answer_both(query, ranking, pair, entries, glossary=glossary, sure=sure)
    papers = [entries[item.entry_id] for item in found]
    if is_beside(query, found[0], papers, passages, heading):
        ranking = _without_name(ranking) if lacks_version(query, papers, passages) else ranking
        return _nothing(query, ranking, entries, min(sure, _NO_MATCH))
    sure = _decide(query, found[0], best, passages, sure)
    if sure < THRESHOLD:
        return _nothing(query, ranking, entries, sure)
    if query.wants_list and not (query.intent is Intent.KNOWN_ITEM and found[0].is_named):
        return _list(query, _relevant(ranking), entries, glossary, sure)
    return _quote(query, ranking, found, entries, passages, sure)


def _decide(
    query: Query, first: Ranked, best: Entry, passages: Sequence[Passage], sure: float
) -> float:
    """Return how sure an answer from the first paper is, where what is asked decides it.

    Any comment on a paper that is named is an opinion; whether its code is public is told by a
    sentence that says so, and by nothing else.
    """
    decided = max(sure, THRESHOLD) if first.is_named else sure
    if asks_release(query.question.casefold()):
        return (
            decided if any(says_release(each.text) for each in passages) else min(sure, _NO_MATCH)
        )
    return decided if query.intent is Intent.OPINION and (best.ko or best.en) else sure


def _without_name(ranking: Ranking) -> Ranking:
    """Return a ranking whose first paper is not the one that was named."""
    first, *others = ranking.items
    return replace(ranking, items=(replace(first, is_named=False), *others))


def _quote(
    query: Query,
    ranking: Ranking,
    found: Sequence[Ranked],
    entries: Mapping[int, Entry],
    passages: Sequence[Passage],
    sure: float,
) -> Answer:
    """Return quotes of the best paper; what is asked besides is told of the one that is meant."""
    best = entries[found[0].entry_id]
    are_told = is_meant(query, found[0], [entries[item.entry_id] for item in found])
    if not are_told and asks_for_facts(query):
        return _nothing(query, ranking, entries, min(sure, _NO_MATCH))
    facts = find_facts(query, best) if are_told else find_titles(query, best)
    text, citations = compose_quotes(query, best, passages, facts=facts)
    others = _others(query, found)
    return _answer(
        query,
        ranking.items,
        "\n".join([text, *compose_others(query, others, entries)]),
        sure,
        citations=citations,
        nearest=others,
        facts=facts,
    )


def answer_both(
    query: Query,
    ranking: Ranking,
    pair: tuple[Ranked, Ranked],
    entries: Mapping[int, Entry],
    *,
    glossary: Glossary,
    sure: float = 1.0,
) -> Answer:
    """Return what each of two papers says, side by side."""
    texts: list[str] = []
    citations: tuple[Citation, ...] = ()
    facts: tuple[Fact, ...] = ()
    for item in pair:
        entry = entries[item.entry_id]
        if asks_only_facts(query, pair):
            text, quotes = compose_facts(query, entry)
            facts += find_facts(query, entry)
        else:
            passages = score_passages(entry, query, ranking.rarities, glossary, names=item.names)
            text, quotes = compose_quotes(query, entry, passages, room=USUAL_LENGTH // 2)
        texts.append(text)
        citations += quotes
    return _answer(query, ranking.items, "\n".join(texts), sure, citations=citations, facts=facts)


def _asks_nothing(query: Query) -> bool:
    return query.is_empty or is_thanks(query.question)


def _asks_facts(query: Query, best: Ranked, entry: Entry) -> bool:
    """Whether nothing is asked of the paper meant but who wrote it, when it came and such."""
    if not (best.is_named and is_spelt(query, best, entry)):
        return False
    if query.wants_list or query.dated or query.authors or query.tags:
        return False
    needed = [term for term in query.terms if not term.hint]
    return not any(
        term.is_telling and place not in best.names and not is_about_facts(term.text)
        for place, term in enumerate(needed)
    )


def _settle(
    query: Query, ranking: Ranking, entries: Mapping[int, Entry], glossary: Glossary
) -> Ranking:
    """Return a ranking of which a sentence decides the first two, where they are close."""
    pair = ranking.items[:2]
    if len(pair) < 2 or any(item.entry_id not in entries for item in pair):
        return ranking
    first, second = pair
    if second.score < _CLOSE * first.score or first.is_named or query.wants_list:
        return ranking
    scores = [
        item.score
        * (1 + best_share(entries[item.entry_id], query, ranking.rarities, glossary=glossary))
        for item in pair
    ]
    if scores[1] <= scores[0]:
        return ranking
    return replace(ranking, items=(second, first, *ranking.items[2:]))


def _others(query: Query, found: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """Return the papers that may be meant instead, where one is only described."""
    best = found[0]
    if query.intent is not Intent.KNOWN_ITEM or best.is_named:
        return ()
    return tuple(each for each in found[1:_OFFERED] if each.score >= _MAYBE * best.score)


def _is_filter(query: Query, best: Ranked) -> bool:
    """Whether a question asks for all papers of a date, an author or a tag.

    A word that says little, and that none of them has, takes nothing away: `the best papers by …`.
    """
    telling = [term for term in query.terms if term.is_telling]
    is_told = any(term.weight >= _TOPIC for term in telling) or best.coverage > 0
    return bool(query.dated or query.authors or query.tags) and not (telling and is_told)


def _relevant(ranking: Ranking) -> Ranking:
    """Return a ranking without the papers that have much less of the question than the best."""
    least = RELEVANT * ranking.items[0].coverage
    items = tuple(item for item in ranking.items if item.coverage >= least)
    return replace(ranking, items=items, total=max(ranking.relevant, len(items)))


def _list(
    query: Query,
    ranking: Ranking,
    entries: Mapping[int, Entry],
    glossary: Glossary,
    sure: float,
) -> Answer:
    if query.most is not None:
        ranking = replace(ranking, items=ranking.items[: query.most])
    best: dict[int, Passage] = {}
    for item in ranking.items[:READ_ENTRIES]:
        if item.entry_id in entries:
            passages = score_passages(entries[item.entry_id], query, ranking.rarities, glossary)
            if passages:
                best[item.entry_id] = passages[0]
    text, citations = compose_list(query, ranking, entries, best)
    return _answer(query, ranking.items, text, sure, citations=citations)


def _nothing(query: Query, ranking: Ranking, entries: Mapping[int, Entry], sure: float) -> Answer:
    is_named = bool(ranking.items) and ranking.items[0].is_named
    if not (is_named or ranking.unmet) and (text := compose_pointer(query)):
        return _answer(query, ranking.items, text, sure)
    nearest = () if _asks_nothing(query) else choose_nearest(ranking, entries)
    text = compose_nothing(query, ranking, nearest, entries)
    nothing = _answer(query, ranking.items, text, sure, nearest=nearest)
    return replace(nothing, are_newest=are_newest(ranking))


def _answer(
    query: Query,
    ranked: Sequence[Ranked],
    text: str,
    sure: float,
    *,
    citations: tuple[Citation, ...] = (),
    nearest: tuple[Ranked, ...] = (),
    facts: tuple[Fact, ...] = (),
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
        facts=facts,
    )
