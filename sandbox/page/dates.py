"""Times as Discord's client writes them, in English and Korean. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

# In English whatever the machine's locale is: strftime would follow that.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_KOREAN_DAYS = "월화수목금토일"
_STEPS = (
    (365 * 86_400, "year", "년"),
    (30 * 86_400, "month", "개월"),
    (86_400, "day", "일"),
    (3_600, "hour", "시간"),
    (60, "minute", "분"),
    (1, "second", "초"),
)
_NOON = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """Writes times for one reader.

    Args:
        zone: Where the reader is.
        now: The time now.
        is_korean: Whether they read Korean.
    """

    zone: tzinfo
    now: datetime
    is_korean: bool

    def clock(self, at: datetime) -> str:
        """Return `9:00 AM`."""
        local = at.astimezone(self.zone)
        hour = local.hour % _NOON or _NOON
        if self.is_korean:
            return f"{'오전' if local.hour < _NOON else '오후'} {hour}:{local:%M}"
        return f"{hour}:{local:%M} {'AM' if local.hour < _NOON else 'PM'}"

    def stamp(self, at: datetime) -> str:
        """Return `9:00 AM` today, `Yesterday at 9:00 AM`, or `11/20/26, 9:00 AM`."""
        day, today = at.astimezone(self.zone).date(), self.now.astimezone(self.zone).date()
        if day == today:
            return self.clock(at)
        if day == today - timedelta(days=1):
            return f"{'어제' if self.is_korean else 'Yesterday at'} {self.clock(at)}"
        return f"{self._short_day(at)}{'' if self.is_korean else ','} {self.clock(at)}"

    def day(self, at: datetime) -> str:
        """Return `November 20, 2026`."""
        local = at.astimezone(self.zone)
        if self.is_korean:
            return f"{local.year}년 {local.month}월 {local.day}일"
        return f"{_MONTHS[local.month - 1]} {local.day}, {local.year}"

    def full(self, at: datetime) -> str:
        """Return `Friday, November 20, 2026 at 9:00 AM`."""
        weekday = at.astimezone(self.zone).weekday()
        if self.is_korean:
            return f"{self.day(at)} {_KOREAN_DAYS[weekday]}요일 {self.clock(at)}"
        return f"{_DAYS[weekday]}, {self.day(at)} at {self.clock(at)}"

    def marked(self, seconds: int, form: str) -> str:
        """Return what `<t:seconds:form>` shows (docs: Message Formatting, Timestamp Styles)."""
        try:
            at = datetime.fromtimestamp(seconds, UTC)
            at.astimezone(self.zone)
        except (OverflowError, ValueError, OSError):
            return str(seconds)
        match form:
            case "t":
                return self.clock(at)
            case "T":
                return self._with_seconds(at)
            case "d":
                return self._short_day(at)
            case "D":
                return self.day(at)
            case "F":
                return self.full(at)
            case "R":
                return self._away(at)
            case _:
                between = " " if self.is_korean else " at "
                return f"{self.day(at)}{between}{self.clock(at)}"

    def _short_day(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        if self.is_korean:
            return f"{local:%y}. {local.month}. {local.day}."
        return f"{local.month}/{local.day}/{local:%y}"

    def _with_seconds(self, at: datetime) -> str:
        minutes = f":{at.astimezone(self.zone):%M}"
        return self.clock(at).replace(minutes, f"{minutes}:{at:%S}")

    def _away(self, at: datetime) -> str:
        away = int((at - self.now).total_seconds())
        size, unit, korean = next((s for s in _STEPS if abs(away) >= s[0]), _STEPS[-1])
        count = abs(away) // size
        if self.is_korean:
            return f"{count}{korean} {'후' if away >= 0 else '전'}"
        said = f"{count} {unit}{'' if count == 1 else 's'}"
        return f"in {said}" if away >= 0 else f"{said} ago"
