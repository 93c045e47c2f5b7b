"""``workbench init``: a folder with a drafted study, from data files of any kind."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import DataError, StudyError
from workbench.inputs.drafting.guesses import guessed_survey
from workbench.inputs.drafting.naming import slug
from workbench.inputs.drafting.profiles import Profile, profiled
from workbench.inputs.drafting.words import HINTS
from workbench.inputs.drafting.writing import drafted_toml
from workbench.inputs.exports import HeaderForm, first_rows, header_form
from workbench.inputs.readers import SUFFIXES, read_table
from workbench.inputs.waves import ordered_waves
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.inputs.drafting.survey_guess import SurveyGuess
    from workbench.inputs.raw_table import RawTable

__all__ = ["PERIOD", "Draft", "draft_study", "file_stem", "read_source"]

_SWEDISH = re.compile(r"[åäöÅÄÖ]|\b(och|att|är|inte|för|hur|vilken)\b")
_TEXT = {".csv", ".tsv", ".txt"}
_WAVES = re.compile(r"^[^\W_][\w.-]{0,63}$")
PERIOD = re.compile(r"(?:19|20)\d\d(?:[-_. ]?(?:[QqKk][1-4]|[WwVv]?\d\d))?(?:[-_.]\d\d)?")
_GITIGNORE = ".keys/\noriginals/\nreports/\n"
_GITATTRIBUTES = "*.jsonl merge=union\n"


@dataclass(frozen=True)
class Draft:
    """A drafted study.

    Parameters
    ----------
    path
        Its ``study.toml``.
    guess
        Everything that was guessed.
    n_guesses
        How many things a person should look at.
    """

    path: Path
    guess: SurveyGuess
    n_guesses: int

    def text(self, language: str = "en") -> str:
        """Return what was drafted, and what to do next; the path stands last."""
        items, waves = len(self.guess.items), len(self.guess.waves)
        drafted = Message(
            "Drafted {items}, {drivers} and {waves} with {guesses}. Look at every line marked "
            "'guess'.",
            items=Message("{n:integer} item", "{n:integer} items", n=items),
            drivers=Message("{n:integer} driver", "{n:integer} drivers", n=len(self.guess.drivers)),
            waves=Message("{n:integer} wave", "{n:integer} waves", n=waves),
            guesses=Message("{n:integer} guess", "{n:integer} guesses", n=self.n_guesses),
        )
        return f"{drafted.render(language)}\n{self.path}"


@dataclass(frozen=True)
class Source:
    """A data file: its columns, the form of its header, the wave its name tells."""

    path: Path
    table: RawTable
    header: HeaderForm | None


def draft_study(folder: str | Path, files: Sequence[str | Path]) -> Draft:
    """Draft a study from data files; every guess is marked in its text.

    Parameters
    ----------
    folder
        Of the study; made where it is not there. A ``study.toml`` in it is never written over.
    files
        Data files of one survey, one or one per wave; of a folder, its data files. Files outside
        the study's folder are copied to ``data/`` in it; the originals are left as they are.

    Returns
    -------
    Draft
        Where it is, and what was guessed.

    Raises
    ------
    StudyError
        If there is a study already.
    DataError
        If a file can't be read, or holds no rows.
    """
    target = Path(folder)
    toml = target / "study.toml"
    if toml.exists():
        raise StudyError(
            f"{toml}: there is a study already, and it is never written over. "
            "Choose another folder, or use `workbench add-wave` for a further wave."
        )
    sources = [read_source(path) for path in _expanded(files)]
    waves, names = _by_wave(sources)
    guess = guessed_survey(waves)
    target.mkdir(parents=True, exist_ok=True)
    places = [_placed(source.path, target) for source in sources]
    latest = list(waves.values())[-1]
    text = drafted_toml(
        identifier=_identifier(target),
        title=_title(sources[0].path, target),
        language=_language(latest),
        files=_file_entries(places, sources, names),
        guess=guess,
        columns=list(latest),
    )
    toml.write_text(text, encoding="utf-8")
    for name, content in ((".gitignore", _GITIGNORE), (".gitattributes", _GITATTRIBUTES)):
        if not (target / name).exists():
            (target / name).write_text(content, encoding="utf-8")
    return Draft(toml, guess, guess.n_guesses)


def _expanded(files: Sequence[str | Path]) -> list[Path]:
    """Return the files, those of a folder in its place."""
    found: list[Path] = []
    for file in map(Path, files):
        if file.is_dir():
            found += sorted(path for path in file.iterdir() if _is_data(path))
        elif file.is_file():
            found.append(file)
        else:
            raise DataError(f"{file}: there is no such file.")
    if not found:
        raise DataError("There is no data file; name one with --from.")
    return found


def _is_data(path: Path) -> bool:
    name = path.name.casefold().removesuffix(".gz")
    return path.is_file() and Path(name).suffix in SUFFIXES and not name.startswith((".", "~$"))


def read_source(path: Path, header: HeaderForm | None = None) -> Source:
    """Read a file whose header may have several rows."""
    found = header or _header_of(path)
    table = read_table(path, header=found)
    if table.frame.empty:
        raise DataError(f"{path.name}: holds no rows, so nothing can be guessed of it.")
    return Source(path, table, found)


def _header_of(path: Path) -> HeaderForm | None:
    suffix = Path(path.name.casefold().removesuffix(".gz")).suffix
    if suffix in _TEXT:
        from workbench.inputs.readers import unpacked

        return header_form(first_rows(unpacked(path)))
    if suffix in {".xlsx", ".xlsm"}:
        from workbench.inputs.workbooks import first_sheet_rows

        return header_form(first_sheet_rows(path))
    return None


def _by_wave(sources: list[Source]) -> tuple[dict[str, dict[str, Profile]], list[str]]:
    """Return wave -> columns, oldest first, and the wave of each file ("" without waves)."""
    if len(sources) == 1:
        return _one_file(sources[0])
    names = _wave_names([source.path for source in sources])
    tables = {name: source.table for name, source in zip(names, sources, strict=True)}
    return {wave: profiled(tables[wave]) for wave in ordered_waves(tables, {})}, names


def _one_file(source: Source) -> tuple[dict[str, dict[str, Profile]], list[str]]:
    """Split one file by a column that tells the wave, where there is one."""
    frame = source.table.frame
    for column in map(str, frame.columns):
        values = frame[column].astype("str").str.strip()
        if not HINTS["wave"].search(column) or not 1 < values.nunique() <= 60:
            continue
        if values.map(lambda text: bool(_WAVES.match(str(text)))).all():
            whole = profiled(source.table)
            whole.pop(column)
            order = ordered_waves(map(str, values.unique()), {})
            return {order[-1]: whole}, [f"column:{column}"]
    return {"all": profiled(source.table)}, [""]


def _wave_names(paths: list[Path]) -> list[str]:
    """Return what tells the files' names apart."""
    stems = [file_stem(path) for path in paths]
    periods = [found[0] if (found := PERIOD.search(stem)) else "" for stem in stems]
    others = {stem.replace(period, "", 1) for stem, period in zip(stems, periods, strict=True)}
    if all(periods) and len(set(periods)) == len(periods) and len(others) == 1:
        return periods
    start, end = _common(stems), _common([stem[::-1] for stem in stems])
    middles = [stem[len(start) : len(stem) - len(end)] for stem in stems]
    usable = all(_WAVES.match(middle) for middle in middles) and len(set(middles)) == len(middles)
    if not usable:
        middles = stems
    if len(set(middles)) < len(middles) or not all(_WAVES.match(name) for name in middles):
        raise DataError(
            "The files' names do not tell their waves. Rename them, as survey_2026-01.csv and "
            "survey_2026-02.csv."
        )
    return middles


