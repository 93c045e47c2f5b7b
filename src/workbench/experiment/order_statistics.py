"""Values at given ranks, exactly, in memory that does not grow with the rows.

Values are counted in bins between the lowest and the highest; only the bins that hold a wanted rank
are looked into again, until few values are left there or all of them are the same.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.experiment.source import Source

__all__ = ["order_statistics"]

VALUES_AT_ONCE = 100_000
BINS = 4096


def order_statistics(source: Source, value: str, ranks: Sequence[int]) -> list[float]:
    """Return the values at ranks, counted from 0 among the finite values in rising order.

    Parameters
    ----------
    source
        The rows that take part.
    value
        SQL of a unit's value; missing and infinite ones are left out.
    ranks
        Each below the number of finite values.
    """
    finite = source.restricted(f"isfinite({value})")
    found: dict[int, float] = {}
    _look(finite, value, {int(rank): int(rank) for rank in ranks}, found)
    return [found[int(rank)] for rank in ranks]


def _look(source: Source, value: str, wanted: dict[int, int], found: dict[int, float]) -> None:
    """Fill ``found`` for ranks within the source; ``wanted`` maps those asked for to own ranks."""
    n, low, high = source.rows(f"SELECT count(*), min({value}), max({value}) FROM {{data}}")[0]  # noqa: S608
    if low == high:
        found.update(dict.fromkeys(wanted, float(low)))
        return
    place = _bin(value, float(low), float(high))
    if n <= VALUES_AT_ONCE or place is None:
        rows = source.arrays(f"SELECT {value} AS value FROM {{data}}")  # noqa: S608 - quoted names
        ordered = np.sort(np.asarray(rows["value"], dtype=float))
        found.update({rank: float(ordered[own]) for rank, own in wanted.items()})
        return
    counts = np.zeros(BINS + 1, dtype=np.int64)
    for number, count in source.rows(f"SELECT {place} AS b, count(*) FROM {{data}} GROUP BY 1"):  # noqa: S608
        counts[int(number)] = count
    below = np.concatenate([[0], np.cumsum(counts)])
    within: dict[int, dict[int, int]] = defaultdict(dict)
    for rank, own in wanted.items():
        number = int(np.searchsorted(below, own, side="right")) - 1
        within[number][rank] = own - int(below[number])
    for number, inner in within.items():
        _look(source.restricted(f"{place} = {number}"), value, inner, found)


def _bin(value: str, low: float, high: float) -> str | None:
    """Return SQL of a value's bin, which never falls as values rise; None where none can part them.

    The width is halved before it is taken, so that ends of opposite signs do not overflow.
    """
    width = high / 2 - low / 2
    middle = low / 2 + high / 2
    if not (width > 0 and low < middle < high):
        return None
    share = f"(({value}) / 2 - ({low / 2!r})) / {width!r}"
    return f"CAST(floor({share} * {BINS}) AS BIGINT)"
