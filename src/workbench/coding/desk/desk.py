"""The widget: a desk in a notebook; executed without a reader, its static twin."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, cast

import anywidget
import traitlets

from workbench.coding.desk.assets import script, style
from workbench.coding.desk.session import DeskSession
from workbench.coding.desk.twin import transcript_bundle
from workbench.errors import CorpusError
from workbench.language import LANGUAGES

if TYPE_CHECKING:
    from workbench.coding.corpus import Corpus

__all__ = ["CodingDesk", "someone_is_here"]


class CodingDesk(anywidget.AnyWidget):
    """Read and code interviews in JupyterLab, without leaving the keyboard.

    Each act is a line on disk before it shows as saved. Press ``?`` in the desk for its keys. When
    the notebook is executed by a program, the desk shows its read-only twin instead.

    Parameters
    ----------
    corpus
        From :func:`workbench.load_corpus`.
    coder
        Who codes; also the name of the log file. Letters, digits and ``_ . -``.
    language
        ``sv`` or ``en``.
    blind
        Show nothing of what other coders did, neither codings nor counts.
    document
        The document to open first. Default: the first one.

    Raises
    ------
    CorpusError
        If there is no document, the coder's name cannot name a file, or the language is unknown.
    """

    _esm = script()
    _css = style()
    summary = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        corpus: Corpus,
        *,
        coder: str,
        language: str = "sv",
        blind: bool = False,
        document: str | None = None,
    ) -> None:
        if language not in LANGUAGES:
            raise CorpusError(f"'language' must be sv or en, not '{language}'.")
        _check_coder(corpus, coder)
        self._session = DeskSession(corpus, coder=coder, language=language, blind=blind)
        if document is not None:
            corpus.file(document)
            self._session.document = document
        super().__init__()
        self.on_msg(self._answer)

    def adjudicate(self, a: str, b: str) -> CodingDesk:
        """Open the desk on the disagreements of two coders.

        Each decision has a reason and is an act of its own; the coders' own work stays as it was.
        Agreement is computed on that, so that no decision can raise it.

        Raises
        ------
        CorpusError
            If the desk is blind, or one of the two coded nothing.
        """
        if self._session.blind:
            raise CorpusError("A blind desk shows no one else's work. Open one with blind=False.")
        known = self._session.corpus.coders
        for name in (a, b):
            if name not in known:
                raise CorpusError(f"Coder '{name}' has coded nothing yet. Coders: {known}.")
        if a == b:
            raise CorpusError("Two different coders are compared.")
        self._session.pair = (a, b)
        return self

    def _answer(self, _widget: object, content: object, _buffers: object) -> None:
        self.send(self._session.handle(content))

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Return the widget where someone sits before it, and its static twin elsewhere."""
        if someone_is_here():
            return super()._repr_mimebundle_(**kwargs)
        session = self._session
        coder = session.coder if session.blind else "all"
        return transcript_bundle(
            session.corpus, session.document, coder=coder, language=session.language
        )


def _check_coder(corpus: Corpus, coder: str) -> None:
    with corpus.lock(f"{coder}.opening" if coder else coder):
        return


def someone_is_here() -> bool:
    """Say whether the running cell was started by a person's front end.

    JupyterLab, the notebook and VS Code name the cell they run; Papermill and nbconvert do not.
    Colab is recognised by its module.
    """
    if "google.colab" in sys.modules or os.environ.get("WORKBENCH_DESK") == "widget":
        return True
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:  # pragma: no cover - IPython comes with anywidget
        return False
    shell = get_ipython()
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return False
    parent = cast("dict[str, Any]", kernel.get_parent() or {})
    return "cellId" in parent.get("metadata", {})
