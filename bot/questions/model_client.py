"""The client of the model's server: what it reads of an answer is bounded, whatever is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

# An answer is some kilobytes, each word with as much again around it.
MOST_BYTES = 2 * 1024 * 1024


def open_client(settings: Settings, *, base_url: str, seconds: float) -> AsyncOpenAI:
    """Return a client for the server. Close it in the end.

    It follows no redirects, which could lead into the operator's own network, and takes nothing
    compressed, which could be a thousand times as large as what is counted.

    Raises:
        ImportError: the client is not installed.
    """
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    key = settings.llm_api_key
    return AsyncOpenAI(
        base_url=base_url,
        api_key=key.get_secret_value() if key else "none",
        default_headers={"Accept-Encoding": "identity"},
        max_retries=0,  # the quotes are at hand: no use in waiting
        timeout=seconds,
        http_client=DefaultAsyncHttpxClient(
            follow_redirects=False, event_hooks={"response": [_bound]}
        ),
    )


async def _bound(response: httpx2.Response) -> None:
    """Have an answer end in an error where it is too long.

    Raises:
        httpx2.DecodingError: it is compressed.
    """
    import httpx2

    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise httpx2.DecodingError("the answer is compressed", request=response.request)

    class Bounded(httpx2.AsyncByteStream):
        """The answer's bytes, as far as they are taken."""

        def __init__(self, stream: httpx2.AsyncByteStream) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            left = MOST_BYTES
            async for piece in self._stream:
                left -= len(piece)
                if left < 0:
                    raise httpx2.ReadError("the answer does not end", request=response.request)
                yield piece

        async def aclose(self) -> None:
            """Close the connection."""
            await self._stream.aclose()

    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = Bounded(response.stream)
