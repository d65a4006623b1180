"""The page in a real browser: drawn on with a mouse and with fingers, and corrected."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright
from tests.pages.pen import DIGITS
from tests.serving.conftest import Served, png, serving, written

ROOM = 20_000  # milliseconds that a slow machine is given


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; skips where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


def _open(context: BrowserContext, served: Served) -> Page:
    context.set_default_timeout(ROOM)
    expect.set_options(timeout=ROOM)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(served.address)
    return page


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """The page on a desk."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        yield _open(context, served)


@pytest.fixture
def phone(browser: Browser, served: Served) -> Iterator[Page]:
    """The page in a hand."""
    size = {"width": 390, "height": 844}
    with browser.new_context(viewport=size, has_touch=True, is_mobile=True, device_scale_factor=2) as context:  # type: ignore[arg-type]
        yield _open(context, served)


def strokes(page: Page, text: str) -> list[list[tuple[float, float]]]:
    """A number in the middle of the sheet, as strokes on the screen."""
    box = page.locator("#ink").bounding_box()
    assert box is not None
    high = min(box["height"] * 0.5, box["width"] / len(text) * 0.9)
    left = box["x"] + box["width"] / 2 - 0.42 * high * len(text)
    top = box["y"] + (box["height"] - high) / 2
    return [
        [(left + (0.85 * place + x) * high, top + y * high) for x, y in points]
        for place, sign in enumerate(text)
        for points in DIGITS[sign][0]
    ]


def draw(page: Page, text: str) -> None:
    """Draws a number with the mouse."""
    for points in strokes(page, text):
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=6)
        page.mouse.up()


def touch(page: Page, text: str) -> None:
    """Draws a number with a finger."""
    fingers = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y} for x, y in points]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    for points in strokes(page, text):
        send("touchStart", points[0])
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            for part in np.linspace(0.2, 1, 5):
                send("touchMove", (x0 + part * (x1 - x0), y0 + part * (y1 - y0)))
        send("touchEnd")


def test_a_drawn_seven_is_read_and_corrected_by_one_click(page: Page, served: Served) -> None:
    draw(page, "7")
    expect(page.locator("#lines .text")).to_have_text("7")
    expect(page.locator("#boxes rect")).to_have_count(1)
    expect(page.locator("#lines .verdict")).to_contain_text("%")
    expect(page.locator("#told")).to_contain_text("7")  # for those who can't see it
    page.get_by_role("button", name="1", exact=True).click()
    expect(page.locator("#kept")).to_have_text("Kept as 1. Thank you.")
    expect(page.locator("#lines .text")).to_have_text("1")
    entry = served.store.entries()[0]
    assert (entry.text, json.loads(entry.reading)["text"]) == ("1", "7")


def test_a_corrected_answer_stays_so_when_the_window_changes(page: Page) -> None:
    draw(page, "7")
    expect(page.locator("#told")).to_contain_text("7")  # no newer answer is on its way
    page.get_by_role("button", name="1", exact=True).click()
    expect(page.locator("#lines .text")).to_have_text("1")
    expect(page.locator("#boxes text")).to_have_text("1")
    page.set_viewport_size({"width": 700, "height": 500})  # as when a phone takes its keyboard away
    page.wait_for_function("innerWidth === 700")
    expect(page.locator("#lines")).to_contain_text("Corrected by you")
    expect(page.locator("#boxes text")).to_have_text("1")


def test_one_digit_of_a_number_and_the_whole_of_it(page: Page, served: Served) -> None:
    draw(page, "153")
    expect(page.locator("#lines .text")).to_have_text("153")
    page.get_by_role("button", name="Digit 2 of 3, read as 5").click()
    page.get_by_role("group", name="Digit 2 is really a").get_by_role("button", name="6").click()
    expect(page.locator("#kept")).to_have_text("Kept as 163. Thank you.")
    page.locator("#truth").fill("0153")
    page.keyboard.press("Enter")
    expect(page.locator("#kept")).to_have_text("Kept as 0153. Thank you.")
    assert [entry.text for entry in served.store.entries(2)] == ["0153", "163"]


