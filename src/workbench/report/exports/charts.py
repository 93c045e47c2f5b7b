"""What a native chart of slides and documents shows: points with intervals, from the tidy table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workbench.language import localized
from workbench.report.columns import column_for
from workbench.report.exports.source import plain_text
from workbench.report.figures import ACCENT, INK, LINE, SOFT
from workbench.report.labels import label_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.report.exports.source import Finding

__all__ = ["Chart", "chart_of", "chart_xml"]

_VALUES: Final = (
    ("estimate", "ci_low", "ci_high"),
    ("change", "ci_low", "ci_high"),
    ("difference", "ci_low", "ci_high"),
    ("share", "ci_low", "ci_high"),
    ("response_rate", "ci_low", "ci_high"),
    ("associated_gain", "associated_gain_low", "associated_gain_high"),
    ("effect", "effect_low", "effect_high"),
)
_OWN: Final = {"wave_change": 1, "effect_changes": 1, "segment_difference": 2}
"""Kinds whose main number is not the first column of ``_VALUES`` that they have."""

_MOST: Final = 24
_PATH: Final = "#b4bac2"
"""The line between waves: pale, so that a number beside a mark can be read across it."""
_OWN_UNITS: Final = frozenset(
    {
        *("effects", "score_readings", "decision_log", "sensitivity", "looks", "calibration"),
        *("response", "trial_segments", "effect_cells"),
    }
)
"""Kinds of trials, whose numbers have the units of their metric: one axis can't say which."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Points, or a line over time, with intervals.

    Parameters
    ----------
    names
        One per point, in the language of the run.
    values, low, high
        Unrounded; shares are 0-1 with ``is_share``. Ends are None where there is no interval.
    is_line
        True over waves.
    title
        What the axis shows.
    column
        Name of the values in the result's table.
    """

    names: tuple[str, ...]
    values: tuple[float, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    is_line: bool
    is_share: bool
    title: str
    column: str

    @property
    def limits(self) -> tuple[float, float, float]:
        """Ends and step of the value axis: every interval lies inside."""
        ends = [end for end in (*self.values, *self.low, *self.high) if end is not None]
        low, high = min(ends), max(ends)
        spread = (high - low) or abs(high) or 1.0
        step = 10.0 ** math.floor(math.log10(spread / 4))
        step *= next(size for size in (1, 2, 5, 10) if spread / (step * size) <= 6)
        return math.floor(low / step) * step, math.ceil(high / step) * step, step


def chart_of(finding: Finding, language: str) -> Chart | None:
    """Return the chart a result's main table gives, or None where one axis can't hold it.

    Rows that are hidden or have no number are left out; a chart needs two points.
    """
    payload = finding.payload
    table = payload["tables"].get("table")
    if table is None or payload["kind"] in _OWN_UNITS:
        return None
    start = _OWN.get(payload["kind"], 0)
    columns = table["columns"]
    found = next((v for v in _VALUES[start:] if set(v) <= set(columns)), None)
    rows = [dict(zip(columns, row, strict=True)) for row in table["rows"]]
    if found is None or not table["key"]:
        return None
    rows = [row for row in rows if _number(row[found[0]]) is not None and _shown(row)]
    if not 2 <= len(rows) <= _MOST:
        return None
    labels = {key: localized(text, language) for key, text in finding.labels.items()}
    varying = [k for k in table["key"] if len({repr(row[k]) for row in rows}) > 1]
    names = [_name(row, varying or table["key"], labels) for row in rows]
    is_line = payload.get("by") == ["wave"] or varying in (["wave"], ["day"], ["interview"])
    order = range(len(rows))
    if not is_line and payload["kind"] == "drivers":
        order = sorted(order, key=lambda i: -float(rows[i][found[0]]))
    column = column_for(payload["kind"], found[0])
    return Chart(
        names=tuple(names[i] for i in order),
        values=tuple(float(rows[i][found[0]]) for i in order),
        low=tuple(_number(rows[i][found[1]]) for i in order),
        high=tuple(_number(rows[i][found[2]]) for i in order),
        is_line=is_line,
        is_share=column.format.startswith("percent"),
        title=plain_text(finding.caption or column.label.render(language)),
        column=found[0],
    )


def _shown(row: dict[str, Any]) -> bool:
    return not row.get("suppressed")


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None


def _name(row: dict[str, Any], keys: Sequence[str], labels: dict[str, str]) -> str:
    parts = [str(label_of(row[key], labels)) if row[key] is not None else "–" for key in keys]
    return plain_text(" / ".join(parts))


_NS: Final = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def chart_xml(chart: Chart, *, accent: str = ACCENT, size: int = 1200) -> bytes:
    """Return a chart as DrawingML: a line chart of marks with error bars, an axis each way.

    Parameters
    ----------
    chart
        What to show; the reader's program writes the decimals as its own language has them.
    accent
        Colour of marks and intervals.
    size
        Of the letters, in hundredths of a point.
    """
    from pptx.chart.data import CategoryChartData
    from pptx.chart.xmlwriter import ChartXmlWriter
    from pptx.enum.chart import XL_CHART_TYPE

    data = chart_data(chart, CategoryChartData)
    source = ChartXmlWriter(XL_CHART_TYPE.LINE_MARKERS, data).xml
    return _styled(source, chart, accent, size)


def chart_data(chart: Chart, kind: Any) -> Any:
    """Return the numbers as the embedded workbook holds them: unrounded."""
    data = kind(number_format="0%" if chart.is_share else "0.0")
    data.categories = list(chart.names)
    data.add_series(chart.title[:120], list(chart.values))
    return data


def _styled(source: str | bytes, chart: Chart, accent: str, size: int) -> bytes:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - lxml has no stubs

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(source.encode() if isinstance(source, str) else source, parser)
    space = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}

    def put(parent: Any, xml: str, before: tuple[str, ...]) -> None:
        piece = etree.fromstring(xml.replace(">", f" {_NS}>", 1) if "xmlns:c" not in xml else xml)
        places = [child for child in parent if etree.QName(child).localname in before]
        if places:
            places[0].addprevious(piece)
        else:
            parent.append(piece)

    series = root.find(".//c:ser", space)
    for old in [*series.findall("c:spPr", space), *series.findall("c:marker", space)]:
        series.remove(old)
    late = ("dPt", "dLbls", "trendline", "errBars", "cat", "val", "smooth", "extLst")
    line = "<a:ln><a:noFill/></a:ln>"
    if chart.is_line:
        line = f'<a:ln w="19050">{_solid(_PATH)}</a:ln>'
    put(series, f"<c:spPr>{line}</c:spPr>", ("marker", *late))
    put(
        series,
        f'<c:marker><c:symbol val="circle"/><c:size val="10"/><c:spPr>{_solid(accent)}'
        f"<a:ln>{_solid(accent)}</a:ln></c:spPr></c:marker>",
        late,
    )
    put(series, _labels_xml(chart, size), ("trendline", "errBars", "cat", "val", "smooth"))
    if all(end is not None for end in (*chart.low, *chart.high)):
        put(series, _error_bars(chart, accent), ("cat", "val", "smooth"))
    for smooth in root.iter(f"{{{space['c']}}}smooth"):
        smooth.set("val", "0")
    for axis in [*root.iter(f"{{{space['c']}}}catAx"), *root.iter(f"{{{space['c']}}}valAx")]:
        _style_axis(axis, put, chart, size)
    for legend in list(root.iter(f"{{{space['c']}}}legend")):
        legend.getparent().remove(legend)
    plot = root.find("c:chart", space)
    for old in [*plot.findall("c:autoTitleDeleted", space), *plot.findall("c:title", space)]:
        plot.remove(old)
    put(plot, '<c:autoTitleDeleted val="1"/>'.replace("/>", f" {_NS}/>"), ("plotArea",))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour.lstrip("#").upper()}"/></a:solidFill>'


def _letters(size: int, colour: str) -> str:
    return (
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="{size}">{_solid(colour)}</a:defRPr></a:pPr>'
        "</a:p></c:txPr>"
    )


def _labels_xml(chart: Chart, size: int) -> str:
    code = "0%" if chart.is_share else "0.0"
    return (
        f'<c:dLbls><c:numFmt formatCode="{code}" sourceLinked="0"/>{_letters(size, INK)}'
        '<c:dLblPos val="r"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )


def _error_bars(chart: Chart, accent: str) -> str:
    def side(name: str, ends: Sequence[float | None]) -> str:
        sizes = [abs((end or 0.0) - v) for end, v in zip(ends, chart.values, strict=True)]
        points = "".join(
            f'<c:pt idx="{i}"><c:v>{size!r}</c:v></c:pt>' for i, size in enumerate(sizes)
        )
        count = f'<c:ptCount val="{len(sizes)}"/>'
        return f"<c:{name}><c:numLit>{count}{points}</c:numLit></c:{name}>"

    return (
        '<c:errBars><c:errDir val="y"/><c:errBarType val="both"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="1"/>{side("plus", chart.high)}{side("minus", chart.low)}'
        f'<c:spPr><a:ln w="28575">{_solid(accent)}</a:ln></c:spPr></c:errBars>'
    )


def _style_axis(axis: Any, put: Any, chart: Chart, size: int) -> None:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - lxml has no stubs

    names = {etree.QName(child).localname: child for child in axis}
    for old in ("majorGridlines", "txPr", "spPr", "majorTickMark", "minorTickMark"):
        if old in names:
            axis.remove(names[old])
    tail = ("crossAx", "crosses", "auto", "lblAlgn")
    is_values = etree.QName(axis).localname == "valAx"
    if is_values:
        put(
            axis,
            f'<c:majorGridlines><c:spPr><a:ln w="9525">{_solid(LINE)}</a:ln></c:spPr>'
            "</c:majorGridlines>",
            ("title", "numFmt", "tickLblPos", *tail),
        )
    for mark in ("majorTickMark", "minorTickMark"):
        put(axis, f'<c:{mark} val="none"/>'.replace("/>", f" {_NS}/>"), ("tickLblPos", *tail))
    if "tickLblPos" in names:
        names["tickLblPos"].set("val", "low")
    put(axis, f'<c:spPr><a:ln w="9525">{_solid(SOFT)}</a:ln></c:spPr>', tail)
    put(axis, _letters(size, SOFT), tail)
    if is_values:
        _scale_axis(names["scaling"], axis, put, chart)
    if is_values and "numFmt" in names:
        names["numFmt"].set("formatCode", "0%" if chart.is_share else "0")
        names["numFmt"].set("sourceLinked", "0")


def _scale_axis(scaling: Any, axis: Any, put: Any, chart: Chart) -> None:
    low, high, step = chart.limits
    for name, value in (("max", high), ("min", low)):
        put(scaling, f'<c:{name} val="{value:.10g}"/>'.replace("/>", f" {_NS}/>"), ("extLst",))
    put(axis, f'<c:majorUnit val="{step:.10g}"/>'.replace("/>", f" {_NS}/>"), ("minorUnit",))
