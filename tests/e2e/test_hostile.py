"""A whole house full of enemies: nobody is pinged, nothing leaks, no command fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.questions.exchanges import PER_WINDOW
from sandbox.interactions import Interaction, Kind
from sandbox.models import Json, Message
from sandbox.permissions import BOT, Permission
from sandbox.requests import LoggedRequest
from sandbox.rest.routing import Answer, Call, Route
from sandbox.server import Sandbox
from sandbox.users import Person
from tests.bot.render.discord_rules import PINGS, show
from tests.e2e.house import House, buttons_of, text_of
from tests.e2e.posts import DAY, marks, opened, paper, write_papers

pytestmark = pytest.mark.usefixtures("impatient")

EVIL = "@everyone @here <@&1> [free money](https://evil.example) **b** ||s|| `c` </x:1> <t:1:R>"
TITLES = (
    f"{EVIL} one",
    "'; DROP TABLE papers; -- \" OR NEAR(a b) * two",
    "\u202e\u200bRTL\u2066 ```three``` ](https://evil.example) [[x]](javascript:alert(1))",
    "추론 " + "\u0301" * 90 + "👩\u200d👩\u200d👧" * 20 + " four",
)
TYPED = (
    *(EVIL, "'; DROP TABLE papers; --", '" OR 1=1', "NEAR(a, b)", 'tag:"', "a" * 1900),
    *("\u202e\u2066", "\u200b", "\0", "가" * 500, "\u0301" * 500, "date:9999-99-99", "{0}{x}"),
)
# A command, its option, and how much its client lets people type.
OPTIONS = (
    ("search", "query", 2000),
    ("paper", "title", 2000),
    ("tag", "name", 200),
    ("author", "name", 200),
    ("digest", "date", 100),
    ("random", "tag", 200),
    ("trends", "tags", 500),
    ("follow", "keyword", 100),
    ("saved", "tag", 80),
)
FORGED = (
    (f"full:{10**18 - 1}",),
    ("card:save:0",),
    (f"card:discuss:{10**17}",),
    ("list:en:digest:0:a:nonsense",),
    ("list:en:related:0:a:'; --",),
    ("list:en:top:0:a:forever",),
    ("list:en:tag:999999:a:rl",),
    ("list:en:tag:0:s:guess",),
    ("post:1:99999999:0:header:0",),
    ("tags:en:papers:999999",),
    ("saved:pick:", "x", "-1"),
)
MESSAGES = "/channels/{channel_id}/messages"
HOSTS = {"arxiv.org", "discord.com"}
# The last two: our own sentences name channels and moments.
OURS = {"bold", "subtext", "list", "quote", "code", "heading", "mention", "time"}


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """Return a digest in which every text means harm."""
    papers = (
        paper(title, abstract=f"{EVIL} {title}", ko=f"{EVIL} 강화학습.", en=EVIL, tags="#rl #x")
        for title in TITLES
    )
    return write_papers(tmp_path / "seeds", *(p.replace("(Ada", f"({EVIL}, Ada") for p in papers))


@pytest.fixture
def armed(house: House) -> House:
    """Return a house in which the bot could ping everybody."""
    house.sandbox.world.set_bot_permissions(house.guild, BOT | Permission.MENTION_EVERYONE)
    house.member.user.locale = house.manager.user.locale = "en-US"
    return house


def said(house: House) -> Iterator[Message]:
    """Yield every message of the bot."""
    world = house.sandbox.world
    for kept in world.messages.values():
        yield from (each for each in kept.values() if each.author_id == world.bot_id)


def check(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Fail where the bot pinged, let a text act, forged a link, or met the unexpected."""
    assert house.sandbox.pings() == []
    assert "Incident" not in caplog.text
    for message in said(house):
        text = text_of(message)
        if text.startswith("```bibtex"):  # in code nothing acts
            assert show(text).effects == ["code"]
            continue
        assert not PINGS.search(text), text
        shown = show(text)
        assert set(shown.effects) <= OURS, text
        for words, url in shown.masked:
            host = urlsplit(url).hostname or ""
            assert host in HOSTS or words.startswith(host), text


def button(message: Message, beginning: str) -> str:
    """Return the custom_id of the button that begins like this."""
    found = (str(each.get("custom_id", "")) for each in buttons_of(message))
    return next(each for each in found if each.startswith(beginning))


async def press_all(person: Person, message: Message) -> None:
    """Press every button under a look-up, and all that is in its menu."""
    for each in buttons_of(message):
        pressed = await person.click(message, custom_id=each["custom_id"])
        assert pressed.ephemeral
        if each["custom_id"].startswith("card:more"):
            await press_all(person, pressed.message)


def begin(
    house: House, person: Person, message: Message, custom_id: str, *values: str
) -> Interaction:
    """Send what a client sends for a button, or a menu with values, and do not wait."""
    chosen: Json = (
        {"component_type": 3, "values": list(values)} if values else {"component_type": 2}
    )
    return person.interactions.begin(
        Kind.COMPONENT,
        person.user.id,
        house.sandbox.world.channels[message.channel_id],
        {"custom_id": custom_id} | chosen,
        name=custom_id,
        source=message,
    )