def test_a_finger_draws_and_the_page_stays_where_it_is(phone: Page) -> None:
    touch(phone, "7")
    expect(phone.locator("#lines .text")).to_have_text("7")
    assert phone.evaluate("scrollY") == 0
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(phone.get_by_role("button", name="Photo")).to_be_visible()
    phone.get_by_role("button", name="1", exact=True).tap()
    expect(phone.locator("#kept")).to_contain_text("Kept as 1")


def test_undo_and_clear(page: Page) -> None:
    draw(page, "7")
    draw(page, "7")
    expect(page.locator("#ink")).to_have_attribute("aria-label", "Drawing area, 4 strokes")
    page.keyboard.press("Control+z")
    expect(page.locator("#ink")).to_have_attribute("aria-label", "Drawing area, 3 strokes")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#hint")).to_be_visible()
    expect(page.locator("#correction")).to_be_hidden()
    expect(page.locator("#boxes rect")).to_have_count(0)


def test_a_picture_is_chosen_dropped_and_pasted(page: Page) -> None:
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": written("15300")})
    expect(page.locator("#lines .text")).to_have_text("15300")
    for event, holder in (("drop", "dataTransfer"), ("paste", "clipboardData")):
        page.get_by_role("button", name="Clear").click()
        page.evaluate(
            """([event, holder, bytes]) => {
                const data = new DataTransfer();
                data.items.add(new File([Uint8Array.from(bytes)], "b.png", { type: "image/png" }));
                dispatchEvent(Object.assign(new Event(event, { bubbles: true }), { [holder]: data }));
            }""",
            [event, holder, list(written("42", seed=2))],
        )
        expect(page.locator("#lines .text")).to_have_text("42")


def test_nothing_to_read_and_no_picture_are_said(page: Page) -> None:
    blank = png(np.full((60, 90), 255, np.uint8))
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": blank})
    expect(page.locator("#lines")).to_contain_text("Nothing to read")
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": b"0042"})
    expect(page.locator("#trouble")).to_contain_text("No picture that we read")
    expect(page.locator("#correction")).to_be_hidden()


def test_a_service_that_is_away_or_busy_is_asked_again(page: Page) -> None:
    refusals = iter(["away", "busy"])

    def refuse(route: Route) -> None:
        kind = next(refusals, None)
        if kind == "away":
            route.abort()
        elif kind == "busy":
            route.fulfill(status=429, headers={"Retry-After": "1"}, body='{"detail": "later"}')
        else:
            route.continue_()

    page.route("**/v1/read*", refuse)
    draw(page, "1")
    expect(page.locator("#trouble")).to_contain_text("Trying again")
    expect(page.locator("#lines .text")).to_have_text("1")
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_correction_that_is_not_kept_stays_to_be_sent_again(page: Page) -> None:
    draw(page, "7")
    expect(page.locator("#lines .text")).to_have_text("7")
    body = '{"detail": "the database is locked"}'
    page.route("**/v1/corrections", lambda route: route.fulfill(status=503, body=body))
    page.locator("#truth").fill("1")
    page.get_by_role("button", name="Correct", exact=True).click()
    expect(page.locator("#kept")).to_have_text("Not kept. The database is locked.")
    expect(page.locator("#truth")).to_have_value("1")


def test_a_late_answer_leaves_what_was_written(page: Page) -> None:
    draw(page, "1")
    expect(page.locator("#lines .text")).to_have_text("1")
    held: list[Route] = []
    freed: list[Route] = []
    page.route("**/v1/read*", lambda route: route.continue_() if freed else held.append(route))
    with page.expect_request("**/v1/read*"):
        draw(page, "7")  # across it: what that is read as does not matter
    page.locator("#truth").fill("17")
    page.get_by_role("button", name="Undo").focus()
    facts = page.locator("#facts").text_content()
    freed += held
    for route in held:
        route.continue_()
    expect(page.locator("#facts")).not_to_have_text(facts or "")
    expect(page.locator("#truth")).to_have_value("17")


