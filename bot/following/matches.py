"""Which papers meet what a reader follows. Pure.

Keywords meet text as questions do: without case, accents, English endings and Korean particles; a
keyword of several words meets them in a row. `pre-training` is `pretraining` as well, `강화학습` is
`강화 학습`, and a Korean word may be part of a compound: `추론` meets `추론모델`, but not so
`양자` `양자화`. A keyword that the glossary knows meets its other names, in both languages: `희소
어텐션` meets `sparse attention`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any

from bot.retrieval.analysis import Unit, is_ending, joined_tokens, prepare, split_units
from bot.retrieval.glossary import load_glossary
from bot.retrieval.stemming import stem
from bot.schedule import is_recent, local_day
from storage.models import Entry, Follow, FollowKind, Interests
from storage.text import tag_key, title_key

# The rest of a compound: shorter than two syllables it is rather an ending or another word.
_COMPOUND = "(?:[가-힣]{2,})?"
_SHORTEST_PART = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What follows are compared with: folded names, and the text's words, stemmed.

    `news` is the day on which it counts as new: its digest's, or for an old digest the one on
    which it was posted; `concepts` are the glossary's that the text names.
    """

    entry: Entry
    news: date
    authors: frozenset[str]
    tags: frozenset[str]
    text: str
    concepts: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a reader is told of a paper: what they follow, by kind and name."""

    kind: FollowKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A paper for a reader, in its newest digest, and all the reasons."""

    paper_id: int
    entry_id: int
    reasons: tuple[Reason, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as a mailing's contents hold it."""
        why = [[str(reason.kind), reason.name] for reason in self.reasons]
        return {"paper": self.paper_id, "entry": self.entry_id, "why": why}


def parse_match(data: Mapping[str, Any]) -> Match:
    """Return what `to_json` gave."""
    reasons = tuple(Reason(kind=FollowKind(kind), name=name) for kind, name in data["why"])
    return Match(paper_id=data["paper"], entry_id=data["entry"], reasons=reasons)


def read_facts(entry: Entry) -> Facts:
    """Return what follows are compared with."""
    paper = entry.paper
    texts = (paper.title, paper.abstract or "", *entry.ko, *entry.en, *entry.tags)
    return Facts(
        entry=entry,
        news=entry.date,
        authors=frozenset(map(title_key, paper.authors)),
        tags=frozenset(map(tag_key, entry.tags)),
        text="\n".join(filter(None, map(_words_of, texts))),
        concepts=frozenset(
            concept
            for text in texts
            for match in load_glossary().find(split_units(prepare(text)))
            for concept in match.concepts
            if not match.partial
        ),
    )


def follow_key(kind: FollowKind, name: str) -> str:
    """Return what makes two follows of a kind the same; empty where there is nothing to follow."""
    if kind is FollowKind.AUTHOR:
        return title_key(name)
    if kind is FollowKind.TAG:
        return tag_key(name)
    return " ".join(unit.stem for unit in _units(name))


def find_matches(
    interests: Interests, facts: Iterable[Facts], *, today: date, timezone: str
) -> tuple[Match, ...]:
    """Return what is new to a reader, newest digest first, each paper once.

    That is what became news in the last seven days, up to `today`, not before the follow was made,
    and was not told of already.
    """
    papers: dict[int, list[tuple[Entry, tuple[Reason, ...]]]] = defaultdict(list)
    for each in facts:
        entry = each.entry
        if not is_recent(each.news, today=today) or entry.id in interests.told_entries:
            continue
        if entry.paper.id in interests.told_papers:
            continue
        reasons = _reasons(interests.follows, each, timezone)
        if reasons:
            papers[entry.paper.id].append((entry, reasons))
    found = [(max((entry for entry, _ in each), key=_newest), each) for each in papers.values()]
    found.sort(key=lambda pair: (-pair[0].date.toordinal(), pair[0].position, pair[0].id))
    return tuple(
        Match(
            paper_id=entry.paper.id,
            entry_id=entry.id,
            reasons=tuple(dict.fromkeys(reason for _, reasons in each for reason in reasons)),
        )
        for entry, each in found
    )


def _newest(entry: Entry) -> tuple[date, int]:
    return entry.date, -entry.position


def _reasons(follows: Sequence[Follow], facts: Facts, timezone: str) -> tuple[Reason, ...]:
    return tuple(
        Reason(kind=follow.kind, name=follow.name)
        for follow in follows
        if _is_news(facts, local_day(timezone, follow.created_at)) and meets(follow, facts)
    )


def _is_news(facts: Facts, since: date) -> bool:
    """Return whether it is new to who follows since a day; what was posted that day may not be."""
    return facts.news > since or facts.news == facts.entry.date == since


def meets(follow: Follow, facts: Facts) -> bool:
    """Return whether a paper is by the author, carries the tag or speaks of the keyword."""
    if follow.kind is FollowKind.AUTHOR:
        return follow.key in facts.authors
    if follow.kind is FollowKind.TAG:
        return follow.key in facts.tags
    pattern = _keyword_pattern(follow.name)
    is_said = pattern is not None and pattern.search(facts.text) is not None
    return is_said or not facts.concepts.isdisjoint(_keyword_concepts(follow.name))


def _units(text: str) -> list[Unit]:
    """Return the units of a text, without particles behind a Latin word: `LLM을` is `LLM`."""
    units = split_units(prepare(text))
    glued = {
        second.start
        for first, second in pairwise(units)
        if first.end == second.start
        and second.is_hangul
        and not first.is_hangul
        and is_ending(second.text)
    }
    return [unit for unit in units if unit.start not in glued]


def _words_of(text: str) -> str:
    """Return a text's stems, each between spaces; hyphened words also as one, in another line."""
    units = _units(text)
    lines = [[unit.stem for unit in units], list(joined_tokens(units))]
    return "\n".join(f" {' '.join(line)} " for line in lines if line)


@lru_cache(maxsize=2048)
def _keyword_pattern(keyword: str) -> re.Pattern[str] | None:
    """Return what finds a keyword in `Facts.text`, None for one without a word."""
    units = _units(keyword)
    if not units:
        return None
    apart = [unit.stem for unit in units]
    joined = [
        parts[0].stem if len(parts) == 1 else stem("".join(part.text for part in parts))
        for parts in (list(group) for _, group in groupby(units, key=lambda unit: unit.group))
    ]
    phrases = dict.fromkeys((_phrase(apart), _phrase(joined)))
    return re.compile("|".join(phrases))


@lru_cache(maxsize=2048)
def _keyword_concepts(keyword: str) -> frozenset[int]:
    """Return the concepts that go by the keyword, if the glossary has any."""
    glossary, units = load_glossary(), _units(keyword)
    return frozenset(
        concept
        for match in glossary.find(units)
        if (match.start, match.end) == (0, len(units)) and not (match.partial or match.nested)
        for concept in match.concepts
        if not glossary.concepts[concept].loose
    )


def _phrase(stems: Sequence[str]) -> str:
    """Return the pattern of stems in a row; Korean ones may be written together or apart."""
    pattern = _spaced(stems[0])
    for before, word in pairwise(stems):
        pattern += " ?" if _is_hangul(before) and _is_hangul(word) else " "
        pattern += _spaced(word)
    first = _COMPOUND if _is_part(stems[0]) else ""
    last = _COMPOUND if _is_part(stems[-1]) else ""
    return f" {first}{pattern}{last} "


def _spaced(word: str) -> str:
    return " ?".join(word) if _is_hangul(word) else re.escape(word)


def _is_part(word: str) -> bool:
    return _is_hangul(word) and len(word) >= _SHORTEST_PART


def _is_hangul(word: str) -> bool:
    return "가" <= word[0] <= "힣"
