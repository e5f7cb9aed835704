"""Time zones as people type them."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

# What readers type first; every IANA name works as well. Of abbreviations only what is one zone's.
_PLACES = {
    **dict.fromkeys(("kst", "korea", "south korea"), "Asia/Seoul"),
    **dict.fromkeys(("jst", "japan"), "Asia/Tokyo"),
    **dict.fromkeys(("china", "beijing"), "Asia/Shanghai"),
    "sgt": "Asia/Singapore",
    "india": "Asia/Kolkata",
    "uk": "Europe/London",
    "france": "Europe/Paris",
    "germany": "Europe/Berlin",
    "switzerland": "Europe/Zurich",
    **dict.fromkeys(("et", "edt", "us eastern"), "America/New_York"),
    **dict.fromkeys(("pt", "pst", "pdt", "us pacific", "san francisco"), "America/Los_Angeles"),
    "서울": "Asia/Seoul",
    "한국": "Asia/Seoul",
    "도쿄": "Asia/Tokyo",
    "일본": "Asia/Tokyo",
    "베이징": "Asia/Shanghai",
    "중국": "Asia/Shanghai",
    "싱가포르": "Asia/Singapore",
    "인도": "Asia/Kolkata",
    "런던": "Europe/London",
    "영국": "Europe/London",
    "파리": "Europe/Paris",
    "베를린": "Europe/Berlin",
    "취리히": "Europe/Zurich",
    "뉴욕": "America/New_York",
    "동부": "America/New_York",
    "토론토": "America/Toronto",
    "시카고": "America/Chicago",
    "로스앤젤레스": "America/Los_Angeles",
    "샌프란시스코": "America/Los_Angeles",
    "서부": "America/Los_Angeles",
    "시드니": "Australia/Sydney",
}
_FIRST = ("Asia/Seoul", "UTC", "America/New_York", "America/Los_Angeles", "Europe/London")


def suggest_timezones(text: str, *, limit: int) -> tuple[str, ...]:
    """Return the IANA names that fit what was typed, best first; common ones for nothing."""
    typed = text.strip().casefold().replace(" ", "_")
    if not typed:
        return tuple(dict.fromkeys((*_FIRST, *_PLACES.values())))[:limit]
    plain = text.strip().casefold()
    places = [zone for name, zone in _PLACES.items() if _is_like(plain, name)]
    names = [name for name in _names() if typed in name.casefold()]
    names.sort(key=lambda name: (not _has_part(name, typed), name))
    return tuple(dict.fromkeys((*places, *names)))[:limit]


def nearest_timezones(text: str, *, limit: int) -> tuple[str, ...]:
    """Return the IANA names that a wrong one may have meant, best first: `Asia/Seoul` for `Soul`.

    What fits as it is comes alone; a misspelt name is compared with whole names and with cities.
    """
    found = suggest_timezones(text, limit=limit)
    if found:
        return found
    names = {name.rpartition("/")[2].casefold(): name for name in _names()}
    names |= {name.casefold(): name for name in _names()}
    close = get_close_matches(text.strip().casefold().replace(" ", "_"), names, n=limit)
    return tuple(dict.fromkeys(names[each] for each in close))


def find_timezone(text: str) -> str | None:
    """Return the IANA name that was typed, in any case, or of a place; None if it is none."""
    typed = text.strip()
    folded = typed.casefold().replace(" ", "_")
    if typed.casefold() in _PLACES:
        return _PLACES[typed.casefold()]
    return next((name for name in _names() if name.casefold() == folded), None)


def _is_like(typed: str, place: str) -> bool:
    """Whether a place begins so, or has it anywhere in Korean, where a syllable says more."""
    return place.startswith(typed) if typed.isascii() else typed in place


def _has_part(name: str, typed: str) -> bool:
    return any(part.startswith(typed) for part in name.casefold().split("/"))


@cache
def _names() -> tuple[str, ...]:
    """Return every zone in alphabetical order, without copies and what is no place's time."""
    return tuple(sorted(name for name in available_timezones() if not name.startswith(_LEFT_OUT)))


_LEFT_OUT = ("posix/", "right/", "Factory", "localtime")
