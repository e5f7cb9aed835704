"""Settings from the environment and `.env`; built by the entry points, never at import."""

from __future__ import annotations

import io
import ipaddress
import re
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv.parser import parse_stream
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError
from storage.models import Language, Start, SubscriptionOptions, Threads

MAX_SNOWFLAKE = 2**63 - 1
_CREDENTIALS = re.compile(r"(?:(?<=://)|^(?!\w+://)).*@", re.DOTALL)


def parse_time(text: str) -> time:
    """Return a wall-clock time for `HH:MM` (24 hours; `9:00` too).

    Raises:
        ValueError: it is not one.
    """
    return datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007 - a wall-clock time


def parse_timezone(name: str) -> str:
    """Return `name` if it is an IANA time zone such as `Asia/Seoul`.

    Raises:
        ValueError: it is not one.
    """
    try:
        return ZoneInfo(name.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(name) from error


def _expand_home(path: Path) -> Path:
    """Return the path with the home folder for `~`, which in a .env no shell replaces.

    Raises:
        ValueError: there is no such user.
    """
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError(path) from error


def _parse_secret(value: Any) -> Any:
    """Return a secret that can stand in a request's header; None for blanks.

    Raises:
        ValueError: it cannot.
    """
    if not isinstance(value, str):
        return value
    secret = value.strip()
    if any(not "!" <= char <= "~" for char in secret):
        raise ValueError("a blank, or what is not ASCII")
    return secret or None


def _parse_api_url(value: str) -> str:
    url = value.strip().rstrip("/")
    parts = urlsplit(url)
    host = _host(parts)
    secure = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
    # A name and a password would go where the token does: into the header Authorization.
    if not secure or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(value)
    return url


def _parse_http_url(value: str) -> str:
    url = value.strip()
    parts = urlsplit(url)
    if not _host(parts) or parts.scheme not in {"http", "https"}:
        raise ValueError(value)
    return url


def _host(parts: SplitResult) -> str:
    """Return an address's host.

    Raises:
        ValueError: it has none, or what follows the host is no port.
    """
    if not parts.hostname or parts.port == 0 or any(char.isspace() for char in parts.netloc):
        raise ValueError(parts.netloc)
    return parts.hostname


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_case(change: Callable[[str], str]) -> WrapValidator:
    """Return what changes a value's case first; an error has the value as it was typed."""

    def validate(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(change(value.strip()) if isinstance(value, str) else value)
        except ValidationError:
            raise ValueError(value) from None

    return WrapValidator(validate)


Snowflake = Annotated[int, Field(gt=0, le=MAX_SNOWFLAKE)]
Secret = Annotated[SecretStr | None, BeforeValidator(_parse_secret)]
UserPath = Annotated[Path, AfterValidator(_expand_home)]


class Settings(BaseSettings):
    """The contract's settings, under their names in lower case; an empty value counts as unset."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    discord_token: Secret = None
    discord_api_url: Annotated[str, BeforeValidator(_parse_api_url)] = "https://discord.com/api/v10"
    discord_requests_per_second: Annotated[int, Field(ge=1, le=10_000)] = 50
    digest_channel_id: Snowflake | None = None
    digest_post_at: Annotated[
        time, BeforeValidator(lambda v: parse_time(v) if isinstance(v, str) else v)
    ] = time(9, 0)
    digest_timezone: Annotated[str, BeforeValidator(parse_timezone)] = "Asia/Seoul"
    digest_language: Annotated[Language, _in_case(str.lower)] = Language.BOTH
    digest_threads: Annotated[Threads, _in_case(str.lower)] = Threads.PAPER
    digest_start: Annotated[Start, _in_case(str.lower)] = Start.BACKLOG
    seeds_dir: UserPath = Path("seeds")
    database_path: UserPath = Path("data/digests.sqlite3")
    backup_dir: UserPath | None = None
    backup_keep: Annotated[int, Field(ge=0, le=1000)] = 7
    command_guild_id: Snowflake | None = None
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], _in_case(str.upper)
    ] = "INFO"
    log_format: Annotated[Literal["text", "json"], _in_case(str.lower)] = "text"
    health_port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    llm_base_url: Annotated[str, BeforeValidator(_parse_http_url)] | None = None
    llm_model: str | None = None
    llm_api_key: Secret = None

    def secrets(self) -> tuple[str, ...]:
        """Return what must never be shown, for whoever writes something down."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return tuple(each.get_secret_value() for each in values if isinstance(each, SecretStr))

    def subscription_options(self) -> SubscriptionOptions:
        """Return what the environment says of a subscription."""
        return SubscriptionOptions(
            at=self.digest_post_at,
            timezone=self.digest_timezone,
            language=self.digest_language,
            threads=self.digest_threads,
            tags=(),
            start=self.digest_start,
        )


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Return the settings of the environment and of `env_file` (the environment wins).

    Raises:
        SettingsError: `problems` lists each wrong setting in lower case with its value (a
            secret's is left out); its sentence is `settings.<setting in lower case>`.
    """
    if env_file is not None:
        _require_readable(env_file)
    arguments: dict[str, Any] = {"_env_file": env_file}
    try:
        return Settings(**arguments)
    except ValidationError as error:
        raise SettingsError("settings.invalid", problems=_problems(error)) from None


def _require_readable(env_file: Path) -> None:
    """See that no line of the file would be left out; that there is none is no matter.

    Raises:
        SettingsError: it is no text, cannot be read, or a line of it is no setting.
    """
    path = str(env_file)
    try:
        text = env_file.read_text("utf-8-sig")
    except FileNotFoundError:
        return
    except UnicodeDecodeError:
        raise SettingsError("settings.env_file", path=path) from None
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise SettingsError("settings.env_unreadable", path=path, detail=detail) from None
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            blank, _, _ = binding.original.string.partition(binding.original.string.strip())
            line = binding.original.line + blank.count("\n")
            raise SettingsError("settings.env_line", path=path, line=line)


def load_sound_settings(error: SettingsError) -> Settings:
    """Return the settings that `load_settings` refused, with defaults for those that are wrong."""
    wrong = [name for name, _ in error.params.get("problems", ())]
    defaults = {name: Settings.model_fields[name].default for name in wrong}
    arguments: dict[str, Any] = {"_env_file": Path(".env") if wrong else None}
    return Settings(**arguments, **defaults)


def _problems(error: ValidationError) -> tuple[tuple[str, str], ...]:
    """Return (setting in lower case, offending value) for each wrong setting, in order."""
    found: dict[str, str] = {}
    for detail in error.errors(include_url=False):
        name = str(detail["loc"][0])
        value = str(detail["input"])
        if name.endswith(("token", "key")):
            value = ""
        elif name.endswith("url"):  # it may hold a password
            value = _CREDENTIALS.sub("…@", value)
        found.setdefault(name, value)
    return tuple(found.items())
