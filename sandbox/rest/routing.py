"""Routes and what a handler gets: `@route(...)` above a function from `Call` to an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sandbox.errors import DiscordError, Form, invalid_form
from sandbox.files import Upload
from sandbox.models import Channel, Json
from sandbox.options import Options
from sandbox.ratelimits import RateLimits

if TYPE_CHECKING:
    from sandbox.gateway import Gateway
    from sandbox.interactions import Interactions
    from sandbox.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """What stands behind the routes."""

    world: World
    gateway: Gateway
    interactions: Interactions
    rate_limits: RateLimits
    options: Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request as its handler sees it."""

    backend: Backend
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    uploads: tuple[Upload, ...] = ()

    @property
    def world(self) -> World:
        """The state."""
        return self.backend.world

    def id(self, name: str) -> int:
        """Return a path parameter that is an id.

        Raises:
            DiscordError: 50035 when it is none.
        """
        value = self.params[name]
        if not (value.isascii() and value.isdigit()):
            raise invalid_form((name,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        return int(value)

    def channel(self) -> Channel:
        """Return the channel of the path, if the bot may see it."""
        return self.world.get_channel(self.id("channel_id"))

    def json(self) -> Json:
        """Return the body, which must be an object."""
        if isinstance(self.body, dict):
            return self.body
        raise invalid_form((), "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")

    def whole(self, name: str, *, default: int, low: int, high: int) -> int:
        """Return a query parameter that is a whole number within bounds."""
        raw = self.query.get(name)
        if raw is None:
            return default
        form = Form()
        value = int(raw) if raw.isascii() and raw.isdigit() else -1
        if value < 0:
            form.bad_type("int", name)
        elif not low <= value <= high:
            form.add(
                (name,),
                "NUMBER_TYPE_MAX" if value > high else "NUMBER_TYPE_MIN",
                f"int value should be between {low} and {high}.",
            )
        form.check()
        return value

    def flag(self, name: str) -> bool:
        """Return a query parameter that is a truth value."""
        return self.query.get(name, "").lower() in ("true", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a handler answers; `data` None is an empty body, and then the status is 204."""

    data: Any = None
    status: int = 200


Handler = Callable[[Call], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A method and path with its handler.

    `authorized` is false where a token in the path stands for the bot's; those requests do not
    count towards the global rate limit either.
    """

    method: str
    template: str
    handler: Handler
    authorized: bool
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        literal = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template)
        object.__setattr__(self, "pattern", re.compile(literal))

    def major(self, params: Mapping[str, str]) -> str:
        """Return the top-level resource that rate limits are counted for."""
        names = ("channel_id", "guild_id", "webhook_id", "token", "interaction_id")
        return "+".join(params[name] for name in names if name in params)


class Router:
    """Finds routes."""

    def __init__(self, routes: Iterable[Route]) -> None:
        # What is literal goes before what is a parameter: /members/@me before /members/{user_id}.
        self._routes = sorted(routes, key=lambda route: route.template.count("{"))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return a route and its path parameters, or None.

        Raises:
            DiscordError: 405 when only other methods are known there.
        """
        others = False
        for route in self._routes:
            match = route.pattern.fullmatch(path)
            if match is None:
                continue
            if route.method == method:
                return route, {name: unquote(raw) for name, raw in match.groupdict().items()}
            others = True
        if others:
            raise DiscordError(405, 0, "405: Method Not Allowed")
        return None


ROUTES: list[Route] = []


def route(method: str, template: str, *, authorized: bool = True) -> Callable[[Handler], Handler]:
    """Make the function below the handler of a route."""

    def register(handler: Handler) -> Handler:
        ROUTES.append(
            Route(method=method, template=template, handler=handler, authorized=authorized)
        )
        return handler

    return register
