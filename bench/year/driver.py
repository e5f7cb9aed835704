"""Goes through a plan, stop by stop, and keeps the journal.

At a stop the clock is moved to the next moment, what happens then is done, and the bot gets the
time that it needs. So the clock runs (at the pace of everything else) while the bot works, and
jumps while it has nothing to do.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bench.measuring import resident_memory
from bench.year import trouble
from bench.year.journal import Able, Journal, Sample, Snapshot, Stop
from bench.year.life import Life
from bench.year.papers import write_file
from bench.year.plan import (
    DeleteChannel,
    Event,
    Follow,
    Forbid,
    Moment,
    Plan,
    PostNow,
    Subscribe,
    Unsubscribe,
    Wake,
    Write,
)
from bench.year.speaking import Command, Speaker
from bench.year.trouble import GatewayTrouble, Kill, Mend, Outage, Restart, Weather
from bench.year.vitals import Vitals, count_descriptors, count_threads
from bench.year.world import TICK_SECONDS, House
from sandbox.permissions import Permission
from sandbox.requests import LoggedRequest

PATIENCE = 150.0  # real seconds for the bot to come to rest
_GLIMPSE = 0.6  # ... and for two ticks where nothing can come of them
_TICKS = 2  # begun since something changed: the first of them has ended
_SLOW_TICKS = 4  # where one tick sees that a channel is in order again, and the next posts there
_POLL, _PAUSE = TICK_SECONDS / 2, 2 * TICK_SECONDS
_CLIENT_ERROR = 400


class Driver:
    """Carries a plan out."""

    def __init__(
        self, plan: Plan, house: House, *, pace: float, progress: Callable[[str], None]
    ) -> None:
        self.journal = Journal(log=house.log)
        self._plan = plan
        self._house = house
        self._pace = pace
        self._progress = progress
        self._vitals = Vitals(health=house.health, database=house.database, pace=pace)
        self._life = Life(house, self.journal)
        self._speaker = Speaker(plan, house, self.journal)
        self._outage: Outage | None = None
        self._weather = Weather(bad=False, limits=False)
        self._forbidden: set[int] = set()
        self._deleted: set[int] = set()
        self._waiting: list[Command] = []
        self._written: set[Path] = set()
        self._posts = 0
        self._ticks = _TICKS

    async def run(self) -> Journal:
        """Go through the whole plan."""
        begun = time.monotonic()
        self._house.seeds.mkdir()
        for write in self._plan.old:
            self._write(write)
        await self._house.bot.start()
        await self._stop_at(self._plan.start, Wake(), *self._plan.old)
        day = None
        for moment in self._plan.moments:
            if moment.at.date() != day:
                day = moment.at.date()
                self._tell(moment, begun)
            await self._stop_at(moment.at, moment.event)
            if not len(self.journal.stops) % 10:
                self._sample()
        await self._come_to_an_end()
        await self._vitals.close()
        self.journal.seconds = time.monotonic() - begun
        return self.journal

    async def _come_to_an_end(self) -> None:
        """Let everything that is still open be finished, in good weather."""
        self._life.spare()
        await self._stop_at(self._plan.end, Mend())
        await self._stop_at(self._plan.end, Weather(bad=False, limits=False))
        self._sample()
        await self._house.bot.stop()

    async def _stop_at(self, at: datetime, event: Event, *more: Event) -> None:
        clock, rough = self._house.clock, self._is_rough
        if clock.now() < at:
            clock.set(at)
        begun, changed = clock.now(), time.monotonic()
        self._life.was_hit = False
        await self._life.revive()
        done: list[Event] = [*self._do(event), *more]
        rough = rough or self._is_rough
        if isinstance(event, Restart):
            await self._life.restart(event)
        self._ticks = _SLOW_TICKS if isinstance(event, Forbid) else _TICKS
        able = await self._settle(changed)
        if able is Able.YES and self._waiting:
            done += await self._say_commands()
            able = await self._settle(time.monotonic())
        self._note_requests()
        self.journal.stops.append(
            Stop(
                begun=begun,
                ended=clock.now(),
                done=tuple(done),
                able=able,
                rough=rough or self._life.was_hit or isinstance(event, GatewayTrouble),
                limited=self._weather.limits,
                forbidden=frozenset(self._forbidden | self._deleted),
            )
        )

    @property
    def _is_rough(self) -> bool:
        return self._outage is not None or self._weather.bad or self._life.back_at is not None

    # --- what happens -----------------------------------------------------------------------

    def _do(self, event: Event) -> list[Event]:
        """Have it happen; return it, or nothing where it has to wait for the bot."""
        world = self._house.sandbox.world
        match event:
            case Write():
                self._write(event)
            case Subscribe() | Unsubscribe() | PostNow() | Follow():
                self._waiting.append(event)
                return []
            case Forbid():
                self._forbidden ^= {event.place}
                deny = Permission.SEND_MESSAGES if event.forbidden else Permission(0)
                world.set_overwrite(self._house.channels[event.place], world.bot_id, deny=deny)
                self.journal.counts["rights taken or given back"] += 1
            case DeleteChannel():
                self._delete(event.place)
            case Kill():
                self._life.threaten(event)
                self._set_rules()
            case Outage():
                self._outage = event
                self._house.sandbox.gateway.invalidate(resumable=False)
                self._set_rules()
                self.journal.counts[f"outages ({event.harm})"] += 1
                self.journal.counts["outages, minutes"] += int(event.length.total_seconds() / 60)
            case Mend():
                self._outage = None
                self._set_rules()
            case Weather():
                self._weather = event
                self._house.sandbox.options.limits_on = event.limits
                self.journal.counts["days of bad weather"] += event.bad
                self.journal.counts["days with rate limits"] += event.limits
                self._set_rules()
            case GatewayTrouble():
                self._trouble_gateway(event)
        return [event]

    def _write(self, event: Write) -> None:
        """Write the file as careful people do: whole, under another name first."""
        path = self._house.seeds / event.name
        draft = path.with_suffix(".part")
        draft.write_text(write_file(event.day, event.papers), encoding="utf-8")
        draft.replace(path)
        self._written.add(path)
        self.journal.counts["files written"] += 1

    def _delete(self, place: int) -> None:
        world, channel = self._house.sandbox.world, self._house.channels[place]
        threads = {
            each.id: each
            for each in world.channels.values()
            if each.thread and each.parent_id == channel.id
        }
        self.journal.deleted[place] = Snapshot(
            channel=channel,
            threads=threads,
            messages={
                each: tuple(world.visible_messages(world.channels[each]))
                for each in (channel.id, *threads)
            },
        )
        self._deleted.add(place)
        world.delete_channel(channel)
        self.journal.counts["channels deleted"] += 1

    def _trouble_gateway(self, event: GatewayTrouble) -> None:
        gateway = self._house.sandbox.gateway
        self.journal.counts[f"gateway: {event.kind}"] += 1
        match event.kind:
            case "drop":
                gateway.drop()
            case "reconnect":
                gateway.ask_reconnect()
            case "invalid":
                gateway.invalidate(resumable=False)
            case "silent":
                gateway.go_silent()
            case "forgotten":
                gateway.forget_sessions()
                gateway.drop()

    def _set_rules(self) -> None:
        faults = self._house.sandbox.faults
        faults.clear()
        if self._outage is not None:
            for fault in trouble.failing(self._outage):
                faults.add(fault)
        elif self._weather.bad:
            for fault in trouble.bad_weather():
                faults.add(fault)
        self._life.aim()

    # --- coming to rest ---------------------------------------------------------------------

    async def _settle(self, changed: float) -> Able:
        """Wait until the bot has seen all that is so since `changed` and has nothing left to do."""
        limit, ticks = time.monotonic() + PATIENCE, 0
        while True:
            if not self._house.bot.is_running:
                if self._life.back_at is not None:
                    return Able.MAYBE if self._life.was_hit else Able.NO
                await self._life.revive()
                ticks, changed = 0, time.monotonic()
            if self._has_just_read():
                ticks, changed = 0, time.monotonic()
            tick = await self._vitals.last_tick() if ticks < self._ticks else None
            if tick is not None and tick[0] > changed:
                ticks, changed = ticks + 1, tick[1]  # the next one begins after this one
            if self._outage is not None and not self._written:
                if ticks >= self._ticks or time.monotonic() > changed + _GLIMPSE:
                    return Able.MAYBE
            elif ticks >= self._ticks and not self._written and not self._unfinished():
                return Able.YES
            if time.monotonic() > limit:
                self._complain_of_unrest()
                return Able.MAYBE
            await asyncio.sleep(_POLL if ticks < self._ticks else _PAUSE)

    def _has_just_read(self) -> bool:
        """Tell whether the bot has, since it was last asked, stored what was written."""
        if not self._written or not self._vitals.has_read(self._written):
            return False
        self._written.clear()
        return True

    def _unfinished(self) -> list[tuple[str, int]]:
        shut = {self._house.channels[place].id for place in self._forbidden | self._deleted}
        return self._vitals.unfinished(apart_from=shut)

    def _complain_of_unrest(self) -> None:
        left, unread = self._unfinished(), [path.name for path in self._written]
        self.journal.failures.append(
            f"{self._house.clock.now()}: no rest after {PATIENCE:.0f} s: {left[:5]} {unread}"
        )

    async def _say_commands(self) -> list[Event]:
        """Have said what waits to be said; return it."""
        said: list[Event] = []
        self._life.is_heard = True
        while self._waiting:
            said.append(command := self._waiting.pop(0))
            await self._speaker.say(command)
        self._life.is_heard = False
        return said

    # --- looking on -------------------------------------------------------------------------

    def _note_requests(self) -> None:
        sandbox, journal = self._house.sandbox, self.journal
        for each in sandbox.requests:
            code = each.response.get("code", 0) if isinstance(each.response, dict) else 0
            failed = each.status >= _CLIENT_ERROR
            key = (each.method, each.template, each.status, int(code or 0) if failed else 0)
            journal.requests[(*key, each.fault or "")] += 1
            self._posts += _is_post(each)
            if _CLIENT_ERROR <= each.status < 500 and not each.fault:
                example = f"{each.sandbox_time}: {each.path} {each.response}"
                journal.refusals.setdefault(key, example[:400])
        sandbox.requests.clear()

    def _sample(self) -> None:
        bot, house = self._house.bot, self._house
        if not bot.is_running or self._is_rough:
            return
        self.journal.samples.append(
            Sample(
                at=house.clock.now(),
                life=bot.starts,
                resident=round(resident_memory(bot.pid) * 1024 * 1024),
                descriptors=count_descriptors(bot.pid),
                threads=count_threads(bot.pid),
                database=self._vitals.database_bytes(),
                log=house.log.stat().st_size,
                requests=sum(self.journal.requests.values()),
                posts=self._posts,
            )
        )

    def _tell(self, moment: Moment, begun: float) -> None:
        share = (moment.at - self._plan.start) / (self._plan.end - self._plan.start)
        bot = self._house.bot
        memory = resident_memory(bot.pid) if bot.is_running else 0
        self._progress(
            f"{moment.at:%Y-%m-%d} {share:4.0%}  {time.monotonic() - begun:5.0f} s  "
            f"{self._posts:,} posts  {bot.starts} starts  {memory:.0f} MB  "
            f"{len(self.journal.failures)} failures"
        )


def _is_post(request: LoggedRequest) -> bool:
    posts = ("/channels/{channel_id}/messages", "/channels/{channel_id}/threads")
    return request.acted and request.method == "POST" and request.template in posts
