"""The page's server: who may ask, what it answers, what it lets people do."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import messages
from sandbox import page as package
from sandbox.__main__ import _page_port, has_desktop
from sandbox.demo import DemoError
from sandbox.filling import PickedFile
from sandbox.page.guard import is_loopback
from sandbox.page.sentences import SENTENCES
from sandbox.page.site import open_page as serve_page
from sandbox.permissions import EVERYONE, Permission
from sandbox.server import Sandbox
from tests.sandbox.pages import PICTURE, Page, open_page, text_of, walk

STATIC = Path(package.__file__).parent / "static"
IMAGES = Path(__file__).parents[2] / "docs" / "images"
LINES, PICTURE_BYTES = 1_500, 300_000


@pytest.fixture
async def page(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Page]:
    async with open_page(sandbox, tmp_path) as opened:
        yield opened


# --- who may ask -----------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8080", "LOCALHOST:1", "[::1]:8080"])
def test_this_machine_is_known_by_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["example.org", "127.0.0.1.example.org:80", "localhost:80:80", "", "evil:8080"]
)
def test_other_names_are_not_this_machine(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("path", ["/", "/static/js/main.js", "/api/place", "/api/events", "/none"])
async def test_another_hosts_name_is_refused(page: Page, path: str) -> None:
    headers = {"Host": "rebound.example.org"}
    async with page.client.get(page.url + path, headers=headers) as response:
        assert response.status == 403
        assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize(
    "origin", [None, "null", "http://example.org", "http://127.0.0.1:1", "http://localhost"]
)
async def test_a_post_from_elsewhere_is_refused(page: Page, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    body = {"channel": str(page.demo.house.text.id), "text": "hello"}
    address = f"{page.url}/api/do/send"
    async with page.client.post(address, json=body, headers=headers) as response:
        assert response.status == 403
    assert page.demo.sandbox.world.visible_messages(page.demo.house.text) == []


async def test_the_browser_is_bound_to_this_page(page: Page) -> None:
    for path in ("/", "/static/css/theme.css", "/api/place", "/none"):
        async with page.client.get(page.url + path) as response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_no_file_outside_of_the_page_is_served(page: Page) -> None:
    for path in ("/static/../view.py", "/static/%2e%2e/view.py", "/static/", "/static/js"):
        async with page.client.get(page.url + path) as response:
            assert response.status in (403, 404)


async def test_a_taken_port_gives_way_to_the_next(page: Page) -> None:
    async with serve_page(page.demo, port=0) as first:
        port = int(first.rstrip("/").rpartition(":")[2])
        async with serve_page(page.demo, port=port) as second:
            assert second != first
            async with page.client.get(second) as response:
                assert response.status == 200


@pytest.mark.parametrize("given", ["no", "-1", "65536", "80.5"])
def test_a_port_that_is_none_is_named(given: str) -> None:
    with pytest.raises(DemoError, match=f"PREVIEW_PORT must be a port's number, not '{given}'"):
        _page_port({"PREVIEW_PORT": given})


def test_the_port_comes_from_the_environment() -> None:
    assert (_page_port({}), _page_port({"PREVIEW_PORT": "9000"})) == (8080, 9000)


@pytest.mark.parametrize(
    ("platform", "environment", "has"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("darwin", {"SSH_CONNECTION": "1 2 3 4"}, False),
    ],
)
def test_a_browser_opens_where_there_is_a_desktop(
    platform: str, environment: dict[str, str], has: bool
) -> None:
    assert has_desktop(platform, environment) is has


# --- what it is made of ----------------------------------------------------------------------


def code() -> list[Path]:
    return [path for path in STATIC.rglob("*") if path.suffix in (".html", ".css", ".js")]


def test_the_page_stays_small() -> None:
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in code())
    assert 500 < lines < LINES


def test_the_pictures_fit_into_a_readme() -> None:
    pictures = {path.stem: path.stat().st_size for path in IMAGES.glob("*.png")}
    assert pictures.keys() == {"digest", "thread", "korean", "forum"}
    assert max(pictures.values()) < PICTURE_BYTES


def test_the_page_loads_nothing_from_elsewhere_and_makes_no_markup() -> None:
    for path in code():
        text = path.read_text(encoding="utf-8")
        addresses = set(re.findall(r"https?://[\w.]+", text)) - {"http://www.w3.org"}
        assert not addresses, path
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
        assert not re.search(r"<script(?! type=\"module\" src=)|<style| style=|\son\w+=\"", text)


def test_both_languages_say_the_same() -> None:
    english, korean = SENTENCES["en"], SENTENCES["ko"]
    assert english.keys() == korean.keys()
    for key, sentence in english.items():
        names = set(re.findall(r"{(\w+)}", sentence))
        assert names == set(re.findall(r"{(\w+)}", korean[key])), key


def test_every_sentence_is_used_and_every_one_that_is_used_exists() -> None:
    places = [*STATIC.rglob("*.js"), *STATIC.parent.glob("*.py")]
    said = "\n".join(p.read_text(encoding="utf-8") for p in places if p.stem != "sentences")
    words = set(re.findall(r"""["'](\w+)["']""", said))
    assert SENTENCES["en"].keys() - words == set()
    asked = set(re.findall(r'\bsay\("(\w+)"', said))
    assert asked - SENTENCES["en"].keys() == set()


# --- what people do --------------------------------------------------------------------------


async def test_a_message_is_sent_with_names_as_mentions(page: Page) -> None:
    house, world = page.demo.house, page.demo.sandbox.world
    channel = str(house.text.id)
    first = await page.do("send", channel=channel, text="@Paper Digest see #papers")
    await page.do("send", house.member, channel=channel, text="yes", reply=first["message"])
    asked, answered = world.visible_messages(house.text)
    assert asked.content == f"<@{world.bot_id}> see <#{house.text.id}>"
    assert (asked.author_id, answered.author_id) == (house.manager.id, house.member.id)
    shown = (await page.get("messages", channel=channel))["messages"]
    assert "@Paper Digest see #papers" in text_of(shown[0]["element"])
    mentions = [element for element in walk(shown[0]["element"]) if "mention" in element[0]]
    assert mentions[1][1]["data-go"] == channel
    assert shown[1]["alone"]


async def test_a_reaction_is_given_and_taken_back(page: Page) -> None:
    house = page.demo.house
    sent = page.demo.person(house.manager).send(house.text, "hello")
    channel, message = str(house.text.id), str(sent.id)
    await page.do("react", channel=channel, message=message, emoji="👍")
    assert sent.reactions == {"👍": [house.manager.id]}
    await page.do("react", channel=channel, message=message, emoji="👍")
    assert sent.reactions == {}


async def test_what_is_refused_says_why(page: Page) -> None:
    house = page.demo.house
    forum = await page.do("send", channel=str(house.forum.id), text="hello")
    assert forum == {"refusal": "Cannot send a message in a forum channel"}
    unknown = await page.do("run", channel=str(house.text.id), name="none")
    assert unknown == {"refusal": "there is no command 'none' here"}
    assert (await page.do("send", channel="1", text="x"))["refusal"] == "Unknown Channel"


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("send", {"channel": "x", "text": "a"}),
        ("send", {"channel": "1²"}),
        ("send", {}),
        ("none", {}),
        ("speak", {"value": "fr"}),
        ("run", {"channel": "1", "name": "x", "files": {"file": "no token"}}),
        ("submit", {"interaction": "1"}),
        ("run", {"channel": "1", "name": 3}),
    ],
)
async def test_nonsense_is_a_bad_request(page: Page, action: str, body: dict[str, object]) -> None:
    address = f"{page.url}/api/do/{action}"
    if "channel" in body and body["channel"] == "1":
        body["channel"] = str(page.demo.house.text.id)
    async with page.client.post(address, json=body, headers={"Origin": page.url}) as response:
        assert response.status == 400
        assert (await response.json())["refusal"]


