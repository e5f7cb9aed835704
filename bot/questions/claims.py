"""What a model said of passages -> the sentences that hold. Pure.

A sentence has to end with the numbers of passages that it was given, and to hold no number and no
address that these lack.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bot.answering.records import Citation
from bot.render.answers import Sentence

_MOST, _LONGEST = 6, 600

_QUOTES = "\"'\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK})"
_MARKS = r"(?:\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\])+"
_MARK = re.compile(r"\[[\d\s,]+\]")
# Marks behind a full stop belong before it.
_AFTER_STOP = re.compile(rf"(?P<stop>[.!?。…]+[{_QUOTES}]*)(?P<marks>{_MARKS})(?=\s|$)")
_BOUNDARY = re.compile(
    rf"(?:(?<=[.!?。…])|(?<=[.!?。…][{_QUOTES}]))"
    r"(?<!e\.g\.)(?<!i\.e\.)(?<!et al\.)(?<!vs\.)(?<!Fig\.)\s+|\n+"
)
_CITED = re.compile(
    rf"(?P<text>.*?)(?P<marks>{_MARKS})\s*(?P<stop>[.!?。…]*[{_QUOTES}]*)", re.DOTALL
)
_ADDRESS = re.compile(r"\S*(?:://|www\.)\S*")
_NUMBER = re.compile(
    r"(?P<digits>\d+(?:[.,]\d+)*)"
    r"\s?(?P<unit>%|percent|퍼센트|[kmbt](?![a-z])|[x\N{MULTIPLICATION SIGN}배만억천조])?"
)
_UNITS = {"percent": "%", "퍼센트": "%", "\N{MULTIPLICATION SIGN}": "x", "배": "x"}
_NUMBER_WORDS = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|trillions?|half"
    r"|double[ds]?|triple[ds]?|twice|quarter|third)\b"
    r"|(?:두|세|네|다섯|여섯|일곱|여덟|아홉|열|수십|수백|수천)\s?배|절반|수십|수백|수천|수만|수억"
)


def check_claims(sentences: Sequence[str], passages: Sequence[Citation]) -> tuple[Sentence, ...]:
    """Return the sentences that hold, without their marks; at most six."""
    checked = (_check(sentence, passages) for sentence in sentences)
    return tuple(sentence for sentence in checked if sentence)[:_MOST]


def split_claims(text: str) -> list[str]:
    """Return the sentences, each with its marks; the last may be unfinished."""
    return _BOUNDARY.split(_AFTER_STOP.sub(lambda match: match["marks"] + match["stop"], text))


def _check(sentence: str, passages: Sequence[Citation]) -> Sentence | None:
    match = _CITED.fullmatch(sentence.strip())
    if match is None or len(sentence) > _LONGEST:
        return None
    numbers = [int(each) for mark in _MARK.findall(sentence) for each in re.findall(r"\d+", mark)]
    if not all(1 <= number <= len(passages) for number in numbers):
        return None
    text = " ".join(_MARK.sub("", match["text"]).split())
    places = tuple(dict.fromkeys(number - 1 for number in numbers))
    given = "\n".join(f"{passages[each].title}\n{passages[each].quote}" for each in places)
    if not any(char.isalpha() for char in text) or not _is_covered(_fold(text), _fold(given)):
        return None
    return Sentence(text=text + (match["stop"] or "."), sources=places)


def _is_covered(text: str, given: str) -> bool:
    """Return whether every number and address of a text is in what was given."""
    known = _numbers(given)
    known |= {(digits, "") for digits, _ in known}
    return (
        _numbers(text) <= known
        and all(word in given for word in _NUMBER_WORDS.findall(text))
        and all(address.strip(".,;()<>") in given for address in _ADDRESS.findall(text))
    )


def _numbers(text: str) -> set[tuple[str, str]]:
    """Return the numbers with their units: `1,000` is (`1000`, ``), `27 percent` (`27`, `%`)."""
    return {
        (match["digits"].replace(",", ""), _UNITS.get(match["unit"] or "", match["unit"] or ""))
        for match in _NUMBER.finditer(text)
    }


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
