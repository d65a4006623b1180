"""Takes the picture out of a request: the field `file` of a form, or the body itself.

Knows nothing about what a picture is: its bytes are told by their content, later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from inkdigits.serving.refusals import BadForm

FORM = "multipart/form-data"
"""The kind of body that is a form; any other is a picture."""

_UTF8 = re.compile(r'charset="?utf-?8\b')
_MAX_FIELD = 64_000  # bytes of a field that is no file


@dataclass(frozen=True)
class Upload:
    """What a request brought.

    Attributes:
        picture: The bytes of a file.
        fields: The form's other fields.
    """

    picture: bytes
    fields: dict[str, str]


async def take_upload(request: Request, fields: Sequence[str] = ()) -> Upload:
    """Gives the picture of a request, and the named fields of its form.

    Args:
        request: With a form, or, if no fields are named, with a picture for its body.
        fields: What the form must have beside `file`.

    Raises:
        BadForm: If a field is missing, unknown or of the other kind.
    """
    kind = request.headers.get("content-type", "").lower()
    if kind.startswith(FORM):
        if "charset" in kind and not _UTF8.search(kind):
            raise BadForm("send the form in UTF-8")
        return await _from_form(request, fields)
    if fields:
        raise BadForm(f"send a form ({FORM}) with the fields file, {', '.join(fields)}")
    return Upload(await request.body(), {})


async def _from_form(request: Request, fields: Sequence[str]) -> Upload:
    async with request.form(max_files=1, max_fields=8, max_part_size=_MAX_FIELD) as form:
        unknown = sorted(set(form) - {"file", *fields})
        if unknown:
            raise BadForm(f"unknown field '{unknown[0]:.40}'; other choices go into the address, after ?")
        file = _only(form, "file")
        if not isinstance(file, UploadFile):
            raise BadForm("the field 'file' holds no file; with curl: -F file=@picture.png")
        texts = {name: _only(form, name) for name in fields}
        for name, text in texts.items():
            if not isinstance(text, str):
                raise BadForm(f"the field '{name}' is a file; send it as text")
        return Upload(await file.read(), texts)


def _only(form: FormData, name: str) -> Any:
    values = form.getlist(name)
    if len(values) != 1:
        raise BadForm(f"the form has {len(values)} fields '{name}'; it needs one")
    return values[0]