@pytest.mark.parametrize("raw", [b"", b"[1]", b"{", b"\xff"])
async def test_a_body_that_is_no_object_is_a_bad_request(page: Page, raw: bytes) -> None:
    address = f"{page.url}/api/do/send"
    async with page.client.post(address, data=raw, headers={"Origin": page.url}) as response:
        assert response.status == 400


async def test_only_the_demos_people_can_be_somebody(page: Page) -> None:
    stranger = page.demo.sandbox.world.add_user("stranger")
    assert "refusal" in await page.get("place", stranger)
    async with page.client.get(f"{page.url}/api/events?user={stranger.name}") as response:
        assert response.status == 400


async def test_the_language_is_the_users_own(page: Page) -> None:
    house = page.demo.house
    await page.do("speak", house.member, value="ko")
    assert (house.member.locale, house.manager.locale) == ("ko", "en-US")
    place = await page.get("place", house.member)
    assert "채팅 채널" in "".join(map(text_of, place["side"]))


async def test_roles_are_named_and_pinged_by_people(page: Page) -> None:
    house, world = page.demo.house, page.demo.sandbox.world
    club = world.add_role(house.guild, "Paper club", mentionable=True, members=[house.member])
    world.add_role(house.guild, "Staff")
    named = ["@Paper Digest", "@mina", "@jun", "@Paper club", "#papers", "#news"]
    assert (await page.get("place"))["names"] == named
    await page.do("send", channel=str(house.text.id), text="hello @Paper club")
    [sent] = world.visible_messages(house.text)
    assert (sent.content, sent.pinged) == (f"hello <@&{club.id}>", [house.member.id])
    [mine] = (await page.get("messages", house.member, channel=house.text.id))["messages"]
    assert ".pinged" in mine["element"][0]
    assert "span.mention" in [found[0] for found in walk(mine["element"])]


