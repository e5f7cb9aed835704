"""What stands around the messages: servers, channels, members, the demo's card, a forum's posts."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.models import Channel, ChannelType, ThreadState, User
from sandbox.page.elements import Element, e
from sandbox.page.messages import Messages, avatar
from sandbox.page.view import View

_MOST_THREADS = 8
_ICONS = {
    ChannelType.DM: "at",
    ChannelType.FORUM: "forum",
    ChannelType.ANNOUNCEMENT: "news",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Shows the place to whoever looks."""

    view: View
    messages: Messages

    def side(self) -> list[Element]:
        """Return the channels with their threads, the demo's controls and the reader."""
        view = self.view
        shown = [
            self._channel(channel)
            for channel in view.channels()
            if channel.thread is None and channel.type is not ChannelType.CATEGORY
        ]
        return [
            e("header.head", e("h2", view.demo.house.guild.name)),
            e("div.list", e("h2.group", view.say("text_channels")), shown, self._direct()),
            self._card(),
            self._reader(),
        ]

    def rail(self) -> list[Element]:
        """Return the bot's own picture and the server's, at the left edge."""
        name = self.view.demo.house.guild.name
        initials = "".join(word[0] for word in name.split())
        return [
            e("span.server", e("img", src="/static/bot.svg", alt="")),
            e("span.rail-line"),
            e("span.server.active", initials, title=name),
        ]

    def members(self) -> list[Element]:
        """Return who is here."""
        view = self.view
        bot, *people = view.users()
        groups = [("online", [bot, *people] if view.is_bot_online() else people)]
        if not view.is_bot_online():
            groups.append(("offline", [bot]))
        return [
            e("div", e("h2.group", f"{view.say(key)} — {len(users)}"), self._people(key, users))
            for key, users in groups
        ]

    def forum(self, channel: Channel, tag: int | None) -> list[Element]:
        """Return a forum's posts, newest activity first; with `tag` those that carry it."""
        tags = [
            e(
                "button.tag",
                one.name,
                type="button",
                aria_pressed=str(one.id == tag).lower(),
                data_key=str(one.id),
                data_tag=str(one.id),
            )
            for one in channel.tags
        ]
        names = {one.id: one.name for one in channel.tags}
        posts = [
            (thread, thread.thread)
            for thread in self.view.channels()
            if thread.thread and thread.parent_id == channel.id
            if tag is None or tag in thread.thread.applied_tags
        ]
        posts.sort(key=lambda post: post[1].active_at, reverse=True)
        shown = [self._post(thread, state, names) for thread, state in posts]
        nothing = e("p.none", self.view.say("no_posts"))
        return [e("div.tags", tags), *(shown or [nothing])]

    # --- parts -------------------------------------------------------------------------------

    def _channel(self, channel: Channel) -> list[Element]:
        threads = [
            thread
            for thread in self.view.world.active_threads(channel.guild_id or 0)
            if thread.parent_id == channel.id and self.view.sees(thread)
        ]
        below = [] if channel.type is ChannelType.FORUM else threads[:_MOST_THREADS]
        icon = e("icon", data_icon=icon_of(channel))
        return [
            self._entry("button.place", channel, icon),
            *[self._entry("button.place.sub", thread, None) for thread in below],
        ]

    def _direct(self) -> list[Element]:
        """Return the reader's messages with the bot, and what closes them to it."""
        view, dm = self.view, self.view.dm()
        if dm is None:
            return []
        is_open = view.reader.dms_open
        entry = self._entry("button.place", dm, avatar(view.users()[0]))
        label = view.say("close_dms" if is_open else "open_dms")
        mark = e("icon", data_icon="mail" if is_open else "shut")
        switch = self._switch("dms", mark, label, "closed" if is_open else "open")
        return [e("h2.group", view.say("direct")), e("div.direct", entry, switch)]

    def _entry(self, name: str, channel: Channel, icon: Element | None) -> Element:
        key = str(channel.id)
        return e(
            name, icon, e("span", self.view.name(channel)), type="button", data_key=key, data_go=key
        )

    def _card(self) -> Element:
        view, dates = self.view, self.messages.text.dates
        key = "bot_on" if view.is_bot_online() else "bot_off"
        last = "break" if view.demo.bot.is_running else "mend"
        process = e("small", view.say("process", pid=view.demo.bot.pid))
        return e(
            "section.card",
            e(f"h2.{key}", view.say(key), process),
            e("h2", e("small", f"{dates.day(dates.now)} {dates.clock(dates.now)}")),
            [self._control(name) for name in ("skip", "file", last)],
            aria_label="Demo",
        )

    def _control(self, name: str) -> Element:
        icon = e("icon", data_icon=name)
        label = self.view.say(name)
        return e("button", icon, label, type="button", data_key=name, data_control=name)

    def _reader(self) -> Element:
        view = self.view
        reader, house = view.reader, view.demo.house
        other = house.member if reader is house.manager else house.manager
        role = view.say("manages" if reader is house.manager else "member")
        return e(
            "div.me",
            avatar(reader, "online"),
            e("div.who", e("strong", reader.name), e("small", role)),
            self._switch("become", "⇄", view.say("become", name=other.name), other.name),
            self._switch("speak", view.say("other_short"), view.say("language"), view.other()),
            self._switch("theme", "◐", view.say("theme"), None),
        )

    def _switch(self, key: str, shown: Element | str, label: str, value: str | None) -> Element:
        return e(
            "button.switch",
            shown,
            type="button",
            title=label,
            aria_label=label,
            data_key=key,
            data_switch=key,
            data_value=value,
        )

    def _people(self, key: str, users: list[User]) -> list[Element]:
        dot = "online" if key == "online" else None
        return [
            e(
                f"div.person.{'bot' if user.bot else 'human'}.{key}",
                avatar(user, dot),
                e("span", user.name),
                e("span.app", self.view.say("app")) if user.bot else None,
            )
            for user in users
        ]

    def _post(self, thread: Channel, state: ThreadState, names: dict[int, str]) -> Element:
        active = self.messages.text.dates.stamp(state.active_at)
        owner = e("b", f"{self.view.world.users[state.owner_id].name}: ")
        starter = self.view.world.messages[thread.id].get(thread.id)
        said = self.messages.summary(starter) if starter else []
        facts = f"{self.messages.count(state)} · {active}"
        return e(
            "button.post",
            e("div.tags", [e("span.tag", names.get(tag, "?")) for tag in state.applied_tags]),
            e("h3", thread.name),
            e("p", owner, said),
            e("div.facts", e("icon", data_icon="forum"), facts),
            type="button",
            data_key=str(thread.id),
            data_go=str(thread.id),
        )


def show_welcome(view: View, channel: Channel) -> Element:
    """Return what stands above a channel's first message."""
    heading, greeting = view.name(channel), None
    if channel.type is ChannelType.DM:
        greeting = view.say("start_dm", place=view.label(channel))
    elif channel.thread is None:
        heading = view.say("welcome", place=view.label(channel))
        greeting = view.say("start", place=view.label(channel))
    disc = e("span.disc", e("icon", data_icon=icon_of(channel)))
    return e("li.welcome", disc, e("h2", heading), e("p", greeting) if greeting else None)


def icon_of(channel: Channel) -> str:
    """Return the name of a channel's icon."""
    return "thread" if channel.thread else _ICONS.get(channel.type, "hash")
