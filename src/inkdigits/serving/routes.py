"""The API under /v1: read, recognize, correct, and what the models say of themselves.

Knows nothing about threads or databases: the engine and the desk do.
"""

from __future__ import annotations

import hmac
import json
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from inkdigits.corrections import Correction, make_correction
from inkdigits.reading import DEFAULT_CONFIDENCE, Models, Reading
from inkdigits.records import to_plain
from inkdigits.serving.documents import FORM_BODY, PICTURE_BODY, problems
from inkdigits.serving.refusals import KeyWanted
from inkdigits.serving.schemas import CorrectionAnswer, ReadAnswer, RecognizeAnswer
from inkdigits.serving.service import Service
from inkdigits.serving.upload import Upload, take_upload

JSON = "application/json"

_POSTED = (400, 403, 408, 413, 415, 422, 429, 503)  # how a post may end other than well

_Layout = Annotated[
    Literal["auto", "digit", "line", "page"],
    Query(description="What the picture shows: one digit, one line, many lines, or whichever it is."),
]
_MinConfidence = Annotated[
    float, Query(ge=0, le=1, description="From which confidence an answer is accepted.")
]
_WithImages = Annotated[bool, Query(description="Send the 28x28 that the model saw as well, as PNG.")]


def service_of(request: Request) -> Service:
    """Gives the service that an app was made for."""
    service: Service = request.app.state.service
    return service


async def needs_key(
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))],
) -> None:
    """Lets a request through that brings the key, if there is one.

    A coroutine, because a plain function would take a thread for each request.

    Raises:
        KeyWanted: If it brings none, or another.
    """
    key = service_of(request).settings.api_key
    if key is None:
        return
    said = given.credentials if given else ""
    if not hmac.compare_digest(said.encode(), key.get_secret_value().encode()):
        raise KeyWanted("this service wants its key: send the header 'Authorization: Bearer KEY'")


router = APIRouter(prefix="/v1", dependencies=[Depends(needs_key)])


@router.post(
    "/read",
    response_model=ReadAnswer,
    openapi_extra=PICTURE_BODY,
    responses=problems(*_POSTED),
)
async def read_picture(
    request: Request,
    layout: _Layout = "auto",
    min_confidence: _MinConfidence = DEFAULT_CONFIDENCE,
    images: _WithImages = False,
) -> Response:
    """Read the digits and numbers of a picture."""
    service = service_of(request)
    upload = await _arrived(service, request)
    with service.engine.admit():
        reading, text = await service.engine.run(
            partial(_read, service, upload.picture, layout, min_confidence, images)
        )
    accepted = bool(reading.lines) and all(line.accepted for line in reading.lines)
    service.metrics.count_answer("/v1/read", [line.confidence for line in reading.lines], accepted)
    return Response(text, media_type=JSON)


@router.post(
    "/recognize",
    response_model=RecognizeAnswer,
    openapi_extra=PICTURE_BODY,
    responses=problems(*_POSTED),
)
async def recognize_digit(
    request: Request, min_confidence: _MinConfidence = DEFAULT_CONFIDENCE, image: _WithImages = False
) -> Response:
    """Recognize the one digit that a picture shows."""
    service = service_of(request)
    upload = await _arrived(service, request)
    with service.engine.admit():
        recognition = await service.engine.recognize(upload.picture, min_confidence)
    service.metrics.count_answer("/v1/recognize", [recognition.confidence], recognition.accepted)
    answer = RecognizeAnswer.of(recognition, service.models.recognizer.version, image)
    return Response(answer.model_dump_json(), media_type=JSON)


@router.post(
    "/corrections",
    status_code=201,
    response_model=CorrectionAnswer,
    openapi_extra=FORM_BODY,
    responses={
        200: {"model": CorrectionAnswer, "description": "It was kept before."},
        **problems(*_POSTED),
    },
)
async def add_correction(request: Request, layout: _Layout = "auto") -> Response:
    """Keep what a picture says in truth, once; what was read in it is kept beside."""
    service = service_of(request)
    service.allowance.take(request.client.host if request.client else "")
    upload = await _arrived(service, request, "text")
    with service.engine.admit(), service.desk.admit():
        correction = await service.engine.run(
            partial(_correct, service, upload.picture, upload.fields["text"], layout)
        )
        added = await service.desk.add(correction)
    answer = CorrectionAnswer.of(added, correction.text)
    return Response(answer.model_dump_json(), 201 if added.is_new else 200, media_type=JSON)


@router.get("/model", response_model=Models)
async def show_models(request: Request) -> Response:
    """Show what the models say of themselves: what each was trained on, how it scored."""
    return Response(json.dumps(to_plain(service_of(request).models)), media_type=JSON)


def add_routes(app: FastAPI) -> None:
    """Opens the API in an app."""
    app.include_router(router, responses=problems(401))


async def _arrived(service: Service, request: Request, *fields: str) -> Upload:
    service.engine.check_room()  # before a body is sent for nothing
    async with service.arrivals.body(request) as arriving:
        return await take_upload(arriving, fields)


def _read(
    service: Service, content: bytes, layout: str, min_confidence: float, images: bool
) -> tuple[Reading, str]:
    reading = service.reader.read(content, layout=layout, min_confidence=min_confidence)
    return reading, ReadAnswer.of(reading, service.models.version(layout), images).model_dump_json()


def _correct(service: Service, content: bytes, text: str, layout: str) -> Correction:
    model = service.models.version(layout)
    answer = ReadAnswer.of(service.reader.read(content, layout=layout), model, images=False)
    return make_correction(content, text, answer.model_dump_json(exclude_none=True), model)
