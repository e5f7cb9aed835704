"""Which paper a question names: by its title, or by what stands before the title's colon. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.answering.composing import asks_for_facts
from bot.answering.versions import find_versions, has_version, is_of
from bot.retrieval import intents
from bot.retrieval.analysis import prepare, split_units
from bot.retrieval.query import Intent, Query
from bot.retrieval.ranking import Ranked, Ranking
from storage.models import Entry

# A single word may be a name, or not: that ranking decides by how rare it is.
_SHORTEST, _LONGEST = 2, 4
# In a question, what is spelt as names are, and what may stand between two such words.
_PROPER = re.compile(
    r"(?<![\w-])[A-Z][\w.-]*(?:\s+(?:(?:a|all|and|for|in|is|of|on|the|to|with|you)\s+)*[A-Z\d][\w.-]*)*",
    re.ASCII,
)
_QUESTION_WORDS = re.compile(
    r"^(?:(?:Who|When|What|Which|Where|Whose|How|Is|Are|Was|Were|Did|Does|Do|Can|Could|The|A|An|And"
    r"|Tell|Show|Give|List|Name|Link|Authors?|Tags?|Date|Please)\b\W*)+"
)
# How an abstract gives a name to its own subject: `we present NSA, …`, `this paper presents …
# (RAR)`.
_GIVING = (
    r"\b(?:we|this (?:paper|work|study|article|report))\b[^.]{0,80}"
    r"\b(?:present|introduc|propos|develop|releas|creat|build|call|dub|nam|term)"
    r"(?:e|es|s|ed|ing)?\s+(?:(?:the|a|an)\s+)?"
)
_ARTICLES = frozenset({"the", "a", "an"})
_MET, _MOST_ASKED = 0.6, 2
_NO_NAMES = frozenset({("technical", "report")})


def put_named_first(query: Query, ranking: Ranking, entries: Mapping[int, Entry]) -> Ranking:
    """Return the ranking with the paper that the question names first, if any.

    It is the one whose title it spells out, or whose name it has with a version, `OLMo 2`; or else,
    where something is asked of a paper, the first that is named at all.
    """
    found = [item for item in ranking.items if item.entry_id in entries]
    titles = {item.entry_id: entries[item.entry_id].paper.title for item in found}
    names = {item.entry_id: find_name(query.question, titles[item.entry_id]) for item in found}
    longest = max(found, key=lambda item: len(names[item.entry_id]), default=None)
    if longest is None:
        return ranking
    if name := names[longest.entry_id]:
        return _put_first(longest, ranking, longest.names | _places(query, name))
    if versioned := _find_versioned(query, found, entries):
        return _put_first(versioned, ranking, versioned.names)
    if asks_for_facts(query) and (giver := _find_giver(query, found, entries)):
        return _put_first(giver, ranking, giver.names)
    named = next((item for item in found if _is_asked_of(query, item, entries)), None)
    return ranking if named is None else _put_first(named, ranking, named.names)


def _is_asked_of(query: Query, item: Ranked, entries: Mapping[int, Entry]) -> bool:
    """Whether a question asks a thing or two of a paper by its name: `learning rate of s1`."""
    if not item.is_named or query.intent not in (Intent.FACT, Intent.NUMBER, Intent.OPINION):
        return False
    needed = [term for term in query.terms if not term.hint]
    asked = [term for at, term in enumerate(needed) if term.is_telling and at not in item.names]
    if len(asked) > _MOST_ASKED:
        return False
    name = _head(entries[item.entry_id])
    versions = find_versions(query.question, entries.values())
    return holds(spell(query.question), name) and all(
        is_of(each, " ".join(name)) for each in versions
    )


def _put_first(item: Ranked, ranking: Ranking, names: frozenset[int]) -> Ranking:
    others = (each for each in ranking.items if each.entry_id != item.entry_id)
    return replace(ranking, items=(replace(item, names=names, is_named=True), *others))


def _find_versioned(
    query: Query, found: Sequence[Ranked], entries: Mapping[int, Entry]
) -> Ranked | None:
    """Return the paper whose name has a version that the question asks for.

    None if there is none, or only ones behind a paper that mentions it.
    """
    papers = [entries[item.entry_id] for item in found]
    for version in find_versions(query.question, papers):
        for item, entry in zip(found, papers, strict=True):
            name = _head(entry)
            if len(name) <= _LONGEST and is_of(version, " ".join(name)):
                return item
            if item is found[0] and has_version(version, entry):
                break
    return None


def _find_giver(
    query: Query, found: Sequence[Ranked], entries: Mapping[int, Entry]
) -> Ranked | None:
    """Return the paper that gave a word of a question to what it is about, and has the others.

    `NSA`, `DeepSeek NSA`.
    """
    telling = _find_telling(query)
    if any(item.is_named for item in found):
        return None
    words = [term.text for term in query.terms if not term.hint]
    for item in found:
        entry = entries[item.entry_id]
        given = {place for place in telling if gives_name(entry, words[place])}
        if given and all(item.strengths[place] >= _MET for place in telling - given):
            return replace(item, names=item.names | given)
    return None


def _find_telling(query: Query) -> frozenset[int]:
    needed = (term for term in query.terms if not term.hint)
    return frozenset(place for place, term in enumerate(needed) if term.is_telling)


def gives_name(entry: Entry, word: str) -> bool:
    """Whether a word is the initials of a paper's name, or its abstract gives it as a name."""
    if len(word) > _SHORTEST and word == "".join(each[0] for each in _head(entry)):
        return True
    name = r"[ -]?".join(map(re.escape, word.split()))
    # Long for it are words that begin as it does, and not many more than it has letters.
    most = len(word) + 1
    long = rf"{re.escape(word[0])}[\w-]*\s+(?:[\w-]+\s+){{0,{most}}}\({name}\)"
    given = rf"{_GIVING}(?:{name}(?![\w+-])|{long})"
    return re.search(given, entry.paper.abstract or "", re.IGNORECASE) is not None


