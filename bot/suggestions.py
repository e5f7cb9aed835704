"""Autocomplete: names to choices within Discord's limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from discord import app_commands

from bot.messages import LANGUAGES
from bot.render.dates import format_date
from bot.render.limits import length
from bot.retrieval.days import DateRange

CHOICES = 25  # docs: Application Commands, autocomplete
CHOICE = 100  # characters of a choice's name and of its value


def name_choices(names: Iterable[str]) -> list[app_commands.Choice[str]]:
    """Return choices that stand for themselves; a name longer than a choice may be is cut.

    What is cut still finds its paper: a look-up takes the beginning of a title.
    """
    cut = dict.fromkeys(map(cut_choice, names))
    return [app_commands.Choice(name=name, value=name) for name in cut][:CHOICES]


def date_choices(
    dates: Sequence[date], typed: str, *, meant: Sequence[DateRange] = (), language: str
) -> list[app_commands.Choice[str]]:
    """Return the dates that are meant, then those of which some way to write them has the text."""
    wanted = typed.strip().casefold()
    found = [day for day in dates if any(day in each for each in meant)]
    alike = [day for day in dates if any(wanted in form.casefold() for form in _forms(day))]
    return [
        app_commands.Choice(
            name=f"{day.isoformat()} · {format_date(day, language)}", value=day.isoformat()
        )
        for day in dict.fromkeys((*found, *alike))
    ][:CHOICES]


def tag_list_choices(typed: str, names: Iterable[str]) -> list[app_commands.Choice[str]]:
    """Return choices that complete the last tag of a list such as `rl, rea`."""
    done = typed.rpartition(",")[0].strip()
    begun = f"{done}, " if done else ""
    known = {tag.strip() for tag in done.split(",")}
    lists = [f"{begun}{name}" for name in names if name not in known]
    return [app_commands.Choice(name=text, value=text) for text in lists if length(text) <= CHOICE][
        :CHOICES
    ]


def _forms(day: date) -> tuple[str, ...]:
    """Return a date as people write it, in both languages."""
    iso = day.isoformat()
    return (
        *(f"{iso} · {format_date(day, language)}" for language in LANGUAGES),
        iso.replace("-", ""),
        f"{day.year}/{day.month}/{day.day}",
        iso.replace("-", "."),
    )


def cut_choice(name: str) -> str:
    """Return as much of a name as a choice may hold."""
    name = name[:CHOICE]
    while length(name) > CHOICE:
        name = name[:-1]
    return name.rstrip()
