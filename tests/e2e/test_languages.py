"""Which language an answer is in: the question's script, the asker's locale breaking ties."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from tests.e2e.house import House, buttons_of, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

HANGUL = re.compile("[가-힣]")


@pytest.mark.parametrize(
    ("command", "given", "of_english", "of_korean"),
    [
        # A sentence in English is answered in English, in Korean in Korean, whoever asks.
        ("search", {"query": "reasoning"}, "en", "en"),
        ("search", {"query": "추론"}, "ko", "ko"),
        ("search", {"query": "RLHF에서 보상 해킹"}, "ko", "ko"),
        ("search", {"query": "2025"}, "en", "ko"),
        # Nothing found is said in the same language.
        ("search", {"query": "wvqzxjk"}, "en", "en"),
        ("search", {"query": "뷁뷁"}, "ko", "ko"),
        ("search", {"query": "🤖"}, "en", "ko"),
        # A Latin name is everyone's.
        ("paper", {"title": "s1"}, "en", "ko"),
        ("paper", {"title": "wvqzxjk"}, "en", "ko"),
        ("paper", {"title": "없는 논문"}, "ko", "ko"),
        ("tag", {"name": "rl"}, "en", "ko"),
        ("tag", {"name": "뷁뷁"}, "ko", "ko"),
        ("author", {"name": "Percy Liang"}, "en", "ko"),
        ("author", {"name": "홍길동"}, "ko", "ko"),
        ("digest", {}, "en", "ko"),
        ("digest", {"date": "2025-04-25"}, "en", "ko"),
        ("digest", {"date": "2025년 4월 25일"}, "ko", "ko"),
        ("digest", {"date": "2024년 4월 25일"}, "ko", "ko"),
        ("digest", {"date": "그끄저께"}, "ko", "ko"),
        ("digest", {"date": "someday"}, "en", "ko"),
    ],
)
async def test_an_answer_is_in_the_language_of_the_question(
    library: House, command: str, given: Mapping[str, str], of_english: str, of_korean: str
) -> None:
    for person, language in ((library.member, of_english), (library.manager, of_korean)):
        answered = await person.run(library.text, command, given)
        assert language_of(text_of(answered.message), [*given.values()]) == language


def language_of(text: str, quoted: list[str]) -> str:
    """Return the language of a reply, leaving out the question that it repeats."""
    for part in quoted:
        text = text.replace(part, "")
    return "ko" if HANGUL.search(text) else "en"


async def test_a_paper_is_shown_with_the_comment_in_the_readers_language(library: House) -> None:
    english = await library.member.run(library.text, "paper", {"title": "Decoding-based"})
    korean = await library.manager.run(library.text, "paper", {"title": "Decoding-based"})
    assert "generating each digit" in text_of(english.message)
    assert "각 자릿수의 값을" in text_of(korean.message)
    labels = [[each["label"] for each in buttons_of(one.message)] for one in (english, korean)]
    assert labels == [
        ["Abstract", "한국어", "Save", "Discuss", "More"],
        ["초록", "English", "저장", "토론", "더보기"],
    ]


async def test_commands_answer_to_their_korean_names(library: House) -> None:
    named = {
        command.body["name_localizations"]["ko"]
        for command in library.manager.commands(library.text)
    }
    assert {"논문", "태그", "저자", "검색", "날짜별", "올리기", "구독"} <= named
    answered = await library.manager.run(library.text, "논문", {"title": "s1"})
    assert "s1: Simple test-time scaling" in text_of(answered.message)


async def test_managers_are_answered_in_their_own_language(library: House) -> None:
    world = library.sandbox.world
    guest = world.add_user("guest", locale="en-GB")
    world.add_member(
        library.guild,
        guest,
        permissions=library.sandbox.world.guild_permissions(library.guild, library.manager.user.id),
    )
    english = await library.sandbox.person(guest).run(library.text, "subscriptions")
    korean = await library.manager.run(library.text, "subscriptions")
    assert language_of(text_of(english.message), []) == "en"
    assert language_of(text_of(korean.message), []) == "ko"
