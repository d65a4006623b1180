"""Sheets of paper as a phone's camera sees them: uneven light, shadows, rules, a table's edge, grain, JPEG.

Made by other means than the lines that line readers are trained on, so that these are judged by something
else than they were taught.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from inkdigits.arrays import INK, InkMap, Page

_LARGEST = 1600  # pixels of a photo's longer side

Grey = NDArray[np.float64]
"""(H, W) float64, 0 black to 255 white."""


def photograph(ink: InkMap, rng: np.random.Generator) -> Page:
    """Gives a photo of ink on a sheet much larger than it.

    Args:
        ink: (h, w) uint8, ink 255 on 0.
        rng: Decides where it stands, the paper, the light and the camera.

    Returns:
        (H, W) uint8, dark ink on light paper, as it comes back from JPEG.
    """
    size = max(ink.shape)
    placed = _placed(ink, size, rng)
    sheet = _sheet(placed.shape, size, rng) * (1 - rng.uniform(0.25, 0.9) * placed)
    photo = sheet * _light(placed.shape, rng)
    if rng.random() < 0.15:
        photo = _on_table(photo, rng)
    return _taken(photo, rng)


def photograph_under_hand(ink: InkMap, rng: np.random.Generator) -> Page:
    """Gives a photo of ink on plain paper under the round shadows of whoever takes it, as `photograph`."""
    ink = np.pad(ink, np.round(max(ink.shape) * rng.uniform(0.2, 1, (2, 2))).astype(int))
    sheet = rng.uniform(150, 235) * (1 - rng.uniform(0.4, 0.85) * ink / INK)
    return _taken(sheet * _light(ink.shape, rng) * _hand_shadow(ink.shape, rng), rng)


def photograph_on_note(ink: InkMap, rng: np.random.Generator) -> Page:
    """Gives a photo of ink on a note that lies on a desk, darker or lighter than it, as `photograph`."""
    size = max(ink.shape)
    ink = np.pad(ink, np.round(size * rng.uniform(0.25, 0.8, (2, 2))).astype(int))
    note = rng.uniform(140, 240) * (1 - rng.uniform(0.5, 0.9) * ink / INK)
    rim = np.round(size * rng.uniform(0.2, 1.2, (2, 2))).astype(int)
    turned = ndimage.rotate(
        np.pad(note, rim, constant_values=-1000), rng.uniform(-10, 10), order=1, cval=-1000
    )
    grain = ndimage.gaussian_filter(rng.normal(0, 1, turned.shape), (1, size / 12))
    desk = rng.uniform(30, 250) + grain / grain.std() * rng.uniform(0, 8)
    photo = ndimage.gaussian_filter(np.where(turned < 0, desk, turned), size * rng.uniform(0, 0.01))
    return _taken(photo * _light(photo.shape, rng), rng)


def _taken(photo: Grey, rng: np.random.Generator) -> Page:
    """Gives what a camera makes of it: grain, fewer pixels, JPEG."""
    photo = photo + rng.normal(0, rng.uniform(0, 7), photo.shape)
    picture = Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8))
    picture.thumbnail((_LARGEST, _LARGEST), Image.Resampling.BILINEAR)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=int(rng.integers(35, 95)))
    return np.asarray(Image.open(buffer))


def _placed(ink: InkMap, size: int, rng: np.random.Generator) -> Grey:
    """Gives ink, 0 to 1, somewhere on a sheet, a little turned and out of focus."""
    left, right, top, bottom = (size * rng.uniform(0.3, 3, 4)).astype(int)
    placed = np.pad(ink / INK, ((top, bottom), (left, right)))
    placed = ndimage.rotate(placed, rng.normal(0, 5), reshape=False, order=1)
    return np.asarray(ndimage.gaussian_filter(placed, size * rng.uniform(0, 0.012)))


def _sheet(shape: tuple[int, ...], size: int, rng: np.random.Generator) -> Grey:
    """Gives plain, lined or squared paper."""
    sheet = np.full(shape, rng.uniform(130, 235))
    if rng.random() < 0.3:
        period, depth, thick = size * rng.uniform(0.25, 1.2), rng.uniform(10, 45), max(1, size / 80)
        rows, columns = ((np.arange(side) + rng.uniform(0, period)) % period < thick for side in shape)
        sheet[rows] -= depth
        if rng.random() < 0.5:
            sheet[:, columns] -= depth
    fibres = ndimage.gaussian_filter(rng.normal(0, 1, shape), 1.0)
    return np.asarray(sheet + fibres / fibres.std() * rng.uniform(0, 4))


def _light(shape: tuple[int, ...], rng: np.random.Generator) -> Grey:
    """Gives the light on each pixel: a slope, falling off towards the corners, sometimes a shadow."""
    y, x = np.mgrid[-0.5 : 0.5 : shape[0] * 1j, -0.5 : 0.5 : shape[1] * 1j]
    light = 1 + rng.normal(0, 0.15) * x + rng.normal(0, 0.15) * y - rng.uniform(0, 0.25) * (x**2 + y**2)
    if rng.random() < 0.3:
        angle = rng.uniform(0, 2 * np.pi)
        beyond = x * np.cos(angle) + y * np.sin(angle) - rng.uniform(-0.3, 0.3)
        light *= 1 - rng.uniform(0.15, 0.45) / (1 + np.exp(-beyond / rng.uniform(0.005, 0.08)))
    return np.asarray(light)


def _hand_shadow(shape: tuple[int, ...], rng: np.random.Generator) -> Grey:
    """Gives the light on each pixel under one to three ellipses, their bounds sharp or soft."""
    y, x = np.mgrid[0 : 1 : shape[0] * 1j, 0 : 1 : shape[1] * 1j]
    dark = np.zeros(shape)
    for _ in range(int(rng.integers(1, 4))):
        (v, u), (high, wide) = rng.uniform(0, 1, 2), rng.uniform(0.15, 0.5, 2)
        dark[((y - v) / high) ** 2 + ((x - u) / wide) ** 2 < 1] = 1
    return np.asarray(
        1 - rng.uniform(0.3, 0.6) * ndimage.gaussian_filter(dark, max(shape) * rng.uniform(0.003, 0.04))
    )


def _on_table(photo: Grey, rng: np.random.Generator) -> Grey:
    """Gives a photo with the dark table beyond one side of the sheet."""
    turns = int(rng.integers(4))
    turned = np.rot90(photo, turns).copy()
    table = turned[:, : max(1, round(rng.uniform(0.05, 0.15) * turned.shape[1]))]
    table[:] = rng.uniform(20, 90) + ndimage.gaussian_filter(rng.normal(0, 8, table.shape), 2)
    return np.asarray(np.rot90(turned, -turns).copy())
