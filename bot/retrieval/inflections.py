"""Korean verbs and adjectives: what an inflected form of `건너뛰다` begins with. Pure.

The forms are made from the spelling alone, so a few of them are no words; that does no harm, as
nobody types those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FIRST, _VOWELS, _FINALS = 0xAC00, 21, 28
_NO_FINAL, _N, _L, _LM, _M, _P, _S = 0, 4, 8, 10, 16, 17, 20
_A, _EO, _YEO, _O, _WA, _WAE, _OE, _U, _WO, _EU, _I = 0, 4, 6, 8, 9, 10, 11, 13, 14, 18, 20
# How a vowel and the -eo or -a of an ending become one.
_CONTRACTED = {_I: _YEO, _O: _WA, _U: _WO, _OE: _WAE}
# What may follow a form made here: a helping verb, tense or politeness, and an ending.
_HELPING = (
    "두|둔|둬|놓|놔|버리|버린|버려|버렸|주|준|줘|줬|보|본|봐|봤|내|낸|있|진|져|졌|지|온|왔|간|갔"
)
_FINAL = """
    거나 거든 거든요 게 게끔 겠죠 고 고서 구나 군요 기 기가 기는 기도 기로 기를 기만 기에
    기위한 기위해 길래 까 까요 나 나요 냐 냐고 냐는 네 네요 느냐 느라 는 는가 는거 는건 는걸
    는것 는구나 는군요 는다 는다고 는다는 는대 는데 는데도 는데요 는중 는중에 는지 는지는
    는지도 는지를 니 니까 니다 다 다가 다고 다고요 다는 다니 다던 다던데 다든지 다며 다면 단
    답니다 답디다 대 대서 대요 더군요 더니 더라 더라고 더라고요 던 던가 던가요 던거 던데 던데요
    던지 데 데도 데요 도 도록 든 든지 듯 듯이 라 라고 라는 라니 랍니다 러 려 려고 려는 려다
    려다가 려던 려면 며 며는 면 면서 면은 므로 서 수록 습니까 습니다 아 아도 아서 아야 아요 야
    어 어도 어서 어야 어요 여 여서 요 으니 으러 으려 으려고 으려는 으려면 으며 으며는 으면
    으면서 으므로 은 은가 은거 은건 은데 은데도 은데요 은지 은지도 을 을까 을때 을때는 을수록
    을지 을지도 음 음으로 음을 자 자고 자는 자마자 잖아 잖아요 죠 지 지도 지를 지만 지못하게
    지못하는 지못한 지않게 지않고 지않는 지않아도 지않으면 지않은 지요
"""
_ENDING = re.compile(
    rf"(?:[어아여지](?={_HELPING}))?(?:{_HELPING})?(?:었|았|였|겠|으시|시)*(?:{'|'.join(_FINAL.split())})?"
)


def inflect(verb: str) -> tuple[str, ...]:
    """Return what the forms of a verb in its dictionary form (`-다`) begin with, in order."""
    base, last = verb[:-2], verb[-2]
    fused = (base + form for form in _fused(base, last))
    return tuple(sorted({base + last, *fused, *_irregular(verb)}))


def is_verb_ending(rest: str) -> bool:
    """Whether `rest`, behind a form's beginning, may be its ending; nothing at all may."""
    return _ENDING.fullmatch(rest) is not None


def _fused(base: str, last: str) -> Iterator[str]:
    """Yield the last syllable as it is written together with an ending's first sound."""
    initial, vowel, final = _split(last)
    if final == _NO_FINAL:
        yield from (_join(initial, vowel, end) for end in (_N, _L, _M, _P))
        contracted = _contract(base, vowel)
        yield from (_join(initial, contracted, end) for end in (_NO_FINAL, _S))
    elif final == _L:
        yield from (_join(initial, vowel, end) for end in (_NO_FINAL, _N, _LM, _P))
    elif final == _P:
        open_ = _join(initial, vowel, _NO_FINAL)
        yield from (f"{open_}{ending}" for ending in "우운울움워웠")


def _contract(base: str, vowel: int) -> int:
    if vowel != _EU:
        return _CONTRACTED.get(vowel, vowel)
    return _A if base and _split(base[-1])[1] in (_A, _O) else _EO


def _irregular(verb: str) -> set[str]:
    """Return the forms of verbs in -르다: `고르다` has `골라`."""
    stem = verb[:-1]
    if len(stem) < 2 or stem[-1] != "르":
        return set()
    initial, vowel, final = _split(stem[-2])
    if final != _NO_FINAL:
        return set()
    head = stem[:-2] + _join(initial, vowel, _L)
    endings = ("라", "랐") if vowel in (_A, _O) else ("러", "렀")
    return {head + ending for ending in endings}


def _split(syllable: str) -> tuple[int, int, int]:
    initial, rest = divmod(ord(syllable) - _FIRST, _VOWELS * _FINALS)
    return initial, *divmod(rest, _FINALS)


def _join(initial: int, vowel: int, final: int) -> str:
    return chr(_FIRST + (initial * _VOWELS + vowel) * _FINALS + final)
