"""The demo: a Discord with one server in it, and the real bot as a child process."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sandbox.bot_process import BotProcess
from sandbox.clock import SandboxClock
from sandbox.files import Files
from sandbox.models import Channel, Guild, Json, Message, User
from sandbox.options import Options
from sandbox.server import Sandbox
from sandbox.users import Person
from sandbox.world import World

ZONE = ZoneInfo("Asia/Seoul")
POST_AT = time(9, 0)
BEGIN_SECONDS = 60.0
"""Real seconds for the bot to start and to begin posting."""
SETTLE_SECONDS = 1.0
"""Real seconds; the sandbox carries out at once what a bot sent before it was killed."""
DUE_SECONDS = 1.5
"""Real seconds, many ticks, after which nothing was due."""
FINISH_SECONDS = 60.0
_GUILD, _TEXT, _FORUM, _NEWS = "Paper Lab", "papers", "paper-forum", "paper-news"
_TAGS = ("reasoning", "rl", "long-context", "scaling-law", "safety", "alignment", "pretraining")
_CLUB, _STAFF = "Paper club", "Staff"
_MANAGER, _MEMBER = "mina", "jun"
_SAVED_AFTER = ("MESSAGE_", "THREAD_", "CHANNEL_", "SANDBOX_MESSAGE_", "SANDBOX_COMMANDS")

T = TypeVar("T")


class DemoError(Exception):
    """The demo cannot go on; the text is the one sentence that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The server of the demo: a channel of each kind and two people."""

    guild: Guild
    text: Channel
    forum: Channel
    news: Channel
    manager: User
    member: User


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demo.

    Attributes:
        seeds: Its own copy of the digests' folder, which the bot reads.
        is_new: Whether nothing was kept from before.
    """

    sandbox: Sandbox
    house: House
    bot: BotProcess
    folder: Path
    seeds: Path
    is_new: bool

    def person(self, user: User) -> Person:
        """Return a user at their client."""
        return self.sandbox.person(user)

    def posts(self) -> list[Message]:
        """Return what the bot posted by itself in the text channel, oldest first."""
        world = self.sandbox.world
        seen = world.visible_messages(self.house.text)
        return [m for m in seen if m.author_id == world.bot_id and m.interaction is None]

    def local_now(self) -> datetime:
        """Return the sandbox's time where its server is."""
        return self.sandbox.clock.now().astimezone(ZONE)

    async def wait_until_ready(self) -> None:
        """Wait until the bot is connected and has registered its commands.

        Raises:
            DemoError: It takes too long.
        """
        sandbox = self.sandbox
        try:
            await sandbox.wait_for(
                lambda: sandbox.gateway.live_sessions and sandbox.world.commands,
                timeout=BEGIN_SECONDS,
            )
        except TimeoutError:
            raise DemoError(f"The bot did not connect within {BEGIN_SECONDS:.0f} s.") from None

    async def wait_for_digest(self, known: int, *, begin: float) -> bool:
        """Wait until a digest is posted to its end; false if none begins in `begin` seconds.

        Args:
            known: How many `posts` there were before.
            begin: Real seconds.

        Raises:
            DemoError: It begins and does not end.
        """
        try:
            await self.sandbox.wait_for(lambda: len(self.posts()) > known, timeout=begin)
        except TimeoutError:
            return False
        try:
            await self.sandbox.wait_for(
                lambda: self._header(known).edited_at, timeout=FINISH_SECONDS
            )
        except TimeoutError:
            raise DemoError(f"The digest was not finished in {FINISH_SECONDS:.0f} s.") from None
        return True

    def _header(self, number: int) -> Message:
        """Return the header of the digest that a post is of; it has no thread, as papers have.

        It is edited last, once everything it links to exists. What was killed in the middle of a
        digest goes on with a paper: then the header stands before it.
        """
        before = reversed(self.posts()[: number + 1])
        return next(post for post in before if post.thread_id is None)

    async def go_to_tomorrow(self) -> bool:
        """Move the clock to the next time that digests are due; tell whether one was posted."""
        known = len(self.posts())
        self.skip_to_posting_time()
        return await self.wait_for_digest(known, begin=DUE_SECONDS)

    def skip_to_posting_time(self) -> None:
        """Move the clock to the next time that digests are due."""
        now = self.local_now()
        today = datetime.combine(now.date(), POST_AT, ZONE)
        self.sandbox.clock.set(today if today > now else today + timedelta(days=1))

    async def kill_bot(self) -> None:
        """End the bot without warning, and return when it is gone for Discord, too."""
        self.bot.kill()
        await self.bot.wait()
        gateway = self.sandbox.gateway
        await self.sandbox.wait_for(lambda: not gateway.live_sessions, timeout=BEGIN_SECONDS)


@asynccontextmanager
async def open_demo(
    *, now: datetime, seeds: Path, keep: Path | None = None, port: int = 0
) -> AsyncIterator[Demo]:
    """Give a running demo; the bot is being started.

    Args:
        now: The machine's time: the sandbox's first day is today.
        seeds: The folder of digest files.
        keep: A folder that stays and is gone on with, instead of a temporary one.
        port: The server's port; 0 takes a free one.

    Raises:
        DemoError: There are no seeds, a folder cannot be used, or the port cannot.
    """
    _require_seeds(seeds)
    with _folder(keep) as folder:
        state, clock_file = folder / "discord.json", folder / "clock.json"
        is_new = not state.exists()
        clock = SandboxClock(_first_moment(now, state), clock_file)
        files = Files(folder / "files")
        world = World(clock, files=files) if is_new else _load(state, clock, files)
        house = _furnish(world) if is_new else _find_house(world)
        # Discord's own pace would stretch the first digest over many seconds of waiting.
        options = Options(limits_on=False)
        async with _serve(Sandbox(world=world, options=options, port=port), port) as sandbox:
            if keep is not None:
                _save_as_it_goes(sandbox, state)
            copy = _copy_seeds(seeds, folder)
            bot = BotProcess(
                _bot_settings(sandbox, house, folder, copy),
                clock=clock_file,
                log=folder / "bot.log",
                settle_seconds=SETTLE_SECONDS,
            )
            async with bot:
                yield Demo(
                    sandbox=sandbox, house=house, bot=bot, folder=folder, seeds=copy, is_new=is_new
                )


