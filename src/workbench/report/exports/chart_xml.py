"""A native chart as DrawingML: marks with intervals, an axis each way, colours of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from workbench.report.exports.charts import chart_data
from workbench.report.figures import ACCENT, INK, LINE, SOFT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.report.exports.charts import Chart

__all__ = ["FONT", "chart_xml"]

FONT: Final = "Calibri"
"""Letters of slides and documents."""

_CHART: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_NS: Final = (
    f'xmlns:c="{_CHART}" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_SPACE: Final = {"c": _CHART}
_AFTER_MARKER: Final = ("dPt", "dLbls", "trendline", "errBars", "cat", "val", "smooth", "extLst")
_AFTER_MARKS: Final = ("numFmt", "majorTickMark", "minorTickMark", "tickLblPos")
_AFTER_LETTERS: Final = ("crossAx", "crosses", "auto", "lblAlgn")


def chart_xml(chart: Chart, *, accent: str = ACCENT, size: int = 1200) -> bytes:
    """Return a chart as DrawingML: a line chart of marks with error bars, an axis each way.

    Parameters
    ----------
    chart
        What to show; the reader's program writes the decimals as its own language has them.
    accent
        Colour of marks and intervals; a market's mark has the market's own, its interval is grey.
    size
        Of the letters, in hundredths of a point.
    """
    from pptx.chart.data import CategoryChartData
    from pptx.chart.xmlwriter import ChartXmlWriter
    from pptx.enum.chart import XL_CHART_TYPE

    data = chart_data(chart, CategoryChartData)
    source = ChartXmlWriter(XL_CHART_TYPE.LINE_MARKERS, data).xml
    return _styled(source, chart, accent, size)


def _styled(source: str, chart: Chart, accent: str, size: int) -> bytes:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - lxml has no stubs

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(source.encode(), parser)
    _style_series(root.find(".//c:ser", _SPACE), chart, accent, size)
    for smooth in root.iter(f"{{{_CHART}}}smooth"):
        smooth.set("val", "0")
    for name in ("catAx", "valAx"):
        for axis in root.iter(f"{{{_CHART}}}{name}"):
            _style_axis(axis, chart, size, is_values=name == "valAx")
    _drop(root.find("c:chart", _SPACE), "legend", "autoTitleDeleted", "title")
    _put(root.find("c:chart", _SPACE), '<c:autoTitleDeleted val="1"/>', ("plotArea",))
    _drop(root, "txPr")
    _put(root, "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>", ("externalData",))
    _put(root, _letters(size, INK), ("externalData",))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _put(parent: Any, xml: str, before: Sequence[str]) -> None:
    """Put a piece before the first child of one of these names, or last."""
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - lxml has no stubs

    end = xml.index("/>") if xml.index(">") == xml.index("/>") + 1 else xml.index(">")
    piece = etree.fromstring(f"{xml[:end]} {_NS}{xml[end:]}")
    places = [child for child in parent if etree.QName(child).localname in before]
    if places:
        places[0].addprevious(piece)
    else:
        parent.append(piece)


def _drop(parent: Any, *names: str) -> None:
    for name in names:
        for old in parent.findall(f"c:{name}", _SPACE):
            parent.remove(old)


def _style_series(series: Any, chart: Chart, accent: str, size: int) -> None:
    _drop(series, "spPr", "marker")
    line = f'<a:ln w="19050">{_solid(accent)}</a:ln>'
    if not chart.is_line:
        line = "<a:ln><a:noFill/></a:ln>"
    _put(series, f"<c:spPr>{line}</c:spPr>", ("marker", *_AFTER_MARKER))
    _put(series, _marker(accent), _AFTER_MARKER)
    for number, colour in enumerate(chart.colours):
        if colour is not None:
            _put(series, _point(number, colour), _AFTER_MARKER[1:])
    _put(series, _labels(chart, size), _AFTER_MARKER[2:])
    if all(end is not None for end in (*chart.low, *chart.high)):
        shade = SOFT if any(chart.colours) else accent
        _put(series, _error_bars(chart, shade), ("cat", "val", "smooth"))


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour.lstrip("#").upper()}"/></a:solidFill>'


def _marker(colour: str) -> str:
    return (
        '<c:marker><c:symbol val="circle"/><c:size val="10"/>'
        f"<c:spPr>{_solid(colour)}<a:ln>{_solid(colour)}</a:ln></c:spPr></c:marker>"
    )


def _point(number: int, colour: str) -> str:
    """Colour a mark; LibreOffice takes the line's colour for it, so that one is there, unseen."""
    unseen = _solid(colour).replace(
        "/></a:solidFill>", '><a:alpha val="0"/></a:srgbClr></a:solidFill>'
    )
    return (
        f'<c:dPt><c:idx val="{number}"/>{_marker(colour)}<c:bubble3D val="0"/>'
        f'<c:spPr><a:ln w="0">{unseen}</a:ln></c:spPr></c:dPt>'
    )


