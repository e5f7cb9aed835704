"""Who may ask: this machine's browser, from this page; and what the page may load: itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_SAFE = frozenset({"GET", "HEAD"})
_HEADERS = {
    # No inline script or style, nothing from elsewhere, and no text that is taken for HTML.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse other hosts' names (DNS rebinding) and what other sites' pages send."""
    if not is_loopback(request.host) or not _is_own(request):
        return web.Response(status=403, text="Only for this machine's own page.\n")
    return await handler(request)


async def protect(_request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers that bind the browser, to refusals and streams as well."""
    response.headers.update(_HEADERS)


def is_loopback(host: str) -> bool:
    """Tell whether a Host header, with or without a port, names this machine."""
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        name, port = host, ""
    return name.lower() in _LOOPBACK and (not port or (port.isascii() and port.isdigit()))


def _is_own(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    if origin is None:  # a browser always says where a POST comes from
        return request.method in _SAFE
    return origin == f"http://{request.host}"
