"""Application commands (docs: Application Commands): names, options, choices, sizes."""

from __future__ import annotations

import unicodedata
from typing import Any

from sandbox import limits
from sandbox.checks import values
from sandbox.checks.values import Path
from sandbox.errors import Form
from sandbox.limits import length
from sandbox.models import Json

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER_OPTION = 1, 2, 3, 4, 5, 6
CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 7, 8, 9, 10, 11
_OPTION_TYPES = tuple(range(SUBCOMMAND, ATTACHMENT + 1))
_WITH_CHOICES = (STRING, INTEGER, NUMBER)
_CONTEXTS, _INSTALLS = (0, 1, 2), (0, 1)


def check_command(form: Form, value: Any, path: Path = ()) -> Json:
    """Return a command as Discord keeps and shows it."""
    body = values.mapping(form, value, path)
    kind = body.get("type") or CHAT_INPUT
    if kind not in (CHAT_INPUT, USER, MESSAGE):
        form.bad_choice((CHAT_INPUT, USER, MESSAGE), *path, "type")
        kind = CHAT_INPUT
    checked: Json = {"type": kind} | _check_names(form, body, path, slash=kind == CHAT_INPUT)
    if kind == CHAT_INPUT:
        checked |= _check_descriptions(form, body, path)
        options = _check_options(form, body.get("options"), (*path, "options"), depth=0)
        if options:
            checked["options"] = options
    elif body.get("description"):
        form.add(
            (*path, "description"),
            "APPLICATION_COMMAND_INVALID_DESCRIPTION",
            "Context menu commands cannot have a description",
        )
    else:
        checked["description"] = ""
    checked |= _check_scope(form, body, path)
    if _count(checked) > limits.COMMAND_TOTAL:
        form.add(
            path,
            "APPLICATION_COMMAND_TOO_LARGE",
            f"Command exceeds maximum size ({limits.COMMAND_TOTAL})",
        )
    return checked


def is_name(text: str) -> bool:
    """Tell whether a slash command or option may be called so: one word, lower case."""
    if not 1 <= length(text) <= limits.COMMAND_NAME or text != text.lower():
        return False
    return all(_in_name(char) for char in text)


def _in_name(char: str) -> bool:
    """Letters and digits of any script, the marks of Devanagari and Thai, and - _ '."""
    block = ord(char)
    in_scripts = 0x0900 <= block <= 0x097F or 0x0E00 <= block <= 0x0E7F
    return char in "-_'" or unicodedata.category(char)[0] in "LN" or in_scripts


def _check_scope(form: Form, body: Json, path: Path) -> Json:
    permissions = body.get("default_member_permissions")
    if permissions is not None:
        inner = (*path, "default_member_permissions")
        permissions = values.snowflake(form, permissions, inner)
    checked: Json = {
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": values.flag(form, body.get("nsfw"), (*path, "nsfw")),
        "dm_permission": body.get("dm_permission") is not False,
    }
    for key, known in (("contexts", _CONTEXTS), ("integration_types", _INSTALLS)):
        items = body.get(key)
        if items is None:
            checked[key] = None if key == "contexts" else [0]
            continue
        for index, item in enumerate(values.listing(form, items, (*path, key), low=1, high=3)):
            if item not in known:
                form.bad_choice(known, *path, key, index)
        checked[key] = items
    return checked


def _check_names(form: Form, body: Json, path: Path, *, slash: bool) -> Json:
    name = body.get("name")
    if not isinstance(name, str) or not name:
        form.required(*path, "name")
        name = ""
    elif not _fits_name(name, slash=slash):
        _refuse_name(form, (*path, "name"))
    locales = _check_locales(form, body.get("name_localizations"), (*path, "name_localizations"))
    for locale, text in locales.items():
        if not _fits_name(text, slash=slash):
            _refuse_name(form, (*path, "name_localizations", locale))
    return {"name": name, "name_localizations": locales or None}


def _fits_name(name: str, *, slash: bool) -> bool:
    if slash:
        return is_name(name)
    return 1 <= length(name) <= limits.COMMAND_NAME and bool(name.strip())


def _refuse_name(form: Form, path: Path) -> None:
    form.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_descriptions(form: Form, body: Json, path: Path) -> Json:
    shown = values.text(
        form,
        body.get("description"),
        (*path, "description"),
        low=1,
        high=limits.COMMAND_DESCRIPTION,
        required=True,
    )
    inner = (*path, "description_localizations")
    locales = _check_locales(form, body.get("description_localizations"), inner)
    for locale, text in locales.items():
        values.text(
            form, text, (*inner, locale), low=1, high=limits.COMMAND_DESCRIPTION, required=True
        )
    return {"description": shown, "description_localizations": locales or None}


