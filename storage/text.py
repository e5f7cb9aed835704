"""Text -> comparison keys, index tokens and full-text queries, for Korean and English. Pure.

What is indexed and what is asked go through the same steps, so that they meet:

- `fold`: width, case, accents and Unicode form are ignored;
- Hangul becomes overlapping pairs of syllables (`추론을` -> `추론 론을 을`), because Korean glues
  particles to nouns and writes compounds with and without spaces; the same for Han and kana;
- letters and digits are parted (`GPT-4`, `GPT4` -> `gpt 4`), and a hyphened word also stands
  joined at the end of the text (`pre-training` -> `pre training ... pretraining`);
- English is stemmed by FTS5's own porter tokenizer, on both sides.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from operator import add

from storage.words import ENDINGS, GREEK_NAMES, STOP_WORDS

# Part of what a store remembers: it re-indexes itself when this changes. Raise the number with
# any change to what `index_tokens` returns; Unicode's own tables are part of it.
ANALYSER_VERSION = f"1/{unicodedata.unidata_version}"

MAX_QUERY_LENGTH = 2_000
MAX_QUERY_TERMS = 64

_HANGUL = "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7a3\ud7b0-\ud7ff"
_HAN_KANA = "\u3005\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff" + (
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_WORD = f"[^\\W_{_HANGUL}{_HAN_KANA}]"

# What has no look of its own: soft hyphen, zero-width and direction marks, variation selectors;
# and lone surrogates, which SQLite cannot take.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ud800-\udfff\U000e0000-\U000e0fff]"
)
# Accents on Latin, Greek and Cyrillic; not kana's voicing marks, which make another letter.
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
# Where those can be, composed or not. Most Korean text has none and need not be taken apart.
_ACCENTED = re.compile(f"[\u00c0-\u052f\u1e00-\u1fff]|{_ACCENTS.pattern}")
# Letters that look like an accented one and have no decomposition; and all sorts of hyphens.
_LOOKALIKES = {
    **dict(zip("øłđðħ\u0131ŧ", "olddhit", strict=True)),
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"),
}
_LOOKALIKE = re.compile(f"[{''.join(_LOOKALIKES)}]")

_APOSTROPHES = re.compile("['\u2018\u2019\u02bc]")
# A plus tells names apart (C++, LoRA+); everything else that is no letter or digit does not.
_PUNCTUATION = re.compile(r"[^\w+]+|_+")

_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", GREEK_NAMES, strict=True))
_LONE_GREEK = re.compile("(?<![\u03b1-\u03c9])[\u03b1-\u03c9](?![\u03b1-\u03c9])")
_SYMBOL_NAMES = re.compile(r"(?<![^\W_])c(\+\+|#)")
# The comma first: what a pattern begins with, the search can look for at once.
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
# Twice, because the search can skip to what a pattern is sure to begin with, but not to a repeat.
_DIGITS = re.compile(r"(\d\d*)")
# ASCII: after `fold` that is all of Latin, and Hangul on either side ends the word. What goes on
# otherwise (`more`) is none and is passed over as a whole: to look at each of its parts again would
# take quadratic time.
_HYPHENED = re.compile(r"\b[a-z]++(?:-[a-z]++)++(?P<more>[\w-])?", re.ASCII)
_HYPHENED_WORD = re.compile(r"[a-z]+(?:-[a-z]+)+")
_ASCII_PUNCTUATION = str.maketrans(dict.fromkeys(string.punctuation, " "))
_PAIRED_RUN = re.compile(f"[{_HANGUL}]+|[{_HAN_KANA}]+")
_RUN = re.compile(f"{_PAIRED_RUN.pattern}|{_WORD}+")

# A query's pieces: a run of Hangul, of Han and kana, or a word with what may stand inside one.
_QUERY_PIECE = re.compile(
    f"(?P<hangul>[{_HANGUL}]+)|(?P<han>[{_HAN_KANA}]+)|(?P<word>{_WORD}+(?:[-._']{{1,2}}{_WORD}+)*)"
)
# In what is typed to search: "a phrase", -word, -"a phrase".
_QUOTED = '["\u201c\u201d]([^"\u201c\u201d]+)["\u201c\u201d]'
_OPERATOR = re.compile(rf"(?<!\S)(?:-(?:{_QUOTED}|(\w\S*))|{_QUOTED})")
_LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")

_ENDING = re.compile(f"(?:{'|'.join(ENDINGS)})$")
_LONGEST_ENDING = max(map(len, ENDINGS))
# As in `모델-들-에서-의`.
_MOST_ENDINGS = 3
_SHORTEST_STEM = 2
_LONGEST_COMPOUND = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchText:
    """What was typed to search: words, of them some phrases word for word, and what is left out."""

    words: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchQuery:
    """Two FTS5 MATCH expressions for one question: rows with all of its words, or with any."""

    all_words: str
    any_word: str


def fold(text: str) -> str:
    """Return text in the form that is compared: NFKC, lower case, without accents, single spaces.

    `ø ł đ ß æ` become what people without the key type; Hangul stays composed. Folding twice
    changes nothing.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
        if _ACCENTED.search(text):
            text = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
        text = _LOOKALIKE.sub(lambda letter: _LOOKALIKES[letter[0]], text)
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.lower().split())


