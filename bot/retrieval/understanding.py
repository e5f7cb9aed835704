"""A question -> what it asks for: terms in all their names, dates, people, intent. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from bot.retrieval import intents, words
from bot.retrieval.analysis import Unit, is_ending, korean_stems, pairs, prepare, split_units
from bot.retrieval.dates import find_dates
from bot.retrieval.days import DateRange
from bot.retrieval.glossary import Glossary, Match
from bot.retrieval.index import Index
from bot.retrieval.people import find_authors, is_unwanted, resolve_author
from bot.retrieval.query import Alternative, Author, Intent, Query, Term
from bot.retrieval.sounds import hangul_skeleton, romanise, spelt_out
from bot.retrieval.stemming import stem
from storage.text import MAX_QUERY_LENGTH, tag_key

_MOST_TERMS = 40
_FILTER = re.compile(
    r"(?<!\w)(?P<name>tag|author|date|태그|저자|날짜):\s?(?P<value>\"[^\"]*\""
    r"|\u201c[^\u201d]*\u201d|[^\s,]+)",
    re.IGNORECASE,
)
_HASH_TAG = re.compile(r"(?<![\w#])#(?P<tag>[\w-]{2,})")
_NAMED_TAG = re.compile(
    r"(?:tagged(?: with| as)?|\btag(?: named| called)?|labell?ed(?: with"
    r"| as)?)\s*[\"'\u201c\u2018`]?#?(?P<a>[\w-]{1,40})"
    r"|[\"'\u201c\u2018`]?#?(?<![\w-])(?!(?:with|the|by|of|and|which|what|any|all)\s)(?P<b>[\w-]{1,40})[\"'\u201d\u2019`]?\s+(?:tags?\b|태그)"
)
_MARKUP = re.compile(
    r"<[@#:a-zA-Z!&/][^<>\s]{0,100}>|(?<!\w)@(?:everyone|here)\b|https?://\S+|[`*|>]+|~~+"
)
_HANGUL = re.compile("[가-힣]")
# Where a space was left out: `조절하는방법`, `크롤러논문`, `논문있어`.
_UNSPACED = re.compile(
    "(?<=[가-힣](?:하는|되는|키는))(?=(?:방법|기법|모델|연구|데이터|논문))"
    "|(?<=[가-힣])(?=논문)|(?<=논문)(?=있|없|뭐|알려|찾아|추천)"
)
_MAGNITUDES = {"조": 1e12, "억": 1e8, "만": 1e4}
_LARGE = re.compile(
    r"(?<![\w.])(?P<number>\d{1,9}(?:\.\d{1,3})?)\s*(?P<unit>[조억만])(?![가-힣]{3})"
)
_ENGLISH_SIZES = (
    (1e12, "t", "trillion"),
    (1e9, "b", "billion"),
    (1e6, "m", "million"),
    (1e3, "k", "thousand"),
)
_COUNTS = {
    name: number
    for names in (("one", "two", "three", "four", "five"), ("한", "두", "세", "네", "다섯"))
    for number, name in enumerate(names, start=1)
}
_CAPITAL = re.compile(r"(?<=[\w,] )[A-Z][a-z]+")

# How much a way of saying a term is worth; fitted on the development set (docs/retrieval.md).
SAME, PARTS, RELATED, SOUNDS, PAIRED = 1.0, 0.55, 0.35, 0.7, 0.9
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
# So many papers that have a concept make it a topic.
_MANY = 5
# Syllables of a word that says enough without its ending.
_LONG = 4
# A Korean word in more of the entries than this needs no guess at what it means.
_COMMON = 0.01
_SHORT = 2


def understand(question: str, *, today: date, index: Index) -> Query:
    """Return what a question asks for.

    Never raises: any text is a question, and one without a word is an empty query. At most
    MAX_QUERY_LENGTH characters are read.
    """
    text = _UNSPACED.sub(" ", _MARKUP.sub(" ", question[:MAX_QUERY_LENGTH]))
    text, filters = _take_filters(text)
    asks_authors = intents.ASKED_AUTHORS.search(text) is not None
    text, counts, most = _take_counts(intents.ASKED_AUTHORS.sub(" ", text))
    authors, unwanted, text = _take_authors(text, index)
    authors += tuple(resolve_author(value, index) for name, value in filters if name == "author")
    tags = [tag_key(value) for name, value in filters if name == "tag"]
    text, named = _take_tags(text, index)
    found = find_dates(prepare(text), today=today, years=index.years())
    ranges, dated = list(found.ranges), found.named
    for name, value in filters:
        if name == "date":
            asked = find_dates(prepare(value), today=today, years=index.years())
            ranges, dated = list(asked.ranges), True
    stop = _stop_words(question)
    folded = prepare(text)
    intent = _intent(folded, filtered=bool(dated or authors or tags or named))
    if asks_authors and intent is Intent.KNOWN_ITEM:
        intent = Intent.FACT
    if counts or (most and intent is Intent.KNOWN_ITEM):
        intent = Intent.LIST
    # What one paper is not about says little; a list leaves it out.
    listing = intent is Intent.LIST
    rest, excluded = _take_excluded(found.rest, index) if listing else (found.rest, ())
    excluded += unwanted
    rest, numbers = _take_numbers(intents.SUMMARY.sub(" ", rest) if dated else rest)
    terms = (*numbers, *_terms(rest, index, stop))[:_MOST_TERMS]
    told = [term for term in terms if term.is_telling and not intents.LATELY.search(term.text)]
    newest_first = not dated and _asks_newest(folded, told, intent)
    if newest_first:
        terms, intent = tuple(term for term in terms if term.hint or term in told), Intent.LIST
    elif (dated or authors or tags or named) and not told:
        terms = ()
    elif not told:
        is_every = counts or intents.EVERYTHING.search(folded)
        if is_every or (most and intents.LATEST.search(folded)):
            dated, ranges = True, [DateRange(date.min, today)]
            terms, intent = (), Intent.LIST
        elif intents.LATEST.search(folded):
            newest = index.newest(today)
            dated, ranges = True, [DateRange(newest, newest)] if newest else []
            terms, intent = (), Intent.LIST
    is_topic = intent is Intent.KNOWN_ITEM and _is_of_a_topic(folded, told, index)
    return Query(
        question=question,
        language="ko" if _HANGUL.search(question) else "en",
        intent=intent,
        terms=terms,
        dates=tuple(_merge(ranges)),
        dated=dated,
        authors=authors,
        tags=tuple(dict.fromkeys([*tags, *named])),
        excluded=excluded,
        wants_list=is_topic or intent is Intent.LIST,
        newest_first=newest_first,
        most=most,
    )


def read_terms(text: str, index: Index) -> tuple[Term, ...]:
    """Return what a folded text is about, in all its names."""
    return tuple(_terms(text, index, words.STOP_WORDS))


def fold_question(question: str) -> str:
    """Return what is read of a question, for patterns to look at."""
    return prepare(question[:MAX_QUERY_LENGTH])


def _take_counts(text: str) -> tuple[str, bool, int | None]:
    """Return the text without what asks for a count of papers or for so many, and these."""
    papers = "논문" if _HANGUL.search(text) else "papers"
    counts = intents.COUNTING.search(text) is not None
    text = intents.COUNTING.sub(papers, text)
    match = intents.WANTED.search(text)
    if match is None:
        return text, counts, None
    number = (match["en"] or match["ko"] or match["all"] or match["top"]).casefold()
    most = int(number) if number.isdigit() else _COUNTS[number]
    rest = f"{match['lead']} " if match["en"] else papers
    return intents.WANTED.sub(lambda _: rest, text), counts, most or None


def _asks_newest(folded: str, told: Sequence[Term], intent: Intent) -> bool:
    """Whether the newest papers of a topic are wanted, not one that is described."""
    if intent not in (Intent.LIST, Intent.KNOWN_ITEM, Intent.FACT):
        return False
    is_topic = 0 < len(told) <= intents.MOST_OF_A_TOPIC
    return is_topic and intents.NEWEST.search(folded) is not None


def _is_of_a_topic(folded: str, told: Sequence[Term], index: Index) -> bool:
    """Whether papers of a topic are wanted, of which there are many: `양자화 논문 추천해줘`."""
    if len(told) != 1 or not told[0].is_concept or not intents.OF_A_TOPIC.search(folded):
        return False
    return index.count(told[0].alternatives[0].tokens[0]) >= _MANY


def _stop_words(question: str) -> frozenset[str]:
    """Return the words to leave out, without those that a capital or the script makes a name."""
    if _HANGUL.search(question):
        return words.KOREAN_STOP_WORDS | words.FUNCTION_WORDS
    names = {name.casefold() for name in _CAPITAL.findall(question)}
    return words.STOP_WORDS - (names - words.FUNCTION_WORDS)


def _take_filters(text: str) -> tuple[str, list[tuple[str, str]]]:
    names = {"태그": "tag", "저자": "author", "날짜": "date"}
    found = [
        (names.get(match["name"], match["name"].lower()), match["value"].strip('"\u201c\u201d'))
        for match in _FILTER.finditer(text)
    ]
    return _FILTER.sub(" ", text), [(name, value) for name, value in found if value]


def _take_tags(text: str, index: Index) -> tuple[str, list[str]]:
    """Return the text without the tags that it names, and those tags."""
    tags: list[str] = []
    for match in _HASH_TAG.finditer(text):
        tags.append(tag_key(match["tag"]))
    text = _HASH_TAG.sub(" ", text)
    for match in _NAMED_TAG.finditer(text):
        if tag := _find_tag(match["a"] or match["b"], index):
            tags.append(tag)
            text = text.replace(match.group(), " ", 1)
    return text, tags


def _find_tag(name: str, index: Index) -> str:
    """Return the tag that a name in either language means, or an empty text."""
    concepts = (
        index.glossary.concepts[concept].name
        for match in index.glossary.find_longest(split_units(prepare(name)))
        for concept in match.concepts
    )
    keys = (tag_key(each) for each in (name, *concepts))
    return next((key for key in keys if index.has_tag(key)), "")


def _take_numbers(text: str) -> tuple[str, list[Term]]:
    """Return the text without its large Korean numbers, and these as English writes them."""
    terms = []
    for match in _LARGE.finditer(text):
        number = float(match["number"]) * _MAGNITUDES[match["unit"]]
        size, letter, word = next(
            (each for each in _ENGLISH_SIZES if number >= each[0]), _ENGLISH_SIZES[-1]
        )
        short = f"{number / size:g}"
        spelt = (Alternative((f"{short}{letter}",), SAME), Alternative((short, word), SAME))
        terms.append(Term(text=match.group(), alternatives=spelt))
    return _LARGE.sub(" ", text), terms


def _take_excluded(text: str, index: Index) -> tuple[str, tuple[Term, ...]]:
    match = intents.EXCLUSION.search(text)
    if match is None:
        return text, ()
    terms = read_terms(match["en"] or match["ko"], index)
    return f"{text[: match.start()]} {text[match.end() :]}", terms


def _take_authors(text: str, index: Index) -> tuple[tuple[Author, ...], tuple[Term, ...], str]:
    """Return the authors that a text names, those whose papers it does not want, and the rest.

    What the glossary has is nobody's name, but for a firm's that is given as an author; all of the
    text is then what it is about.
    """
    authors, rest = find_authors(text, index)
    people = tuple(
        each
        for each in authors
        if not _is_concept(each, index.glossary) or index.has_author(each.text.casefold())
    )
    rest = rest if len(people) == len(authors) else text
    unwanted = tuple(each for each in people if is_unwanted(each, text))
    if unwanted:
        rest = intents.UNWANTED.sub(" ", rest)
    wanted = tuple(each for each in people if each not in unwanted)
    return wanted, tuple(map(_by_author, unwanted)), rest


def _by_author(author: Author) -> Term:
    """Return the term that all papers of an author have."""
    return Term(
        text=author.text,
        alternatives=tuple(Alternative((token,), SAME) for token in author.tokens),
    )


def _is_concept(author: Author, glossary: Glossary) -> bool:
    units = split_units(prepare(author.text))
    return any(len(units) == match.end - match.start for match in glossary.find(units))


def _intent(folded: str, *, filtered: bool) -> Intent:
    """Return the intent; with a date, author or tag, `논문` means all of them."""
    if intents.OPINION.search(folded):
        return Intent.OPINION
    if intents.NUMBER.search(folded):
        return Intent.NUMBER
    if intents.LIST.search(folded) or (filtered and intents.FILTERED_LIST.search(folded)):
        return Intent.LIST
    if intents.KNOWN_ITEM.search(folded):
        return Intent.KNOWN_ITEM
    if intents.COMPARISON.search(folded):
        return Intent.COMPARISON
    return Intent.FACT if intents.ASKING.search(folded.strip()) else Intent.KNOWN_ITEM


def _merge(ranges: Iterable[DateRange]) -> list[DateRange]:
    return sorted(set(ranges), reverse=True)


def _terms(text: str, index: Index, stop: frozenset[str]) -> list[Term]:
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
    return list(groups.values())


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
        alternatives += [Alternative(latin, SAME), Alternative((f"^{text}",), SAME)]
    if len(typed) > 1 and len(latin) == len(typed):
        alternatives.append(Alternative(latin, PARTS))
    for concept in match.concepts:
        entry = index.glossary.concepts[concept]
        name = tuple(unit.stem for unit in split_units(prepare(entry.name)))
        if len(name) > 1:
            alternatives.append(Alternative(name, PARTS))
        alternatives += [Alternative((f"§{other}",), RELATED) for other in entry.related]
    return Term(
        text=text,
        alternatives=tuple(dict.fromkeys(alternatives)),
        size=len(typed),
        weight=_concept_weight(typed, loose=loose),
        is_concept=True,
    )


def _concept_weight(typed: Sequence[Unit], *, loose: bool) -> float:
    text = " ".join(unit.text for unit in typed)
    if text in words.WEAK_ENGLISH:
        return _WEAK_WEIGHT
    if loose and typed[0].is_hangul and typed[0].stem in words.WEAK_KOREAN:
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
