"""What managers read of channels: what is posted next, when, how, and what is in the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages import say
from bot.render.dates import format_date
from bot.render.limits import CONTENT, MENU_OPTIONS, cut, split
from bot.render.markdown import Markup, channel_mention, code, role_mention
from bot.render.message import Menu, Message, Option
from bot.schedule import NextDelivery
from storage.models import Subscription


def render_subscribed(
    subscription: Subscription,
    coming: NextDelivery | None,
    *,
    lacking: Sequence[str],
    is_silent: bool = False,
    language: str,
) -> Message:
    """Return the answer to /subscribe: what comes next and when, and what posts will lack.

    `is_silent` says that the role will be named, but not notified.
    """
    head = say(
        language,
        "notice.subscribed" if coming else "notice.subscribed_nothing",
        channel=channel_mention(subscription.channel_id),
        at=subscription.at.strftime("%H:%M"),
        timezone=subscription.timezone,
        **(_coming(coming, language) if coming else {}),
    )
    lines = [head, f"-# {describe_options(subscription, language)}"]
    if lacking:
        names = ", ".join(say(language, f"permission.{name}") for name in lacking)
        lines.append(say(language, "notice.subscribed_lacking", permissions=names))
    if is_silent:
        lines.append(describe_silence(subscription, language))
    return Message(content=cut("\n".join(lines), CONTENT))


def render_subscriptions(
    subscriptions: Sequence[Subscription], gone: Sequence[Subscription] = (), *, language: str
) -> tuple[Message, ...]:
    """Return the answer to /subscriptions, over as many messages as it takes.

    Below it stands a menu that ends those of channels that are `gone`.
    """
    if not subscriptions:
        return (Message(content=say(language, "notice.no_subscriptions")),)
    lines = [
        f"- {channel_mention(each.channel_id)}: {describe_options(each, language)}"
        for each in subscriptions
    ]
    *pages, last = split("\n".join(lines), CONTENT)
    menus = _menus(gone[:MENU_OPTIONS], language)
    return (*(Message(content=page) for page in pages), Message(content=last, menus=menus))


def _menus(gone: Sequence[Subscription], language: str) -> tuple[Menu, ...]:
    if not gone:
        return ()
    options = tuple(
        Option(
            label=say(language, "notice.deleted_channel", channel=each.channel_id),
            value=str(each.id),
            description=f"{each.at:%H:%M} ({each.timezone})",
        )
        for each in gone
    )
    placeholder = say(language, "notice.end_deleted")
    return (
        Menu(
            custom_id="subscriptions:end",
            placeholder=placeholder,
            options=options,
            most=len(options),
        ),
    )


def describe_options(subscription: Subscription, language: str) -> str:
    """Return a subscription's options in one line."""
    text = say(
        language,
        "notice.subscription",
        at=subscription.at.strftime("%H:%M"),
        timezone=subscription.timezone,
        comments=say(language, f"choice.language_{subscription.language}"),
        threads=say(language, f"choice.threads_{subscription.threads}"),
        start=say(language, f"choice.start_{subscription.start}"),
    )
    return " · ".join((text, *_describe_extras(subscription, language)))


def describe_silence(subscription: Subscription, language: str) -> str:
    """Return why the subscription's role is named, but not notified, and how to mend it."""
    return say(
        language,
        "notice.role_silent",
        role=role_mention(subscription.role_id or 0),
        channel=channel_mention(subscription.channel_id),
        permission=say(language, "permission.mention_everyone"),
    )


def _describe_extras(subscription: Subscription, language: str) -> list[str]:
    """Return what only some subscriptions have."""
    extras = []
    if subscription.tags:
        tags = " ".join(code(f"#{tag}") for tag in subscription.tags)
        extras.append(say(language, "notice.subscription_tags", tags=tags))
    if subscription.role_id:
        role = role_mention(subscription.role_id)
        extras.append(say(language, "notice.subscription_role", role=role))
    if subscription.crosspost:
        extras.append(say(language, "notice.subscription_crosspost"))
    if subscription.recap:
        extras.append(say(language, "notice.subscription_recap"))
    return extras


def _coming(coming: NextDelivery, language: str) -> dict[str, str]:
    dates = ", ".join(format_date(day, language) for day in coming.dates)
    return {"date": dates, "when": timestamp(coming.at)}


def timestamp(instant: datetime) -> Markup:
    """Return an instant that each reader sees in their own time zone and language.

    F is for date and time (docs: Message Formatting, Timestamp Styles).
    """
    return Markup(f"<t:{int(instant.timestamp())}:F>")
