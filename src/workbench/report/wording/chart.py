"""Control charts in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message

if TYPE_CHECKING:
    from workbench.results.chart import ControlChartResult

__all__ = ["headline_control_chart", "subtitle_control_chart"]


def headline_control_chart(result: ControlChartResult) -> Message:
    """Return whether the newest wave is out of the ordinary."""
    table, values = result.table, {"outcome": result.label}
    if table.empty or table["centre"].isna().all():
        return Message("{outcome} has too few waves to know what is ordinary", **values)
    newest = table[table["wave"] == table["wave"].iloc[-1]]
    outside = newest[newest["signal"] != ""]
    values["wave"] = str(newest["wave"].iloc[0])
    if outside.empty:
        return Message("{outcome} in {wave} is within what is ordinary for it", **values)
    low = (outside["z"] < 0).all()
    if low:
        return Message("{outcome} in {wave} is below its ordinary ups and downs", **values)
    if (outside["z"] > 0).all():
        return Message("{outcome} in {wave} is above its ordinary ups and downs", **values)
    return Message("{outcome} in {wave} is out of the ordinary", **values)


def subtitle_control_chart(result: ControlChartResult) -> Message:
    """Say how to read the figure."""
    del result
    return Message(
        "Limits: three standard errors from the usual level, wider where few answered and where "
        "earlier waves moved more than chance."
    )