async def forge(house: House, person: Person, custom_id: str, *values: str) -> Interaction:
    """Use a button or a menu that stands under a message of the bot's and is none of its own."""
    message = (await person.run(house.text, "tag", {"name": "rl"})).message
    item: Json = {"type": 2, "style": 1, "label": "x"}
    if values:
        options = [{"label": value, "value": value} for value in values]
        item = {"type": 3, "options": options, "min_values": 1, "max_values": len(values)}
    message.components = [{"type": 1, "components": [item | {"custom_id": custom_id}]}]
    begun = begin(house, person, message, custom_id, *values)
    await house.sandbox.wait_for(lambda: begun.done)
    return begun


async def test_a_hostile_digest_is_posted_and_read_in_every_way(
    armed: House, seeds: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house, member = armed, armed.member
    async with house.bot(seeds_dir=seeds):
        await opened(house, house.text, threads=len(TITLES))
        for title in TITLES:
            found = await member.run(house.text, "paper", {"title": title})
            await press_all(member, found.message)
            for command, option in (("cite", "title"), ("related", "title"), ("search", "query")):
                await member.run(house.text, command, {option: title})
            await member.run(house.text, "ask", {"question": f"what is {title[-30:]}?"})
        for command, options in (
            ("author", {"name": EVIL}),
            ("tag", {"name": "rl"}),
            ("digest", {"date": DAY.isoformat()}),
            *((command, {}) for command in ("saved", "trends", "tags", "top", "random")),
            ("follow", {"keyword": EVIL[:100], "author": EVIL[:100], "tag": "rl"}),
            ("following", {}),
            *(("saved", {"export": form}) for form in ("markdown", "bibtex", "ris")),
        ):
            answered = await member.run(house.text, command, options)
            assert answered.error is None, command
        for command in ("status", "preview", "verify", "subscriptions"):
            await house.manager.run(house.text, command)
    check(house, caplog)


async def test_whatever_is_typed_is_looked_up_and_no_more(
    armed: House, seeds: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house, member = armed, armed.member
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        for text in TYPED:
            for command, option, longest in OPTIONS:
                answered = await member.run(house.text, command, {option: text[:longest]})
                assert answered.error is None, (command, text)
                assert "went wrong" not in text_of(answered.message)
            for command, option in (("paper", "title"), ("author", "name"), ("tag", "name")):
                assert (await member.complete(house.text, command, option, text)).error is None
        for text in TYPED[:PER_WINDOW]:
            answered = await member.run(house.text, "ask", {"question": text})
            assert "went wrong" not in text_of(answered.message)
        assert not (await member.run(house.text, "tag", {"name": "rl"})).ephemeral
    check(house, caplog)


async def test_who_presses_what_was_never_offered_learns_nothing(
    armed: House, seeds: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house, member, manager = armed, armed.member, armed.manager
    async with house.bot(seeds_dir=seeds, digest_channel_id=None):
        found = await manager.run(house.news, "paper", {"title": TITLES[1]})
        await manager.click(found.message, custom_id=button(found.message, "card:save"))
        await manager.run(house.news, "follow", {"keyword": "kernels"})
        await manager.run(house.news, "ask", {"question": "what is known of kernels?"})
        ignored = begin(house, member, found.message, "ask:more:1")
        for custom_id, *values in (
            ("saved:page:0:",),
            ("saved:drop:0:", "1", "2"),
            ("follows:0",),
            ("unfollow:0", "1"),
        ):
            taken = await forge(house, member, custom_id, *values)
            assert taken.error is None
            for message in taken.messages:
                assert "DROP TABLE" not in text_of(message)
                assert "kernels" not in text_of(message)
        for action in ("more", "ko", "helped", "delete", "follow"):
            pressed = await forge(house, member, f"ask:{action}:1")
            assert pressed.ephemeral
            assert "too old" in text_of(pressed.message)
        for custom_id, *values in FORGED:
            pressed = await forge(house, member, custom_id, *values)
            assert pressed.ephemeral, custom_id
            assert "went wrong" not in text_of(pressed.message), custom_id
        assert not ignored.acknowledged
        assert "DROP TABLE" in text_of((await manager.run(house.news, "saved")).message)
        assert "kernels" in text_of((await manager.run(house.news, "following")).message)
    check(house, caplog)


@pytest.mark.parametrize("nonsense", [[], {}, "x", {"id": "none"}, {"id": None}, 7])
async def test_a_discord_that_answers_nonsense_gets_each_post_once(
    armed: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nonsense: object
) -> None:
    house, act = armed, Sandbox._act
    lies: list[str] = []

    def lie(self: Sandbox, route: Route, call: Call, logged: LoggedRequest) -> Answer:
        answer = act(self, route, call, logged)
        if logged.template != MESSAGES or len(lies) == 4:
            return answer
        lies.append(logged.method)
        return Answer(data=nonsense)

    monkeypatch.setattr(Sandbox, "_act", lie)
    seeds = write_papers(tmp_path / "seeds", paper("One"), paper("Two"))
    async with house.bot(seeds_dir=seeds):
        await opened(house, house.text, threads=2)
        await house.delivered()
    assert set(marks(house, house.text).values()) == {1}
    assert len(lies) == 4