async def while_bot_lives(demo: Demo, work: asyncio.Task[T]) -> T:
    """Return what the work returns.

    Raises:
        BotDied: The bot ended by itself before; the work is cancelled.
    """
    death = asyncio.create_task(demo.bot.wait_for_death())
    try:
        await asyncio.wait({work, death}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise death.result()
        return work.result()
    finally:
        for task in (work, death):
            task.cancel()
        await asyncio.gather(work, death, return_exceptions=True)


# --- the house -------------------------------------------------------------------------------


def _furnish(world: World) -> House:
    manager, member = world.add_user(_MANAGER), world.add_user(_MEMBER)
    # Whoever tries the bot out has every right, and it is theirs.
    world.application.owner_id = manager.id
    guild = world.add_guild(_GUILD, locale="ko", owner=manager)
    text = world.add_channel(guild, _TEXT, topic="One digest of papers a day")
    forum = world.add_channel(guild, _FORUM, "forum", tags=_TAGS)
    news = world.add_channel(guild, _NEWS, "announcement", topic="What other servers can follow")
    world.add_member(guild, member)
    world.add_role(guild, _CLUB, mentionable=True, members=(manager, member))
    world.add_role(guild, _STAFF, members=(manager,))
    for user in (manager, member):
        world.open_dm(user.id)
    return House(guild=guild, text=text, forum=forum, news=news, manager=manager, member=member)


def _find_house(world: World) -> House:
    def pick(records: dict[int, Any], name: str) -> Any:
        found = next((record for record in records.values() if record.name == name), None)
        if found is None:
            raise DemoError(f"The kept folder holds another Discord: there is no {name} in it.")
        return found

    return House(
        guild=pick(world.guilds, _GUILD),
        text=pick(world.channels, _TEXT),
        forum=pick(world.channels, _FORUM),
        news=pick(world.channels, _NEWS),
        manager=pick(world.users, _MANAGER),
        member=pick(world.users, _MEMBER),
    )


def _bot_settings(sandbox: Sandbox, house: House, folder: Path, seeds: Path) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": sandbox.token,
        "DISCORD_API_URL": sandbox.api_url,
        "DIGEST_CHANNEL_ID": str(house.text.id),
        "DIGEST_POST_AT": f"{POST_AT:%H:%M}",
        "DIGEST_TIMEZONE": ZONE.key,
        "SEEDS_DIR": str(seeds),
        "DATABASE_PATH": str(folder / "digests.sqlite3"),
    }


# --- where it lives --------------------------------------------------------------------------


def _require_seeds(seeds: Path) -> None:
    if not seeds.is_dir():
        raise DemoError(f"There is no folder {seeds}; the demo reads its digests there.")
    if not any(path.suffix in (".txt", ".md") for path in seeds.rglob("*")):
        raise DemoError(f"There is no digest file in {seeds}.")


def _copy_seeds(seeds: Path, folder: Path) -> Path:
    """Copy the digests beside the rest of the state: files that come later go there."""
    copy = folder / "seeds"
    try:
        shutil.copytree(seeds, copy, dirs_exist_ok=True)
    except (OSError, shutil.Error) as error:
        raise DemoError(f"The demo cannot copy {seeds}: {error}.") from None
    return copy


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Give the folder of all state; a temporary one is removed in the end."""
    try:
        if keep is None:
            folder = Path(tempfile.mkdtemp(prefix="paper-digest-demo-"))
        else:
            folder = keep.expanduser().resolve()
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DemoError(f"The demo cannot use its folder: {error}.") from None
    try:
        yield folder
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _first_moment(now: datetime, state: Path) -> datetime:
    """Return today's posting time, or a later moment at which a kept demo ended."""
    today = datetime.combine(now.astimezone(ZONE).date(), POST_AT, ZONE)
    with contextlib.suppress(OSError, ValueError, KeyError):
        return max(today, World.saved_at(state))
    return today


def _load(state: Path, clock: SandboxClock, files: Files) -> World:
    try:
        return World.load(state, clock, files=files)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DemoError(f"{state} cannot be read ({error!r}); remove it to begin anew.") from None


def _save_as_it_goes(sandbox: Sandbox, state: Path) -> None:
    """Save before the bot hears that something was done: what it noted as sent is then there."""

    def save(event: Json) -> None:
        if event["event"].startswith(_SAVED_AFTER):
            sandbox.save(state)

    sandbox.save(state)
    sandbox.subscribe(save)


@asynccontextmanager
async def _serve(sandbox: Sandbox, port: int) -> AsyncIterator[Sandbox]:
    try:
        await sandbox.__aenter__()
    except OSError as error:
        where = f"port {port}" if port else "a port"
        raise DemoError(f"The demo cannot listen on {where} of 127.0.0.1: {error}.") from None
    try:
        yield sandbox
    finally:
        await sandbox.__aexit__(None, None, None)
