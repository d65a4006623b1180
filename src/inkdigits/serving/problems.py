"""Errors as problem details (RFC 9457), from the one table of statuses.

Knows nothing about where an error comes from.
"""

from __future__ import annotations

import logging
import re
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from inkdigits import errors
from inkdigits.serving import refusals
from inkdigits.serving.schemas import Problem
from inkdigits.serving.settings import MAX_BODY

_LOG = logging.getLogger(__name__)

STATUSES: dict[type[Exception], HTTPStatus] = {
    errors.NotAPicture: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.PictureTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.PictureError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.CorrectionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    refusals.BadForm: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.BadValue: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.KeyWanted: HTTPStatus.UNAUTHORIZED,
    refusals.ForeignPage: HTTPStatus.FORBIDDEN,
    refusals.WrongHost: HTTPStatus.MISDIRECTED_REQUEST,
    refusals.BodyTooSlow: HTTPStatus.REQUEST_TIMEOUT,
    refusals.BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    refusals.Busy: HTTPStatus.TOO_MANY_REQUESTS,
    refusals.TooOften: HTTPStatus.TOO_MANY_REQUESTS,
    refusals.Stopping: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The one table from errors to HTTP statuses; an error below one of these has its status, any other 500."""

MEDIA_TYPE = "application/problem+json"
"""What a problem's body is."""

RETRY_LATER = 5
"""Seconds after which a database that refused may be tried again."""


def status_of(error: Exception) -> HTTPStatus:
    """Gives the status of an error: its own, that of the nearest class above it, or 500."""
    found = (STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


def problem(error: Exception) -> Response:
    """Gives the answer to a request that ended in an error; of our faults and of the database, no more."""
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return _response(status, "fault", "a fault of ours; the service's log says more")
    retry = RETRY_LATER if isinstance(error, errors.StoreUnavailable) else getattr(error, "retry_after", None)
    headers = {} if retry is None else {"Retry-After": str(retry)}
    if isinstance(error, refusals.KeyWanted):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, refusals.BodyTooSlow):
        headers["Connection"] = "close"  # or the rest would still be waited for
    told = str(error)
    if isinstance(error, errors.StoreUnavailable):  # which says where the database is
        _LOG.warning(told)
        told = "corrections can't be kept or listed now; the service's log says more"
    return _response(status, _slug(type(error).__name__), told, headers)


def add_handlers(app: FastAPI) -> None:
    """Has an app answer every error as a problem."""

    async def ours(_: Request, error: Exception) -> Response:
        return problem(error)

    async def theirs(_: Request, error: Exception) -> Response:
        if isinstance(error, RequestValidationError):
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            return problem(refusals.BadValue(f"{where}: {first['msg']}"))
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return problem(too_large())
        told = error.detail if isinstance(error, HTTPException) else ""
        return _response(HTTPStatus(status), "http", told, dict(getattr(error, "headers", None) or {}))

    async def gone(*_: object) -> Response:
        return Response(status_code=HTTPStatus.BAD_REQUEST)  # nobody is there to read it; it is counted

    app.add_exception_handler(Exception, ours)
    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(errors.InkdigitsError, ours)
    app.add_exception_handler(refusals.Refusal, ours)
    app.add_exception_handler(HTTPException, theirs)
    app.add_exception_handler(RequestValidationError, theirs)


def too_large() -> refusals.BodyTooLarge:
    """Gives the error of a body above the limit."""
    return refusals.BodyTooLarge(f"the request is too large; the limit is {MAX_BODY / 1e6:.0f} MB")


def _response(status: HTTPStatus, name: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    told = Problem(type=f"urn:inkdigits:{name}", title=status.phrase, status=status.value, detail=detail)
    return Response(told.model_dump_json(), status.value, headers, MEDIA_TYPE)


def _slug(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
