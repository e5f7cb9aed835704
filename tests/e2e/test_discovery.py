"""/trends, /tags and /random on the four real digests, in both languages."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from sandbox.filling import ClientRefusal
from sandbox.models import Message
from tests.e2e.house import (
    House,
    buttons_of,
    disabled_of,
    names_of,
    nearest_of,
    text_of,
    title_of,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

TAG_LINE = re.compile(
    r"^`#([^`]+)` (\d+) papers? · ([-\d]{10})(?: \N{EN DASH} ([-\d]{10}))?$", re.MULTILINE
)


def picture_of(house: House, message: Message) -> Image.Image:
    """Return the one picture of a message, which its embed shows."""
    (file,) = message.attachments
    assert message.embeds[-1]["image"]["url"] == f"attachment://{file['filename']}"
    assert file["content_type"] == "image/png"
    assert file["size"] < 150_000
    return Image.open(io.BytesIO(house.sandbox.world.files.read(file)))


async def test_trends_come_in_words_and_as_a_picture_with_its_description(library: House) -> None:
    shown = await library.member.run(library.text, "trends")
    assert not shown.ephemeral
    # The digests are from February to July 2025; today is much later.
    assert title_of(shown.message) == "Trends: 6 months up to 10 July 2025"
    assert "`#reasoning`" in text_of(shown.message)
    assert picture_of(library, shown.message).width == 1200
    described = shown.message.attachments[0]["description"]
    assert described.startswith("Bars of papers per month by tag, 2025-02 to 2025-07.")
    assert re.search(r"reasoning: \d(, \d){5}\.", described)


async def test_trends_speak_the_readers_language(library: House) -> None:
    shown = await library.manager.run(library.text, "trends", {"months": 3})
    assert title_of(shown.message) == "2025년 7월 10일까지 3개월간의 동향"
    assert "많이 다룬 태그" in text_of(shown.message)
    picture_of(library, shown.message)


async def test_trends_of_some_tags_are_of_these_only(library: House) -> None:
    shown = await library.member.run(library.text, "trends", {"tags": "#RL, safety"})
    first = text_of(shown.message).split("**Most papers**")[1].split("\n\n")[0]
    assert re.findall(r"`#([^`]+)`", first) == ["rl", "safety"]


@pytest.mark.parametrize(
    "typed", ["scaling law, rl", "scaling law rl", "rl scaling-law", "#scaling law #rl"]
)
async def test_a_tag_of_two_words_may_have_a_blank(library: House, typed: str) -> None:
    shown = await library.member.run(library.text, "trends", {"tags": typed})
    first = text_of(shown.message).split("**Most papers**")[1].split("\n\n")[0]
    assert sorted(re.findall(r"`#([^`]+)`", first)) == ["rl", "scaling-law"]


async def test_words_that_are_no_tag_are_named_together(library: House) -> None:
    shown = await library.member.run(library.text, "trends", {"tags": "reinforcement learning"})
    assert "reinforcement learning" in shown.message.content
    assert nearest_of(shown.message)[0] == "rl"


async def test_an_unknown_tag_has_no_trend_and_offers_the_nearest(library: House) -> None:
    shown = await library.member.run(library.text, "trends", {"tags": "saftey"})
    assert shown.ephemeral
    assert "safety" in nearest_of(shown.message)


async def test_tags_of_a_trend_are_completed_one_after_the_other(library: House) -> None:
    offered = await library.member.complete(library.text, "trends", "tags", "rl, saf")
    assert names_of(offered) == ["rl, safety"]


@pytest.mark.parametrize("months", [1, 37])
async def test_the_client_takes_two_months_to_three_years(library: House, months: int) -> None:
    with pytest.raises(ClientRefusal):
        await library.member.run(library.text, "trends", {"months": months})


async def test_the_client_refuses_in_the_language_of_its_user(library: House) -> None:
    with pytest.raises(ClientRefusal, match="“개월” 옵션은 2에서 36까지예요"):
        await library.manager.run(library.text, "trends", {"months": 37})
    with pytest.raises(ClientRefusal, match="months: not between 2 and 36"):
        await library.member.run(library.text, "trends", {"months": 37})


async def test_all_tags_are_listed_over_pages_with_counts_and_days(library: House) -> None:
    shown = await library.member.run(library.text, "tags")
    listed = TAG_LINE.findall(text_of(shown.message))
    while not disabled_of(shown.message)[-1]:
        await library.member.click(shown.message, label="Next")
        listed += TAG_LINE.findall(text_of(shown.message))
    counts = [int(count) for _, count, _, _ in listed]
    assert counts == sorted(counts, reverse=True)
    assert title_of(shown.message) == f"Tags · {len(listed)}"
    assert len({name for name, *_ in listed}) == len(listed) > 20
    reasoning = next(each for each in listed if each[0] == "reasoning")
    assert reasoning[2:] == ("2025-02-03", "2025-07-10")


async def test_tags_are_sorted_as_asked_and_stay_so_on_the_next_page(library: House) -> None:
    shown = await library.member.run(library.text, "tags", {"sort": "name"})
    names = [each[0] for each in TAG_LINE.findall(text_of(shown.message))]
    await library.member.click(shown.message, label="Next")
    names += [each[0] for each in TAG_LINE.findall(text_of(shown.message))]
    assert names == sorted(names)


async def test_a_page_of_tags_turns_for_its_asker_and_answers_others_in_private(
    library: House,
) -> None:
    shown = await library.member.run(library.text, "tags")
    before = text_of(shown.message)
    pressed = await library.manager.click(shown.message, label="Next")
    assert pressed.ephemeral
    assert text_of(shown.message) == before
    assert text_of(pressed.message) != before


async def test_tags_speak_the_readers_language(library: House) -> None:
    shown = await library.manager.run(library.text, "tags")
    assert re.search(r"`#reasoning` 논문 6편 · 2025-02-03", text_of(shown.message))


async def test_a_paper_by_chance_is_shown_as_its_card(library: House) -> None:
    chance = await library.member.run(library.text, "random")
    title = title_of(chance.message)
    asked = await library.member.run(library.text, "paper", {"title": title})
    assert not chance.ephemeral
    assert text_of(chance.message) == text_of(asked.message)
    assert [each["label"] for each in buttons_of(chance.message)] == [
        each["label"] for each in buttons_of(asked.message)
    ]


async def test_chance_keeps_to_a_tag_and_takes_all_of_its_papers(library: House) -> None:
    seen = set()
    for _ in range(40):
        chance = await library.member.run(library.text, "random", {"tag": "#Safety"})
        assert "`#safety`" in text_of(chance.message)
        seen.add(title_of(chance.message))
    assert len(seen) == 2


async def test_chance_knows_no_papers_of_an_unknown_tag(library: House) -> None:
    chance = await library.member.run(library.text, "random", {"tag": "saftey"})
    assert chance.ephemeral
    assert "safety" in nearest_of(chance.message)
    offered = await library.member.complete(library.text, "random", "tag", "saf")
    assert names_of(offered) == ["safety"]
