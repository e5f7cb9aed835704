"""Authors that a question names, in either script, known to the index or not. Pure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Protocol

from bot.retrieval.analysis import korean_stems, prepare, split_units
from bot.retrieval.patterns import Pattern
from bot.retrieval.query import Author
from bot.retrieval.sounds import english_skeleton, hangul_skeleton, romanise, spell_sound
from bot.retrieval.stemming import stem
from bot.retrieval.vocabulary import OpenVocabulary
from bot.retrieval.words import AFTER_NAME, KOREAN_SURNAMES, NOT_NAMES
from storage import fuzzy
from storage.text import title_key

_LETTER = r"[^\W\d_가-힣]"
# Bounded, so that no text takes more than linear time.
_NAME = rf"(?<!\w){_LETTER}{{1,30}}(?:[.'\u2019-]{_LETTER}{{1,30}}){{0,3}}\.?"
_CAPITALISED = rf"(?<!\w)[A-Z](?:{_LETTER}|[.'\u2019-]){{0,40}}"
_NAMES = rf"{_NAME}(?:\s+{_NAME}){{0,3}}"
_CAPITALISED_NAMES = rf"{_CAPITALISED}(?:\s+{_CAPITALISED}){{1,3}}"
_HANGUL_NAME = r"(?:[가-힣]{1,6}\s[가-힣]{1,7}|[가-힣]{2,6})"
_HONORIFICS = r"(?:\s?(?:교수|박사|선생|연구원)님?)?"
_HONORIFIC = Pattern(rf"(?<=[가-힣]{{2}}){_HONORIFICS}$")
_PARTICLE = rf"{_HONORIFICS}(?:님?(?:이|가|의|은|는|와|과|을|를|도|인)|이랑|랑|하고)?(?![가-힣])"
_POSSESSIVE = Pattern("['\u2019]s$")

_FULL_NAME = Pattern(rf"(?=({_NAME}(?:\s+{_NAME}){{1,3}}))")
_WORK = (
    r"\b(?:papers?|works?|stud(?:y|ies)|articles?|anything|something|everything|research|written"
    r"|(?:co-?)?authored|published|posted|out|one|list)(?: (?:is|was|were|there))?"
)
# `쓴` is `wrote` before what is written, and `used` before all else: `X가 쓴 데이터`.
_WRITTEN = r"(?:논문|글|거|건|것|게|연구|페이퍼|paper|work|[?.!]|$)"
_WROTE = rf"쓴(?=\s*(?:(?:다른|최근|최신|모든|새)\s?)?{_WRITTEN})"
_WRITING = rf"(?:{_WROTE}|저자|공저|참여|작성한|집필)"
# Where what follows or precedes can only be a person.
_LATIN_PLACES = tuple(
    Pattern(pattern)
    for pattern in (
        rf"{_WORK}\s+by\s+({_NAMES})",
        rf"\bby\s+({_CAPITALISED_NAMES})",
        rf"\b(?:did|has|have|does)\s+({_NAMES}?)\s+(?:write|written|author|co-?author|publish)",
        rf"\bauthors?\s*(?:is|:|named|called)?\s*({_CAPITALISED_NAMES})",
        rf"({_NAMES})\s+et al\b",
        rf"({_NAMES})['\u2019]s (?:papers?|works?)\b",
        rf"({_CAPITALISED_NAMES})\s*(?:이|가|님이|교수가)?\s*{_WRITING}",
        rf"({_NAMES})\s*(?:이|가|님이|교수가)\s*{_WRITING}",
    )
)
_HANGUL_PLACES = tuple(
    Pattern(pattern)
    for pattern in (
        rf"({_HANGUL_NAME})\s?(?:이|가|님이)\s*(?:쓴|저자|공저|참여한|집필한|작성한"
        rf"|낸 논문)",
        rf"저자(?:가|는|:)?\s*({_HANGUL_NAME})인",
    )
)
# Whom an honorific makes a person, wherever it stands.
_HONOURED = Pattern(r"(?<![가-힣])([가-힣]{2,6})\s?(?:교수|박사)님?(?=[은는이가의도꺼께]|\s|\W|$)")
# Where a question begins with what may be a person: it is one if it sounds like an author.
_BEFORE_PAPERS = Pattern(
    rf"^\W*(?:(?:혹시|최근|요즘|그럼|그러면|그리고|근데)\s+)?({_HANGUL_NAME}){_HONORIFICS}의?"
    r"\s(?:최근\s|다른\s)?논문"
)
# A name of two words may stand anywhere: `이미지 생성 다룬 카이밍 허 논문`.
_NAMED_BEFORE_PAPERS = Pattern(
    rf"(?<![가-힣])([가-힣]{{1,5}}\s[가-힣]{{1,4}}){_HONORIFICS}의?\s(?:최근\s|다른\s)?논문"
)
_LATIN_BEFORE_PAPERS = Pattern(
    r"^\W*(?:(?:any|show me|list|find|more|other|what|which|recent|latest|newest"
    rf"|혹시|최근|요즘|최신|그럼|그러면)\s+)?({_NAMES}?)(?:['\u2019]s|의)?\s+(?:(?:recent|latest|newest|new|other|최근|최신|다른)\s+)?"
    r"(?:논문|papers?\b)",
    re.IGNORECASE,
)
_SOURCE = Pattern(rf"{_WORK}\s+from\s+({_CAPITALISED}(?:\s+{_CAPITALISED}){{0,3}})")
_NOT_BY = (
    r"\b(?:not|except(?: for)?|excluding|other than|besides)"
    r"(?: (?:the|those|any|papers?|works?|ones?|written|authored)){0,3}(?: (?:by|of|from))?"
)
_BUT_HIS = (
    r"\s?(?:이|가|의)?(?:\s?쓴)?(?:\s?(?:논문|연구|거|것))?[은는을]?\s?(?:말고|제외|빼고|아닌)"
)
# In hundredths of the letters, and as a share of them: below, two names are not the same.
_NAME_CUTOFF, _SURNAME_CUTOFF = 86, 82
_GIVEN_NAME_CUTOFF, _KOREAN_NAME_CUTOFF = 0.5, 0.7
_WHOLE_NAME_CUTOFF, _ALONE_CUTOFF = 0.65, 0.88
_SHORTEST_MISSPELT, _KOREAN_NAME, _MOST_ALIKE = 5, 3, 8
# A name that so few texts have is one that they cite, not what papers are about.
_RARE = 3
_VOWELS = frozenset("aeiouwy")


class Names(Protocol):
    """The names that an index knows."""

    authors: OpenVocabulary
    words: OpenVocabulary

    def has_author(self, name: str) -> bool:
        """Whether that is somebody's full name, in the form of `title_key`."""

    def count(self, token: str) -> int:
        """Return how many entries have a token."""

    def means_something(self, stem: str) -> bool:
        """Whether a word, by its stem, is one of the glossary's."""


