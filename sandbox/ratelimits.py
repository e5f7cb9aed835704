"""Rate limits (docs: Rate Limits): a bucket per route and top-level resource, and a global one.

They run on the event loop's clock: a bot waits real seconds, whatever the sandbox's clock shows.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.errors import Json
from sandbox.options import Options

GLOBAL_SECONDS = 1.0
OLD_MESSAGE = timedelta(hours=1)

# Discord publishes no numbers for these and asks to read the headers; the sandbox's are of the
# size that its headers have shown for years. Everything else has the last line's.
_LIMITS: dict[tuple[str, str], tuple[int, float]] = {
    ("POST", "/channels/{channel_id}/messages"): (5, 5.0),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): (5, 5.0),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}"): (5, 1.0),
    ("POST", "/channels/{channel_id}/messages/{message_id}/crosspost"): (10, 3600.0),
    ("POST", "/channels/{channel_id}/messages/{message_id}/threads"): (10, 10.0),
    ("POST", "/channels/{channel_id}/threads"): (10, 10.0),
    ("PATCH", "/channels/{channel_id}"): (5, 15.0),
    ("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me"): (1, 0.25),
    ("POST", "/channels/{channel_id}/typing"): (5, 5.0),
    ("POST", "/users/@me/channels"): (10, 10.0),
    ("PUT", "/applications/{application_id}/commands"): (5, 20.0),
    ("PUT", "/applications/{application_id}/guilds/{guild_id}/commands"): (5, 20.0),
}
_DEFAULT = (10, 5.0)
_UNBOUND = 1000  # what the headers say while limits are off: never used up


@dataclass(slots=True, kw_only=True)
class Window:
    """A fixed window: `used` of `limit` requests since `since`, for `seconds`."""

    limit: int
    seconds: float
    since: float = -math.inf
    used: int = 0

    def take(self, now: float) -> float:
        """Count a request; returns 0, or the seconds to wait when there is no room."""
        if now - self.since >= self.seconds:
            self.since, self.used = now, 0
        if self.used >= self.limit:
            return self.since + self.seconds - now
        self.used += 1
        return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a request may pass, and the headers of its answer."""

    headers: dict[str, str]
    retry_after: float = 0.0
    is_global: bool = False
    code: int = 0

    def to_json(self) -> Json:
        """Return the body of the 429."""
        return {
            "message": "You are being rate limited.",
            "retry_after": round(self.retry_after, 3),
            "global": self.is_global,
            "code": self.code,
        }


class RateLimited(Exception):  # noqa: N818 - an answer, like the other refusals
    """Raised by a handler whose limit only it can see."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


class RateLimits:
    """Counts requests."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._windows: dict[str, Window] = {}
        self._global = Window(limit=options.global_per_second, seconds=GLOBAL_SECONDS)

    def check(
        self, method: str, template: str, major: str, now: datetime, *, counts_globally: bool
    ) -> Verdict:
        """Count one request of a route with the top-level resource `major`."""
        limit, seconds = _LIMITS.get((method, template), _DEFAULT)
        bucket = hashlib.sha256(f"{method} {template}".encode()).hexdigest()[:32]
        if not self._options.limits_on:
            return Verdict(headers=_headers(bucket, _UNBOUND, _UNBOUND - 1, seconds, now))
        loop_now = asyncio.get_running_loop().time()
        if counts_globally:
            self._global.limit = self._options.global_per_second
            wait = self._global.take(loop_now)
            if wait > 0:
                return _refuse({"X-RateLimit-Global": "true"}, wait, "global")
        window = self._windows.setdefault(f"{bucket}:{major}", Window(limit=limit, seconds=seconds))
        wait = window.take(loop_now)
        left = window.since + window.seconds - loop_now
        headers = _headers(bucket, limit, limit - window.used, left, now)
        return _refuse(headers, wait, "user") if wait > 0 else Verdict(headers=headers)

    def check_old_edit(self, channel_id: int) -> Verdict | None:
        """Count an edit of a message older than an hour; returns a verdict that refuses, or None.

        Code 30046: these edits have a limit of their own, which no header announces.
        """
        if not self._options.limits_on:
            return None
        window = self._windows.setdefault(
            f"old-edits:{channel_id}",
            Window(limit=self._options.old_edits, seconds=self._options.old_edit_seconds),
        )
        wait = window.take(asyncio.get_running_loop().time())
        return _refuse({}, wait, "shared", code=30046) if wait > 0 else None


def refuse_anyway(retry_after: float, *, is_global: bool) -> Verdict:
    """Return a 429 that no window asked for."""
    headers = {"X-RateLimit-Global": "true"} if is_global else {}
    return _refuse(headers, retry_after, "global" if is_global else "shared")


def _refuse(headers: dict[str, str], wait: float, scope: str, *, code: int = 0) -> Verdict:
    extra = {
        "X-RateLimit-Scope": scope,
        "Retry-After": str(math.ceil(wait)),
        # Clients take a 429 without it for a ban by the proxy in front of Discord.
        "Via": "1.1 google",
    }
    return Verdict(
        headers=headers | extra, retry_after=wait, is_global=scope == "global", code=code
    )


def _headers(
    bucket: str, limit: int, remaining: int, seconds: float, now: datetime
) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": f"{now.timestamp() + seconds:.3f}",
        "X-RateLimit-Reset-After": f"{seconds:.3f}",
        "X-RateLimit-Bucket": bucket,
    }
