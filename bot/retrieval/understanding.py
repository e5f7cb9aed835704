"""A question -> what it asks for: terms in all their names, dates, people, intent. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from bot.retrieval import intents, words
from bot.retrieval.analysis import prepare, split_units
from bot.retrieval.chat import spell_out
from bot.retrieval.dates import find_dates
from bot.retrieval.days import DateRange
from bot.retrieval.glossary import Glossary
from bot.retrieval.index import Index
from bot.retrieval.people import find_authors, is_unwanted, resolve_author
from bot.retrieval.query import Alternative, Author, Intent, Query, Term
from bot.retrieval.terms import SAME, list_terms
from storage.text import MAX_QUERY_LENGTH, tag_key

_MOST_TERMS = 40
_FILTER = re.compile(
    r"(?<!\w)(?P<name>tag|author|date|태그|저자|날짜):\s?(?P<value>\"[^\"]*\""
    r"|\u201c[^\u201d]*\u201d|[^\s,]+)",
    re.IGNORECASE,
)
_HASH_TAG = re.compile(r"(?<![\w#])#(?P<tag>[\w-]{2,})")
_NAMED_TAG = re.compile(
    r"(?<!\w)(?:tagged(?: with| as)?|tag(?: named| called)?|labell?ed(?: with"
    r"| as)?)\s*[\"'\u201c\u2018`]?#?(?P<a>[\w-]{1,40})"
    r"|[\"'\u201c\u2018`]?#?(?<![\w-])(?!(?:with|the|by|of|and|which|what|any|all)\s)(?P<b>[\w-]{1,40})[\"'\u201d\u2019`]?\s+(?:tags?\b|태그)"
)
_MARKUP = re.compile(
    r"<[@#:a-zA-Z!&/][^<>\s]{0,100}>|(?<!\w)@(?:everyone|here)\b|https?://\S+|[`*|>]+|~~+"
)
_HANGUL = re.compile("[가-힣]")
_MAGNITUDES = {"조": 1e12, "억": 1e8, "만": 1e4, "천": 1e3, "백": 1e2, "십": 1e1, "": 1.0}
_LARGE = re.compile(
    r"(?<![\w.])(?P<number>\d{1,9}(?:\.\d{1,3})?)\s*(?P<tens>[천백십]?)(?P<unit>[조억만]|(?<=천))"
    r"(?![가-힣]{3})"
)
_SPELT_OUT = 1e6  # smaller numbers are written with all their digits as well
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

# So many papers that have a concept make it a topic.
_MANY = 5


def understand(question: str, *, today: date, index: Index) -> Query:
    """Return what a question asks for.

    Never raises: any text is a question, and one without a word is an empty query. At most
    MAX_QUERY_LENGTH characters are read.
    """
    text = spell_out(_MARKUP.sub(" ", question[:MAX_QUERY_LENGTH]))
    text, filters = _take_filters(text)
    asks_authors = intents.ASKED_AUTHORS.search(text) is not None
    text = intents.ASKED_DATE.sub(" 언제 ", intents.ASKED_AUTHORS.sub(" ", text))
    text, counts, most = _take_counts(text)
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
    is_whether = authors and intents.WHETHER_AUTHOR.search(folded)
    if is_whether or (asks_authors and intent is Intent.KNOWN_ITEM):
        intent = Intent.FACT
    if counts or (most and intent is Intent.KNOWN_ITEM):
        intent = Intent.LIST
    # What one paper is not about says little; a list leaves it out.
    listing = intent is Intent.LIST
    rest, excluded = _take_excluded(found.rest, index) if listing else (found.rest, ())
    excluded += unwanted
    rest = intents.MEANING.sub(" ", intents.SUMMARY.sub(" ", rest) if dated else rest)
    rest, numbers = _take_numbers(rest)
    terms = (*numbers, *list_terms(rest, index, stop))[:_MOST_TERMS]
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
    return tuple(list_terms(text, index, words.STOP_WORDS))


def fold_question(question: str) -> str:
    """Return what is read of a question, for patterns to look at."""
    return prepare(spell_out(question[:MAX_QUERY_LENGTH]))


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
        number = float(match["number"]) * _MAGNITUDES[match["tens"]] * _MAGNITUDES[match["unit"]]
        size, letter, word = next(
            (each for each in _ENGLISH_SIZES if number >= each[0]), _ENGLISH_SIZES[-1]
        )
        short = f"{number / size:g}"
        spelt = [(f"{short}{letter}",), (short, word)]
        if number < _SPELT_OUT:
            spelt.append((f"{number:.0f}",))
        ways = tuple(Alternative(tokens, SAME) for tokens in spelt)
        terms.append(Term(text=match.group(), alternatives=ways))
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
