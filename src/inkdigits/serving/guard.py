"""Around every request: who may come in, what every answer says to browsers, and what is counted.

Knows nothing about what is asked for.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inkdigits.serving.metrics import Metrics
from inkdigits.serving.problems import problem, too_large
from inkdigits.serving.refusals import ForeignPage, Refusal, WrongHost
from inkdigits.serving.settings import MAX_BODY, Settings

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every answer says: load nothing from elsewhere, guess no types, stand in no other site's page."""

_OURS = {"localhost", "127.0.0.1", "::1"}
_SAFE = ("GET", "HEAD", "OPTIONS")


class Guard:
    """Refuses requests that another site had a browser make, and counts all that were answered."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        """Stands around an app."""
        self._app, self._metrics = app, metrics
        # Without a key, only names of this machine: another site's name may be made to lead here.
        self._only_ours = settings.is_loopback and not (settings.api_key or settings.insecure)
        self._ours = _OURS | {settings.host}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, or has it answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-store" if _is_api(scope) else "no-cache")
            await send(message)

        try:
            refusal = self._refusal(scope)
            app = self._app if refusal is None else problem(refusal)
            await app(scope, receive, send_with_headers)
        finally:
            self._metrics.count_request(_route(scope), status, time.perf_counter() - started)

    def _refusal(self, scope: Scope) -> Refusal | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._only_ours and _hostname(host) not in self._ours:
            return WrongHost("this service answers to localhost only; set INKDIGITS_API_KEY for other names")
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > MAX_BODY:  # in chunks, the app counts them as they come
            return too_large()
        origin = headers.get("origin")
        if scope["method"] not in _SAFE and origin is not None and _place(origin) != host:
            return ForeignPage("requests from the pages of other sites are not taken")
        return None


def _place(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_api(scope: Scope) -> bool:
    return str(scope["path"]).startswith("/v1/")


def _route(scope: Scope) -> str:
    """Gives the route's path, which is one of few."""
    return getattr(scope.get("route"), "path", None) or "none"
