"""The app: the API, the probes and the page put together.

Knows nothing about the process it runs in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from pydantic.json_schema import models_json_schema
from starlette.routing import Route
from starlette.types import ASGIApp

from inkdigits import __version__
from inkdigits.serving.guard import Guard
from inkdigits.serving.probes import add_probes
from inkdigits.serving.problems import add_handlers
from inkdigits.serving.routes import add_routes
from inkdigits.serving.schemas import Problem
from inkdigits.serving.service import Service
from inkdigits.serving.settings import MAX_BODY

PAGE = Path(__file__).parent / "page"
"""The page's files, carried by every install."""


def create_app(service: Service) -> ASGIApp:
    """Gives an app that answers with these parts; its lifespan starts and ends their threads."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.engine.start()
        yield
        service.engine.stop_admitting()
        service.engine.close()

    app = FastAPI(
        title="Inkdigits",
        version=__version__,
        summary="Handwritten digits and numbers out of pictures.",
        lifespan=lifespan,
        docs_url=None,  # these pages load from elsewhere
        redoc_url=None,
        max_body_size=MAX_BODY,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.service = service
    add_handlers(app)
    add_routes(app)
    add_probes(app)
    _add_page(app)
    _document(app)
    return Guard(app, service.settings, service.metrics)


def _add_page(app: FastAPI) -> None:
    """Opens the page's files, each at an address of its own: what is none of them stays unknown."""
    files = StaticFiles(directory=PAGE, html=True)
    for name in ("", *sorted(path.name for path in PAGE.iterdir())):
        app.router.routes.append(Route(f"/{name}", files))


def _document(app: FastAPI) -> None:
    """Adds to the OpenAPI document what no route's type names."""
    told: dict[str, Any] = app.openapi()
    _, schemas = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    told["components"]["schemas"].update(schemas["$defs"])
