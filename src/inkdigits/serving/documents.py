"""What the OpenAPI document says where types alone don't: bodies that are pictures, and problems.

Knows nothing about how requests are answered.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from inkdigits.serving.problems import MEDIA_TYPE
from inkdigits.serving.schemas import Problem

_FILE = {"type": "string", "format": "binary", "description": "PNG, JPEG, WebP, GIF, BMP or TIFF."}


def _form(**fields: Any) -> dict[str, Any]:
    properties = {"file": _FILE} | fields
    return {
        "schema": {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    }


PICTURE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": _form(), "application/octet-stream": {"schema": _FILE}},
    }
}
"""A picture in a form or as the body; of at most 10 MB, and told by its content."""

FORM_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": _form(
                text={
                    "type": "string",
                    "description": "What the picture says: lines of digits.",
                    "examples": ["15300"],
                }
            )
        },
    }
}
"""A picture in a form with the text that it shows."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Gives what the document says of answers that are problems."""
    schema = {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: schema}}
        for status in statuses
    }
