"""What Discord may answer although all is well, and why; whatever else it refuses is a bug."""

from __future__ import annotations

TOO_MANY = 429
_CHANNEL = "/channels/{channel_id}"
_MESSAGES = f"{_CHANNEL}/messages"
_MESSAGE = f"{_MESSAGES}/{{message_id}}"
_MEMBER = "/guilds/{guild_id}/members/{user_id}"
_FOLLOW_UP = "/webhooks/{webhook_id}/{token}"
_ANSWER = "/interactions/{interaction_id}/{token}/callback"

EXPECTED = {
    ("POST", _MESSAGES, 403, 50013): "the right to send was taken away",
    ("POST", f"{_CHANNEL}/threads", 403, 50013): "the right to send was taken away",
    ("POST", f"{_MESSAGE}/threads", 400, 160004): "the thread was started, and the answer lost",
    ("POST", f"{_MESSAGE}/crosspost", 400, 40033): "it was published, and the answer lost",
    ("POST", _ANSWER, 400, 40060): "it was answered, and the answer to that lost",
    ("POST", _FOLLOW_UP, 401, 50027): "the clock leapt over the 15 minutes it is taken for",
    ("PATCH", _MESSAGE, 400, 50083): "the thread is archived",
    ("PATCH", _CHANNEL, 400, 50083): "the thread is archived",
    ("GET", _MEMBER, 404, 10007): "a reader is not in a server that has the post, too",
    ("GET", _CHANNEL, 404, 10003): "the channel was deleted",
    ("GET", _MESSAGE, 404, 10003): "the channel was deleted",
    ("PATCH", _MESSAGE, 404, 10003): "the channel was deleted",
}
"""By method, route, status and Discord's JSON code."""
