"""The twin opened from a file: no request, no script, it prints, and quotes lead to their place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe import violations
from playwright.sync_api import Browser
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


def test_executed_by_a_program_the_desk_is_its_twin(
    browser: Browser, tmp_path: Path, repository: Path
) -> None:
    run = run_notebook(
        repository / "notebooks" / "40_coding.ipynb",
        repository / "data" / "demo" / "interviews",
        language="sv",
        out=tmp_path,
    )
    assert run.status == "done"
    executed = (run.folder / "notebook.ipynb").read_text(encoding="utf-8")
    assert "application/vnd.jupyter.widget-view+json" not in executed
    corpus = Corpus(repository / "data" / "demo" / "interviews")
    documents = list(corpus.documents["document"])
    assert sorted(path.stem for path in (run.folder / "transcripts").iterdir()) == documents
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((run.folder / "report.html").resolve().as_uri())
    page.locator("a[href='transcripts/R3.html']").last.click()
    page.wait_for_url("**/transcripts/R3.html")
    coded = corpus.excerpts.query("document == 'R3'")
    assert page.locator(".mar li").count() >= len(coded)
    for act in coded["act"]:
        assert page.locator(f"[id='act-{act}']").count() == 1
    assert [url for url in asked if not url.startswith("file:")] == []
    context.close()


def test_one_click_leads_from_a_quote_of_50_themes_to_its_place(
    browser: Browser, themes_folder: Path, repository: Path
) -> None:
    corpus = Corpus(repository / "data" / "demo" / "interviews")
    coded = corpus.excerpts.set_index("act")["quote"].to_dict()
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    report = (themes_folder / "report.html").resolve().as_uri()
    page.goto(report)
    links = page.locator("a[href*='.html#act-']")
    addresses = [link.get_attribute("href") for link in links.all()]
    acts = [str(one).partition("#act-")[2] for one in addresses]
    assert len(acts) >= 10
    assert set(acts) <= set(coded)
    for number in range(0, len(acts), 5):
        page.goto(report)
        passage = links.nth(number).locator("xpath=ancestor::div[1]")
        quote = _plain(passage.locator("mark").inner_text())
        links.nth(number).click()
        page.wait_for_url(f"**/{addresses[number]}")
        place = page.locator(":target")
        assert place.get_attribute("id") == f"act-{acts[number]}"
        assert 0 <= place.bounding_box()["y"] < page.viewport_size["height"]
        text = _plain(page.locator(".turn p").filter(has=place).inner_text())
        assert quote in text
        assert quote in _plain(coded[acts[number]])
    assert [url for url in asked if not url.startswith("file:")] == []
    context.close()


def _plain(words: str) -> str:
    return " ".join(words.split())
