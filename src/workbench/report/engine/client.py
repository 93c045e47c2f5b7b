"""Papermill's engine with a client that takes what ``wb.show`` displays as it came.

nbclient makes a tree of nodes of each display and validates it by its schema, message by message.
The displays of our own results are JSON that was written by us; the notebook as a whole is
validated when it is written. Every other message goes nbclient's way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from papermill.log import logger

from workbench.report.payload import MIME

if TYPE_CHECKING:
    from papermill.engines import NotebookExecutionManager

__all__ = ["ResultsEngine"]


class ResultsClient(PapermillNotebookClient):
    """A client that keeps the machine-readable copy of a result as the plain object it is."""

    def output(
        self,
        outs: list[NotebookNode],
        msg: dict[str, Any],
        display_id: str | None,
        cell_index: int,
    ) -> NotebookNode | None:
        """Add what a message shows to the outputs of its cell."""
        content = msg["content"]
        is_result = msg["msg_type"] == "display_data" and MIME in content.get("data", {})
        is_held = self.output_hook_stack[msg["parent_header"].get("msg_id")]
        if not is_result or display_id or is_held or self.clear_before_next_output:
            return super().output(outs, msg, display_id, cell_index)
        shown = NotebookNode(output_type="display_data", metadata=NotebookNode())
        shown.metadata.update(content["metadata"])
        shown.data = NotebookNode()
        dict.update(shown.data, content["data"])  # not the node's own: it would make nodes of all
        outs.append(shown)
        return shown


class ResultsEngine(Engine):
    """Runs a notebook with :class:`ResultsClient`, as Papermill's own engine does with its own."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **settings: Any
    ) -> None:
        """Run the cells of a notebook, and put what they show into it."""
        ResultsClient(
            nb_man, kernel_name=kernel_name, startup_timeout=60, log=logger, **settings
        ).execute()