def _check_locales(form: Form, value: Any, path: Path) -> dict[str, str]:
    checked = {}
    for locale, text in values.mapping(form, value or {}, path).items():
        if locale not in limits.LOCALES:
            form.bad_choice(sorted(limits.LOCALES), *path, locale)
        elif not isinstance(text, str):
            form.bad_type("string", *path, locale)
        else:
            checked[locale] = text
    return checked


def _check_options(form: Form, value: Any, path: Path, *, depth: int) -> list[Json]:
    items = values.listing(form, value, path, high=limits.COMMAND_OPTIONS)
    checked = [
        _check_option(form, item, (*path, index), depth=depth) for index, item in enumerate(items)
    ]
    _check_unique_names(form, checked, path)
    seen_optional = False
    for index, option in enumerate(checked):
        if option.get("required") and seen_optional:
            form.add(
                (*path, index),
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        seen_optional = seen_optional or not option.get("required")
    nested = {option["type"] in (SUBCOMMAND, GROUP) for option in checked}
    if len(nested) > 1:
        form.add(
            path,
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all others",
        )
    return checked


def _check_unique_names(form: Form, options: list[Json], path: Path) -> None:
    names = [option["name"] for option in options]
    if len(set(names)) != len(names):
        form.add(
            path,
            "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED",
            "Option names must be unique",
        )


def _check_option(form: Form, value: Any, path: Path, *, depth: int) -> Json:
    body = values.mapping(form, value, path)
    kind = body.get("type")
    if kind not in _OPTION_TYPES:
        form.bad_choice(_OPTION_TYPES, *path, "type")
        kind = STRING
    if (kind == GROUP and depth > 0) or (kind == SUBCOMMAND and depth > 1):
        form.add((*path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Nested too deep")
    checked: Json = {"type": kind}
    checked |= _check_names(form, body, path, slash=True) | _check_descriptions(form, body, path)
    if kind in (SUBCOMMAND, GROUP):
        inner = (*path, "options")
        checked["options"] = _check_options(form, body.get("options"), inner, depth=depth + 1)
        return checked
    if values.flag(form, body.get("required"), (*path, "required")):
        checked["required"] = True
    for key in ("min_value", "max_value", "min_length", "max_length", "channel_types"):
        if body.get(key) is not None:
            checked[key] = body[key]
    return checked | _check_choices(form, body, path, kind=kind)


def _check_choices(form: Form, body: Json, path: Path, *, kind: int) -> Json:
    inner = (*path, "choices")
    items = values.listing(form, body.get("choices"), inner, high=limits.COMMAND_CHOICES)
    completes = values.flag(form, body.get("autocomplete"), (*path, "autocomplete"))
    if (items or completes) and kind not in _WITH_CHOICES:
        form.add(
            inner,
            "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID",
            "Only strings and numbers have choices",
        )
    if items and completes:
        form.add(
            (*path, "autocomplete"),
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
            "Autocomplete cannot be used together with choices",
        )
    checked: Json = {"autocomplete": True} if completes else {}
    choices = [check_choice(form, i, (*inner, n), kind=kind) for n, i in enumerate(items)]
    return checked | ({"choices": choices} if choices else {})


def check_choice(form: Form, value: Any, path: Path, *, kind: int) -> Json:
    """Return one choice of an option of type `kind`, fixed or from autocomplete."""
    body = values.mapping(form, value, path)
    name = values.text(
        form, body.get("name"), (*path, "name"), low=1, high=limits.CHOICE_NAME, required=True
    )
    given = body.get("value")
    if kind == STRING:
        values.text(form, given, (*path, "value"), high=limits.CHOICE_VALUE, required=True)
    elif isinstance(given, bool) or not isinstance(given, (int, float)):
        form.bad_type("number", *path, "value")
    inner = (*path, "name_localizations")
    locales = _check_locales(form, body.get("name_localizations"), inner)
    for locale, text in locales.items():
        values.text(form, text, (*inner, locale), low=1, high=limits.CHOICE_NAME)
    return {"name": name, "value": given, "name_localizations": locales or None}


def _count(body: Json) -> int:
    """Return a command's size: each text counts with its longest localization."""
    total = 0
    for key in ("name", "description"):
        texts = [body.get(key) or "", *(body.get(f"{key}_localizations") or {}).values()]
        total += max(map(length, texts))
    if isinstance(body.get("value"), str):
        total += length(body["value"])
    return total + sum(_count(item) for item in body.get("options", []) + body.get("choices", []))