def _run(size: int, colour: str, tag: str = "defRPr", *, bold: bool = False) -> str:
    weight = ' b="1"' if bold else ' b="0"'
    return f'<a:{tag} sz="{size}"{weight}>{_solid(colour)}<a:latin typeface="{FONT}"/></a:{tag}>'


def _letters(size: int, colour: str) -> str:
    return f"<c:txPr><a:bodyPr/><a:p><a:pPr>{_run(size, colour)}</a:pPr></a:p></c:txPr>"


def _labels(chart: Chart, size: int) -> str:
    """Numbers beside the marks, on white: a line between waves stays out of them."""
    return (
        f'<c:dLbls><c:numFmt formatCode="{chart.code}" sourceLinked="0"/>'
        f"<c:spPr>{_solid('#ffffff')}</c:spPr>{_letters(size, INK)}"
        '<c:dLblPos val="r"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )


def _error_bars(chart: Chart, colour: str) -> str:
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
        f'<c:spPr><a:ln w="28575">{_solid(colour)}</a:ln></c:spPr></c:errBars>'
    )


def _style_axis(axis: Any, chart: Chart, size: int, *, is_values: bool) -> None:
    _drop(axis, "majorGridlines", "title", "numFmt", "majorTickMark", "minorTickMark")
    _drop(axis, "spPr", "txPr")
    axis.find("c:tickLblPos", _SPACE).set("val", "low")
    if is_values:
        line = f'<a:ln w="9525">{_solid(LINE)}</a:ln>'
        _put(axis, f"<c:majorGridlines><c:spPr>{line}</c:spPr></c:majorGridlines>", _AFTER_MARKS)
    title = chart.title if is_values else chart.names_title
    if title:
        _put(axis, _title(title, size, turned=is_values), _AFTER_MARKS)
    if is_values:
        code = f'<c:numFmt formatCode="{chart.axis_code}" sourceLinked="0"/>'
        _put(axis, code, _AFTER_MARKS[1:])
    for mark in ("majorTickMark", "minorTickMark"):
        _put(axis, f'<c:{mark} val="none"/>', ("tickLblPos",))
    _put(axis, f'<c:spPr><a:ln w="9525">{_solid(SOFT)}</a:ln></c:spPr>', _AFTER_LETTERS)
    _put(axis, _letters(size, SOFT), _AFTER_LETTERS)
    if is_values:
        low, high, step = chart.limits
        for name, value in (("max", high), ("min", low)):
            _put(axis.find("c:scaling", _SPACE), f'<c:{name} val="{value:.10g}"/>', ("extLst",))
        _put(axis, f'<c:majorUnit val="{step:.10g}"/>', ("minorUnit",))


def _title(text: str, size: int, *, turned: bool) -> str:
    """Return the title of an axis; a long one has smaller letters, to stay beside its axis."""
    letters = size if len(text) <= 40 else round(size * 0.8, -1)
    body = '<a:bodyPr rot="-5400000" vert="horz"/>' if turned else "<a:bodyPr/>"
    return (
        f"<c:title><c:tx><c:rich>{body}<a:p><a:pPr>{_run(int(letters), SOFT)}</a:pPr><a:r>"
        f"{_run(int(letters), SOFT, 'rPr')}<a:t>{escape(text)}</a:t></a:r></a:p></c:rich></c:tx>"
        '<c:overlay val="0"/></c:title>'
    )
