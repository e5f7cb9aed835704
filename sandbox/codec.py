"""Records to JSON and back, by their type hints."""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from datetime import datetime
from functools import cache
from typing import Any


def encode(value: Any) -> Any:
    """Return plain JSON for a record, container, enum, datetime or plain value."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, enum.Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value


def decode(hint: Any, value: Any) -> Any:
    """Return the value of type `hint` that `encode` made `value` from."""
    if value is None or hint is Any:
        return value
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _decode_union(args, value)
    if origin is list:
        return [decode(args[0], item) for item in value]
    if origin is dict:
        return {args[0](key): decode(args[1], item) for key, item in value.items()}
    if hint is datetime:
        return datetime.fromisoformat(value)
    return _decode_record(hint, value) if dataclasses.is_dataclass(hint) else hint(value)


def _decode_record(record: Any, value: dict[str, Any]) -> Any:
    hints = _hints(record)
    return record(**{name: decode(hints[name], item) for name, item in value.items()})


def _decode_union(args: tuple[Any, ...], value: Any) -> Any:
    members = [arg for arg in args if arg is not types.NoneType]
    plain = next((arg for arg in members if type(value) is arg), None)
    return decode(plain or members[0], value)


@cache
def _hints(record: Any) -> dict[str, Any]:
    return typing.get_type_hints(record)
