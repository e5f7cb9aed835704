"""The day's post in a text channel, by the scheduler and the real bot."""

from __future__ import annotations

from tests.e2e.house import House, buttons_of, text_of, title_of

FIRST_DIGEST = [
    "s1: Simple test-time scaling",
    "Scalable-Softmax Is Superior for Attention",
    "SETS: Leveraging Self-Verification and Self-Correction for Improved Test-Time Scaling",
    "Decoding-based Regression",
    "Constitutional Classifiers: Defending against Universal Jailbreaks across Thousands of "
    "Hours of Red Teaming",
    "Rope to Nope and Back Again: A New Hybrid Attention Strategy",
    "The Energy Loss Phenomenon in RLHF: A New Perspective on Mitigating Reward Hacking",
]


async def test_the_scheduler_posts_a_header_and_a_message_and_thread_per_paper(
    house: House,
) -> None:
    async with house.bot():
        await house.delivered()
    header, *papers = house.messages(house.text)
    assert "2025년 2월 3일" in title_of(header)
    assert [title_of(message) for message in papers] == FIRST_DIGEST
    names = [thread.name for thread in house.threads(house.text)]
    assert len(names) == len(FIRST_DIGEST)
    for name, title in zip(names, FIRST_DIGEST, strict=True):
        assert len(name) <= 100
        assert title.startswith(name.removesuffix("…"))


async def test_the_header_links_each_title_to_its_post(house: House) -> None:
    async with house.bot():
        await house.delivered()
    header, *papers = house.messages(house.text)
    for message in papers:
        link = f"https://discord.com/channels/{house.guild.id}/{house.text.id}/{message.id}"
        assert link in text_of(header)


async def test_a_thread_opens_with_all_authors_and_the_whole_abstract(house: House) -> None:
    async with house.bot():
        await house.delivered()
    thread = house.threads(house.text)[4]
    opening = "\n".join(text_of(message) for message in house.messages(thread))
    assert "Ethan Perez" in opening
    assert opening.count("Mrinank Sharma") == 1


async def test_nobody_is_pinged_and_every_message_is_marked(house: House) -> None:
    async with house.bot():
        await house.delivered()
    for channel in (house.text, *house.threads(house.text)):
        for message in house.messages(channel):
            if message.author_id == house.sandbox.world.bot_id and message.components:
                assert message.mention_ids == []
                assert buttons_of(message)[0]["custom_id"].startswith("post:")


async def test_nothing_is_posted_twice_after_a_restart(house: House) -> None:
    async with house.bot():
        await house.delivered()
    before = house.titles(house.text)
    async with house.bot():
        await house.member.run(house.text, "digest", {})
    assert house.titles(house.text)[: len(before)] == before
    assert house.titles(house.text).count(FIRST_DIGEST[0]) == 1