def find_authors(text: str, names: Names) -> tuple[tuple[Author, ...], str]:
    """Return the authors that a question names, and the question without them.

    An author without tokens stands where only a person can, and is nobody that the index knows.
    """
    known = [_known(match[1], names) for match in _FULL_NAME.finditer(text)]
    found = [each for each in known if each]
    found = [each for each in found if not any(_is_within(each, other) for other in found)]
    for author in found:
        text = _without(author.text, text)
    if found:
        return tuple(dict.fromkeys(found)), text
    return _find_in_place(text, names)


def resolve_author(name: str, names: Names) -> Author:
    """Return the author that a filter names, by full name, surname or misspelling."""
    return _resolve(name, names) or Author(text=name, tokens=_sounding(name, names))


def is_unwanted(author: Author, text: str) -> bool:
    """Whether a question asks for papers that are not by an author: `not by …`, `… 말고`."""
    name = re.escape(author.text)
    pattern = rf"{_NOT_BY}\s+{name}(?!\w)|{name}{_BUT_HIS}"
    return re.search(pattern, text, re.IGNORECASE) is not None


def _find_in_place(text: str, names: Names) -> tuple[tuple[Author, ...], str]:
    """Return the author that a question has where a person must stand."""
    for place in _LATIN_PLACES:
        match = place.search(text)
        if match and (spelling := _cut_name(match[1])):
            author = _resolve(spelling, names)
            return ((author,), _without(spelling, text)) if author else ((), text)
    for place in _HANGUL_PLACES:
        if match := place.search(text):
            name = _HONORIFIC.sub("", match[1])
            tokens = _sounding(name, names)
            if tokens or not any(_is_word(word, names) for word in name.split()):
                return (Author(text=name, tokens=tokens),), _without(name, text)
    if (match := _SOURCE.search(text)) and (author := _find_source(match[1], names)):
        return (author,), _without(author.text, text)
    if (match := _HONOURED.search(text)) and (tokens := _sounding(match[1], names)):
        return (Author(text=match[1], tokens=tokens),), _without(match[1], text)
    match = _LATIN_BEFORE_PAPERS.search(text)
    if match and _is_person(match[1], names) and (found := _resolve(match[1], names)):
        return (found,), _without(found.text, text)
    return _find_before_papers(text, names)


