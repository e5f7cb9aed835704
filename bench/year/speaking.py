"""Managers and readers at their clients: what they say, said once the bot is there to hear it."""

from __future__ import annotations

from bench.year.journal import Journal
from bench.year.plan import Follow, Options, Plan, PostNow, Subscribe, Unsubscribe
from bench.year.world import Home, House
from sandbox.filling import ClientRefusal, Value
from sandbox.users import Person

Command = Subscribe | Unsubscribe | PostNow | Follow
_TRIES = 3  # of a person whose command was not answered
_PATIENCE = 2000.0  # of the loop's seconds, for a bot that reconnects


class Speaker:
    """Says commands, and notes what was answered."""

    def __init__(self, plan: Plan, house: House, journal: Journal) -> None:
        self._plan = plan
        self._house = house
        self._journal = journal
        self._told: dict[int, Options] = {}

    async def say(self, command: Command) -> None:
        """Say a command, again if it is not answered."""
        sandbox = self._house.sandbox
        await sandbox.wait_for(
            lambda: (
                sandbox.world.commands
                and any(not each.silent and each.session for each in sandbox.gateway.connections)
            ),
            timeout=_PATIENCE,
        )
        person, name, options = self._spell(command)
        for _ in range(_TRIES):
            try:
                reply = await person.run(self._home(command).office, name, options)
            except (ClientRefusal, TimeoutError) as error:
                answer = f"{type(error).__name__}: {error}"
            else:
                answer = reply.error or " ".join(each.content for each in reply.messages)
                if reply.error is None:
                    break
        else:
            self._journal.failures.append(f"{command}: {answer}")
        self._journal.replies.append(f"{command} -> {answer}")
        self._journal.counts[f"commands (/{name})"] += 1

    def _home(self, command: Command) -> Home:
        if isinstance(command, Follow):
            return self._house.homes[self._plan.readers[command.reader].guild]
        return self._house.homes[self._plan.places[command.place].guild]

    def _spell(self, command: Command) -> tuple[Person, str, dict[str, Value]]:
        """Return who says it, the command's name, and its options."""
        if isinstance(command, Follow):
            reader = self._plan.readers[command.reader]
            wanted = {name: getattr(reader, name) for name in ("at", "timezone", "tag", "author")}
            return self._house.readers[command.reader], "follow", wanted
        manager = self._home(command).manager
        given: dict[str, Value] = {"channel": self._house.channels[command.place].id}
        if isinstance(command, Unsubscribe):
            del self._told[command.place]
            return manager, "unsubscribe", given
        if isinstance(command, PostNow):
            given |= {"date": command.day.isoformat(), "again": command.again}
            return manager, "post", given
        return manager, "subscribe", given | self._changes(command)

    def _changes(self, command: Subscribe) -> dict[str, Value]:
        """Return what a manager says of a channel: all of it, later what is new."""
        new, old = command.options, self._told.get(command.place)
        self._told[command.place] = new
        names = ("at", "timezone", "language", "threads", "start", "recap")
        if old is not None:
            changed = (name for name in names if getattr(old, name) != getattr(new, name))
            return {name: getattr(new, name) for name in changed}
        given: dict[str, Value] = {name: getattr(new, name) for name in names}
        given["tags"] = ", ".join(new.tags) or "all"
        if new.crosspost:
            given["crosspost"] = True
        if new.role:
            given["role"] = self._home(command).role_id
        return given
