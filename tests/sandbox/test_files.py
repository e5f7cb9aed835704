"""Files: sent and refused, described, shown by embeds, given out, removed, chosen for options."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest

from sandbox import cdn
from sandbox.errors import DiscordError
from sandbox.faults import Fault, Trouble
from sandbox.files import Files, content_type, safe_name
from sandbox.filling import ClientRefusal, PickedFile
from sandbox.models import Json
from sandbox.permissions import BOT, EVERYONE, Permission
from sandbox.pictures import measure
from sandbox.server import Sandbox
from sandbox.users import Person
from tests.openapi import check_requests
from tests.sandbox.harness import Answer, Api, Bot, House, Run
from tests.sandbox.pages import PICTURE

MEGABYTE = 1024 * 1024


async def send(
    api: Api,
    path: str,
    files: Sequence[tuple[str, bytes]],
    body: Json | None = None,
    *,
    method: str = "POST",
) -> Answer:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(body or {}))
    for index, (name, content) in enumerate(files):
        kind = "application/octet-stream"
        form.add_field(f"files[{index}]", io.BytesIO(content), filename=name, content_type=kind)
    return await api(method, path, data=form)


def messages(house: House) -> str:
    return f"/channels/{house.text.id}/messages"


async def fetch(session: aiohttp.ClientSession, url: str) -> tuple[int, bytes, Any]:
    async with session.get(url) as response:
        return response.status, await response.read(), response.headers


async def test_a_file_is_described_and_given_out(
    sandbox: Sandbox, house: House, api: Api, session: aiohttp.ClientSession
) -> None:
    body = {"attachments": [{"id": 0, "description": "a plot"}, {"id": 1, "filename": "b.bib"}]}
    files = [("a.png", PICTURE), ("ignored.txt", b"@misc{}")]
    sent = (await send(api, messages(house), files, body)).data
    picture, text = sent["attachments"]
    assert (picture["filename"], picture["description"]) == ("a.png", "a plot")
    assert (picture["width"], picture["height"]) == (30, 20)
    assert (text["filename"], text["size"]) == ("b.bib", 7)
    assert text["content_type"] == "application/x-bibtex"
    status, content, headers = await fetch(session, picture["url"])
    assert (status, content, headers["Content-Type"]) == (200, PICTURE, "image/png")
    _, _, headers = await fetch(session, text["url"])
    assert headers["Content-Disposition"] == 'attachment; filename="b.bib"'
    [kept] = sandbox.world.visible_messages(house.text)
    assert sandbox.world.files.read(kept.attachments[0]) == PICTURE
    assert sandbox.requests[-1].files == 2


async def test_an_embed_shows_an_attachment_and_takes_it_out_of_the_list(
    house: House, api: Api
) -> None:
    embed = {
        "title": "x",
        "image": {"url": "attachment://a.png"},
        "footer": {"text": "y", "icon_url": "attachment://a.png"},
    }
    sent = (await send(api, messages(house), [("a.png", PICTURE)], {"embeds": [embed]})).data
    [shown] = sent["embeds"]
    assert sent["attachments"] == []
    assert shown["image"]["url"].endswith("/a.png")
    assert shown["image"]["url"] == shown["image"]["proxy_url"] == shown["footer"]["icon_url"]
    assert (shown["image"]["width"], shown["image"]["height"]) == (30, 20)
    # Without the embed, the file is a file again: Discord does the same.
    path = f"{messages(house)}/{sent['id']}"
    without = (await api("PATCH", path, {"embeds": [], "content": "x"})).data
    assert [found["filename"] for found in without["attachments"]] == ["a.png"]


async def test_an_edit_keeps_adds_and_removes(
    house: House, api: Api, session: aiohttp.ClientSession
) -> None:
    sent = (await send(api, messages(house), [("a.txt", b"a"), ("b.txt", b"b")])).data
    path, (first, second) = f"{messages(house)}/{sent['id']}", sent["attachments"]
    added = (await send(api, path, [("c.txt", b"c")], {}, method="PATCH")).data
    assert [found["filename"] for found in added["attachments"]] == ["a.txt", "b.txt", "c.txt"]
    kept = (await api("PATCH", path, {"attachments": [{"id": second["id"]}]})).data
    assert [found["id"] for found in kept["attachments"]] == [second["id"]]
    assert (await fetch(session, first["url"]))[0] == 404
    assert (await api("PATCH", path, {"attachments": []})).code == 50006
    assert (await fetch(session, second["url"]))[0] == 200  # what is refused changes nothing
    none = (await api("PATCH", path, {"attachments": [], "content": "x"})).data
    assert none["attachments"] == []
    again = (await send(api, messages(house), [("a.txt", b"a")])).data
    await api("DELETE", f"{messages(house)}/{again['id']}")
    assert (await fetch(session, again["attachments"][0]["url"]))[0] == 404


@pytest.mark.parametrize(
    ("files", "body", "status", "code"),
    [
        ([("a.txt", b"x")] * 11, {}, 400, 30015),
        ([("a.txt", b"x" * (10 * MEGABYTE + 1))], {}, 413, 40005),
        ([("a.txt", b"x" * 9 * MEGABYTE)] * 3, {}, 413, 40005),
        ([("a.txt", b"x")], {"attachments": [{"id": 0, "description": "x" * 1025}]}, 400, 50035),
        ([("a.txt", b"x")], {"attachments": [{"filename": "a.txt"}]}, 400, 50035),
    ],
)
async def test_what_does_not_fit_is_refused(
    sandbox: Sandbox,
    house: House,
    api: Api,
    files: list[tuple[str, bytes]],
    body: Json,
    status: int,
    code: int,
) -> None:
    answer = await send(api, messages(house), files, body)
    assert (answer.status, answer.code) == (status, code)
    assert sandbox.world.visible_messages(house.text) == []


async def test_what_fits_exactly_is_taken(house: House, api: Api) -> None:
    ten = [(f"{n}.txt", b"x") for n in range(10)]
    assert len((await send(api, messages(house), ten)).data["attachments"]) == 10
    big = await send(api, messages(house), [("a.txt", b"x" * (10 * MEGABYTE))])
    assert big.status == 200


async def test_an_attachment_that_did_not_come_is_named(house: House, api: Api) -> None:
    body = {"attachments": [{"id": 0}, {"id": 1}]}
    answer = await send(api, messages(house), [("a.txt", b"x")], body)
    assert answer.fault("attachments", 1) == "ATTACHMENT_NOT_FOUND"
    post = {"name": "x", "message": {"content": "x", "attachments": [{"id": 0}]}}
    answer = await api("POST", f"/channels/{house.forum.id}/threads", post)
    assert answer.fault("attachments", 0) == "ATTACHMENT_NOT_FOUND"
    assert api.world.active_threads(house.guild.id) == []


async def test_a_post_in_a_forum_has_its_files(house: House, api: Api) -> None:
    post = {"name": "x", "message": {"content": "x"}}
    path = f"/channels/{house.forum.id}/threads"
    sent = (await send(api, path, [("a.png", PICTURE)], post)).data
    assert sent["message"]["attachments"][0]["width"] == 30


async def test_without_the_right_to_attach_files_there_are_none(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    sandbox.world.set_bot_permissions(house.guild, BOT & ~Permission.ATTACH_FILES)
    answer = await send(api, messages(house), [("a.txt", b"x")], {"content": "x"})
    assert (answer.status, answer.code) == (403, 50013)


async def test_people_send_files_where_they_may(
    sandbox: Sandbox, house: House, alice: Person
) -> None:
    picked = [PickedFile("a.png", PICTURE)]
    with pytest.raises(DiscordError, match="50013"):
        alice.send(house.text, "look", files=picked)
    sandbox.world.set_role_permissions(
        house.guild, house.guild.id, EVERYONE | Permission.ATTACH_FILES
    )
    sent = alice.send(house.text, "look", files=picked)
    assert sandbox.world.files.read(sent.attachments[0]) == PICTURE


async def test_discord_py_sends_reads_and_takes_files(
    sandbox: Sandbox, house: House, alice: Person, run: Run, session: aiohttp.ClientSession
) -> None:
    bot = Bot()
    read: list[bytes] = []

    @bot.tree.command(description="Reads a file")
    async def digest(interaction: discord.Interaction, file: discord.Attachment) -> None:
        read.append(await file.read())
        chart = discord.File(io.BytesIO(PICTURE), "chart.png", description="a chart")
        embed = discord.Embed(title=file.filename).set_image(url="attachment://chart.png")
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send(embed=embed, file=chart, ephemeral=True)
        await interaction.followup.send("b", files=[discord.File(io.BytesIO(b"x"), "b.ris")])
        await interaction.edit_original_response(content="no more", attachments=[], embed=None)

    async with run(bot):
        picked = PickedFile("my notes.bib", b"@misc{}")
        answer = await alice.run(house.text, "digest", {"file": picked})
        await sandbox.wait_for(lambda: answer.message.content == "no more")
    assert read == [b"@misc{}"]
    [given] = answer.data["resolved"]["attachments"].values()
    assert (given["filename"], given["title"], given["ephemeral"]) == (
        "my_notes.bib",
        "my notes",
        True,
    )
    assert "/ephemeral-attachments/" in given["url"]
    assert answer.messages[0].attachments == []
    assert [found["filename"] for found in answer.messages[1].attachments] == ["b.ris"]
    check_requests(sandbox.requests)


async def test_a_file_is_asked_for_as_a_file(house: House, alice: Person, run: Run) -> None:
    bot = Bot()

    @bot.tree.command(description="Reads a file")
    async def digest(interaction: discord.Interaction, file: discord.Attachment) -> None:
        """Never called."""

    async with run(bot):
        for wrong in ("a.txt", PickedFile("a.txt", b"x" * (10 * MEGABYTE + 1))):
            with pytest.raises(ClientRefusal):
                await alice.run(house.text, "digest", {"file": wrong})


@pytest.mark.parametrize(
    ("trouble", "status"), [(Trouble.REFUSE, 503), (Trouble.LIMIT, 429), (Trouble.STALL, 200)]
)
async def test_trouble_meets_files_too(
    sandbox: Sandbox,
    house: House,
    api: Api,
    session: aiohttp.ClientSession,
    trouble: Trouble,
    status: int,
) -> None:
    sent = (await send(api, messages(house), [("a.txt", b"x")])).data
    sandbox.faults.add(Fault(trouble=trouble, template=cdn.PATH, status=503, times=1))
    address = sent["attachments"][0]["url"]
    assert (await fetch(session, address))[0] == status
    assert (await fetch(session, address))[0] == 200
    sandbox.faults.add(Fault(trouble=Trouble.DROP_AFTER, template=cdn.PATH))
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await fetch(session, address)


def test_kept_files_are_there_again(tmp_path: Path) -> None:
    attachment = {"id": "1", "filename": "a.txt"}
    files = Files(tmp_path / "files")
    files.put(attachment, b"x")
    files.put({"id": "2", "filename": "b.txt"}, b"y")
    files.remove({"id": "2", "filename": "b.txt"})
    again = Files(tmp_path / "files")
    assert again.read(attachment) == b"x"
    assert again.find("2", "b.txt") is None


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a b.png", "a_b.png"),
        ("요약.txt", "unknown.txt"),
        ("요약", "unknown"),
        ("../x/y.md", "..xy.md"),
        ('a"b\r\n.txt', "ab.txt"),
        ("", "unknown"),
    ],
)
def test_a_name_becomes_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_the_type_comes_from_the_name() -> None:
    assert content_type("A.PNG") == "image/png"
    assert content_type("none") == "application/octet-stream"


JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x14\x00\x1e\x03"
WEBP = {
    b"VP8X": b"\x00" * 8 + b"\x1d\x00\x00\x13\x00\x00",
    b"VP8L": b"\x00" * 4 + b"\x2f" + (29 | 19 << 14).to_bytes(4, "little"),
    b"VP8 ": b"\x00" * 10 + b"\x1e\x00\x14\x00",
    b"OTHR": None,
}


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (PICTURE, (30, 20)),
        (b"GIF89a\x1e\x00\x14\x00", (30, 20)),
        (JPEG, (30, 20)),
        *[
            (b"RIFF\x00\x00\x00\x00WEBP" + kind + (rest or b""), rest and (30, 20))
            for kind, rest in WEBP.items()
        ],
        (PICTURE[:18], None),
        (JPEG[:12], None),
        (b"\xff\xd8\x00", None),
        (b"", None),
    ],
)
def test_a_picture_is_measured_by_its_first_bytes(
    content: bytes, size: tuple[int, int] | None
) -> None:
    assert measure(content) == size
