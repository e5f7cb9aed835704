"""What the log says of posts and commands, and what it never says."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bot.library import Library
from bot.logs import configure_logging
from storage.sqlite import SqliteStore
from tests.e2e.house import House
from tests.e2e.posts import DAY, paper, settled, write_papers

pytestmark = pytest.mark.usefixtures("impatient")

PRIVATE = "zebra crossing"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Give the process's loggers back as they were."""
    names = (None, "bot", "cogs", "storage", "discord", "apscheduler")
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in names]
    handlers = list(logging.root.handlers)
    yield
    logging.root.handlers[:] = handlers
    for logger, level in before:
        logger.setLevel(level)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


async def test_posts_and_commands_say_what_they_are_about(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seeds = write_papers(tmp_path / "seeds", paper("One"))
    configure_logging("INFO", "json")
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
        await house.member.run(house.text, "tag", {"name": "rl"})
    found = lines(capsys)
    (complete,) = [each for each in found if "complete" in each["message"]][:1]
    assert complete["guild"] == house.guild.id
    assert complete["channel"] == house.text.id
    assert complete["digest"] == DAY.isoformat()
    assert complete["delivery"] == 1
    (answered,) = [each for each in found if each.get("command") == "tag"]
    assert answered["guild"] == house.guild.id
    assert "/tag answered" in answered["message"]


@pytest.mark.parametrize("form", ["text", "json"])
async def test_neither_the_token_nor_what_users_write_is_in_the_log(
    house: House,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    form: str,
) -> None:
    seeds = write_papers(tmp_path / "seeds", paper("One"))
    settings = house.settings(seeds_dir=seeds)
    configure_logging("DEBUG", form, secrets=settings.secrets())
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        for command, option in (("search", "query"), ("paper", "title"), ("ask", "question")):
            await house.member.run(house.text, command, {option: f"{PRIVATE} {command}"})
        await house.member.complete(house.text, "paper", "title", PRIVATE)
        house.member.dm(f"{PRIVATE} in a message?")
        await house.sandbox.wait_for(lambda: house.messages(house.member.dm_channel())[1:])

        async def explode(*arguments: object, **_options: object) -> NoReturn:
            raise ValueError(f"cannot work with {arguments!r}")

        monkeypatch.setattr(Library, "search", explode)
        monkeypatch.setattr(SqliteStore, "suggest_titles", explode)
        failed = await house.member.run(house.text, "search", {"query": f"{PRIVATE} search"})
        assert "Something went wrong" in failed.message.content
        await house.member.complete(house.text, "paper", "title", PRIVATE)
        logging.getLogger("discord").error("the token is %s", house.sandbox.token)
    logged = capsys.readouterr().err
    assert "cannot work with" in logged
    assert "the token is [hidden]" in logged
    assert house.sandbox.token not in logged
    assert PRIVATE not in logged
