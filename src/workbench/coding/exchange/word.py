"""Quotes to Word: by theme, each with who said it and where it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.coding.corpus import Corpus, load_corpus
from workbench.errors import CorpusError
from workbench.language import localized, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.inputs.study import Study

__all__ = ["export_quotes_word"]

_ILLEGAL = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEEPEST = 8


def export_quotes_word(
    study: Study | Corpus | Path | str,
    out: Path | str,
    *,
    codes: Sequence[str] | None = None,
    language: str = "sv",
) -> Path:
    """Write the quotes of each code under headings that follow the codebook's tree.

    Parameters
    ----------
    study
        A study, a corpus, or a path to one.
    out
        ``NAME.docx``.
    codes
        Which codes; default all. A theme brings the codes below it.
    language
        Of headings and words around the quotes.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    CorpusError
        If the name does not end in ``.docx``.
    """
    from docx import Document

    path = Path(out)
    if path.suffix.lower() != ".docx":
        raise CorpusError(f"The document must end in .docx, not '{path.suffix}'.")
    corpus = study if isinstance(study, Corpus) else load_corpus(study)
    wanted = _wanted(corpus, codes)
    excerpts = corpus.excerpts
    document = Document()
    document.core_properties.author = ""
    document.core_properties.title = translate("Quotes by theme", language)
    document.add_heading(translate("Quotes by theme", language), 0)
    for depth, entry in corpus.codebook.tree:
        if entry.id not in wanted:
            continue
        document.add_heading(_legal(entry.label(language)), min(depth + 1, _DEEPEST))
        definition = localized(entry.definition, language)
        if definition:
            document.add_paragraph(_legal(definition))
        rows = excerpts[(excerpts["code"] == entry.id) & excerpts["quote"].notna()]
        for row in rows.sort_values(["document", "start", "coder"]).to_dict("records"):
            _quote(document, row, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))
    return path


def _wanted(corpus: Corpus, codes: Sequence[str] | None) -> set[str]:
    if codes is None:
        return {entry.id for entry in corpus.codebook}
    found: set[str] = set()
    for code in codes:
        _ = corpus.codebook[code]
        for entry in corpus.codebook:
            if any(above.id == code for above in corpus.codebook.path(entry.id)):
                found.add(entry.id)
    return found


def _quote(document: Any, row: dict[Any, Any], language: str) -> None:
    quote = _legal(str(row["quote"])).strip()
    paragraph = document.add_paragraph(style="Quote")
    paragraph.add_run(f"”{quote}”" if language == "sv" else f"“{quote}”")
    who = [row.get("respondent"), row.get("question"), row["document"]]
    place = ", ".join(str(part) for part in who if isinstance(part, str) and part)
    source = paragraph.add_run(f" ({_legal(place)}, {int(row['start'])}–{int(row['end'])})")
    source.italic = False


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
