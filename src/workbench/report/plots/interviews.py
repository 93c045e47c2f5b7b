"""Figures of interviews: when codes were found, and when their meaning was settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message, format_percent, translate
from workbench.report.figures import C1, C5, LINE, PAPER, SIZE, SMALL, SOFT, canvas, place
from workbench.report.plots.forest import named_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from workbench.results.interviews import InterviewSaturationResult

__all__ = ["plot_interview_saturation"]


def plot_interview_saturation(
    result: InterviewSaturationResult,
    *,
    ax: Axes | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Axes:
    """Draw the share of codes found and the share settled, interview by interview."""
    ax = canvas(narrow=narrow) if ax is None else ax
    left, right = (44, 14) if narrow else (60, 220)
    place(ax, height=300, left=left, right=right, top=34 if narrow else 20, bottom=54)
    interviews = [int(number) for number in result.table["interview"]]
    found = [float(share) for share in result.table["found"]]
    settled = [float(share) for share in result.table["settled"]]
    ax.plot(interviews, found, "-o", color=C1, linewidth=2.5, markersize=9, clip_on=False, zorder=3)
    ax.plot(interviews, settled, "--s", color=C5, linewidth=2.5, markersize=8, clip_on=False,
            markerfacecolor=PAPER, markeredgewidth=2, zorder=3)  # fmt: skip
    names = (translate("● found", language), translate("□ meaning settled", language))
    _label(ax, names, (found[-1], settled[-1]), narrow=narrow)
    _dress(ax, interviews, language)
    return ax


def _label(ax: Axes, names: tuple[str, str], ends: tuple[float, float], *, narrow: bool) -> None:
    for number, (name, end, colour) in enumerate(zip(names, ends, (C1, C5), strict=True)):
        if narrow:
            where, rise, align = (number, 1.0), 16.0, "right" if number else "left"
        else:
            apart = 9.0 if abs(ends[0] - ends[1]) < 0.1 else 0.0
            where, rise, align = (1.0, end), apart * (1 - 2 * number), "left"
        ax.annotate(
            name,
            where,
            xycoords="axes fraction" if narrow else ax.get_yaxis_transform(),
            xytext=(0 if narrow else 14, rise),
            textcoords="offset points",
            ha=align,
            va="center",
            fontsize=SIZE,
            fontweight="bold",
            color=colour,
            annotation_clip=False,
        )


def _dress(ax: Axes, interviews: list[int], language: str) -> None:
    ax.set_ylim(0, 1.04)
    ax.set_xlim(min(interviews) - 0.3, max(interviews) + 0.3)
    step = max(1, len(interviews) // 12)
    numbers = interviews[::step]
    named_ticks(ax.xaxis, numbers, [str(number) for number in numbers])
    shares = (0, 0.25, 0.5, 0.75, 1.0)
    named_ticks(ax.yaxis, shares, [format_percent(share, language) for share in shares])
    ax.tick_params(length=0, pad=6, labelsize=SMALL)
    ax.grid(axis="y", color=LINE, linewidth=1)
    ax.set_axisbelow(True)
    ax.spines[:].set_visible(False)
    label = Message("Interview, in the order they were held").render(language)
    ax.set_xlabel(label, color=SOFT, labelpad=8)