def file_stem(path: Path) -> str:
    """Return a file's name without its suffixes."""
    name = re.sub(r"(?i)\.gz$", "", path.name)
    return name[: -len(Path(name).suffix)] if Path(name).suffix else name


def _common(texts: list[str]) -> str:
    first, last = min(texts), max(texts)
    place = 0
    while place < min(len(first), len(last)) and first[place] == last[place]:
        place += 1
    return first[:place]


def _placed(path: Path, target: Path) -> str:
    """Return the file's path in the study, copying it where it lies outside."""
    if path.resolve().is_relative_to(target.resolve()):
        return path.resolve().relative_to(target.resolve()).as_posix()
    copy = target / "data" / path.name
    copy.parent.mkdir(exist_ok=True)
    if not copy.exists():
        shutil.copyfile(path, copy)
    return f"data/{path.name}"


def _file_entries(
    places: list[str], sources: list[Source], names: list[str]
) -> list[dict[str, str]]:
    """Return one entry with ``{wave}`` where that holds them all, else one per file."""
    entries: list[dict[str, str]] = []
    patterns: set[str] = set()
    for place, source, name in zip(places, sources, names, strict=True):
        entry = {"path": place}
        if name.startswith("column:"):
            entry["wave_column"] = name.removeprefix("column:")
        elif name:
            folder, _, last = place.rpartition("/")
            pattern = (
                f"{folder}/{last.replace(name, '{wave}', 1)}"
                if folder
                else last.replace(name, "{wave}", 1)
            )
            patterns.add(pattern)
            entry["wave"] = name
        if source.header:
            entry["header"] = source.header
        entries.append(entry)
    headers = {source.header for source in sources}
    if len(patterns) == 1 and len(sources) > 1 and len(headers) == 1:
        header = next(iter(headers))
        return [{"path": next(iter(patterns))} | ({"header": header} if header else {})]
    return entries


def _identifier(target: Path) -> str:
    name = re.sub(r"[^\w.-]+", "-", target.resolve().name, flags=re.ASCII).strip("-_.")
    return (name or "study")[:64]


def _title(path: Path, target: Path) -> str:
    words = slug(target.resolve().name or path.stem, n_words=8).replace("_", " ")
    return words[:1].upper() + words[1:]


def _language(profiles: dict[str, Profile]) -> str:
    """Guess Swedish by its letters and small words in questions and answers."""
    texts = [profile.question for profile in profiles.values()]
    texts += [text for profile in profiles.values() for text in list(profile.counts)[:20]]
    words = [text for text in texts if re.search(r"[^\W\d_]{3}", text)]
    swedish = sum(bool(_SWEDISH.search(text)) for text in words)
    return "sv" if words and swedish > 0.15 * len(words) else "en"
