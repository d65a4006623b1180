"""The API as a program uses it, on a running service."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image
from tests.serving.conftest import Served, many, png, written

import inkdigits
from inkdigits.serving.settings import MAX_BODY

PROBLEM = "application/problem+json"
PRETRAINED = Path(inkdigits.__file__).parent / "model" / "pretrained"


def test_a_form_and_a_body_and_python_give_one_answer(client: httpx.Client) -> None:
    content = written("15300")
    here = inkdigits.read(content)
    posted = client.post("/v1/read", files={"file": ("cheque.txt", content)})
    assert posted.status_code == 200, posted.text
    assert posted.json() == client.post("/v1/read", content=content).json()
    (line,) = posted.json()["lines"]
    assert posted.json()["text"] == here.text == "15300"
    assert line["confidence"] == pytest.approx(here.lines[0].confidence, abs=1e-6)
    assert [tuple(digit["box"]) for digit in line["digits"]] == [digit.box for digit in here.lines[0].digits]
    assert (posted.json()["height"], posted.json()["width"]) == here.page.shape


def test_the_28x28_comes_on_demand(client: httpx.Client) -> None:
    content = written("7")
    plain = client.post("/v1/recognize", content=content).json()
    shown = client.post("/v1/recognize?image=true", content=content).json()
    here = inkdigits.recognize(content)
    assert (plain["label"], plain["image"]) == (7, None)
    assert plain["probabilities"] == pytest.approx(here.probabilities.tolist(), abs=1e-6)
    seen = np.asarray(Image.open(io.BytesIO(base64.b64decode(shown["image"]))))
    assert np.array_equal(seen, here.normalized)
    read = client.post("/v1/read?images=true&layout=digit", content=content).json()
    assert read["lines"][0]["digits"][0]["image"] == shown["image"]


def test_choices_are_taken_from_the_address(client: httpx.Client) -> None:
    content = written("7")
    assert client.post("/v1/read?min_confidence=0", content=content).json()["lines"][0]["accepted"]
    blank = png(np.full((60, 60), 255, np.uint8))
    assert client.post("/v1/read", content=blank).json()["lines"] == []
    nothing = client.post("/v1/recognize", content=blank).json()
    assert (nothing["label"], nothing["confidence"], nothing["accepted"]) == (None, 0.0, False)


@pytest.mark.parametrize(
    ("content", "status", "kind"),
    [
        (b"", 422, "empty-picture"),
        (b"0042", 415, "not-a-picture"),
        (b"http://127.0.0.1/picture.png", 415, "not-a-picture"),
        (written("7")[:120], 422, "damaged-picture"),
        (png(np.full((2, 2), 255, np.uint8)), 422, "picture-too-thin"),
        (png(np.zeros((6000, 6000), np.uint8)), 413, "picture-too-large"),
        (bytes(MAX_BODY + 1), 413, "body-too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_picture_is_told(client: httpx.Client, content: bytes, status: int, kind: str) -> None:
    for path in ("/v1/read", "/v1/recognize"):
        answer = client.post(path, content=content)
        problem = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
        assert (problem["type"], problem["status"]) == (f"urn:inkdigits:{kind}", status)
        assert problem["detail"]
        assert "\n" not in problem["detail"]


def test_a_body_in_chunks_has_the_same_limit(client: httpx.Client) -> None:
    answer = client.post("/v1/read", content=(bytes(2**20) for _ in range(11)))
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:inkdigits:body-too-large")


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"files": {"picture": written("7")}}, "unknown field 'picture'"),
        ({"files": [("file", written("7")), ("file", written("7"))]}, "Too many files"),
        ({"files": {"text": (None, "7")}}, "unknown field 'text'"),
        ({"files": {"file": (None, "7")}}, "holds no file"),
        (
            {"content": b"--x", "headers": {"content-type": "multipart/form-data; boundary=x"}},
            "0 fields 'file'",
        ),
        ({"content": b"--x", "headers": {"content-type": "multipart/form-data"}}, "boundary"),
        (
            {
                "content": b"--x",
                "headers": {"content-type": "multipart/form-data; boundary=x; charset=undefined"},
            },
            "UTF-8",
        ),
    ],
    ids=range(7),
)
def test_a_wrong_form_says_what_is_wrong(client: httpx.Client, form: dict[str, object], says: str) -> None:
    answer = client.post("/v1/read", **form)  # type: ignore[arg-type]
    assert answer.status_code in (400, 422)
    assert says in answer.json()["detail"]


def test_an_origin_that_is_none_is_refused_as_a_problem(client: httpx.Client) -> None:
    answer = client.post("/v1/read", content=written("7"), headers={"origin": "http://["})
    assert (answer.status_code, answer.headers["content-type"]) == (403, PROBLEM)


def test_a_wrong_choice_and_a_wrong_address_are_problems(client: httpx.Client) -> None:
    for answer, status in (
        (client.post("/v1/read?layout=columns", content=written("7")), 422),
        (client.post("/v1/read?min_confidence=2", content=written("7")), 422),
        (client.get("/v1/nothing"), 404),
        (client.get("/v1/read"), 405),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)


def test_a_correction_stands_in_the_database_once(served: Served, client: httpx.Client) -> None:
    form = {"files": {"file": written("15300", seed=5)}, "data": {"text": " 15300 \n\n"}}
    first, second = client.post("/v1/corrections", **form), client.post("/v1/corrections", **form)  # type: ignore[arg-type]
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == {"id": second.json()["id"], "is_new": True, "text": "15300"}
    entry = next(entry for entry in served.store.entries() if entry.id == first.json()["id"])
    read = client.post("/v1/read", content=written("15300", seed=5)).json()
    assert (entry.text, entry.model) == ("15300", read["model"])
    for digit in (digit for line in read["lines"] for digit in line["digits"]):
        del digit["image"]
    assert json.loads(entry.reading) == read


def test_a_page_of_a_thousand_digits_can_be_corrected(client: httpx.Client) -> None:
    form = {"files": {"file": many("12345", rows=60, columns=4)}, "data": {"text": "12345\n" * 240}}
    answer = client.post("/v1/corrections", timeout=300, **form)  # type: ignore[arg-type]
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("text", ["", "twelve", "1 5", "9" * 60_001])
def test_a_correction_is_lines_of_digits(client: httpx.Client, text: str) -> None:
    answer = client.post("/v1/corrections", files={"file": written("7")}, data={"text": text})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:inkdigits:correction-error")


def test_the_models_say_what_they_are(client: httpx.Client) -> None:
    models = client.get("/v1/model").json()
    for name, file in (("line_reader", "lines"), ("recognizer", "recognizer")):
        card = models[name]["card"]
        assert card["fingerprint"]
        assert card["score"]["accuracy"] > 0.5
        digest = hashlib.sha256((PRETRAINED / f"{file}.onnx").read_bytes()).hexdigest()
        assert models[name]["version"] == f"{card['name']}-{digest[:8]}"


def test_an_answer_names_the_weights_that_gave_it(client: httpx.Client) -> None:
    models, content = client.get("/v1/model").json(), written("7")
    lines, digits = models["line_reader"]["version"], models["recognizer"]["version"]
    assert client.post("/v1/read", content=content).json()["model"] == f"{lines}+{digits}"
    assert client.post("/v1/read?layout=digit", content=content).json()["model"] == digits
    assert client.post("/v1/recognize", content=content).json()["model"] == digits


def test_machines_are_told_how_it_does(client: httpx.Client) -> None:
    client.post("/v1/recognize", content=written("7"))
    assert client.get("/livez").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}
    told = client.get("/metrics").text
    for name in ("requests_total", "request_seconds", "requests_taken", "abstentions_total", "confidence"):
        assert f"inkdigits_{name}" in told
    assert 'inkdigits_batch_digits_bucket{le="1.0"}' in told


def test_every_answer_closes_browsers_to_other_sites(client: httpx.Client) -> None:
    for path in ("/", "/main.js", "/livez", "/v1/model", "/nothing"):
        headers = client.get(path, headers={"Origin": "http://other.example"}).headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers
    posted = client.post("/v1/read", content=written("7"), headers={"Origin": "http://other.example"})
    assert (posted.status_code, posted.json()["type"]) == (403, "urn:inkdigits:foreign-page")
    led_here = client.get("/v1/model", headers={"Host": "other.example:8000"})
    assert (led_here.status_code, led_here.json()["type"]) == (421, "urn:inkdigits:wrong-host")


def test_the_page_loads_nothing_from_elsewhere(client: httpx.Client) -> None:
    for path in ("/", "/style.css", "/main.js", "/sheet.js", "/service.js", "/answer.js", "/icon.svg"):
        answer = client.get(path)
        assert answer.status_code == 200
        foreign = answer.text.replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in foreign
        assert "https://" not in foreign
