"""What the demo itself can do: skip to tomorrow, read a dropped file, break the bot and mend it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sandbox.demo import DUE_SECONDS, FINISH_SECONDS, ZONE, Demo
from sandbox.interactions import Interaction
from sandbox.markdown import Markdown
from sandbox.mentions import show_mention
from sandbox.models import Json, Message
from sandbox.terminal import plain

_UNSAFE = re.compile(r"[^\w.\- ()]+")
_FORMATS = (".txt", ".md")
_KILL_AFTER = 2
"""A digest's header and its first paper: however short it is, something is still to come."""


class RefusedError(Exception):
    """A control cannot do this now; the key names the page's sentence."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Broken:
    """A posting that was cut off: how many posts there were before, and by which process."""

    known: int
    process: int


class Controls:
    """The demo's controls; one at a time."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._lock = asyncio.Lock()
        self._broken: _Broken | None = None

    async def skip(self) -> Json:
        """Go to the next posting time; the scheduler itself posts."""
        async with self._lock:
            self._require_bot()
            known = len(self._demo.posts())
            posted = await self._demo.go_to_tomorrow()
            now = f"{self._demo.local_now():%Y-%m-%d %H:%M}"
            return {"posted": posted, "now": now} | self._new_since(known)

    # --- a dropped file ----------------------------------------------------------------------

    async def read_file(self, name: str, content: bytes) -> Json:
        """Give a digest file to the bot's own command line; tell what it says of it."""
        async with self._lock:
            safe = _safe_name(name)
            waiting = self._demo.folder / "dropped"
            waiting.mkdir(exist_ok=True)
            (waiting / safe).write_bytes(content)
            checked = await self._demo.bot.command("check", "--json", "--", safe, folder=waiting)
            if checked.code == 0:
                (waiting / safe).replace(self._demo.seeds / safe)
                seeds = self._demo.seeds
                read = await self._demo.bot.command("ingest", "--json", "--", safe, folder=seeds)
                if read.code == 0:
                    return self._describe(checked.output)
                checked = read
            return {"accepted": False, "reasons": checked.errors.strip().splitlines()}

    def _describe(self, checked: str) -> Json:
        digests = [json.loads(line) for line in checked.splitlines() if line.strip()]
        day = max(digest["date"] for digest in digests)
        return {
            "accepted": True,
            "date": day,
            "papers": sum(len(digest["papers"]) for digest in digests),
            "future": day > f"{self._demo.local_now():%Y-%m-%d}",
        }

    async def post(self, day: str) -> Json:
        """Let the manager run /post for a digest."""
        async with self._lock:
            self._require_bot()
            known = len(self._demo.posts())
            error = (await self._run_post({"date": day}, settle=True)).error
            return {"error": error} | self._new_since(known)

    def _new_since(self, known: int) -> Json:
        """Return where the first of the posts is that came after so many."""
        new = self._demo.posts()[known:]
        return {"channel": str(new[0].channel_id), "message": str(new[0].id)} if new else {}

    # --- breaking ----------------------------------------------------------------------------

    async def break_posting(self) -> Json:
        """Kill the bot in the middle of posting: the next digest, or the newest once more."""
        async with self._lock:
            self._require_bot()
            known, process = len(self._demo.posts()), self._demo.bot.pid
            stop = self._demo.sandbox.subscribe(self._killer(known + _KILL_AFTER))
            try:
                await self._begin_posting(known)
                await asyncio.wait_for(self._demo.bot.wait(), FINISH_SECONDS)
            except TimeoutError:
                raise RefusedError("nothing_to_break") from None
            finally:
                stop()
            await self._demo.kill_bot()
            self._broken = _Broken(known=known, process=process)
            self._demo.sandbox.world.hub.note("BOT")
            return {"process": process, "posted": len(self._demo.posts()) - known - 1}

    def _killer(self, posts: int) -> Callable[[Json], None]:
        """Return what kills the bot at so many posts: the last is there, and it never hears so."""

        def follow(event: Json) -> None:
            if event["event"] == "MESSAGE_CREATE" and len(self._demo.posts()) >= posts:
                self._demo.bot.kill()

        return follow

    async def _begin_posting(self, known: int) -> None:
        demo = self._demo
        demo.skip_to_posting_time()
        try:
            await demo.sandbox.wait_for(lambda: len(demo.posts()) > known, timeout=DUE_SECONDS)
        except TimeoutError:
            manager = demo.person(demo.house.manager)
            offered = await manager.complete(demo.house.text, "post", "date", "")
            if not offered.choices:
                raise RefusedError("nothing_to_break") from None
            newest = str(offered.choices[0]["value"])
            await self._run_post({"date": newest, "again": "true"})

    async def mend(self) -> Json:
        """Start the bot again, let it finish what was cut off, and count."""
        async with self._lock:
            demo, broken = self._demo, self._broken
            if not demo.bot.is_running:
                await demo.bot.start()
            await demo.wait_until_ready()
            if broken is None:
                raise RefusedError("not_broken")
            header = demo.posts()[broken.known]
            await demo.sandbox.wait_for(lambda: header.edited_at, timeout=FINISH_SECONDS)
            self._broken = None
            papers = demo.posts()[broken.known + 1 :]
            return {
                "before": broken.process,
                "process": demo.bot.pid,
                "papers": len(papers),
                "threads": sum(paper.thread_id is not None for paper in papers),
                "doubled": len(papers) - len({_title(paper) for paper in papers}),
                "verdict": await self._verify(),
            }

    async def _verify(self) -> str:
        """Return what the bot's own comparison of ledger and channel says, to the manager."""
        demo = self._demo
        answer = await demo.person(demo.house.manager).run(demo.house.text, "verify")
        world = demo.sandbox.world
        markdown = Markdown(name_of=partial(show_mention, world), zone=ZONE)
        said = "\n".join(message.content for message in answer.messages)
        return "\n".join(plain(line) for line in markdown.parse(said))

    async def _run_post(self, options: dict[str, str], *, settle: bool = False) -> Interaction:
        manager = self._demo.person(self._demo.house.manager)
        return await manager.run(self._demo.house.text, "post", options, settle=settle)

    def _require_bot(self) -> None:
        if not self._demo.bot.is_running:
            raise RefusedError("bot_is_off")


def _safe_name(name: str) -> str:
    """Return a file's name that stays in its folder and can be read as a digest."""
    safe = _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(". ")
    if not safe.endswith(_FORMATS):
        raise RefusedError("not_a_digest")
    return safe


def _title(post: Message) -> str:
    return str(post.embeds[0].get("title", "")) if post.embeds else post.content