def _find_source(spelling: str, names: Names) -> Author | None:
    """Return the author whom papers are `from`: a firm that is one, or somebody's full name."""
    key = title_key(_cut_name(spelling))
    if names.has_author(key):
        return Author(text=spelling, tokens=(f"@{key}",))
    given, _, others = key.partition(" ")
    is_person = others and names.count(f"~{given}")
    if not is_person or any(names.count(stem(word)) > _RARE for word in others.split()):
        return None
    return Author(text=spelling, tokens=())


def _is_word(word: str, names: Names) -> bool:
    """Whether a Korean word stands in texts or means something: it is hardly a name then."""
    stems = korean_stems(word)
    return any(names.count(f"={each}") or names.means_something(each) for each in stems)


def _is_common(word: str, names: Names) -> bool:
    """Whether a Korean word means something or stands in many texts; few say somebody's name."""
    stems = korean_stems(word)
    return any(names.count(f"={each}") > _RARE or names.means_something(each) for each in stems)


def _is_person(spelling: str, names: Names) -> bool:
    """Whether words before `papers` are an author's, and hardly a text's or a paper's: `Weston`."""
    units = split_units(prepare(spelling))
    if any(names.count(f"^{unit.text}") or names.means_something(unit.stem) for unit in units):
        return False
    words = title_key(spelling).split()
    known = sum(names.count(f"~{word}") for word in words)
    written = max((names.count(unit.stem) for unit in units), default=0)
    if len(words) == 1:
        return known > written
    return known > 0 and spelling.istitle() and written <= _RARE


def _find_before_papers(text: str, names: Names) -> tuple[tuple[Author, ...], str]:
    """Return the author of `조경현 논문`, whose words mean nothing else."""
    match = _BEFORE_PAPERS.search(text)
    if match is None and (match := _NAMED_BEFORE_PAPERS.search(text)):
        match = None if any(_is_common(word, names) for word in match[1].split()) else match
    name = _HONORIFIC.sub("", match[1].removesuffix("의")) if match else ""
    words = name.split()
    if not NOT_NAMES.isdisjoint(words):
        return (), text
    if " " not in name and not _is_korean_name(name):
        tokens = _surname(name, names)
    elif all(names.count(f"={word}") for word in words):
        return (), text
    else:
        tokens = tuple(each for each in _sounding(name, names) if _is_whole_name(name, each))
    return ((Author(text=name, tokens=tokens),), _without(name, text)) if tokens else ((), text)


def _surname(name: str, names: Names) -> tuple[str, ...]:
    """Return the surname that a word sounds like more than like any word of the texts: `르쿤`."""
    skeleton, spelt = hangul_skeleton(name), romanise(name)
    if not skeleton or _is_common(name, names):
        return ()
    words = names.words.sounding_like(skeleton, spelt, limit=_MOST_ALIKE)
    for author in names.authors.sounding_like(skeleton, spelt, limit=_MOST_ALIKE):
        surname = author.split()[-1]
        others = max((like for word, like in words.items() if word != surname), default=0.0)
        if (like := _likeness(name, surname)) >= _ALONE_CUTOFF and like > others:
            return (f"~{surname}",)
    return ()


def _is_within(author: Author, other: Author) -> bool:
    return author is not other and len(author.text) < len(other.text) and author.text in other.text


def _without(name: str, text: str) -> str:
    """Return a text without a name and the particle behind it."""
    return re.sub(f"{re.escape(name)}{_PARTICLE}", " ", text)


def _known(spelling: str, names: Names) -> Author | None:
    """Return the author whose full name a run of words begins with."""
    words = spelling.split()
    if words[0].casefold() in NOT_NAMES:
        return None
    for size in range(len(words), 1, -1):
        name = _POSSESSIVE.sub("", " ".join(words[:size]).rstrip(".,"))
        key = title_key(name)
        if names.has_author(key):
            return Author(text=name, tokens=(f"@{key}",))
    return None


def _cut_name(found: str) -> str:
    """Return a name without the words that follow it in a question."""
    words: list[str] = []
    for word in found.split():
        if word.casefold().strip(".,") in AFTER_NAME:
            break
        words.append(word)
    return _POSSESSIVE.sub("", " ".join(words).strip(" .,?!\"'"))


def _resolve(spelling: str, names: Names) -> Author | None:
    """Return the author for a name that stands where only a name can; None if it is none."""
    key = title_key(spelling)
    words = key.split()
    if names.has_author(key):
        return Author(text=spelling, tokens=(f"@{key}",))
    if not words or words[0] in NOT_NAMES or words[-1] in NOT_NAMES or not key.isascii():
        return None
    if len(words) == 1:
        return _by_surname(spelling, key, names)
    near = fuzzy.process.extractOne(
        key, names.authors.list_words(), scorer=fuzzy.fuzz.ratio, score_cutoff=_NAME_CUTOFF
    )
    if near is None and _is_paper(spelling, names):
        return None
    return Author(text=spelling, tokens=(f"@{near[0]}",) if near else ())