async def test_the_bots_direct_messages_are_seen_and_can_be_closed(page: Page) -> None:
    house, world = page.demo.house, page.demo.sandbox.world
    dm = page.demo.person(house.member).dm_channel()
    shown = {one["id"]: one for one in (await page.get("place", house.member))["channels"]}
    assert shown[str(dm.id)]["send"] == "Message @Paper Digest"
    assert str(dm.id) not in [one["id"] for one in (await page.get("place"))["channels"]]
    await page.do("send", house.member, channel=str(dm.id), text="hi")
    assert (await page.get("messages", channel=dm.id)) == {"refusal": "Missing Access"}
    await page.do("dms", house.member, value="closed")
    assert not house.member.dms_open
    assert await page.do("send", house.member, channel=str(dm.id), text="still") != {}
    side = (await page.get("place", house.member))["side"]
    [switch] = [one[1] for part in side for one in walk(part) if one[1].get("data-switch") == "dms"]
    assert (switch["data-value"], switch["title"]) == ("open", "Take direct messages again")
    await page.do("dms", house.member, value="open")
    assert house.member.dms_open
    assert len(world.visible_messages(dm)) == 2


async def test_what_was_published_says_so(page: Page) -> None:
    house, world = page.demo.house, page.demo.sandbox.world
    sent = page.demo.person(house.manager).send(house.news, "news")
    messages.crosspost(world, sent)
    [shown] = (await page.get("messages", channel=house.news.id))["messages"]
    assert "Published to the servers that follow" in text_of(shown["element"])


# --- files -----------------------------------------------------------------------------------


async def test_files_are_given_to_the_page_and_to_nobody_else(page: Page) -> None:
    house, world = page.demo.house, page.demo.sandbox.world
    world.set_role_permissions(house.guild, house.guild.id, EVERYONE | Permission.ATTACH_FILES)
    files = [PickedFile("a.svg", b"<svg/>"), PickedFile("a.png", PICTURE)]
    page.demo.person(house.member).send(house.text, "look", files=files)
    [message] = (await page.get("messages", channel=house.text.id))["messages"]
    links = {one[0]: one[1] for one in walk(message["element"]) if one[0].startswith("a.")}
    async with page.client.get(f"{page.url}{links['a.picture']['href']}") as response:
        assert await response.read() == PICTURE
        assert response.headers["Content-Type"] == "image/png"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    async with page.client.get(f"{page.url}{links['a.file']['href']}") as response:
        # Nothing with a script in it is opened as a page of ours.
        assert response.headers["Content-Disposition"] == 'attachment; filename="a.svg"'
        assert response.headers["Content-Type"] == "application/octet-stream"
    headers = {"Host": "rebound.example.org"}
    address = f"{page.url}{links['a.picture']['href']}"
    async with page.client.get(address, headers=headers) as response:
        assert response.status == 403
    async with page.client.get(f"{page.url}/files/1/a.png") as response:
        assert response.status == 404


