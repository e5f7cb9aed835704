"""Answers in a model's words, where one is configured, and the quotes where it fails."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from bot.questions import exchanges, phrasing
from tests.e2e.house import House, buttons_of, text_of
from tests.model_server import ModelServer, drop, open_server, say, stall, write

QUESTION = "How does s1 use budget forcing to control test-time compute?"
PHRASED = "Budget forcing controls how long the model thinks."


@pytest.fixture
async def model(house: House, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ModelServer]:
    """A house whose bot has a model."""
    monkeypatch.setattr(exchanges, "EDIT_SECONDS", 0.0)
    monkeypatch.setattr(exchanges, "PER_WINDOW", 1000)
    monkeypatch.setattr(phrasing, "STALL_SECONDS", 1.5)
    async with open_server() as server:
        named = {"llm_base_url": server.url, "llm_model": "m"}
        async with house.bot(digest_channel_id=None, **named):
            yield server


async def ask(house: House, question: str = QUESTION) -> str:
    answered = await house.member.run(house.text, "ask", {"question": question})
    await house.sandbox.wait_for(lambda: buttons_of(answered.message), timeout=10)
    assert len(answered.messages) == 1
    return text_of(answered.message)


async def test_sentences_are_numbered_and_the_quotes_stand_below(
    house: House, model: ModelServer
) -> None:
    model.answering = say("Budget forcing controls how long", " the model thinks [2]. ", "Really!")
    text = await ask(house)
    assert re.search(rf"{re.escape(PHRASED)} \[\[1\]\]\(https://arxiv", text)
    assert "**1.** [s1: Simple test-time scaling](https://" in text
    assert len(re.findall(r"^> ", text, re.MULTILINE)) == 1
    assert "Really" not in text


async def test_a_mention_is_answered_with_edits_of_one_reply(
    house: House, model: ModelServer
) -> None:
    model.answering = say(f"{PHRASED[:-1]} [1]. ", "It is simple [2]. ", "It works [1].")
    asked = house.member.dm(QUESTION)
    place = house.member.dm_channel()

    def answers() -> list[str]:
        return [text_of(m) for m in house.messages(place) if m.id != asked.id and buttons_of(m)]

    await house.sandbox.wait_for(answers, timeout=10)
    (text,) = answers()
    assert PHRASED in text
    assert "It works." in text


@pytest.mark.parametrize(
    "answering",
    [
        say("I win by 99% [1]."),
        say("Ask me anything!"),
        say(),
        stall,
        drop,
        write(b"data: nonsense\n\n"),
    ],
    ids=["a lie", "no source", "nothing", "stalls", "breaks", "nonsense"],
)
async def test_the_quotes_are_shown_when_the_model_is_of_no_use(
    house: House, model: ModelServer, answering: object
) -> None:
    model.answering = answering  # type: ignore[assignment] # by the parameters above
    text = await ask(house)
    assert "budget forcing" in text
    assert "[[1]]" not in text
    assert len(re.findall(r"^> ", text, re.MULTILINE)) > 1


async def test_what_a_model_says_cannot_ping_or_break_out(house: House, model: ModelServer) -> None:
    model.answering = say("Hello @everyone <@1> **bold** [x](y) `code` [1].")
    text = await ask(house)
    assert "@everyone" not in text
    assert "<@1>" not in text.replace("\\<", "")
    assert "**bold**" not in text


async def test_the_model_is_not_asked_where_there_is_nothing_to_phrase(
    house: House, model: ModelServer
) -> None:
    assert "The digests don't say." in await ask(house, "What is the best sourdough bread?")
    assert "Native Sparse Attention" in await ask(house, "which papers are on sparse attention?")
    assert "increasing loss spikes" in await ask(house, "abstract of AdaGC")
    assert model.requests == []


async def test_the_other_language_is_phrased_too(house: House, model: ModelServer) -> None:
    model.answering = say(f"{PHRASED[:-1]} [1].")
    answered = await house.member.run(house.text, "ask", {"question": QUESTION})
    await house.sandbox.wait_for(lambda: buttons_of(answered.message), timeout=10)
    model.answering = say("버짓 포싱으로 생각하는 길이를 조절합니다 [1].")
    copied = await house.manager.click(answered.message, label="한국어로 보기")
    await house.sandbox.wait_for(lambda: "버짓 포싱" in text_of(copied.message), timeout=10)
    assert copied.ephemeral
    assert PHRASED in text_of(answered.message)
    await house.member.click(answered.message, label="한국어로 보기")
    await house.sandbox.wait_for(lambda: "버짓 포싱" in text_of(answered.message), timeout=10)
    assert "Korean" in str(model.requests[-1]["messages"][0]["content"])
    model.answering = stall
    await house.member.click(answered.message, label="In English · 영어로")
    await house.sandbox.wait_for(lambda: "[[1]]" not in text_of(answered.message), timeout=10)
    assert len(re.findall(r"^> ", text_of(answered.message), re.MULTILINE)) > 1