def title_key(title: str) -> str:
    """Return what makes two titles, or two people's names, the same: `fold` without punctuation.

    A text of nothing but punctuation is its own key.
    """
    folded = fold(title)
    # Letters that an apostrophe has parted may be one without it: conjoining jamo.
    joined = unicodedata.normalize("NFC", _APOSTROPHES.sub("", folded))
    return " ".join(_PUNCTUATION.sub(" ", joined).split()) or folded


def tag_key(tag: str) -> str:
    """Return what makes two tags the same: `fold` without `#`, with `-` for spaces and `_`.

    A tag of nothing but these is its own key.
    """
    folded = fold(tag).lstrip("#").strip()
    key = folded.replace(" ", "-").replace("_", "-")
    return key if key.strip("-") else folded


def index_tokens(text: str) -> str:
    """Return text as the space-separated tokens that FTS5 stores."""
    text = _spell_out(fold(text))
    # Joined words stand at the end so that they do not come between the words of a phrase.
    hyphened = _HYPHENED.finditer(text) if "-" in text else ()
    joined = [word[0].replace("-", "") for word in hyphened if word["more"] is None]
    return _part(" ".join([text, *joined]))


def split_search(text: str) -> SearchText:
    """Return what was typed to search, parted from its operators: `"a phrase"`, `-without`."""
    text = text[:MAX_QUERY_LENGTH]
    phrases: list[str] = []
    excluded: list[str] = []

    def take(found: re.Match[str]) -> str:
        without, word, phrase = found.groups()
        if phrase is None:
            excluded.append(without or word)
            return " "
        phrases.append(phrase)
        return f" {phrase} "

    return SearchText(
        words=" ".join(_OPERATOR.sub(take, text).split()),
        phrases=tuple(filter(match_phrase, phrases)),
        excluded=tuple(filter(match_phrase, excluded)),
    )


def match_phrase(text: str) -> str | None:
    """Return the FTS5 expression for a text word for word, or None if it holds no word.

    The last Hangul word may go on (`"강화 학습"` is in `강화 학습을`); English ones are stemmed.
    """
    # A NUL would end the expression.
    folded = _part(_spell_out(fold(text[:MAX_QUERY_LENGTH].replace("\0", " "))))
    if not any(map(str.isalnum, folded)):
        return None
    *tokens, last = folded.split()
    if not _PAIRED_RUN.fullmatch(last):
        return f'"{folded}"'
    if tokens and len(tokens[-1]) > 1 and tokens[-1].endswith(last):  # it is the end of a pair
        return f'"{" ".join(tokens)}"'
    return f'"{" ".join([*tokens, last])}" *'


def _part(text: str) -> str:
    """Return folded text as tokens, apart from words that are joined."""
    text = " ".join(_DIGITS.split(text))
    if text.isascii():
        # Faster than the expression below, and most abstracts are ASCII.
        return " ".join(text.translate(_ASCII_PUNCTUATION).split())
    return " ".join([run if run.isascii() else _paired(run) for run in _RUN.findall(text)])


