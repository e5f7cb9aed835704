"""Authors that a question names, in either script, known to the index or not. Pure."""

from __future__ import annotations

import re
from typing import Protocol

from rapidfuzz import fuzz, process

from bot.retrieval.query import Author
from bot.retrieval.sounds import hangul_skeleton, romanise
from bot.retrieval.vocabulary import Vocabulary
from storage.text import title_key

_NAME = r"[^\W\d_가-힣][^\W\d_가-힣]*(?:[.'’-][^\W\d_가-힣]+)*\.?"
_FULL_NAME = re.compile(rf"(?=(?<![\w-])({_NAME}(?:\s+{_NAME}){{1,3}})(?![\w]))")
# Where what follows or precedes can only be a person.
_BY_LATIN = re.compile(
    rf"\b(?:papers?|works?|stud(?:y|ies)|articles?|anything|something|research|written|authored|co-?authored"
    rf"|published|everything|posted|out|one|list)(?: (?:is|was|were|there))?\s+by\s+(?P<name>{_NAME}(?:\s+{_NAME}){{0,3}})"
    rf"|\bby\s+(?P<name2>[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){{1,3}})"
    rf"|\b(?:did|has|have|does)\s+(?P<name3>{_NAME}(?:\s+{_NAME}){{0,3}}?)\s+(?:write|written|author|co-?author|publish)"
    rf"|\bauthors?\s*(?:is|:|named|called)?\s*(?P<name4>[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){{1,3}})"
    rf"|(?P<name5>{_NAME}(?:\s+{_NAME}){{0,3}})(?:\s+et al\b|(?:'s|’s) (?:papers?|works?)\b)"
    rf"|(?P<name6>[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){{1,3}})\s*(?:이|가|님이|교수가)?\s*(?:쓴|저자|공저|참여한|참여|작성한|집필|님의 논문|교수의 논문)"
    rf"|(?P<name7>{_NAME}(?:\s+{_NAME}){{0,3}})\s*(?:이|가|님이|교수가)\s*(?:쓴|저자|공저자|참여한|작성한|집필)"
)
_BY_HANGUL = re.compile(
    r"(?P<name>[가-힣]{2,6}(?:\s[가-힣]{2,7})?)\s?(?:이|가|님이|교수가)\s*(?:쓴|저자로|저자인|공저자|공저한|참여한|집필한|작성한|낸 논문)"
    r"|저자(?:가|는|:)?\s*(?P<name2>[가-힣]{2,6}(?:\s[가-힣]{2,7})?)인"
)
_TRAILING = frozenset(
    "in on from about with during that which and or the for of papers paper please are there is we has have "
    "published tagged since before after using to between this last written any ever did was a an".split()
)
_NOT_NAMES = frozenset(
    "the this that these those digest author authors curator what which who paper papers it they "
    "google meta openai anthropic deepseek nvidia microsoft apple deepmind alibaba tencent bytedance "
    "qwen llama mistral he she him her them their its a an list all any tag tags date topic someone "
    "anyone anybody default month year week day digests research people researchers".split()
)
_NAME_CUTOFF = 86
_SURNAME_CUTOFF = 82


class Names(Protocol):
    """The names that an index knows."""

    authors: Vocabulary

    def has_author(self, name: str) -> bool:
        """Whether that is somebody's full name, in the form of `title_key`."""

    def count(self, token: str) -> int:
        """Return how many entries have a token."""


def find_authors(text: str, names: Names) -> tuple[tuple[Author, ...], str]:
    """Return the authors that a question names, and the question without them."""
    found: list[Author] = []
    for match in _FULL_NAME.finditer(text):
        if author := _known(match[1], names):
            found.append(author)
    found = [each for each in found if not any(each is not b and each.text in b.text for b in found)]
    for author in found:
        text = text.replace(author.text, " ")
    if not found and (name := _after_by(text)):
        author, spelling = _resolve(name, names)
        if author:
            return (author,), text.replace(spelling, " ")
    if not found and (match := _BY_HANGUL.search(text)):
        spelling = match["name"] or match["name2"]
        if author := _transliterated(spelling, names):
            return (author,), text.replace(spelling, " ")
    return tuple(dict.fromkeys(found)), text


def resolve_author(name: str, names: Names) -> Author:
    """Return the author that a filter names, by full name, surname or misspelling."""
    author, _ = _resolve(name, names)
    if author is None and (tokens := _sounding(name, names)):
        return Author(text=name, tokens=tokens)
    return author or Author(text=name, tokens=())


def _known(spelling: str, names: Names) -> Author | None:
    """Return the author whose full name a run of words begins with."""
    words = spelling.split()
    for size in range(len(words), 1, -1):
        name = " ".join(words[:size]).rstrip(".,")
        if name.split()[0].casefold() in _NOT_NAMES:
            continue
        key = title_key(re.sub(r"(?:'s|’s)$", "", name))
        if names.has_author(key):
            return Author(text=re.sub(r"(?:'s|’s)$", "", name), tokens=(f"@{key}",))
    return None


def _after_by(text: str) -> str | None:
    match = _BY_LATIN.search(text)
    if match is None:
        return None
    name = next(group for group in match.groups() if group is not None)
    words = []
    for word in name.split():
        if word.casefold().strip(".,") in _TRAILING:
            break
        words.append(word)
    return " ".join(words) or None


def _resolve(name: str, names: Names) -> tuple[Author | None, str]:
    """Return the author for a name that stands where only a name can; None if it is none."""
    spelling = re.sub(r"(?:'s|’s)$", "", name.strip(" .,?!\"'"))
    key = title_key(spelling)
    words = key.split()
    if not words or words[0] in _NOT_NAMES or words[-1] in _NOT_NAMES:
        return None, ""
    if names.has_author(key):
        return Author(text=spelling, tokens=(f"@{key}",)), spelling
    if len(words) == 1:
        return _by_surname(spelling, words[0], names), spelling
    near = process.extractOne(
        key, names.authors.list_words(), scorer=fuzz.ratio, score_cutoff=_NAME_CUTOFF
    )
    if near:
        return Author(text=spelling, tokens=(f"@{near[0]}",)), spelling
    return Author(text=spelling, tokens=()), spelling


def _by_surname(spelling: str, word: str, names: Names) -> Author | None:
    if names.count(f"~{word}"):
        return Author(text=spelling, tokens=(f"~{word}",))
    if names.count(word):
        return None
    surnames = {name.split()[-1] for name in names.authors.list_words()}
    near = process.extractOne(word, surnames, scorer=fuzz.ratio, score_cutoff=_SURNAME_CUTOFF)
    return Author(text=spelling, tokens=(f"~{near[0]}",) if near and len(word) > 4 else ())


def _transliterated(spelling: str, names: Names) -> Author | None:
    tokens = _sounding(spelling, names)
    return Author(text=spelling, tokens=tokens)


def _sounding(spelling: str, names: Names) -> tuple[str, ...]:
    """Return the authors whose surname sounds like the last Hangul word, the first name deciding."""
    words = spelling.split()
    if not all("가" <= char <= "힣" for char in "".join(words)):
        return ()
    skeleton = hangul_skeleton(words[-1])
    if not skeleton:
        return ()
    alike = names.authors.sounding_like(skeleton, romanise("".join(words)), limit=3)
    return tuple(f"@{name}" for name in alike[:1])
