"""Every sentence a user can read, in both languages."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.messages import list_keys, particle, pick_language, pick_locale, say

ROOT = Path(__file__).parents[2]
COMMANDS = {
    "paper": ("title",),
    "tag": ("name",),
    "author": ("name",),
    "search": ("query",),
    "digest": ("date",),
    "ask": ("question",),
    "subscribe": (
        *("channel", "at", "timezone", "language", "threads", "tags", "start"),
        *("role", "no_role", "crosspost", "recap"),
    ),
    "language": ("language",),
    "help": (),
    "unsubscribe": ("channel",),
    "subscriptions": (),
    "preview": ("channel",),
    "post": ("date", "channel", "again"),
    "status": (),
    "verify": ("channel", "repair"),
}
# Values of every kind a sentence may be given, so that each can be said.
SAMPLES = {
    **dict.fromkeys(("count", "hidden", "limit", "page", "pages", "total", "seconds", "port"), 2),
    **dict.fromkeys(("line",), 3),
}
PREFIXES = {"command_text": "command.", "choice_text": "choice."}
FILES = (".png", ".txt", ".bib", ".md", ".ris", ".py", ".toml", ".sqlite3")
CHAT_INPUT_NAME = re.compile(r"[-_\w]{1,32}")


def parameters(language: str, key: str) -> frozenset[str]:
    """Return the parameters of a sentence, found by asking for each that is missing."""
    known: dict[str, object] = {}
    while True:
        try:
            say(language, key, **known)
        except KeyError as missing:
            known[str(missing.args[0])] = SAMPLES.get(str(missing.args[0]), "word")
        else:
            return frozenset(known)


def bare(language: str, key: str) -> str:
    """Return a sentence without its parameters."""
    return say(language, key, **dict.fromkeys(parameters(language, key), ""))


def test_both_languages_say_the_same_things() -> None:
    assert list_keys("en") == list_keys("ko")


@pytest.mark.parametrize("key", sorted(list_keys("en")))
def test_a_sentence_takes_the_same_parameters_in_both_languages(key: str) -> None:
    assert parameters("en", key) == parameters("ko", key)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_sentence_is_written_and_trimmed(language: str) -> None:
    for key in list_keys(language) - {"label.more_authors"}:
        sentence = say(language, key, **dict.fromkeys(parameters(language, key), 1))
        assert sentence == sentence.strip() != "", key


def test_korean_sentences_are_korean() -> None:
    korean = {key for key in list_keys("ko") if re.search("[가-힣]", bare("ko", key))}
    assert list_keys("ko") - korean == {"label.day", "label.en"}


def named_keys() -> dict[str, str]:
    """Return what the code names, as patterns of keys, each with a file that does.

    Literal keys, those put together in an f-string, and those of `command_text` and `choice_text`.
    """
    sections = "|".join(sorted({key.partition(".")[0] for key in list_keys("en")}))
    begins = re.compile(rf"(?:{sections})\.")
    found: dict[str, str] = {}
    for folder in ("bot", "cogs", "storage"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name == "localization.py":
                continue  # names whatever it is given
            for start, parts in _texts(ast.parse(path.read_text(encoding="utf-8"))):
                if begins.match(start) and not start.endswith(FILES):
                    found["".join(parts)] = path.name
    return found


def _texts(tree: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """Yield each text: how it begins, and its parts as patterns."""
    within = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        if id(node) in within:
            continue
        prefix: str = ""
        text: ast.AST = node
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            prefix = PREFIXES.get(node.func.id, "")
            text = node.args[0] if prefix else node
        values = text.values if isinstance(text, ast.JoinedStr) else [text]
        constants = [
            each.value if isinstance(each, ast.Constant) and isinstance(each.value, str) else None
            for each in values
        ]
        if constants[0] is not None:
            parts = ["[a-z0-9_]+" if each is None else re.escape(each) for each in constants]
            yield prefix + constants[0], [re.escape(prefix), *parts]
        elif prefix:
            yield prefix, [re.escape(prefix), "[a-z0-9_]+"]


def test_every_key_named_in_the_code_exists() -> None:
    keys = list_keys("en")
    named = named_keys()
    assert len(named) > 300
    unknown = {
        pattern: file
        for pattern, file in named.items()
        if not any(re.fullmatch(pattern, key) for key in keys)
    }
    assert unknown == {}


def test_every_key_is_named_in_the_code() -> None:
    named = re.compile("|".join(named_keys()))
    assert {key for key in list_keys("en") if not named.fullmatch(key)} == set()


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("command", COMMANDS)
def test_command_texts_fit_discords_limits(language: str, command: str) -> None:
    options = [f"{command}_{option}" for option in COMMANDS[command]]
    names = [say(language, f"command.{one}_name") for one in (command, *options)]
    for name in names:
        assert CHAT_INPUT_NAME.fullmatch(name)
        assert name == name.lower()
    assert len(set(names[1:])) == len(options)
    for one in (command, *options):
        assert 1 <= len(say(language, f"command.{one}_description")) <= 100


def test_english_command_names_are_the_contracts() -> None:
    for command, options in COMMANDS.items():
        assert say("en", f"command.{command}_name") == command
        assert tuple(say("en", f"command.{command}_{one}_name") for one in options) == options


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_sentence_names_commands_as_its_reader_types_them(language: str) -> None:
    """A Korean client offers /구독, with a particle right behind it, and no /subscribe."""
    names = {say(language, f"command.{command}_name") for command in COMMANDS}
    names |= {
        say(language, f"command.{command}_name")
        for command in ("follow", "following", "cite", "related")
    }
    sentences = [
        say(language, key, **dict.fromkeys(parameters(language, key), "1"))
        for key in list_keys(language)
    ]
    named = [
        name for sentence in sentences for name in re.findall(r"(?<![\w./:])/([^\W\d_]+)", sentence)
    ]
    assert len(named) > 10
    assert [each for each in named if not each.startswith(tuple(names))] == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_command_names_are_unique(language: str) -> None:
    names = [say(language, f"command.{command}_name") for command in COMMANDS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_choices_fit_discords_limit(language: str) -> None:
    choices = [key for key in list_keys(language) if key.startswith("choice.")]
    assert choices
    assert all(1 <= len(say(language, key)) <= 100 for key in choices)


def test_no_format_is_left_unread() -> None:
    for language in ("en", "ko"):
        for key in list_keys(language):
            text = say(language, key, **dict.fromkeys(parameters(language, key), 1))
            assert not set(text) & set("{}"), key


@pytest.mark.parametrize(
    ("word", "pair", "form"),
    [
        ("추론", "을/를", "을"),
        ("코드", "을/를", "를"),
        ("rl", "은/는", "은"),
        ("vq", "은/는", "는"),
        ("서울", "으로/로", "로"),
        ("2025-04-25", "이/가", "가"),
        ("(논문)", "이라는/라는", "이라는"),
        ("", "을/를", "를"),
    ],
)
def test_particles_fit_the_word(word: str, pair: str, form: str) -> None:
    assert particle(word, pair) == form


def test_numbers_choose_the_english_form() -> None:
    assert say("en", "digest.papers", count=1) == "1 paper"
    assert say("en", "digest.papers", count=2) == "2 papers"


@pytest.mark.parametrize(
    ("text", "locale", "language"),
    [("추론 rl", "en-US", "ko"), ("rl", "ko", "en"), ("2503.01307", "ko", "ko"), ("?", "fr", "en")],
)
def test_the_script_of_the_question_decides_the_language(
    text: str, locale: str, language: str
) -> None:
    assert pick_language(text, locale) == language
    assert pick_locale("ko") == "ko"


def test_a_key_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("en", "error.no_such_sentence")


def test_a_format_names_each_parameter() -> None:
    fields = string.Formatter().parse(say("en", "command.paper_description"))
    assert [name for _, name, _, _ in fields] == [None]
