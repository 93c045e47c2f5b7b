"""Seeded generators with known truth behind ``data/demo``.

``python -m workbench.inputs.demo DIR`` writes every demo study again, byte for byte.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["demo_files", "write_demo"]

STUDIES = Path(__file__).parent / "studies"


def demo_files() -> dict[str, str]:
    """Return the text of every file of the demo studies by its path under ``data/demo``."""
    return _bank_files() | _letter_files() | _interview_files()


def write_demo(folder: str | Path) -> list[Path]:
    """Write the demo studies to a folder and return the files in order of their names.

    Files that stand there already are written again; others are left alone.
    """
    written: list[Path] = []
    for name, text in sorted(demo_files().items()):
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _bank_files() -> dict[str, str]:
    from workbench.inputs.demo.bank import COLUMNS, draw_bank
    from workbench.inputs.demo.bank_truth import bank_truth
    from workbench.inputs.demo.writing import csv_text, json_text

    bank = draw_bank()
    files = {f"bank/waves/{wave}.csv": csv_text(rows, COLUMNS) for wave, rows in bank.waves.items()}
    files["bank/study.toml"] = (STUDIES / "bank.toml").read_text(encoding="utf-8")
    files["bank/actions.toml"] = (STUDIES / "bank_actions.toml").read_text(encoding="utf-8")
    files["bank/truth.json"] = json_text(bank_truth(bank))
    columns = ["wave", "id", "group", "themes", "personal"]
    files["bank/truth_comments.csv"] = csv_text(bank.planted, columns)
    return files


def _letter_files() -> dict[str, str]:
    from workbench.inputs.demo.experiment import COLUMNS, draw_letter, letter_truth
    from workbench.inputs.demo.writing import csv_text, json_text

    letter = draw_letter()
    files = {
        f"invoice-letter/{name}.csv": csv_text(rows, COLUMNS) for name, rows in letter.rows.items()
    }
    study = (STUDIES / "invoice-letter.toml").read_text(encoding="utf-8")
    files["invoice-letter/study.toml"] = study
    for name in ("plans/invoice-letter.json", "plans/invoice-letter-round-1.json",
                 "decisions.jsonl"):  # fmt: skip
        kept = (STUDIES / "letter" / name).read_text(encoding="utf-8")
        files[f"invoice-letter/{name}"] = kept
    files["invoice-letter/truth.json"] = json_text(letter_truth(letter))
    columns = ["round", "customer", "theme"]
    files["invoice-letter/truth_comments.csv"] = csv_text(letter.themes, columns)
    return files


def _interview_files() -> dict[str, str]:
    from workbench.inputs.demo.interviews import interview_truth, transcripts
    from workbench.inputs.demo.writing import json_text

    files = {
        f"interviews/transcripts/{transcript.respondent}.txt": transcript.text
        for transcript in transcripts()
    }
    for name in ("guide.csv", "respondents.csv", "sessions.csv"):
        files[f"interviews/{name}"] = (STUDIES / "interviews" / name).read_text(encoding="utf-8")
    study = (STUDIES / "interviews.toml").read_text(encoding="utf-8")
    files["interviews/study.toml"] = study
    files["interviews/truth.json"] = json_text(interview_truth())
    return files
