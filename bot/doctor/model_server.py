"""The server that may phrase answers: whether it answers, and has the model."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from bot.doctor.findings import Finding, Level
from bot.messages import say
from bot.settings import Settings

NAME = "model server"
_SECONDS = aiohttp.ClientTimeout(total=10)
_HTTP_OK = 200


async def examine_model_server(settings: Settings) -> AsyncIterator[Finding]:
    """Ask the server for its models (`GET /models`, as OpenAI's has it)."""
    if settings.llm_base_url is None:
        yield _without_server(settings)
        return
    if settings.llm_model is None:
        yield Finding(Level.FAIL, NAME, say("en", "settings.llm_model_missing"))
        return
    if importlib.util.find_spec("openai") is None:
        yield Finding(Level.FAIL, NAME, say("en", "startup.llm_missing"))
        return
    yield await _ask(settings, settings.llm_base_url, settings.llm_model)


def _without_server(settings: Settings) -> Finding:
    given = {"LLM_MODEL": settings.llm_model, "LLM_API_KEY": settings.llm_api_key}
    idle = " and ".join(name for name, value in given.items() if value)
    if idle:
        text = f"LLM_BASE_URL is not set, so no model is asked: set it, or remove {idle}"
        return Finding(Level.WARN, NAME, text)
    return Finding(Level.OK, NAME, "none is set: answers are put together here")


async def _ask(settings: Settings, base_url: str, model: str) -> Finding:
    key = settings.llm_api_key
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    url = f"{base_url.rstrip('/')}/models"
    shown = _without_user(url)
    try:
        async with (
            aiohttp.ClientSession(timeout=_SECONDS) as session,
            session.get(url, headers=headers) as response,
        ):
            if response.status != _HTTP_OK:
                text = f"{shown} answers {response.status}: check LLM_BASE_URL and LLM_API_KEY"
                return Finding(Level.FAIL, NAME, text)
            listed = await response.json(content_type=None)
        models = [str(each["id"]) for each in listed["data"]]
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        text = f"{shown} cannot be reached ({type(error).__name__}): check LLM_BASE_URL"
        return Finding(Level.FAIL, NAME, f"{text}; until then answers are quotes only")
    except (ValueError, KeyError, TypeError):
        return Finding(Level.FAIL, NAME, f"{shown} lists no models: check LLM_BASE_URL")
    if model not in models:
        some = ", ".join(models[:5]) or "none"
        return Finding(Level.FAIL, NAME, f"it has no model {model}, but: {some}; set LLM_MODEL")
    return Finding(Level.OK, NAME, f"{_without_user(base_url)} answers and has {model}")


def _without_user(url: str) -> str:
    """Return an address without the user and password that may stand in it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
