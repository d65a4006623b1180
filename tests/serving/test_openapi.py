"""What the OpenAPI document promises, held against the running service; uploads made up at random."""

from __future__ import annotations

import io
import random
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.serving.conftest import Served, written

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
QUICK = settings(
    max_examples=12,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


@pytest.fixture(scope="module")
def schema(served: Served) -> Any:
    return schemathesis.openapi.from_url(f"{served.address}/openapi.json")


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/v1/read", "POST"),
        ("/v1/recognize", "POST"),
        ("/v1/corrections", "POST"),
        ("/v1/model", "GET"),
        ("/livez", "GET"),
        ("/readyz", "GET"),
        ("/metrics", "GET"),
    ],
)
def test_what_is_promised_is_kept(schema: Any, path: str, method: str) -> None:
    @given(case=schema[path][method].as_strategy())
    @QUICK
    def holds(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    holds()


def test_the_document_tells_of_all_doors(client: httpx.Client) -> None:
    told = client.get("/openapi.json").json()
    assert set(told["paths"]) == {
        "/livez",
        "/metrics",
        "/readyz",
        "/v1/corrections",
        "/v1/model",
        "/v1/read",
        "/v1/recognize",
    }
    answers = told["components"]["schemas"]
    assert answers["Problem"]["properties"]["detail"]["examples"]
    assert answers["ReadAnswer"]["properties"]["text"]["examples"]


def _stored(form: str) -> bytes:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(written("15300"))).save(buffer, form)
    return buffer.getvalue()


@given(form=st.sampled_from(FORMATS), seed=st.integers(0, 10**6), cut=st.booleans())
@QUICK
def test_no_damaged_upload_is_a_fault_of_ours(served: Served, form: str, seed: int, cut: bool) -> None:
    content, dice = bytearray(_stored(form)), random.Random(seed)
    for _ in range(dice.randint(1, 20)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    if cut:
        del content[dice.randrange(len(content)) :]
    for path in ("/v1/read", "/v1/recognize"):
        answer = httpx.post(f"{served.address}{path}", content=bytes(content), timeout=60)
        assert answer.status_code in (200, 413, 415, 422), answer.text


@given(body=st.binary(max_size=300), boundary=st.sampled_from([b"x", b"", b"\xff", b"x" * 80]))
@QUICK
def test_no_damaged_form_is_a_fault_of_ours(served: Served, body: bytes, boundary: bytes) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    headers = {"content-type": b"multipart/form-data; boundary=" + boundary}
    for content in (body, head + body, head + body + b"\r\n--x--\r\n"):
        answer = httpx.post(f"{served.address}/v1/corrections", content=content, headers=headers)  # type: ignore[arg-type]
        assert 400 <= answer.status_code < 500, answer.text