def match_query(text: str) -> MatchQuery | None:
    """Return the FTS5 expressions for any user text, or None if it holds no word.

    At most MAX_QUERY_LENGTH characters and MAX_QUERY_TERMS different words are looked at. Stop
    words count only where there is nothing else.
    """
    folded = _spell_out(fold(text[:MAX_QUERY_LENGTH])[:MAX_QUERY_LENGTH])
    found = list(_query_terms(folded))
    telling = [term for word, term in found if word not in STOP_WORDS]
    terms = list(dict.fromkeys(telling or [term for _, term in found]))[:MAX_QUERY_TERMS]
    if not terms:
        return None
    return MatchQuery(all_words=" AND ".join(terms), any_word=" OR ".join(terms))


def _spell_out(folded: str) -> str:
    """Give names to symbols that carry meaning: `c++`, a lone Greek letter, `10,000`."""
    if "c+" in folded or "c#" in folded:
        folded = _SYMBOL_NAMES.sub(
            lambda found: "cplusplus" if found[1] == "++" else "csharp", folded
        )
    if not folded.isascii():
        # The underscore parts `μp`, which is two symbols, and keeps it one word of a query.
        folded = _LONE_GREEK.sub(lambda letter: f"{_GREEK.get(letter[0], letter[0])}_", folded)
    return _THOUSANDS.sub("", folded)


def _pairs(run: str) -> list[str]:
    """Return a run's overlapping pairs and its last character."""
    return [*map(add, run, run[1:]), run[-1]]


def _paired(run: str) -> str:
    """Return a run as tokens: pairs where it is of a script that has them, else as it is."""
    is_paired = "\uac00" <= run < "\ud7a4" or _PAIRED_RUN.match(run)
    return " ".join(_pairs(run)) if is_paired else run


def _query_terms(folded: str) -> Iterator[tuple[str, str]]:
    """Yield each word to look for, stop words too, with its expression."""
    for piece in _QUERY_PIECE.finditer(folded):
        text = piece.group()
        if piece.lastgroup == "word":
            yield text, _word_term(text)
        elif piece.lastgroup == "han":
            yield text, _phrase(text)
        else:
            attached = piece.start() > 0 and not folded[piece.start() - 1].isspace()
            if attached and not _stem(text, shortest=0):
                continue
            stem = text if text in STOP_WORDS else _stem(text, shortest=_SHORTEST_STEM)
            yield stem, _hangul_term(stem)


def _stem(word: str, *, shortest: int) -> str:
    """Strip particles and endings from a Hangul word, leaving at least `shortest` syllables.

    Stripping too much only widens the search: `정확도` is found by `정확` as well.
    """
    for _ in range(_MOST_ENDINGS):
        # The leftmost match is the longest ending.
        ending = _ENDING.search(word, max(shortest, len(word) - _LONGEST_ENDING))
        if ending is None:
            break
        word = word[: ending.start()]
    return word


def _hangul_term(stem: str) -> str:
    """Return the expression for a stem; a compound may also stand in two words.

    `강화학습` -> the whole, or `강화` and `학습`.
    """
    splits = range(2, len(stem) - 1) if len(stem) <= _LONGEST_COMPOUND else ()
    parts = [f"({_phrase(stem[:i])} AND {_phrase(stem[i:])})" for i in splits]
    return f"({' OR '.join([_phrase(stem), *parts])})" if parts else _phrase(stem)


def _phrase(run: str) -> str:
    """Return the phrase of a run's pairs; one character is the beginning of a pair."""
    if len(run) == 1:
        return f'"{run}" *'
    return f'"{" ".join(_pairs(run)[:-1])}"'


def _word_term(word: str) -> str:
    """Return the expression for a word: its letters and digits in a row, or joined."""
    apart = " ".join(_LETTERS_OR_DIGITS.findall(word))
    if _HYPHENED_WORD.fullmatch(word):
        return f'("{apart}" OR "{word.replace("-", "")}")'
    return f'"{apart}"'