def _is_paper(spelling: str, names: Names) -> bool:
    """Whether words are papers' names, `Movie Gen`, or of their titles: `by Deleting Rows`."""
    units = split_units(prepare(spelling))
    if all(names.count(f"^{unit.text}") for unit in units):
        return True
    follow = all(names.count(f"{one.stem}_{other.stem}") for one, other in pairwise(units))
    return follow and any(names.means_something(unit.stem) for unit in units)


def _by_surname(spelling: str, key: str, names: Names) -> Author | None:
    if names.count(f"~{key}"):
        return Author(text=spelling, tokens=(f"~{key}",))
    if written := names.count(key):
        is_cited = spelling[:1].isupper() and written <= _RARE
        return Author(text=spelling, tokens=()) if is_cited else None
    if len(key) < _SHORTEST_MISSPELT:
        return None
    surnames = {name.split()[-1] for name in names.authors.list_words()}
    near = fuzzy.process.extractOne(
        key, surnames, scorer=fuzzy.fuzz.ratio, score_cutoff=_SURNAME_CUTOFF
    )
    return Author(text=spelling, tokens=(f"~{near[0]}",) if near else ())


def _sounding(spelling: str, names: Names) -> tuple[str, ...]:
    """Return the token of the author whose name sounds like one in Hangul, if there is one."""
    words = spelling.split()
    if not words or not all("가" <= char <= "힣" for char in "".join(words)):
        return ()
    if _is_korean_name(spelling):
        return _korean_name(spelling[0], spelling[1:], names)
    if len(words) > 1 and words[-1] in KOREAN_SURNAMES:
        given = "".join(words[:-1])
        return _korean_name(words[-1], given, names) or _whole_name(words, names)
    skeleton = hangul_skeleton(words[-1])
    if not skeleton:
        return _whole_name(words, names) if len(words) > 1 else ()
    alike = tuple(
        names.authors.sounding_like(skeleton, romanise("".join(words)), limit=_MOST_ALIKE)
    )
    if len(words) > 1:
        alike = tuple(name for name in alike if _is_given_name(words[0], name.split()[0]))
    return tuple(f"@{name}" for name in alike[:1])


def _is_whole_name(hangul: str, token: str) -> bool:
    """Whether all of a name is like an author's, not only what tells that author from others."""
    words = token.removeprefix("@").split()
    order = (words[-1], *words[:-1]) if _is_korean_name(hangul) else words
    return _likeness(hangul.replace(" ", ""), "".join(order)) >= _WHOLE_NAME_CUTOFF


def _is_korean_name(name: str) -> bool:
    return len(name) == _KOREAN_NAME and name[0] in KOREAN_SURNAMES and " " not in name


def _whole_name(words: list[str], names: Names) -> tuple[str, ...]:
    """Return the author for a name whose surname is too short to go by: `카이밍 허`."""
    short = names.authors.list_alike("")
    # All at once: one by one they take ten times as long.
    spelt = spell_sound("\n".join(short).replace(" ", "")).split("\n")
    near = fuzzy.process.extractOne(
        spell_sound(romanise("".join(words))),
        spelt,
        scorer=fuzzy.fuzz.ratio,
        score_cutoff=_SURNAME_CUTOFF,
    )
    return (f"@{short[near[2]]}",) if near and short else ()


def _korean_name(surname: str, given: str, names: Names) -> tuple[str, ...]:
    """Return the author for a Korean name in either order: `김영진`, `영진 김` -> Young Jin Kim."""
    people = [
        name
        for last in KOREAN_SURNAMES[surname]
        for name in names.authors.list_alike(english_skeleton(last))
        if name.endswith(f" {last}")
    ]
    ratios = {
        f"@{name}": _likeness(given, name.rpartition(" ")[0].replace(" ", "")) for name in people
    }
    best = max(ratios, key=lambda name: ratios[name], default="")
    return (best,) if best and ratios[best] >= _KOREAN_NAME_CUTOFF else ()


def _is_given_name(hangul: str, latin: str) -> bool:
    """Whether two spellings of a given name are near enough."""
    mine, other = spell_sound(romanise(hangul))[:1], spell_sound(latin)[:1]
    same_start = mine == other or {mine, other} <= _VOWELS
    return same_start and _likeness(hangul, latin) >= _GIVEN_NAME_CUTOFF


def _likeness(hangul: str, latin: str) -> float:
    return fuzzy.Indel.normalized_similarity(spell_sound(romanise(hangul)), spell_sound(latin))
