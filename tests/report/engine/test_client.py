"""What our client takes from a message, against what nbclient makes of it."""

import copy
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NotebookExecutionManager

from workbench.report.engine.client import ResultsClient
from workbench.report.payload import MIME

RESULT = {MIME: {"id": "nps", "rows": [[1, {"sv": "ja"}]]}, "text/html": "<p>", "text/plain": "NPS"}


def _message(kind: str, **content: Any) -> dict[str, Any]:
    return {
        "msg_type": kind,
        "header": {"msg_type": kind},
        "parent_header": {"msg_id": "asked"},
        "content": content,
    }


MESSAGES = {
    "result": _message("display_data", data=RESULT, metadata={"a": {"b": 1}}, transient={}),
    "updated result": _message(
        "display_data", data=RESULT, metadata={}, transient={"display_id": "one"}
    ),
    "other display": _message("display_data", data={"text/html": "<p>"}, metadata={}),
    "value": _message("execute_result", data=RESULT, metadata={}, execution_count=1),
    "text": _message("stream", name="stdout", text="a\n"),
    "error": _message("error", ename="E", evalue="e", traceback=[]),
    "clearing": _message("clear_output", wait=True),
}


def _outputs(kind: type[PapermillNotebookClient], messages: list[dict[str, Any]]) -> list[Any]:
    manager = NotebookExecutionManager(new_notebook(cells=[new_code_cell()]), progress_bar=False)
    client = kind(manager)
    client.reset_execution_trackers()
    client.clear_before_next_output = False  # as before each cell
    cell = manager.nb.cells[0]
    for message in copy.deepcopy(messages):
        client.process_message(message, cell, 0)
    return cell.outputs


@pytest.mark.parametrize("first", MESSAGES)
@pytest.mark.parametrize("then", MESSAGES)
def test_a_cell_holds_what_nbclient_would_have_put_there(first: str, then: str) -> None:
    messages = [MESSAGES[first], MESSAGES[then]]
    assert _outputs(ResultsClient, messages) == _outputs(PapermillNotebookClient, messages)


def test_a_result_stays_the_plain_object_it_is() -> None:
    (shown,) = _outputs(ResultsClient, [MESSAGES["result"]])
    assert type(shown.data[MIME]) is dict
    assert shown.metadata.a.b == 1
