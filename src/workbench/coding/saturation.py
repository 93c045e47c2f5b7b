"""How much new did the last interviews bring: Guest's base, run and threshold, over all orders."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.language import Message
from workbench.results.text import SaturationResult

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

__all__ = ["meaning_saturation", "saturation"]


def saturation(
    new_codes_per_interview: Sequence[int] | Sequence[Collection[Hashable]],
    *,
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
    orders: int = 1_000,
    seed: int = 0,
) -> SaturationResult:
    """Say after how many interviews hardly anything new came up [1]_.

    The new codes of the last ``run`` interviews are set against the codes of the first ``base``:
    a denominator that stays, so that a long study does not saturate by its length alone.

    Parameters
    ----------
    new_codes_per_interview
        Per interview, in the order they were held, the number of codes not met before; or the set
        of codes it carries, which also gives the spread over other orders of the interviews.
    base, run
        Interviews in the base and in the run. Runs overlap: one ends at each interview.
    threshold
        Share of new codes, 0-1, at or below which the run counts as saturated.
    orders, seed
        Random orders to draw, and their seed. Only with sets.

    Returns
    -------
    SaturationResult
        ``label`` as in "7+2": seven interviews, then a run of two with hardly anything new.
        None with a ``reason``: ``NOT_REACHED``, ``NO_CODES_IN_BASE`` or ``TOO_FEW``.

    Raises
    ------
    DataError
        If a count is negative or no whole number, or base, run or threshold are out of range.

    References
    ----------
    .. [1] Guest, G., Namey, E., & Chen, M. (2020). A simple method to assess and report thematic
       saturation in qualitative research. PLoS ONE, 15(5), e0232076.

    Examples
    --------
    >>> saturation([4, 3, 2, 1, 1, 0, 0, 0]).label
    '5+2'
    >>> saturation([{"price"}, {"price", "queue"}, {"queue"}, {"app"}, {"app"}, {"app"}]).label
    '4+2'
    """
    if base < 1 or run < 1 or not 0 <= threshold < 1:
        raise DataError(
            "base and run must be at least 1 and threshold a share from 0 up to 1; found "
            f"base {base}, run {run}, threshold {threshold}."
        )
    entries: list[object] = list(new_codes_per_interview)
    carries = _carries(entries)
    counts = _counts(entries) if carries is None else _new_counts(carries, np.arange(len(entries)))
    place, reason = _where(counts[None, :], base, run, threshold)
    result = SaturationResult(
        table=_table(counts, base, run, threshold),
        method=Message(
            "New codes in a run of {run:integer} interviews as a share of the codes in the first "
            "{base:integer}; saturated at {threshold:percent} or less (Guest, Namey & Chen 2020).",
            run=run,
            base=base,
            threshold=threshold,
        ),
        label=_label(int(place[0]), run),
        reason=reason[0],
        base=base,
        run=run,
        threshold=threshold,
    )
    return result if carries is None else _with_spread(result, carries, orders, seed)


def meaning_saturation(
    first_use: pd.Series, last_change: pd.Series, n_interviews: int
) -> pd.DataFrame:
    """Compare when codes were found with when their meaning was settled [1]_.

    Parameters
    ----------
    first_use
        Code -> the interview (1, 2, ...) in which it was first used. Codes never used are missing.
    last_change
        Code -> the interview after which its definition last changed; codes without a change
        are settled at their first use.
    n_interviews
        Interviews in the study.

    Returns
    -------
    DataFrame
        One row per interview: ``interview``, ``codes`` and ``meanings`` (shares of all used codes
        found, and settled, by then; 0-1), ``n_codes``.

    References
    ----------
    .. [1] Hennink, M. M., Kaiser, B. N., & Marconi, V. C. (2017). Code saturation versus meaning
       saturation: how many interviews are enough? Qualitative Health Research, 27(4), 591-608.

    Examples
    --------
    >>> first, last = pd.Series({"price": 1, "queue": 2}), pd.Series({"price": 3})
    >>> meaning_saturation(first, last, 3)
       interview  codes  meanings  n_codes
    0          1    0.5       0.0        2
    1          2    1.0       0.5        2
    2          3    1.0       1.0        2
    """
    used = first_use.dropna()
    settled = pd.concat([used, last_change.reindex(used.index)], axis=1).max(axis=1)
    interviews = np.arange(1, n_interviews + 1)
    shares = [
        [float((when <= interview).mean()) if len(when) else None for interview in interviews]
        for when in (used, settled)
    ]
    return pd.DataFrame(
        {
            "interview": interviews,
            "codes": shares[0],
            "meanings": shares[1],
            "n_codes": len(used),
        }
    )


def _carries(entries: list[object]) -> NDArray[np.bool_] | None:
    """Return interview x code, or None when only counts are given."""
    are_sets = [isinstance(e, Collection) and not isinstance(e, str | bytes) for e in entries]
    if not entries or not any(are_sets):
        return None
    if not all(are_sets):
        raise DataError("Give either a count or a set of codes for every interview, not both.")
    sets = [set(cast("Collection[Hashable]", entry)) for entry in entries]
    codes = {code: number for number, code in enumerate(dict.fromkeys(c for s in sets for c in s))}
    table = np.zeros((len(sets), len(codes)), bool)
    for interview, carried in enumerate(sets):
        table[interview, [codes[code] for code in carried]] = True
    return table


def _counts(entries: list[object]) -> NDArray[np.int64]:
    for place, entry in enumerate(entries, start=1):
        whole = isinstance(entry, int | np.integer) and not isinstance(entry, bool)
        if not whole or cast("int", entry) < 0:
            raise DataError(
                f"New codes per interview must be whole numbers from 0; interview {place} is not. "
                "Count each code once, at the interview where it first came up."
            )
    return np.array(entries, np.int64)


def _new_counts(carries: NDArray[np.bool_], order: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return how many codes come up for the first time at each place of the order."""
    arranged = carries[order]
    first = arranged[:, arranged.any(axis=0)].argmax(axis=0)
    return np.bincount(first, minlength=len(carries)).astype(np.int64)


