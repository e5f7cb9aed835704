"""Words that questions are made of, from `words.toml`: what to leave out, what counts little."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

from bot.retrieval.inflections import inflect, is_verb_ending

_WORDS = tomllib.loads(
    resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
)

FUNCTION_WORDS = frozenset(_WORDS["left_out"]["function"].split())
KOREAN_STOP_WORDS = frozenset(_WORDS["left_out"]["korean"].split())
STOP_WORDS = FUNCTION_WORDS | KOREAN_STOP_WORDS | frozenset(_WORDS["left_out"]["english"].split())
WEAK_ENGLISH = frozenset(_WORDS["weak"]["english"].split())
WEAK_KOREAN = frozenset(_WORDS["weak"]["korean"].split())
FACETS = frozenset(word for words in _WORDS["facets"].values() for word in words.casefold().split())
TOPICAL_FACETS = frozenset(_WORDS["facets"]["topics"].split())
KOREAN_VERB = re.compile(f"(?:{'|'.join(_WORDS['endings']['verbs'].split())})$")
QUESTION_ENDINGS = tuple(_WORDS["endings"]["questions"].split())

_ASKING_FORMS = frozenset(
    form for verb in _WORDS["left_out"]["korean_verbs"].split() for form in inflect(verb)
)
_ASKED = re.compile(
    f"(?:{'|'.join(_WORDS['left_out']['korean_nouns'].split())})"
    "(?:이|가|은|는|을|를|들|도|로|으로|에|에서|까지|이?나|정도|쯤|씩)?(?:이?(?:에요|예요|었지|였지|었어|였어|였나|였나요|였더라|였죠|였는지|였던가|더라|야|지|죠|니|냐"
    "|라고|라는|였고|었고|고|며)|인가요?|인지|인데|일까요?|임)?"
)


def is_asking(word: str) -> bool:
    """Whether a Korean word is only part of how a question is asked: `있었는데`, `뭐였지`."""
    if _ASKED.fullmatch(word):
        return True
    return any(
        word[:length] in _ASKING_FORMS and is_verb_ending(word[length:])
        for length in range(1, len(word) + 1)
    )


AFTER_NAME = frozenset(_WORDS["people"]["after_name"].split())
NOT_NAMES = frozenset(_WORDS["people"]["not_names"].split())
KOREAN_SURNAMES = {
    hangul: tuple(latin.split(","))
    for hangul, _, latin in (each.partition(":") for each in _WORDS["people"]["surnames"].split())
}
