"""What stands around a table: a link only where there is a page to lead to."""

import pytest

from workbench.language import Message
from workbench.report.around import Around, records_of


def around(**more: object) -> Around:
    given = {"language": "sv", "labels": {}, "pages": (), "kinds": ()}
    return Around(**{**given, **more})  # type: ignore[arg-type]


def test_a_quote_leads_only_to_a_page_that_is_there() -> None:
    row = {"document": "R1", "act": "01KT16ME70FW0EMJJ458Z8AHKM"}
    assert around().transcript(row) is None
    led = around(pages=["transcripts/R1.html"]).transcript(row)
    assert led == "transcripts/R1.html#act-01KT16ME70FW0EMJJ458Z8AHKM"
    assert around(pages=["transcripts/R2.html"]).transcript(row) is None


@pytest.mark.parametrize("act", ["javascript:alert(1)", '"><script>', ""])
def test_an_act_that_is_no_id_leads_nowhere(act: object) -> None:
    pages = ["transcripts/R1.html"]
    assert around(pages=pages).transcript({"document": "R1", "act": act}) is None


def test_kinds_on_the_page_say_where_a_quote_can_lead() -> None:
    assert not around().has_places
    assert around(kinds=["quotes_in_place"]).has_places
    assert around(kinds=["theme_table"]).has_themes


def test_messages_are_worded_in_the_language_of_the_page() -> None:
    assert around().worded(Message("Theme")) == "Tema"
    assert around(language="en").worded(Message("Theme")) == "Theme"


def test_rows_of_a_payload_are_dicts() -> None:
    payload = {"tables": {"table": {"columns": ["a", "b"], "rows": [[1, None], [2, "x"]]}}}
    assert records_of(payload, "table") == [{"a": 1, "b": None}, {"a": 2, "b": "x"}]
    with pytest.raises(ValueError, match="zip"):
        records_of({"tables": {"table": {"columns": ["a"], "rows": [[1, 2]]}}}, "table")
