"""The twin opened from a file: no request, no script, it prints, and quotes lead to their place."""

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from axe import violations
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Browser, Page
from studies import long_interview, make_study

from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.coding.desk.twin import transcript_html
from workbench.report.run import run_notebook

pytestmark = pytest.mark.browser


def _coded(folder: Path) -> Corpus:
    corpus = make_study(folder, long_interview(20, 12_000))
    for number, part in enumerate(corpus.file("R1").parts[1::2]):
        code = ("vantetid", "bemotande", "ager_arendet")[number % 3]
        corpus.add(Span("R1", part.start + 7, part.end - 40), code, coder="A", polarity="barrier")
        corpus.add(
            Span("R1", part.start + 20, part.end - 90), "upprepa_sig", coder="B", memo="Se <R6>."
        )
    return corpus


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_it_opens_from_a_file_without_script_or_request(
    browser: Browser, tmp_path: Path, scheme: str, width: int, pictures: Callable[..., None]
) -> None:
    corpus = _coded(tmp_path)
    path = tmp_path / "R1.html"
    path.write_text(transcript_html(corpus, "R1", language="sv"), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
    )
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    act = corpus.excerpts["act"].iloc[-1]
    page.goto(f"{path.as_uri()}#act-{act}")
    assert page.locator("script").count() == 0
    assert page.locator(f"#act-{act}").bounding_box()["y"] < 900
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    pictures(page, f"twin-{width}-{scheme}")
    assert [url for url in requests if not url.startswith("file:")] == []
    assert violations(page) == []
    context.close()


def test_it_reads_without_javascript_and_prints_every_turn(
    browser: Browser, tmp_path: Path
) -> None:
    corpus = _coded(tmp_path)
    path = tmp_path / "R1.html"
    path.write_text(transcript_html(corpus, "R1"), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("p", has_text="Tur 19.").count() == 1
    import io

    import pdfplumber

    with pdfplumber.open(io.BytesIO(page.pdf())) as printed:
        text = "".join(sheet.extract_text() or "" for sheet in printed.pages)
    assert all(f"Tur {number}." in text for number in range(20))
    context.close()


STUDY = """[study]
id = "talks"
title = "Talks"
question = "What do they say?"
decision = "What to mend"
owner = "Insight"
language = "en"
schema_version = 1
[corpus]
documents = "documents"
guide = "guide.csv"
"""

QUOTES = """import dataclasses
import workbench as wb
from workbench.language import Message
from workbench.results.base import Result, TableSpec


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Quotes(Result):
    kind = "cited"

    @property
    def specs(self):
        return {"table": TableSpec(key=("act",), caption=Message("Quotes"), counts=())}

    @property
    def message(self):
        return Message("Quotes.")


corpus = wb.load_corpus(study)
table = corpus.excerpts[["act", "document", "quote"]].head(3)
wb.show(Quotes(table=table, method=Message("As coded.")), id="quotes")
wb.transcripts(corpus, language=language)"""


def test_one_click_leads_from_a_quote_in_a_report_to_its_place(page: Page, tmp_path: Path) -> None:
    study = tmp_path / "study"
    study.mkdir()
    (study / "study.toml").write_text(STUDY, encoding="utf-8")
    corpus = _coded(study)
    parameters = new_code_cell('study: str = "."  # folder\nlanguage: str = "en"  # sv or en')
    parameters.metadata["tags"] = ["parameters"]
    cells = [
        new_markdown_cell("# Quotes?"),
        parameters,
        new_markdown_cell("## Quotes"),
        new_code_cell(QUOTES),
    ]
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, tmp_path / "90_quotes.ipynb")
    run = run_notebook(tmp_path / "90_quotes.ipynb", study, out=tmp_path / "reports")
    assert run.status == "done"
    page.goto(Path(run.report).resolve().as_uri())
    quotes = pd.Series(corpus.excerpts["quote"].head(3))
    links = page.locator("td a[href^='transcripts/'], th a[href^='transcripts/']")
    assert links.count() == 3
    links.nth(1).click()
    page.wait_for_url("**/transcripts/R1.html#act-*")
    act = page.url.rsplit("#act-", 1)[1]
    shown = page.evaluate(
        "(act) => [...document.querySelectorAll(`[id='act-${act}']`)].map((e) => e.textContent)",
        act,
    )
    assert len(shown) == 1
    assert re.sub(r"\s+", " ", quotes.iloc[1])[:10] in re.sub(r"\s+", " ", shown[0])
