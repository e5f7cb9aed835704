"""Discord's errors (docs: Opcodes and Status Codes, JSON Error Codes), raised by the handlers."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class DiscordError(Exception):
    """An answer that refuses: HTTP `status` and Discord's error object."""

    def __init__(self, status: int, code: int, message: str, *, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def to_json(self) -> Json:
        """Return the body of the answer."""
        body: Json = {"message": self.message, "code": self.code}
        return body | {"errors": self.errors} if self.errors else body


class Form:
    """Collects what is wrong with a body, nested as the body is."""

    def __init__(self) -> None:
        self._errors: Json = {}

    def add(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        """Note one fault of the field at `path`."""
        node = self._errors
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def required(self, *path: str | int) -> None:
        """Note a field that is missing or empty."""
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def too_long(self, limit: int, *path: str | int) -> None:
        """Note a text over `limit`."""
        self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")

    def bad_length(self, low: int, high: int, *path: str | int) -> None:
        """Note a text or list that is not between `low` and `high` long."""
        self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")

    def bad_choice(self, choices: object, *path: str | int) -> None:
        """Note a value that is none of `choices`."""
        self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {choices}.")

    def bad_type(self, expected: str, *path: str | int) -> None:
        """Note a value of the wrong JSON type."""
        self.add(path, f"{expected.upper()}_TYPE_CONVERT", f"Could not convert to {expected}.")

    def check(self) -> None:
        """Raise what was noted.

        Raises:
            DiscordError: 50035 with every fault.
        """
        if self._errors:
            raise DiscordError(400, 50035, "Invalid Form Body", errors=self._errors)


def invalid_form(path: tuple[str | int, ...], code: str, message: str) -> DiscordError:
    """Return a 50035 with a single fault."""
    form = Form()
    form.add(path, code, message)
    try:
        form.check()
    except DiscordError as error:
        return error
    raise AssertionError("a form with a fault raises")


def unauthorized() -> DiscordError:
    """The Authorization header is missing or wrong."""
    return DiscordError(401, 0, "401: Unauthorized")


def not_found() -> DiscordError:
    """There is no such route."""
    return DiscordError(404, 0, "404: Not Found")


def unknown(what: str) -> DiscordError:
    """There is no such thing; `what` is a key of the table below."""
    return DiscordError(404, _UNKNOWN[what], f"Unknown {what}")


_UNKNOWN = {
    "Application": 10002,
    "Channel": 10003,
    "Guild": 10004,
    "Member": 10007,
    "Message": 10008,
    "Role": 10011,
    "User": 10013,
    "Emoji": 10014,
    "Webhook": 10015,
    "interaction": 10062,
    "application command": 10063,
    "Tag": 10087,
}


def missing_access() -> DiscordError:
    """The bot cannot see the channel or guild."""
    return DiscordError(403, 50001, "Missing Access")


def missing_permissions() -> DiscordError:
    """The bot lacks a permission."""
    return DiscordError(403, 50013, "Missing Permissions")


def empty_message() -> DiscordError:
    """Nothing would be shown."""
    return DiscordError(400, 50006, "Cannot send an empty message")


def closed_dms() -> DiscordError:
    """The user takes no direct messages from the bot."""
    return DiscordError(403, 50007, "Cannot send messages to this user")


def archived_thread() -> DiscordError:
    """The thread is archived, and this cannot be done in it."""
    return DiscordError(400, 50083, "Thread is archived")


def locked_thread() -> DiscordError:
    """The thread is locked, and the bot may not manage threads."""
    return DiscordError(403, 160005, "Thread is locked")


def wrong_channel_type() -> DiscordError:
    """The channel is of a type that cannot do this."""
    return DiscordError(400, 50024, "Cannot execute action on this channel type")


def invalid_json() -> DiscordError:
    """The body is not JSON."""
    return DiscordError(400, 50109, "The request body contains invalid JSON.")


def too_large() -> DiscordError:
    """A file or the whole body is larger than Discord takes."""
    return DiscordError(413, 40005, "Request entity too large")


def invalid_webhook_token() -> DiscordError:
    """The interaction's token is unknown or older than 15 minutes."""
    return DiscordError(401, 50027, "Invalid Webhook Token")
