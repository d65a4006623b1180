"""What machines ask: is it alive, is it ready, how does it do. Answered beside all that waits.

Knows nothing about reading.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from inkdigits.serving.documents import problems
from inkdigits.serving.refusals import Stopping
from inkdigits.serving.routes import needs_key, service_of
from inkdigits.serving.schemas import Health

router = APIRouter()


@router.get("/livez")
async def is_alive() -> Health:
    """Say that the process answers."""
    return Health(status="alive")


@router.get("/readyz", responses=problems(503))
async def is_ready(request: Request) -> Health:
    """Say whether requests are taken."""
    if service_of(request).engine.is_stopping:
        raise Stopping("the service is being stopped")
    return Health(status="ready")


@router.get(
    "/metrics",
    dependencies=[Depends(needs_key)],
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **problems(401)},
)
async def show_metrics(request: Request) -> Response:
    """Show what was counted, in Prometheus' text format."""
    return Response(service_of(request).metrics.text(), media_type=CONTENT_TYPE_LATEST)


def add_probes(app: FastAPI) -> None:
    """Opens the probes in an app."""
    app.include_router(router)
