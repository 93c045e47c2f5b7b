"""Everything a project holds about one person, in one file, for the person who asks."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.coding.acts import Case, Cell, Span, act_to_line
from workbench.coding.corpus import Corpus, load_corpus
from workbench.errors import CorpusError, StudyError, near_match
from workbench.inputs.study import load_study

if TYPE_CHECKING:
    import pandas as pd

    from workbench.coding.acts import Act
    from workbench.inputs.study import Study

__all__ = ["export_respondent"]

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def export_respondent(study: Study | Corpus | Path | str, respondent: str, out: Path | str) -> Path:
    """Write all that concerns one respondent: words, answers, codings, notes, register rows.

    Also for one who withdrew or was a pilot, whom no report reads. What others said stays out, and
    so does whatever was replaced by tokens: the key file is not read. A pseudonym is what a study
    knows people by; use ``Pseudonyms`` on the raw key to find it.

    Parameters
    ----------
    study
        A study, a corpus, or a path to one.
    respondent
        Their pseudonym, as in ``respondents.csv`` or the column ``respondent_id``.
    out
        ``NAME.zip``.

    Returns
    -------
    Path
        The file: ``contents.json`` says what is in it, with counts.

    Raises
    ------
    CorpusError
        If nothing in the study is about them, or the name does not end in ``.zip``.
    """
    path = Path(out)
    if path.suffix != ".zip":
        raise CorpusError(f"The file must end in .zip, not '{path.suffix}'.")
    corpus = study if isinstance(study, Corpus) else load_corpus(study)
    files: dict[str, str] = {}
    files |= _texts(corpus, respondent)
    files |= _registers(corpus, respondent)
    files |= _acts(corpus, respondent)
    files |= _answers(study, corpus, respondent)
    if not files:
        names = {
            *corpus.registers.names,
            *(p.respondent for f in corpus.files.values() for p in f.parts),
        }
        hint = near_match(respondent, [name for name in names if name])
        raise CorpusError(f"Nothing in this study is about a respondent '{respondent}'.{hint}")
    counts = {name: text.count("\n") for name, text in sorted(files.items())}
    files["contents.json"] = json.dumps(
        {"respondent": respondent, "lines": counts}, ensure_ascii=False, indent=1
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(stream.getvalue())
    return path


def _texts(corpus: Corpus, respondent: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in corpus.files.values():
        words = [file.text[p.start : p.end] for p in file.parts if p.respondent == respondent]
        if words:
            found[f"words/{file.id}.txt"] = "\n".join(words) + "\n"
    return found


def _registers(corpus: Corpus, respondent: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, table in (
        ("respondents", corpus.registers.respondents),
        ("sessions", corpus.registers.sessions),
    ):
        rows = table[table["respondent"] == respondent]
        if len(rows):
            found[f"{name}.csv"] = rows.to_csv(index=False, lineterminator="\n")
    return found


def _acts(corpus: Corpus, respondent: str) -> dict[str, str]:
    """Return every act about the person, and every act that refers to one of them."""
    acts = list(corpus.log.acts)
    mine = {act.id for act in acts if _concerns(act, corpus, respondent)}
    while True:
        more = {act.id for act in acts if act.act in mine} - mine
        if not more:
            break
        mine |= more
    lines = [act_to_line(act) for act in sorted(acts, key=lambda a: a.order) if act.id in mine]
    return {"coding.jsonl": "".join(lines)} if lines else {}


def _concerns(act: Act, corpus: Corpus, respondent: str) -> bool:
    match act.target:
        case Span() as span if span.document in corpus.files:
            return any(part.respondent == respondent for part in corpus.parts_of(span))
        case Cell():
            return act.target.respondent == respondent
        case Case():
            return corpus.registers.case_of.get(respondent) == act.target.case
        case _:
            return False


def _answers(study: Any, corpus: Corpus, respondent: str) -> dict[str, str]:
    """Return the rows of each survey, where the folder is a study with surveys."""
    try:
        opened = study if hasattr(study, "surveys") else load_study(corpus.folder)
    except StudyError:
        return {}
    found: dict[str, str] = {}
    for name in opened.surveys:
        frame: pd.DataFrame = opened.survey(name)
        rows = frame[frame["respondent_id"].astype("str") == respondent]
        if len(rows):
            found[f"survey-{name}.csv"] = rows.to_csv(index=False, lineterminator="\n")
    return found
