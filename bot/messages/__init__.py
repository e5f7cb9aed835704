"""Every sentence that a user can read, by key, in two languages; plurals and Korean particles."""

from __future__ import annotations

import string
import tomllib
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "ko")

# Whether a word ends in a sound with a final consonant (받침), for what is not a Hangul syllable:
# digits as they are read in Korean, Latin letters as they are mostly read at a word's end.
_CLOSED_ENDINGS = frozenset("013678lmnrLMNR")
_RIEUL_ENDINGS = frozenset("178lrLR")
_HANGUL_FIRST, _HANGUL_LAST, _FINALS, _RIEUL = 0xAC00, 0xD7A3, 28, 8


def say(language: str, key: str, **params: Any) -> str:
    """Return the sentence `key` (`section.name`) in `language` (`en` or `ko`).

    In a sentence, `{n:paper|papers}` chooses by number and `{name:을/를}` gives the particle
    that belongs behind `name` (the name itself stands before it as `{name}`).

    Raises:
        KeyError: no such key or parameter.
    """
    return "".join(
        literal if name is None else literal + _show(params[name], spec)
        for literal, name, spec in _parse(language, key)
    )


def list_keys(language: str) -> frozenset[str]:
    """Return every key of a language, as `section.name`."""
    return frozenset(
        f"{section}.{name}" for section, table in _load(language).items() for name in table
    )


def pick_language(text: str, locale: str) -> str:
    """Return `ko` or `en`: the script of `text`, and the user's `locale` where it has none."""
    if any(_is_hangul(char) for char in text):
        return "ko"
    if any(char.isalpha() for char in text):
        return "en"
    return pick_locale(locale)


def pick_name_language(name: str, locale: str) -> str:
    """Return `ko` for a name in Hangul; Latin names are everyone's, so `locale` decides."""
    has_hangul = not name.isascii() and any(_is_hangul(char) for char in name)
    return "ko" if has_hangul else pick_locale(locale)


def pick_locale(locale: str) -> str:
    """Return `ko` or `en` for a Discord locale such as `ko` or `en-US`."""
    return "ko" if locale.startswith("ko") else "en"


def particle(word: str, pair: str) -> str:
    """Return the form of a pair such as `을/를`, `은/는`, `으로/로` that follows `word`."""
    closed, _, opened = pair.partition("/")
    final = next((char for char in reversed(word) if char.isalnum()), "")
    if "가" <= final <= "힣":
        jong = (ord(final) - _HANGUL_FIRST) % _FINALS
        has_final, rieul = jong != 0, jong == _RIEUL
    else:
        has_final, rieul = final in _CLOSED_ENDINGS, final in _RIEUL_ENDINGS
    if closed == "으로" and rieul:
        return opened
    return closed if has_final else opened


def _is_hangul(char: str) -> bool:
    return _HANGUL_FIRST <= ord(char) <= _HANGUL_LAST or "ㄱ" <= char <= "ㅣ" or "ᄀ" <= char <= "ᇿ"


def _show(value: object, spec: str) -> str:
    if "|" in spec:
        one, _, many = spec.partition("|")
        return one if value == 1 else many
    return particle(str(value), spec) if "/" in spec else format(value, spec)


@cache
def _parse(language: str, key: str) -> tuple[tuple[str, str | None, str], ...]:
    """Return a sentence's parts: text, and the parameter behind it with how it is shown."""
    section, _, name = key.partition(".")
    parts = string.Formatter().parse(_load(language)[section][name])
    return tuple((literal, field, spec or "") for literal, field, spec, _ in parts)


@cache
def _load(language: str) -> dict[str, dict[str, str]]:
    text = resources.files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
