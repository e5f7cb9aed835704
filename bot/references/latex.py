r"""Plain text spelled for TeX and BibTeX: it reads as written, and its braces balance.

Latin letters with accents and Greek letters become commands, which the oldest BibTeX sorts and
abbreviates rightly; what has no command stays UTF-8, as every TeX of today reads it. `$…$` is
math and stays as it is.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexencode import UnicodeToLatexEncoder

# BibTeX counts the braces of `\{` as well, hence the names. All are in braces: some programs lose
# a name that begins with a command outside them.
_SPECIAL = {
    "\\": r"{\textbackslash}",
    "{": r"{\ensuremath{\lbrace}}",
    "}": r"{\ensuremath{\rbrace}}",
    "$": r"{\$}",
    "&": r"{\&}",
    "%": r"{\%}",
    "#": r"{\#}",
    "_": r"{\_}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "<": r"{\ensuremath{<}}",
    ">": r"{\ensuremath{>}}",
    "|": r"{\ensuremath{|}}",
}
_LETTER = re.compile(r"[\u00c0-\u024f\u0370-\u03ff\u1e00-\u1eff]")
# Math begins before and ends behind a character that is no space, and not before a digit, so that
# `from $5 to $10` is none. A lone `%`, `&` or `#` would break it.
_MATH = re.compile(r"(?<!\\)\$(?!\s)((?:\\.|[^$\\%&#])+?)(?<![\s\\])\$(?!\d)")
_CORE = re.compile(r"(?P<before>[^\w$]*)(?P<core>.*?)(?P<after>[^\w$]*)")
_PARTS = re.compile(r"[^\w]+")
_PLACE = "\ue000"
_LONG = 4  # letters; shorter words are small in most titles

_ENCODER = UnicodeToLatexEncoder(
    replacement_latex_protection="braces-all",
    unknown_char_policy="keep",
    unknown_char_warning=False,
)
_DECODER = LatexNodes2Text()


def escape_text(text: str) -> str:
    """Return text for a field whose case nothing changes, such as an author's name."""
    return "".join(_spell(char) for char in text)


def escape_title(title: str) -> str:
    """Return a title whose names, abbreviations and math keep their capitals in any style."""
    math: list[str] = []

    def keep(found: re.Match[str]) -> str:
        if not _is_balanced(found[1]):
            return found[0]
        math.append(found[0])
        return _PLACE

    words = _MATH.sub(keep, title.replace(_PLACE, "")).split(" ")
    is_sentence = _is_sentence(words)
    spelled = [
        _protect(word, is_name=is_sentence and _is_inside(words, place))
        for place, word in enumerate(words)
    ]
    formulas = iter(math)
    return re.sub(_PLACE, lambda _: f"{{{next(formulas)}}}", " ".join(spelled))


def _protect(word: str, *, is_name: bool) -> str:
    """Return a word in braces if its capitals are to stay: those inside it, and a name's first."""
    found = _CORE.fullmatch(word)
    if found is None:  # only without a line's end, which a title has none of
        return escape_text(word)
    core = found["core"]
    spelled = escape_text(core)
    if _has_fixed_capitals(core) or (is_name and core[:1].isupper()):
        spelled = f"{{{spelled}}}"
    return f"{escape_text(found['before'])}{spelled}{escape_text(found['after'])}"


def _has_fixed_capitals(core: str) -> bool:
    """Return whether some part of a word is written as in GPT, DeepSeek, R1 or Q-learning."""
    parts = _PARTS.split(core)
    return any(
        any(char.isupper() for char in part[1:])
        or (part[:1].isupper() and any(char.isdigit() for char in part))
        or (len(part) == 1 and part.isupper() and (len(parts) > 1 or part not in "AI"))
        for part in parts
    )


def _is_sentence(words: list[str]) -> bool:
    """Return whether most longer words begin small: then a capital is a name's."""
    longer = [
        word
        for place, word in enumerate(words)
        if _is_inside(words, place) and sum(map(str.isalpha, word)) >= _LONG
    ]
    return sum(word[:1].islower() for word in longer) * 2 > len(longer)


def _is_inside(words: list[str], place: int) -> bool:
    """Return whether a word begins no sentence; styles keep the capital of one that does."""
    return place > 0 and not words[place - 1].endswith((":", ".", "?", "!"))


def _is_balanced(formula: str) -> bool:
    """Return whether braces open and close in order, as BibTeX counts them."""
    depths = list(accumulate({"{": 1, "}": -1}.get(char, 0) for char in formula))
    return depths[-1] == 0 and min(depths) >= 0


@cache
def _spell(char: str) -> str:
    r"""Return a character as TeX reads it.

    A command that does not read back as the letter is not used: the table has some that do not.
    """
    if char in _SPECIAL:
        return _SPECIAL[char]
    if not _LETTER.match(char):
        return char
    spelled = str(_ENCODER.unicode_to_latex(char))
    return spelled if _DECODER.latex_to_text(spelled) == char else char
