"""Single values of a body: texts, addresses, ids, numbers."""

from __future__ import annotations

from typing import Any

from sandbox.errors import Form
from sandbox.limits import HTTP_URL, length

Path = tuple[str | int, ...]


def text(
    form: Form, value: Any, path: Path, *, high: int, low: int = 0, required: bool = False
) -> str:
    """Return a trimmed text of `low` to `high` UTF-16 units; None counts as missing.

    The length is taken before trimming: the OpenAPI file counts so, the documentation after.
    """
    if value is None or value == "":
        if required or (value == "" and low):
            form.required(*path)
        return ""
    if not isinstance(value, str):
        form.bad_type("string", *path)
        return ""
    if length(value) > high or length(value) < low:
        if low:
            form.bad_length(low, high, *path)
        else:
            form.too_long(high, *path)
    trimmed = value.strip()
    if required and not trimmed:
        form.required(*path)
    return trimmed


def url(form: Form, value: Any, path: Path, *, high: int, schemes: tuple[str, ...]) -> str:
    """Return an address with one of `schemes`."""
    address = text(form, value, path, high=high, required=True)
    scheme, separator, _ = address.partition("://")
    if not address:
        return address
    if not separator or (scheme.lower() in ("http", "https") and not HTTP_URL.fullmatch(address)):
        form.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
    elif scheme.lower() not in schemes:
        form.add(path, "URL_TYPE_INVALID_SCHEME", f'Scheme "{scheme}" must be one of {schemes}.')
    return address


def whole(form: Form, value: Any, path: Path, *, low: int, high: int) -> int:
    """Return a whole number within its bounds."""
    if isinstance(value, bool) or not isinstance(value, int):
        form.bad_type("int", *path)
        return low
    if not low <= value <= high:
        form.add(
            path,
            "NUMBER_TYPE_MIN" if value < low else "NUMBER_TYPE_MAX",
            f"int value should be between {low} and {high}.",
        )
    return value


def snowflake(form: Form, value: Any, path: Path) -> int:
    """Return an id, given as text or number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    form.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
    return 0


def optional_snowflake(form: Form, value: Any, path: Path) -> int:
    """Return an id, or 0 for None."""
    return 0 if value is None else snowflake(form, value, path)


def listing(form: Form, value: Any, path: Path, *, high: int, low: int = 0) -> list[Any]:
    """Return a list of `low` to `high` items; None is an empty one."""
    if value is None:
        value = []
    if not isinstance(value, list):
        form.bad_type("list", *path)
        return []
    if not low <= len(value) <= high:
        form.bad_length(low, high, *path)
    return value


def mapping(form: Form, value: Any, path: Path) -> dict[str, Any]:
    """Return an object."""
    if isinstance(value, dict):
        return value
    form.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
    return {}


def flag(form: Form, value: Any, path: Path) -> bool:
    """Return a truth value; None is false."""
    if value is None or isinstance(value, bool):
        return bool(value)
    form.bad_type("boolean", *path)
    return False