def test_a_key_is_asked_for_once(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path, INKDIGITS_API_KEY="ink") as served, browser.new_context() as context:
        page = _open(context, served)
        page.get_by_label("Key", exact=True).fill("ink")
        page.keyboard.press("Enter")
        expect(page.locator("#key-wanted")).to_be_hidden()
        draw(page, "7")
        expect(page.locator("#lines .text")).to_have_text("7")
        page.reload()
        draw(page, "1")
        expect(page.locator("#lines .text")).to_have_text("1")


def test_an_answer_never_stands_beside_another_picture(page: Page) -> None:
    held: list[Route] = []
    page.route("**/v1/read*", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/v1/read*"):
        page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": written("15300")})
    page.get_by_role("button", name="Clear").click()
    draw(page, "7")  # is not kept waiting by what was asked before
    expect(page.locator("#lines .text")).to_have_text("7")


def _choose(page: Page, name: str, text: str) -> None:
    page.set_input_files("#file", {"name": name, "mimeType": "image/png", "buffer": written(text)})


def test_a_late_correction_is_not_told_beside_another_picture(page: Page) -> None:
    held: list[Route] = []
    page.route("**/v1/corrections", lambda route: held.append(route))
    _choose(page, "a.png", "15300")
    expect(page.locator("#lines .text")).to_have_text("15300")
    page.locator("#truth").fill("1")
    with page.expect_request("**/v1/corrections"):
        page.get_by_role("button", name="Correct", exact=True).click()
    _choose(page, "b.png", "42")
    expect(page.locator("#lines .text")).to_have_text("42")
    with page.expect_response("**/v1/corrections"):
        held[0].continue_()
    page.wait_for_timeout(300)
    expect(page.locator("#lines .text")).to_have_text("42")
    expect(page.locator("#truth")).to_have_value("42")
    expect(page.locator("#kept")).to_be_hidden()


def test_of_two_pictures_the_last_is_shown_however_long_the_first_takes(page: Page) -> None:
    page.evaluate(
        """() => {
            const decode = window.createImageBitmap;
            window.createImageBitmap = async (file) => {
                if (file.name === "a.png") await new Promise((done) => setTimeout(done, 700));
                return decode(file);
            };
        }"""
    )
    _choose(page, "a.png", "15300")
    _choose(page, "b.png", "42")
    expect(page.locator("#lines .text")).to_have_text("42")
    page.wait_for_timeout(1200)
    expect(page.locator("#lines .text")).to_have_text("42")


def test_a_service_that_says_when_as_a_date_is_not_hammered(page: Page) -> None:
    asked: list[Route] = []

    def busy(route: Route) -> None:
        asked.append(route)
        headers = {"Retry-After": "Wed, 21 Oct 2043 07:28:00 GMT"}
        route.fulfill(status=429, headers=headers, body="{}")

    page.route("**/v1/read*", busy)
    _choose(page, "a.png", "42")
    expect(page.locator("#trouble")).to_contain_text("The service is busy.")
    page.wait_for_timeout(1500)
    assert len(asked) == 1


def test_what_was_cleared_is_told_no_more(page: Page) -> None:
    _choose(page, "a.png", "42")
    expect(page.locator("#lines .text")).to_have_text("42")
    page.get_by_role("button", name="Clear").click()
    page.wait_for_timeout(1000)
    expect(page.locator("#told")).to_have_text("")


def test_the_theme_is_the_system_s_until_one_is_chosen(browser: Browser, served: Served) -> None:
    with browser.new_context(color_scheme="dark") as context:
        page = _open(context, served)
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        page.get_by_role("button", name="Dark theme", pressed=True).click()
        page.reload()
        assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_all_of_it_is_reached_by_keyboard(page: Page) -> None:
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": written("42", seed=2)})
    expect(page.locator("#lines .text")).to_have_text("42")
    reached = []
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
    order = [name for name in ("skip", "theme", "pen", "clear", "open", "digit", "truth") if name in reached]
    assert {"skip", "theme", "clear", "open", "digit", "truth"} <= set(reached), reached
    assert reached.index("open") < reached.index("digit") < reached.index("truth"), order
