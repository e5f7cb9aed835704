"""The words of a question -> terms: what each is about, in all its names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.retrieval import words
from bot.retrieval.analysis import Unit, is_ending, korean_stems, pairs, prepare, split_units
from bot.retrieval.glossary import Match
from bot.retrieval.index import MOST, Index
from bot.retrieval.query import Alternative, Term
from bot.retrieval.sounds import hangul_skeleton, romanise, spelt_out
from bot.retrieval.stemming import stem

# How much a way of saying a term is worth; fitted on the development set (docs/retrieval.md).
SAME, PARTS, RELATED, SOUNDS, PAIRED = 1.0, 0.55, 0.35, 0.7, 0.9
# What is left of a concept without the words that say little.
HEAD = 0.6
# An English word that sounds like a Korean one, and how alike it is spelt at least to be more.
FAINT, _ALIKE = 0.45, 0.62
# A word near to one that is spelt out, and to one in the other script.
NEAR, NEAR_ABROAD = 0.6, 0.85
_VERB_WEIGHT, _WEAK_WEIGHT = 0.25, 0.6
_PHRASE_WEIGHT = 0.2
_MOST_CORRECTIONS = 2
# How `without` and what Korean says for it begin; what stands behind a thing that is not there.
_NONE = frozenset("w없않안")
_WITHOUT = re.compile("없[이는던]|(?:안|[가-힣]{1,3}지않)[가-힣]")
# Syllables of a word that says enough without its ending.
_LONG = 4
# A Korean word in more of the entries than this needs no guess at what it means.
_COMMON = 0.01
_SHORT = 2
_NEARLY_ALL = 0.9


def list_terms(text: str, index: Index, stop: frozenset[str]) -> list[Term]:
    """Return a term for each concept of the glossary and each other word, then pairs of words."""
    units = [
        _corrected(unit, index, stop) for unit in split_units(text) if not _is_particle(unit, text)
    ]
    matches = [
        match
        for match in index.glossary.find_longest(units)
        if not (match.end - match.start == 1 and _is_stop(units[match.start], stop))
    ]
    taken = {place for match in matches for place in range(match.start, match.end)}
    by_place: dict[int, list[Term]] = {}
    for match in matches:
        by_place.setdefault(match.start, []).append(_concept_term(match, units, index))
        if match.partial and (term := _sound_term(units, match.start, index)):
            by_place[match.start].append(term)
    for place, parts in by_place.items():
        # `옴니토크나이저` is two concepts, and may be one name as well.
        if len(parts) > 1 and (term := _sound_term(units, place, index)):
            parts.append(replace(term, hint=True))
    for group in _groups(units, taken, stop):
        if term := _word_term(units, group, index):
            by_place.setdefault(group[0], []).append(term)
    terms = [term for place in sorted(by_place) for term in by_place[place]]
    merged = list({term.alternatives: term for term in terms}.values())
    return [*merged, *_phrases(units, stop), *_lacking(units, matches, index)]


def _is_stop(unit: Unit, stop: frozenset[str]) -> bool:
    return unit.text in stop or (
        unit.is_hangul and (unit.stem in stop or words.is_asking(unit.text))
    )


def _is_particle(unit: Unit, text: str) -> bool:
    """Whether a run of Hangul is glued to a Latin word and only ends it: `RL에서`."""
    if not unit.is_hangul or unit.start == 0 or not text[unit.start - 1].isascii():
        return False
    return text[unit.start - 1] not in " ,;" and is_ending(unit.text)


def _corrected(unit: Unit, index: Index, stop: frozenset[str]) -> Unit:
    """Return what a misspelt word was meant to be, where no entry has it."""
    if unit.is_hangul or _is_stop(unit, stop) or not unit.text.isalpha():
        return unit
    if index.count(unit.stem) or index.count(f"^{unit.text}") or index.glossary.knows(unit.stem):
        return unit
    word = next(iter(index.words.correct(unit.text, limit=1)), unit.text)
    return unit._replace(text=word, stem=stem(word))


def _groups(units: Sequence[Unit], taken: set[int], stop: frozenset[str]) -> list[list[int]]:
    """Return the places of words that no concept took; parts of a hyphened word together."""
    groups: dict[int, list[int]] = {}
    for place, unit in enumerate(units):
        if place not in taken and not _is_stop(unit, stop):
            groups.setdefault(unit.group, []).append(place)
    return [
        group
        for group in groups.values()
        # `isn't` is two units.
        if "'".join(units[place].text for place in group) not in stop
    ]


def _concept_term(match: Match, units: Sequence[Unit], index: Index) -> Term:
    typed = units[match.start : match.end]
    text = " ".join(unit.text for unit in typed)
    latin = tuple(unit.stem for unit in typed if not unit.is_hangul)
    loose = all(index.glossary.concepts[concept].loose for concept in match.concepts)
    near = NEAR if latin else NEAR_ABROAD
    alternatives = [
        Alternative((f"§{concept}",), near if index.glossary.concepts[concept].loose else SAME)
        for concept in match.concepts
    ]
    if loose and len(typed) == 1 and not latin:
        alternatives.append(Alternative((f"={typed[0].stem}",), SAME))
    if len(typed) == 1 and latin:
        if not _is_nearly_all(latin[0], match.concepts, index):
            alternatives.append(Alternative(latin, SAME))
        alternatives.append(Alternative((f"^{text}",), SAME))
    if len(typed) > 1 and len(latin) == len(typed):
        alternatives.append(Alternative(latin, PARTS))
    for concept in match.concepts:
        entry = index.glossary.concepts[concept]
        name = tuple(unit.stem for unit in split_units(prepare(entry.name)))
        if len(name) > 1:
            alternatives.append(Alternative(name, PARTS))
        alternatives += [Alternative((f"§{other}",), RELATED) for other in entry.related]
    if len(typed) > 1 and not any(index.count(f"§{each}") for each in match.concepts):
        alternatives += _list_heads(typed, index)
    return Term(
        text=text,
        alternatives=tuple(dict.fromkeys(alternatives)),
        size=len(typed),
        weight=_concept_weight(typed, loose=loose),
        is_concept=True,
        is_everyday=loose,
    )


def _is_nearly_all(word: str, concepts: Sequence[int], index: Index) -> bool:
    """Whether a common word is what nearly all papers with a concept have it by.

    Whatever has the word has the concept: to score both takes twice as long, and tells little.
    """
    count = index.count(word)
    return count > MOST and any(
        count >= _NEARLY_ALL * index.count(f"§{concept}") for concept in concepts
    )


def _list_heads(typed: Sequence[Unit], index: Index) -> list[Alternative]:
    """Return the concept that is left of one without weak words: `reasoning` of `reasoning model`.

    Where the others say something of their own, as in `music generation`, it is none.
    """
    says = [not _is_weak(unit) for unit in typed]
    return [
        Alternative((f"§{concept}",), HEAD)
        for part in index.glossary.find(typed)
        if any(says[part.start : part.end]) and not any((*says[: part.start], *says[part.end :]))
        for concept in part.concepts
        if index.count(f"§{concept}")
    ]


def _is_weak(unit: Unit) -> bool:
    return unit.stem in words.WEAK_KOREAN if unit.is_hangul else unit.text in words.WEAK_ENGLISH


def _concept_weight(typed: Sequence[Unit], *, loose: bool) -> float:
    text = " ".join(unit.text for unit in typed)
    if text in words.WEAK_ENGLISH:
        return _WEAK_WEIGHT
    if loose and len(typed) == 1 and typed[0].stem in words.WEAK_KOREAN:
        return _VERB_WEIGHT
    return 1.0


def _word_term(units: Sequence[Unit], places: Sequence[int], index: Index) -> Term | None:
    typed = [units[place] for place in places]
    if typed[0].is_hangul:
        return _hangul_term(typed[0], index, _digits_behind(units, places[0]))
    text = "-".join(unit.text for unit in typed)
    stems = tuple(unit.stem for unit in typed)
    spelt = tuple(f"^{unit.text}" for unit in typed)
    alternatives = [Alternative(stems, SAME), Alternative(spelt, SAME)]
    if len(typed) > 1:
        alternatives.append(Alternative((stem("".join(unit.text for unit in typed)),), SAME))
    elif len(text) == 1 and not text.isdigit():
        return None
    if not any(_is_known(each, index) for each in alternatives):
        alternatives += _split_compound(text, index)
    weight = _WEAK_WEIGHT if text in words.WEAK_ENGLISH else 1.0
    return Term(text=text, alternatives=tuple(alternatives), size=len(typed), weight=weight)


def _split_compound(text: str, index: Index) -> list[Alternative]:
    """Return `token shuffle` for `tokenshuffle`."""
    for cut in range(3, len(text) - 2):
        parts = (stem(text[:cut]), stem(text[cut:]))
        if index.count(f"{parts[0]}_{parts[1]}"):
            return [Alternative((f"{parts[0]}_{parts[1]}",), SAME)]
    return []


def _hangul_term(unit: Unit, index: Index, digits: str) -> Term:
    word = unit.stem
    alternatives = [Alternative((f"={word}",), SAME)]
    if len(word) > 1:
        alternatives.append(Alternative(tuple(pairs(word)), PAIRED))
    if words.KOREAN_VERB.search(unit.text) or len(word) < _SHORT or word in words.WEAK_KOREAN:
        return Term(text=unit.text, alternatives=tuple(alternatives), weight=_VERB_WEIGHT)
    if index.count(f"={word}") <= _COMMON * index.catalogue.size:
        alternatives += _sounding(unit.text, index, digits)
    return Term(text=unit.text, alternatives=tuple(dict.fromkeys(alternatives)))


def _sound_term(units: Sequence[Unit], place: int, index: Index) -> Term | None:
    """Return what a word may be as a whole that only begins with a concept: `리워드벤치`."""
    alternatives = _sounding(units[place].text, index, _digits_behind(units, place))
    if not alternatives:
        return None
    return Term(text=units[place].text, alternatives=tuple(dict.fromkeys(alternatives)))


def _digits_behind(units: Sequence[Unit], place: int) -> str:
    """Return the number that is glued to a Korean word: `2` in `헬프스티어2`."""
    following = units[place + 1] if place + 1 < len(units) else None
    if following is None or following.start != units[place].end or not following.text.isdigit():
        return ""
    return following.text


def _sounding(text: str, index: Index, digits: str = "") -> list[Alternative]:
    """Return the English words that a Korean word may be, with and without its endings.

    A long one may lack the s of a plural, as Korean does.
    """
    found: dict[str, Alternative] = {}
    stems = korean_stems(text)
    for word in stems:
        if letters := spelt_out(word):
            found.setdefault(letters, Alternative((letters,), SAME))
        for ending in (digits, "") if digits else ("",):
            _add_alike(word, ending, index, found)
    if not found and len(plain := min(stems, key=len, default="")) >= _LONG:
        _add_alike(plain, "s", index, found)
    return [
        Alternative((f"§{concept}",), each.weight)
        for each in found.values()
        for match in index.glossary.find(split_units(each.tokens[0]))
        for concept in match.concepts
    ] + list(found.values())


def _add_alike(word: str, ending: str, index: Index, found: dict[str, Alternative]) -> None:
    """Add the English words that sound like a Korean one with an ending."""
    if skeleton := hangul_skeleton(word):
        spelt, sound = romanise(word) + ending, skeleton + ending.upper()
        alike = index.words.sounding_like(sound, spelt, limit=_MOST_CORRECTIONS)
        for each, likeness in alike.items():
            weight = SOUNDS if likeness >= _ALIKE else FAINT
            found.setdefault(stem(each), Alternative((stem(each),), weight))
            found.setdefault(f"^{each}", Alternative((f"^{each}",), weight))


def _is_known(alternative: Alternative, index: Index) -> bool:
    return all(index.count(token) for token in alternative.tokens)


def _lacking(units: Sequence[Unit], matches: Sequence[Match], index: Index) -> Iterable[Term]:
    """Yield how English says that there is none of a concept: `X 없이` is `without X`, `X-free`."""
    if not any(unit.text[0] in _NONE for unit in units):
        return
    for match in matches:
        before = [unit.text for unit in units[max(match.start - 2, 0) : match.start]]
        behind = "".join(unit.text for unit in units[match.end : match.end + 2])
        if "without" not in before and not _WITHOUT.match(behind):
            continue
        names = (index.glossary.concepts[concept].name for concept in match.concepts)
        stems = [[unit.stem for unit in split_units(prepare(name))] for name in names]
        tokens = (each for name in stems for each in (f"without_{name[0]}", f"{name[-1]}_free"))
        yield Term(
            text="without",
            alternatives=tuple(Alternative((token,), SAME) for token in tokens),
            hint=True,
        )


def _phrases(units: Sequence[Unit], stop: frozenset[str]) -> Iterable[Term]:
    """Yield pairs of neighbouring words, which order results that all have the words."""
    for first, second in pairwise(units):
        if first.is_hangul or second.is_hangul or _is_stop(first, stop) or _is_stop(second, stop):
            continue
        token = f"{first.stem}_{second.stem}"
        yield Term(
            text=f"{first.text} {second.text}",
            alternatives=(Alternative((token,), SAME),),
            weight=_PHRASE_WEIGHT,
            hint=True,
        )
