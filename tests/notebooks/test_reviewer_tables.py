"""Every table behind a page is headed and worded in the reader's language."""

import json
import re
from pathlib import Path

import pytest
from lxml import html

from workbench.report.columns import COLUMNS, LABELS
from workbench.report.demo import DEMOS, ROUNDS

SWEDISH = [demo.name for demo in (*DEMOS, *ROUNDS) if demo.language == "sv"]
CODE = re.compile(r"[a-z]+(_[a-z0-9]+)+")


@pytest.mark.parametrize("name", SWEDISH)
def test_no_heading_and_no_value_is_a_name_of_the_program(
    demo_folders: dict[str, Path], name: str
) -> None:
    page = html.fromstring((demo_folders[name] / "review.html").read_bytes())
    results = json.loads((demo_folders[name] / "results.json").read_text("utf-8"))["results"]
    ids = {one["id"] for one in results} | {
        check["id"] for one in results for check in one["checks"]
    }
    cells = page.xpath("//table//*[self::td or self::th][not(.//code)]")
    texts = {cell.text_content().strip() for cell in cells}
    assert len(texts) > 20
    assert {text for text in texts if CODE.fullmatch(text)} - ids == set()
    assert not [text for text in texts if text.startswith("{")]


@pytest.mark.parametrize("name", SWEDISH)
def test_every_column_has_a_heading_of_its_own(demo_folders: dict[str, Path], name: str) -> None:
    results = json.loads((demo_folders[name] / "results.json").read_text("utf-8"))["results"]
    unknown = {
        (one["kind"], column)
        for one in results
        for table in one["tables"].values()
        for column in table["columns"]
        if column not in COLUMNS and (one["kind"], column) not in LABELS
    }
    ends = {pair for pair in unknown if pair[1].endswith(("_low", "_high"))}
    assert unknown - ends == set()
