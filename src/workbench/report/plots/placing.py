"""Where labels stand in a figure: each where it covers least of what is drawn."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Box", "Spot", "least_covering"]


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    x0: float
    y0: float
    x1: float
    y1: float

    def overlap(self, other: Box) -> float:
        """Return the area that both cover."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(width, 0.0) * max(height, 0.0)


Spot = tuple[str, float, float]
"""Alignment, and offset from the mark, in pixels."""


def least_covering(
    spots: list[dict[Spot, Box]],
    fixed: list[Box],
    lines: list[Box],
    size: tuple[float, float],
) -> list[Spot]:
    """Choose a spot for every label, each given the others, until nothing improves."""
    chosen = [next(iter(own)) for own in spots]
    alone = [{spot: _cost_alone(box, fixed, lines, size) for spot, box in own.items()}
             for own in spots]  # fmt: skip

    def cost(label: int, spot: Spot) -> float:
        box = spots[label][spot]
        outside, covered, crossed = alone[label][spot]
        others = (spots[i][own] for i, own in enumerate(chosen) if i != label)
        covered = sum((box.overlap(other) for other in others), covered)
        far = abs(spot[1]) + abs(spot[2])
        return 400 * outside + 3 * covered + 0.5 * crossed + 2 * far

    for _ in range(6):
        before = list(chosen)
        for label, own in enumerate(spots):
            chosen[label] = min(own, key=lambda spot, at=label: cost(at, spot))
        if chosen == before:
            break
    return chosen


def _cost_alone(
    box: Box, fixed: list[Box], lines: list[Box], size: tuple[float, float]
) -> tuple[float, float, float]:
    """Return how far a box lies outside, and the areas it covers, wherever the others stand."""
    outside = max(0.0, -box.x0) + max(0.0, box.x1 - size[0])
    outside += max(0.0, -box.y0) + max(0.0, box.y1 - size[1])
    covered = sum(box.overlap(other) for other in fixed)
    return outside, covered, sum(box.overlap(line) for line in lines)
