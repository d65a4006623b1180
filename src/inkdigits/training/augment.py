"""Augmentation: whole batches of digit images moved at random, in memory.

Knows nothing about labels, networks or where images come from.
"""

from __future__ import annotations

import math

from inkdigits.arrays import DIGIT_SIZE
from inkdigits.training.backend import torch
from inkdigits.training.choices import Augmentation


def augment(images: torch.Tensor, choice: Augmentation, generator: torch.Generator) -> torch.Tensor:
    """Moves each image by a random rotation, shear, zoom and shift of its own.

    Args:
        images: (n, 28, 28) float32, ink 1 on 0.
        choice: The bounds.
        generator: Decides the moves; on the CPU.

    Returns:
        (n, 28, 28) float32; what comes in from outside the image is paper.
    """
    if choice.stroke:
        images = _repenned(images, choice.stroke, generator)
    if not (choice.rotation or choice.zoom or choice.shift or choice.shear):
        return images
    moves = _random_moves(len(images), choice, generator).to(images.device)
    size = [len(images), 1, DIGIT_SIZE, DIGIT_SIZE]
    grid = torch.nn.functional.affine_grid(moves, size, align_corners=False)
    moved = torch.nn.functional.grid_sample(images[:, None], grid, padding_mode="zeros", align_corners=False)
    return moved[:, 0]


def _repenned(images: torch.Tensor, bound: float, generator: torch.Generator) -> torch.Tensor:
    """Lets the strokes of each image grow or thin by a random part of a pixel, up to `bound`."""
    part = (torch.rand((len(images), 1, 1), generator=generator) * 2 - 1).to(images.device) * bound
    thick = torch.nn.functional.max_pool2d(images, 3, stride=1, padding=1)
    thin = -torch.nn.functional.max_pool2d(-images, 3, stride=1, padding=1)
    return torch.where(part > 0, torch.lerp(images, thick, part), torch.lerp(images, thin, -part))


def _random_moves(count: int, choice: Augmentation, generator: torch.Generator) -> torch.Tensor:
    """Gives (count, 2, 3) float32: for each place in the result, where in the image to look.

    Coordinates run from -1 to 1 over the image, so that a shift by a part s of its side is 2 s.
    """
    draws = torch.rand((6, count), generator=generator) * 2 - 1
    angle = draws[0] * math.radians(choice.rotation)
    zoom_x, zoom_y = 1 + draws[1] * choice.zoom, 1 + draws[2] * choice.zoom
    shift_x, shift_y = draws[3] * 2 * choice.shift, draws[4] * 2 * choice.shift
    slant = torch.tan(draws[5] * math.radians(choice.shear))
    cosine, sine = angle.cos(), angle.sin()
    across = [cosine * zoom_x, (slant * cosine - sine) * zoom_y, shift_x]
    down = [sine * zoom_x, (slant * sine + cosine) * zoom_y, shift_y]
    return torch.stack(across + down, dim=1).reshape(count, 2, 3)
