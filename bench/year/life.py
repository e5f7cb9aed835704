"""The bot's lives: killed at a request, asked to stop, started again, now or much later."""

from __future__ import annotations

from datetime import datetime, timedelta

from bench.year.journal import Journal
from bench.year.trouble import Kill, Restart
from bench.year.world import House
from sandbox.faults import Drop

_GRACE = 60.0  # of the loop's seconds, for a bot that is asked to stop


class Life:
    """Ends and starts the bot.

    `was_hit` says whether it ended since the last stop; `back_at` until when nobody starts it.
    While `is_heard` it is not killed: whether a command that was cut off counts, nobody can tell.
    """

    def __init__(self, house: House, journal: Journal) -> None:
        self.was_hit = self.is_heard = False
        self.back_at: datetime | None = None
        self._house = house
        self._journal = journal
        self._kill: Kill | None = None
        self._writes_left = 0
        self._is_dead = False

    def threaten(self, kill: Kill) -> None:
        """Have it killed at a write request to come; `aim` puts that in force."""
        self._kill, self._writes_left = kill, kill.skip

    def spare(self) -> None:
        """Take the threat back, and let nothing keep it from coming back."""
        self._kill, self.back_at = None, None

    def aim(self) -> None:
        """Put the threat in force, as far as there is one."""
        if self._kill is not None:
            faults = self._house.sandbox.faults
            faults.before, faults.after = self._strike_before, self._strike_after

    async def restart(self, event: Restart) -> None:
        """End it as the event says."""
        bot = self._house.bot
        if not bot.is_running:
            return
        if event.gently:
            await bot.stop(grace=_GRACE)
            self._journal.counts["restarts (SIGTERM)"] += 1
            if await bot.wait() != 0:
                self._journal.failures.append(f"SIGTERM: exit code {await bot.wait()}")
        else:
            bot.kill()
            await bot.wait()
            self._journal.counts["kills at rest"] += 1
        self._be_away(event.down)

    async def revive(self) -> None:
        """Start it where it is dead and nothing keeps it from coming back."""
        bot, now = self._house.bot, self._house.clock.now()
        if self.back_at is not None and now >= self.back_at and not self.was_hit:
            self.back_at = None
        if self.back_at is not None or (bot.is_running and not self._is_dead):
            return
        code = await bot.wait()
        if not self._is_dead:
            self._journal.failures.append(f"it ended by itself ({code}): {bot.last_lines()}")
        self._is_dead = False
        await bot.start()

    def _strike_before(self, _number: int) -> None:
        if self._kill is not None and self._kill.side == "before" and self._is_time():
            raise Drop

    def _strike_after(self, _number: int) -> None:
        if self._kill is not None and self._kill.side == "after":
            self._is_time()

    def _is_time(self) -> bool:
        """Count a write; kill the bot if it is the one."""
        if self.is_heard:
            return False
        self._writes_left -= 1
        if self._writes_left >= 0 or self._kill is None or not self._house.bot.is_running:
            return False
        self._house.bot.kill()
        self._journal.counts[f"kills {self._kill.side} a request acted"] += 1
        self._be_away(self._kill.down)
        self._kill = None
        return True

    def _be_away(self, down: timedelta) -> None:
        self.was_hit = self._is_dead = True
        if down:
            self.back_at = self._house.clock.now() + down
            self._journal.counts["minutes that nobody was there"] += int(down.total_seconds() / 60)