# --- what the page hears ---------------------------------------------------------------------


async def test_what_changes_is_told(page: Page) -> None:
    house, world = page.demo.house, page.demo.sandbox.world
    async with page.events() as heard:
        sent = page.demo.person(house.member).send(house.text, "hello")
        name, data = await anext(heard)
        assert (name, data["id"], data["author"]) == ("message", str(sent.id), str(house.member.id))
        assert (await anext(heard))[0] == "place"
        page.demo.person(house.manager).react(sent, "👍")
        assert "👍 1" in text_of((await anext(heard))[1]["element"])
        page.demo.sandbox.clock.set(world.now())
        assert (await anext(heard))[0] == "renew"


async def test_what_is_hidden_from_somebody_is_not_told_to_them(page: Page) -> None:
    house, world = page.demo.house, page.demo.sandbox.world
    hidden = world.add_channel(house.guild, "secret")
    world.set_overwrite(hidden, house.guild.id, deny=Permission.VIEW_CHANNEL)
    async with page.events(house.member) as heard:
        page.demo.person(world.users[house.guild.owner_id]).send(hidden, "psst")
        page.demo.person(house.manager).send(house.text, "hello")
        name, data = await anext(heard)
        while name != "message":
            name, data = await anext(heard)
        assert "hello" in text_of(data["element"])
    assert (await page.get("messages", house.member, channel=hidden.id)) == {
        "refusal": "Missing Access"
    }


async def test_streams_end_with_the_server(page: Page) -> None:
    async with serve_page(page.demo, port=0) as address:
        response = await page.client.get(f"{address}api/events")
        async with asyncio.timeout(5):
            while b"hello" not in await response.content.readline():
                pass
    async with asyncio.timeout(5):
        assert b"still here" not in await response.content.read()
    response.close()


# --- the demo's controls, without a bot ------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("digest.pdf", "not_a_digest"),
        ("", "not_a_digest"),
        ("...txt", "not_a_digest"),
        ("/etc/passwd", "not_a_digest"),
    ],
)
async def test_what_is_no_digest_by_its_name_is_refused(page: Page, name: str, said: str) -> None:
    assert await page.drop(name, b"x") == {"refusal": said}


@pytest.mark.parametrize(
    "name", ["-x.txt", "a b.txt", "소식.md.txt", "C:\\x\\bad.txt", "../bad.txt"]
)
async def test_a_refused_file_is_named_with_line_and_reason(page: Page, name: str) -> None:
    told = await page.drop(name, "2025년 5월 2일\nOnly a title\n".encode())
    shown = name.replace("\\", "/").rpartition("/")[2]
    assert told == {
        "accepted": False,
        "reasons": [f"{shown}:2: no authors in parentheses follow this title"],
    }
    assert list(page.demo.seeds.iterdir()) == []


async def test_a_file_that_is_too_big_is_refused(page: Page) -> None:
    assert await page.drop("big.txt", io.BytesIO(b"x" * (17 * 1024 * 1024))) == {
        "refusal": "too_big"
    }


async def test_nothing_is_posted_while_the_bot_is_off(page: Page) -> None:
    page.demo.bot.kill()
    await page.demo.bot.wait()
    for control in ("skip", "break", "post"):
        assert await page.control(control, date="2025-04-25") == {"refusal": "bot_is_off"}
    side = (await page.get("place"))["side"]
    assert "Bot offline" in "".join(map(text_of, side))
    controls = [one[1].get("data-control") for part in side for one in walk(part)]
    assert [name for name in controls if name] == ["skip", "file", "mend"]