def has_name(entry: Entry, word: str) -> bool:
    """Whether a word is what stands before a paper's colon, or a name that it is given."""
    return _head(entry) == spell(word) or gives_name(entry, word)


def _head(entry: Entry) -> tuple[str, ...]:
    return spell(entry.paper.title.partition(":")[0])


def is_meant(query: Query, best: Ranked, entries: Sequence[Entry]) -> bool:
    """Whether the best paper is the one that a question asks of: by its name, or its description.

    `entries` are those of the papers found, the best one's first. A description is two words at
    least, and holds no name that the title lacks: `the DPO paper` is not the one that is found
    first for `DPO`, nor is `the Llama 3 paper` one that mentions it.
    """
    if best.is_named and is_spelt(query, best, entries[0]):
        return True
    names = list(_proper_names(query.question))
    words, *others = (_without_article(spell(each.paper.title)) for each in entries)
    if any(words[: len(name)] == name and not _any_holds(others, name) for name in names):
        return True
    if not intents.DESCRIBING.search(query.question.casefold()):
        return False
    return not any(set(name) - set(words) for name in names) and _describes(query, best, names)


def _without_article(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[1:] if words and words[0] in _ARTICLES else words


def is_spelt(query: Query, item: Ranked, entry: Entry) -> bool:
    """Whether a paper is named in its own words, not in what is like them.

    Words in Hangul may be any of its names.
    """
    title = spell(entry.paper.title)
    needed = [term for term in query.terms if not term.hint]
    names = [needed[place].text for place in item.names]
    return all(
        word in title
        or (len(word) > _LONGEST and word in "".join(title))
        or gives_name(entry, name)
        for name in names
        for word in spell(name)
        if word.isascii()
    )


def _any_holds(titles: Iterable[Sequence[str]], name: Sequence[str]) -> bool:
    return any(holds(title, name) for title in titles)


def _describes(query: Query, best: Ranked, names: Sequence[Sequence[str]]) -> bool:
    """Whether a paper has two words of the question, which are more than a name: not `GPT-4`."""
    needed = (term for term in query.terms if not term.hint)
    met = [
        term
        for term, strength in zip(needed, best.strengths, strict=True)
        if term.is_telling and strength >= _MET
    ]
    if len(met) != 1:
        return len(met) > 1
    words = _without_article(spell(met[0].text))
    is_name = words in names or any(char.isdigit() for char in met[0].text)
    return len(words) > 1 and not is_name


def _proper_names(question: str) -> Iterator[tuple[str, ...]]:
    """Yield the names in a question that are of several words, or have a number: `Llama 3`."""
    for match in _PROPER.finditer(question):
        name = spell(_QUESTION_WORDS.sub("", match.group()))
        if len(name) > 1:
            yield name


def find_name(question: str, title: str) -> tuple[str, ...]:
    """Return the words of the title, or of its part before the colon, if a question has them all.

    They stand in the question as in the title, one after the other. A single word is no name, and
    two are one only with the title's capitals, or a number: `Gemma 2`.
    """
    asked = spell(question)
    head, _, _ = title.partition(":")
    for text in (title, head):
        name = _without_article(spell(text))
        if len(name) >= _SHORTEST and name not in _NO_NAMES and holds(asked, name):
            is_telling = len(name) > _SHORTEST or any(char.isdigit() for char in text)
            return name if is_telling or text.strip() in question else ()
    return ()


# A question is compared with the titles of its papers, and theirs come again.
@lru_cache(maxsize=512)
def spell(text: str) -> tuple[str, ...]:
    """Return the words of a text, as names are compared by them."""
    return tuple(unit.text for unit in split_units(prepare(text)))


def holds(words: Sequence[str], run: Sequence[str]) -> bool:
    """Whether words stand in others, one after the other."""
    size = len(run)
    return any(words[at : at + size] == run for at in range(len(words) - size + 1))


def _places(query: Query, name: Sequence[str]) -> frozenset[int]:
    """Return the places of the terms that are part of a name."""
    needed = (term for term in query.terms if not term.hint)
    return frozenset(
        place for place, term in enumerate(needed) if set(spell(term.text)) <= set(name)
    )
