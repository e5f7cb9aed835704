"""Whether the best paper has what is asked for, or is only near to it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answering.naming import holds, spell
from bot.answering.versions import find_versions, has_version, is_in
from bot.retrieval.passages import HEADED, Passage
from bot.retrieval.query import Intent, Query
from bot.retrieval.ranking import Ranked
from bot.retrieval.understanding import fold_question
from storage.models import Entry

_MATCHED = 0.6
# Whose opinion is asked for, by name.
_ASKED = r"(?:뭐라|어떻게\s(?:생각|평가|봤|보))"
_NAME = r"[A-Z][\w.-]*(?:\s+[A-Z][\w.-]*){0,3}"
_SAYING = re.compile(
    rf"\b(?:does|did|do|would|has)\s+(?P<says>{_NAME})\s+(?:say|said|think|thought|comment|feel|react"
    rf"|make of)\b"
    rf"|(?<![\w-])(?P<own>{_NAME})['\u2019]s\s+(?:opinion|take|view|thoughts?|comments?|impression"
    rf"|reaction)\b"
    rf"|(?<![\w-])(?P<ko>{_NAME})\s?(?:이|가|은|는|의)\s[^?]{{0,60}}(?:{_ASKED}|의견|생각은|평가는)"
    rf"|^\s*(?P<hangul>[가-힣]{{2,5}}?)[이가]\s[^?]{{1,60}}에\s?(?:대해|관해)[^?]{{0,20}}{_ASKED}",
    re.ASCII,
)
# A title that is quoted, with the word for a paper beside it.
_PAPER = r"(?:papers?|articles?|stud(?:y|ies)|works?)"
_TITLED = re.compile(
    rf"(?:\b{_PAPER}|논문|\b(?:titled|called|named|entitled))[\s,:(]*"
    r"[\"\u201c](?P<behind>[^\"\u201c\u201d]{8,300})[\"\u201d]"
    r"|[\"\u201c](?P<before>[^\"\u201c\u201d]{8,300})[\"\u201d][\s,)]*"
    rf"(?:(?:이?란|이?라는)\s)?(?:{_PAPER}\b|논문|연구)",
    re.IGNORECASE,
)
# The least share of a title's words that the paper has in its own.
_OF_A_TITLE = 0.5
# Who may speak in a digest.
_SPEAKERS = frozenset(
    (
        "작성자",
        "글쓴이",
        "필자",
        "큐레이터",
        "저자",
        "저자들",
        "연구진",
        "논문",
        "다이제스트",
        "코멘트",
    )
)


def is_beside(
    query: Query,
    best: Ranked,
    entries: Sequence[Entry],
    passages: Sequence[Passage],
    heading: Sequence[float],
) -> bool:
    """Whether the best paper is only near to what is asked for.

    `entries` are those of the papers found, the best one's first; `passages` are its sentences, and
    `heading` says how well its title and tags have each term.
    """
    return (
        not _has_match(query, best)
        or _has_another_title(query, heading)
        or _is_only_cited(query, entries[0])
        or _is_said_by_another(query, entries[0])
        or lacks_version(query, entries, passages)
    )


def _has_match(query: Query, best: Ranked) -> bool:
    """Whether the best paper has a term of the question itself, not only something near it."""
    needed = [term for term in query.terms if not term.hint]
    telling = [
        strength for term, strength in zip(needed, best.strengths, strict=True) if term.is_telling
    ]
    return not telling or max(telling) >= _MATCHED


def _has_another_title(query: Query, heading: Sequence[float]) -> bool:
    """Whether a question quotes a title most of which the best paper's has not, in any words."""
    match = _TITLED.search(query.question)
    if match is None:
        return False
    title = fold_question(match["behind"] or match["before"])
    needed = [term for term in query.terms if not term.hint]
    told = [
        strength >= HEADED
        for term, strength in zip(needed, heading, strict=True)
        if term.is_telling and term.text in title
    ]
    return sum(told) < _OF_A_TITLE * len(told)


def lacks_version(query: Query, entries: Sequence[Entry], passages: Sequence[Passage]) -> bool:
    """Whether a question asks for a version that the best paper, the first of these, is not of.

    That it mentions the version in passing is not enough where one thing is asked of it: a sentence
    must have both.
    """
    best = entries[0]
    needed = [term for term in query.terms if not term.hint]
    for version in find_versions(query.question, entries):
        if not has_version(version, best):
            return True
        words = {*spell(f"{version.name} {version.number}"), f"v{version.number}"}
        asked = [
            place
            for place, term in enumerate(needed)
            if term.is_telling and not set(spell(term.text)) <= words
        ]
        is_one_thing = query.intent in (Intent.FACT, Intent.NUMBER) and len(asked) == 1
        if is_in(version, best.paper.title) or not is_one_thing:
            continue
        if not any(
            is_in(version, each.text) and each.strengths[asked[0]] >= _MATCHED for each in passages
        ):
            return True
    return False


def _is_said_by_another(query: Query, entry: Entry) -> bool:
    """Whether the opinion of somebody is asked for whom an entry does not mention: `Karpathy`."""
    match = _SAYING.search(query.question)
    if match is None:
        return False
    paper = entry.paper
    texts = (paper.title, *paper.authors, paper.abstract or "", *entry.ko, *entry.en)
    if who := match["hangul"]:
        return who not in _SPEAKERS and not any(who in text for text in texts)
    name = spell(match["says"] or match["own"] or match["ko"])[-1:]
    return not any(holds(spell(text), name) for text in texts)


def _is_only_cited(query: Query, entry: Entry) -> bool:
    """Whether all that a question asks for is a name that an entry only cites: `Hinton et al.`."""
    telling = [term.text for term in query.terms if term.is_telling]
    if len(telling) != 1 or not telling[0].isalpha():
        return False
    texts = (entry.paper.title, entry.paper.abstract or "", *entry.ko, *entry.en)
    words = rf"\b{telling[0]}\b(?P<cited>,? et al\b)?"
    found = [m["cited"] for text in texts for m in re.finditer(words, text, re.IGNORECASE)]
    return bool(found) and all(found)
