"""J, F and their statistics written a second time, pixel by pixel from their definitions, to check the fast ones."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def slow_region(truth: NDArray[np.bool_], result: NDArray[np.bool_]) -> float:
    true_pixels = {(int(row), int(column)) for row, column in zip(*np.nonzero(truth), strict=True)}
    found_pixels = {(int(row), int(column)) for row, column in zip(*np.nonzero(result), strict=True)}
    union = true_pixels | found_pixels
    return len(true_pixels & found_pixels) / len(union) if union else 1.0


def slow_boundary_pixels(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    height, width = mask.shape
    pixels = []
    for row in range(height):
        for column in range(width):
            neighbours = [(row, column + 1), (row + 1, column), (row + 1, column + 1)]
            if row == height - 1 and column == width - 1:
                neighbours = []
            elif row == height - 1:
                neighbours = [(row, column + 1)]
            elif column == width - 1:
                neighbours = [(row + 1, column)]
            if any(mask[neighbour] != mask[row, column] for neighbour in neighbours):
                pixels.append((row, column))
    return pixels


def slow_boundary(truth: NDArray[np.bool_], result: NDArray[np.bool_]) -> float:
    limit = math.ceil(0.008 * math.hypot(*truth.shape)) ** 2
    true_pixels, found_pixels = slow_boundary_pixels(truth), slow_boundary_pixels(result)

    def part(pixels: list[tuple[int, int]], others: list[tuple[int, int]]) -> float:
        """The part of the pixels that lie near one of the others."""
        if not pixels:
            return 1.0
        rows, columns = np.array(others or [(10**6, 10**6)]).T
        near = sum(bool(((rows - row) ** 2 + (columns - column) ** 2 <= limit).any()) for row, column in pixels)
        return near / len(pixels)

    precision, recall = part(found_pixels, true_pixels), part(true_pixels, found_pixels)
    if not true_pixels and found_pixels:
        precision, recall = 0.0, 1.0
    if true_pixels and not found_pixels:
        precision, recall = 1.0, 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def slow_statistics(values: list[float]) -> tuple[float, float, float]:
    """Mean, recall, decay; quarter k goes from the value nearest to 1 + k (n - 1) / 4 to the next, both included."""
    count = len(values)
    edges = [round(1 + quarter * (count - 1) / 4 + 1e-10) - 1 for quarter in range(5)]
    quarters = [values[edges[quarter] : edges[quarter + 1] + 1] for quarter in range(4)]
    means = [sum(quarter) / len(quarter) for quarter in quarters]
    return sum(values) / count, sum(value > 0.5 for value in values) / count, means[0] - means[3]
