"""A study and notebooks in which every text attacks, and what would show that an attack worked."""

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
from small_study import CELLS, PARAMETERS

ATTACKS = {
    "script": "<script>alert(1)</script><xss-a>",
    "handler": '"><img src=x onerror=alert(1)><xss-b>',
    "link": '<a href="javascript:alert(1)">a</a> [b](javascript:alert(1))',
    "drawing": "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "base": '<base href="//evil.example/">',
    "refresh": '<meta http-equiv="refresh" content="0;url=//evil.example/">',
    "closing": "</style></title></svg></table><xss-c>",
    "unclosed": "<b><table><!-- <xss-d",
    "frame": '<iframe src="//evil.example/"></iframe><object data=x></object>',
    "template": "{{ 7*7 }}{% raw %}{# x #}",
    "mathematics": "$$\\href{javascript:alert(1)}{x}$$",
    "formula": "=1+1",
    "formula at": "@SUM(A1)",
    "formula plus": "+1+1",
    "formula minus": "-1+1",
    "direction": "\u202egnp.exe",
    "invisible": "S\u200bE\u2066x",
    "path": "../../../x",
    "device": "con",
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt;",
}

PERSON = "@person.example"
"""Ends the key of every respondent: no output may hold one."""
SMALL = "Vimmerby"
"""A market with too few answers in the newest wave."""
STORED = "stored-output-of-another"
"""Stands in the outputs that the notebook brings along: those are never shown."""
TOKEN_NAME, TOKEN = "WORKBENCH_TEST_TOKEN", "tok-3f9c1d-hidden"

STUDY = """
[study]
id = "hostile"
title = '</title><script>alert(1)</script><xss-e>'
question = '[q](javascript:alert(1)) <xss-f>'
decision = '<img src=x onerror=alert(1)>'
owner = '{{ 7*7 }}'
reader = '<base href=//evil.example>'
language = "en"
[survey]
files = [{ path = "waves/*.csv", wave_from = "name" }]
respondent = "id"
[survey.items.recommend]
scale = [0, 10]
[survey.outcomes]
nps = { item = "recommend", scale = [0, 10], label = '<script>label</script><xss-g>' }
[survey.segments]
market = { column = "market", label = '</th><xss-h>' }
[survey.waves."2026-01"]
label = '<script>one</script><xss-i>'
closed = 2026-01-31
[survey.waves."2026-02"]
label = '=two'
closed = 2026-02-28
"""

DISPLAYS = """
from IPython.display import HTML, SVG, Javascript, Markdown, display
import pandas as pd
hostile = sorted(set(answers["market"]) - {"Vimmerby"})
few = now[now["market"].isin(["Vimmerby", *hostile[:5], "{{ 7*7 }}{% raw %}{# x #}", "@SUM(A1)"])]
wb.show(wb.nps(few, "recommend", by="market", floor=floor, protect=hidden), id="few")
for text in hostile:
    display(HTML(text)), display(Markdown(text))
display(pd.DataFrame({"market": hostile}).style)
display(pd.DataFrame({"market": hostile}))
display(Javascript("alert(1)"))
display(SVG('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>1</script></svg>'))
print(*hostile)
"""


def write_hostile_study(folder: Path) -> Path:
    """Write a study whose markets, labels and texts are the attacks."""
    study = folder / "study"
    (study / "waves").mkdir(parents=True)
    (study / "study.toml").write_text(STUDY, encoding="utf-8")
    for shift, wave in enumerate(("2026-01", "2026-02")):
        with (study / "waves" / f"{wave}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["id", "market", "recommend"])
            for number in range(24 * len(ATTACKS)):
                attack = list(ATTACKS.values())[number % len(ATTACKS)]
                who = f"{wave}-{number}{PERSON}"
                writer.writerow([who, attack, (number // 3 + shift) % 11])
            # in January there are enough to be shown, in February too few
            writer.writerows([f"{wave}-t{n}{PERSON}", SMALL, 10] for n in range(9 - 4 * shift))
    return study


def write_hostile_notebook(folder: Path, name: str, *further: str) -> Path:
    """Write a notebook with attacks in its title and prose, and cells that show what data say."""
    parameters = nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    by_market = (
        "hidden = wb.report_pattern(study, answers, floor=floor)\n"
        "shown = wb.nps(now, 'recommend', by='market', floor=floor, protect=hidden)\n"
        "wb.show(shown, id='by_market')"
    )
    cells = [*CELLS[:-1], by_market, *further, CELLS[-1]]
    prose = "\n\n".join(ATTACKS.values())
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# </title><script>alert(1)</script><xss-j> Title"),
            parameters,
            nbformat.v4.new_markdown_cell(prose),
            *[nbformat.v4.new_code_cell(cell) for cell in cells],
        ]
    )
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [
                nbformat.v4.new_output(
                    "display_data",
                    {"text/html": f"<script>{STORED}</script>", "text/plain": STORED},
                )
            ]
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


ACTIVE = frozenset(
    {"script", "iframe", "object", "embed", "base", "link", "form", "frame", "applet"}
)
_SCHEME = re.compile(r"^\s*(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
HIDDEN = re.compile("[\u200b\u202a-\u202e\u2066-\u2069]")


class _Markup(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.styles = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.styles += tag == "style"
        if tag in ACTIVE or tag.startswith("xss"):
            self.found.append(f"<{tag}>")
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self.found.append("refresh")
        if tag == "img" and not values.get("src", "").startswith("data:image/"):
            self.found.append(f"image {values.get('src')}")
        for name, value in values.items():
            if name.startswith("on"):
                self.found.append(f"{tag} {name}")
            if name in {"href", "src", "action", "data", "xlink:href"} and _leads_out(value):
                self.found.append(f"{tag} {name}={value}")


def _leads_out(value: str) -> bool:
    runs = _SCHEME.match(value) is not None and not value.startswith("data:image/")
    return runs or value.startswith("//")


def active_in(html: str) -> list[str]:
    """Return what in a piece of HTML would run, load, or is markup that came from data."""
    markup = _Markup()
    markup.feed(html)
    return markup.found


def is_formula(cell: str) -> bool:
    """Say whether a spreadsheet would take a cell's text for a formula."""
    if re.fullmatch(r"-?\d+(\.\d*)?(e[-+]?\d+)?", cell):
        return False
    return cell.startswith(("=", "+", "-", "@", "\t", "\r"))