def _runs(counts: NDArray[np.int64], run: int) -> NDArray[np.int64]:
    """Return the sum of the run that ends at each place."""
    summed = np.cumsum(counts, axis=1)
    before = np.pad(summed, ((0, 0), (run, 0)))[:, : counts.shape[1]]
    return summed - before


def _where(
    counts: NDArray[np.int64], base: int, run: int, threshold: float
) -> tuple[NDArray[np.int64], list[str]]:
    """Return per row the place at which the first saturated run ends (-1: none), and why not."""
    n = counts.shape[1]
    if n < base + run:
        return np.full(len(counts), -1), ["TOO_FEW"] * len(counts)
    found = counts[:, :base].sum(axis=1)
    ratio = _runs(counts, run)[:, base + run - 1 :] / np.maximum(found, 1)[:, None]
    low = (ratio <= threshold + 1e-12) & (found > 0)[:, None]
    place = np.where(low.any(axis=1), low.argmax(axis=1) + base + run - 1, -1)
    why = np.where(found == 0, "NO_CODES_IN_BASE", np.where(place < 0, "NOT_REACHED", ""))
    return place, [str(reason) for reason in why]


def _label(place: int, run: int) -> str | None:
    return None if place < 0 else f"{place + 1 - run}+{run}"


def _table(counts: NDArray[np.int64], base: int, run: int, threshold: float) -> pd.DataFrame:
    n = len(counts)
    found = int(counts[:base].sum())
    in_run = _runs(counts[None, :], run)[0]
    judged = (np.arange(n) >= base + run - 1) & (found > 0)
    ratio = pd.array(in_run / max(found, 1), dtype="Float64")
    ratio[~judged] = pd.NA
    return pd.DataFrame(
        {
            "interview": np.arange(1, n + 1),
            "new_codes": counts,
            "codes": np.cumsum(counts),
            "new_in_run": in_run,
            "ratio": ratio,
            "reached": judged & (in_run <= threshold * found + 1e-12),
        }
    )


def _with_spread(
    result: SaturationResult, carries: NDArray[np.bool_], orders: int, seed: int
) -> SaturationResult:
    """Add what other orders of the same interviews would have shown."""
    n = len(carries)
    generator = np.random.default_rng(seed)
    drawn = generator.permuted(np.tile(np.arange(n), (orders, 1)), axis=1)
    counts = np.array([_new_counts(carries, order) for order in drawn]).reshape(orders, n)
    places, reasons = _where(counts, result.base, result.run, result.threshold)
    labels = pd.Series(
        [_label(int(p), result.run) or why for p, why in zip(places, reasons, strict=True)],
        dtype="str",
    )
    tally = labels.value_counts(sort=False).rename_axis("label").reset_index(name="n")
    ends = dict(zip(labels, np.where(places < 0, n + 1, places + 1), strict=True))
    tally["interviews"] = pd.array([int(ends[label]) for label in tally["label"]], dtype="Int64")
    tally = tally.sort_values(["interviews", "label"], ignore_index=True)
    tally.loc[tally["interviews"] > n, "interviews"] = pd.NA
    tally["share"] = tally["n"] / orders
    low, median, high = np.quantile(np.cumsum(counts, axis=1), [0.025, 0.5, 0.975], axis=0)
    return replace(
        result,
        orders=tally[["label", "interviews", "n", "share"]],
        curve=pd.DataFrame(
            {"interview": np.arange(1, n + 1), "median": median, "low": low, "high": high}
        ),
        share_reached=float((places >= 0).mean()),
    )
