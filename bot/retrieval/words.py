"""Words that questions are made of, from `words.toml`: what to leave out, what counts little."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

_WORDS = tomllib.loads(
    resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
)

FUNCTION_WORDS = frozenset(_WORDS["left_out"]["function"].split())
KOREAN_STOP_WORDS = frozenset(_WORDS["left_out"]["korean"].split())
STOP_WORDS = FUNCTION_WORDS | KOREAN_STOP_WORDS | frozenset(_WORDS["left_out"]["english"].split())
WEAK_ENGLISH = frozenset(_WORDS["weak"]["english"].split())
WEAK_KOREAN = frozenset(_WORDS["weak"]["korean"].split())
KOREAN_VERB = re.compile(f"(?:{'|'.join(_WORDS['endings']['verbs'].split())})$")
QUESTION_ENDINGS = tuple(_WORDS["endings"]["questions"].split())

AFTER_NAME = frozenset(_WORDS["people"]["after_name"].split())
NOT_NAMES = frozenset(_WORDS["people"]["not_names"].split())
KOREAN_SURNAMES = {
    hangul: tuple(latin.split(","))
    for hangul, _, latin in (each.partition(":") for each in _WORDS["people"]["surnames"].split())
}
