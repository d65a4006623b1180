"""Makes docs/figures/page.png: the page on a desk and in a hand, as Chromium shows it.

    python -m tests.serving.page_figure

Run it alone on the machine: the page shows how long its answer took.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright
from tests.conftest import CHECKOUT
from tests.pages.pen import DIGITS, curve
from tests.serving.conftest import serving

FIGURE = CHECKOUT / "docs" / "figures" / "page.png"
HEIGHT = 770  # pixels of the figure
_WAIT = 60_000  # milliseconds


def main() -> None:
    """Writes the figure anew."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as served,
        sync_playwright() as playwright,
    ):
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        desk = _open(browser, served.address, 1180, "light", "1530", left=0.12, high=0.4)
        desk.get_by_role("button", name="Digit 2 of 4").click()
        hand = _open(browser, served.address, 390, "dark", "7", left=0.36, high=0.55)
        shots = [Image.open(io.BytesIO(page.screenshot())) for page in (desk, hand)]
        browser.close()
    figure = Image.new("RGB", (shots[0].width + 24 + shots[1].width, HEIGHT), "white")
    figure.paste(shots[0], (0, 0))
    figure.paste(shots[1], (figure.width - shots[1].width, 0))
    figure.quantize(256, dither=Image.Dither.NONE).save(FIGURE, optimize=True)


def _open(
    browser: Browser, address: str, width: int, theme: str, text: str, left: float, high: float
) -> Page:
    """Gives the page with a number written on it and answered; `left` and `high` in parts of the sheet."""
    in_hand = width < 500
    page = browser.new_page(
        viewport={"width": width, "height": HEIGHT},
        color_scheme="dark" if theme == "dark" else "light",
        has_touch=in_hand,
        is_mobile=in_hand,
    )
    page.set_default_timeout(_WAIT)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "/v1/read" in request.url else None)
    page.goto(address)
    _write(page, text, left, high)
    told = 0
    while told < len(asked):  # the page asks again while there is more ink than was read
        told = len(asked)
        asked[-1].response()
        page.wait_for_timeout(500)
    expect(page.locator("#lines .text")).to_have_text(text)
    return page


def _write(page: Page, text: str, left: float, high: float) -> None:
    sheet = page.locator("#ink").bounding_box()
    assert sheet is not None
    tall = high * sheet["height"]
    x, y = sheet["x"] + left * sheet["width"], sheet["y"] + 0.3 * sheet["height"]
    for sign in text:
        for stroke in DIGITS[sign][0]:
            first, *rest = (np.array([x, y]) + tall * curve(np.array(stroke))).tolist()
            page.mouse.move(*first)
            page.mouse.down()
            for point in rest:
                page.mouse.move(*point)
            page.mouse.up()
        x += 0.8 * tall


if __name__ == "__main__":
    main()
