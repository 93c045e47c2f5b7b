"""What the commands for rules, exchange and privacy do: one call each, said in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.coding.corpus import load_corpus
from workbench.coding.exchange import export_refi, import_refi
from workbench.coding.redacting import review_redaction, waiting
from workbench.coding.rule_coding import apply_rules
from workbench.inputs.privacy import find_recordings
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from workbench.coding.redacting import Waiting
    from workbench.inputs.redaction.door import Decision

__all__ = ["export_project", "import_project", "run_redaction", "run_rules"]

_CONTEXT = 30
DONE, PARTLY_DONE = 0, 3


def run_rules(study: Path, *, dry_run: bool, language: str = "en") -> list[str]:
    """Code by the rules of the codebook, or say what would change; return what to print."""
    corpus = load_corpus(study)
    run = apply_rules(corpus, dry_run=dry_run, show=3)
    lines: list[str] = []
    for row in run.table.to_dict("records"):
        lines.append(
            Message(
                "{code}: {hits}, {codings} ({denied:integer} denied), "
                "{added:integer} new, {taken:integer} taken back, {people:integer} left to people",
                code=row["code"],
                hits=Message("{n:integer} hit", "{n:integer} hits", n=row["hits"]),
                codings=Message("{n:integer} coding", "{n:integer} codings", n=row["codings"]),
                denied=row["denied"],
                added=row["added"],
                taken=row["taken_back"],
                people=row["left_to_people"],
            ).render(language)
        )
        shown = run.hits[run.hits["code"] == row["code"]] if dry_run else run.hits[:0]
        for hit in shown.to_dict("records"):
            text = corpus.text(str(hit["document"]))
            start, end = int(hit["start"]), int(hit["end"])
            around = text[max(0, start - _CONTEXT) : end + _CONTEXT]
            lines.append(f"    {hit['document']} {start}: {' '.join(around.split())}")
    wrong = run.examples[~run.examples["passed"].fillna(True)]
    for row in wrong.to_dict("records"):
        text = (
            Message(
                "{code}, example {n:integer}: the rules miss it.",
                code=row["code"],
                n=row["example"],
            )
            if row["applies"]
            else Message(
                "{code}, example {n:integer}: the rules hit it and should not.",
                code=row["code"],
                n=row["example"],
            )
        )
        lines.append(text.render(language))
    return [*lines, run.summary(language)]


def export_project(study: Path, out: Path, *, language: str = "en") -> list[str]:
    """Write a REFI-QDA file; return what to print."""
    path = export_refi(study, out)
    return [Message("Written and valid: {path}", path=str(path)).render(language)]


def import_project(
    file: Path, study: Path, *, coder: str, language: str = "en"
) -> tuple[list[str], int]:
    """Read a REFI-QDA file into a study; return what to print and the exit code."""
    report = import_refi(file, study, coder=coder)
    lines = [warning.render(language) for warning in report.warnings]
    lines.append(
        Message(
            "{documents}, {codes}, {codings} and {notes} came in; {skipped} there before.",
            documents=Message("{n:integer} document", "{n:integer} documents", n=report.documents),
            codes=Message("{n:integer} code", "{n:integer} codes", n=report.codes),
            codings=Message("{n:integer} coding", "{n:integer} codings", n=report.codings),
            notes=Message("{n:integer} note", "{n:integer} notes", n=report.memos),
            skipped=Message("{n:integer} coding was", "{n:integer} codings were", n=report.skipped),
        ).render(language)
    )
    return lines, report.exit_code


def run_redaction(
    study: Path,
    *,
    reviewer: str,
    ask: Callable[[str], str] | None = None,
    language: str = "en",
) -> tuple[list[str], int]:
    """Say how much personal data waits in the documents, or let a person decide; nothing is named.

    Parameters
    ----------
    study
        The study.
    reviewer
        Who decides.
    ask
        Shows a value in context and returns the answer: ``r`` replace, ``k`` keep, ``s`` leave
        waiting, ``q`` stop. None: only count.
    language
        Of what is printed.

    Returns
    -------
    tuple
        Lines, and 0, or 3 when something waits.
    """
    corpus = load_corpus(study)
    lines = [
        Message(
            "{path} is a recording: a voice is personal data. Keep it outside the project.",
            path=path.as_posix(),
        ).render(language)
        for path in find_recordings(corpus.folder)
    ]
    tongue = corpus.model.language
    if ask is None:
        found = waiting(corpus, language=tongue)
        lines += _counted(found, language)
        return lines, PARTLY_DONE if found or lines[:-1] else DONE
    stopped = False

    def decide(one: Waiting) -> Decision | None:
        nonlocal stopped
        if stopped:
            return None
        answer = ask(_question(one, language)).strip().lower()[:1]
        stopped = answer == "q"
        return {"r": "replace", "k": "keep"}.get(answer)  # type: ignore[return-value]

    done = review_redaction(corpus, decide, reviewer=reviewer, language=tongue)
    for row in done.table.to_dict("records"):
        lines.append(
            Message(
                "{document}: {places}; codings: {exact:integer} in place, "
                "{moved:integer} moved, {orphaned:integer} without a place",
                document=row["document"],
                places=Message(
                    "{n:integer} place replaced", "{n:integer} places replaced", n=row["replaced"]
                ),
                exact=row["exact"],
                moved=row["moved"],
                orphaned=row["orphaned"],
            ).render(language)
        )
    lines.append(
        Message(
            "{n:integer} value replaced, {kept:integer} kept, {pending:integer} to decide.",
            "{n:integer} values replaced, {kept:integer} kept, {pending:integer} to decide.",
            n=done.replaced,
            kept=done.kept,
            pending=done.pending,
        ).render(language)
    )
    return lines, done.exit_code


def _counted(found: list[Waiting], language: str) -> list[str]:
    """Return one line per kind and rule, and the total: no value, no place."""
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for one in found:
        values, places = counts.get((one.kind, one.rule), (0, 0))
        counts[one.kind, one.rule] = (values + 1, places + one.n)
    lines = [
        Message(
            "{kind} ({rule}): {values:integer} values in {places:integer} places",
            kind=kind,
            rule=rule,
            values=values,
            places=places,
        ).render(language)
        for (kind, rule), (values, places) in sorted(counts.items())
    ]
    total = Message(
        "{n:integer} value waits for a person: workbench redact STUDY --review",
        "{n:integer} values wait for a person: workbench redact STUDY --review",
        n=len(found),
    )
    return [*lines, total.render(language)]


def _question(one: Waiting, language: str) -> str:
    head = Message(
        "{value} – {kind}, {rule}, {n:integer} place",
        "{value} – {kind}, {rule}, {n:integer} places",
        value=one.value,
        kind=one.kind,
        rule=one.rule,
        n=one.n,
    ).render(language)
    context = "".join(f"\n    … {text} …" for text in one.context)
    choice = Message("[r]eplace, [k]eep, [s]kip, [q]uit").render(language)
    return f"{head}{context}\n{choice}"
