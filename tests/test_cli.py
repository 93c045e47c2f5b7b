"""Commands: what they print, how they end, what they leave behind."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import workbench as wb
from workbench import cli


def _call(*arguments: str) -> tuple[int, str, str]:
    """Run the command line as a process would, without one."""
    out: list[str] = []
    runner = CliRunner()

    def command() -> None:
        result = runner.invoke(cli.app, list(arguments), catch_exceptions=False)
        out.append(result.output)
        raise SystemExit(result.exit_code)

    errors: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "_complain", errors.append)
        code = cli.guarded(command)
    return code, "".join(out), "\n".join(errors)


def test_help_lists_the_commands_and_needs_no_heavy_import() -> None:
    code = (
        "import sys, workbench.cli as c\n"
        "try: c.app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'papermill', 'matplotlib', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("run", "demo"):
        assert f"  {command} " in done.stdout


def test_a_misspelt_notebook_ends_with_2_and_a_near_match(tmp_path: Path) -> None:
    code, _, errors = _call("run", "20_satisfacton", "--study", "x", "--out", str(tmp_path))
    assert code == cli.WRONG_INPUT
    assert "Did you mean '20_satisfaction'" in errors
    assert not list(tmp_path.iterdir())


def test_a_missing_study_ends_with_2(tmp_path: Path, repository: Path) -> None:
    notebook = str(repository / "notebooks" / "20_satisfaction.ipynb")
    code, _, errors = _call("run", notebook, "--study", str(tmp_path / "none"))
    assert code == cli.WRONG_INPUT
    assert "StudyError" in errors


def test_a_parameter_without_value_ends_with_2(repository: Path) -> None:
    notebook = str(repository / "notebooks" / "20_satisfaction.ipynb")
    study = str(repository / "data" / "demo" / "bank")
    code, _, errors = _call("run", notebook, "--study", study, "-p", "market")
    assert code == cli.WRONG_INPUT
    assert "name=value" in errors


def test_an_unknown_option_ends_with_2() -> None:
    assert _call("run", "--nonsense")[0] == cli.WRONG_INPUT


def test_the_last_line_is_the_path_of_the_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from workbench.report import run

    made = [
        run.Run(folder=tmp_path, report=tmp_path / f"{n}.html", language="sv", status=status)
        for n, status in enumerate(["done", "failed"])
    ]
    monkeypatch.setattr(run, "run_languages", lambda *_, **__: made)
    code, out, errors = _call("run", "x", "--study", "y")
    assert out.splitlines()[-1] == str(tmp_path / "1.html")
    assert code == cli.WRONG_INPUT
    assert "says what, where and how to mend it" in errors


@pytest.mark.parametrize(
    ("failing", "code", "said"),
    [
        (wb.DataError("Column 'q' is not in the data."), 2, "DataError: Column 'q'"),
        (KeyboardInterrupt(), 130, "Stopped"),
        (ValueError("Anna said no"), 1, "A fault of ours: ValueError"),
    ],
)
def test_errors_become_codes_and_one_text(
    failing: BaseException, code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors: list[str] = []
    monkeypatch.setattr(cli, "_complain", errors.append)

    def command() -> None:
        raise failing

    assert cli.guarded(command) == code
    assert said in errors[0]
    assert "Anna" not in errors[0], "what a foreign error says could be an answer"


def test_demo_makes_every_report_of_its_table(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from workbench.report import demo, run

    asked: list[tuple[str, str, str, tuple[str, ...]]] = []

    def fake(
        notebook: Path, study: Path, *, parameters: tuple[str, ...], language: str, out: Path
    ) -> run.Run:
        asked.append((notebook.stem, study.name, language, parameters))
        assert notebook.is_file()
        assert (study / "study.toml").is_file()
        return run.Run(folder=out, report=out / "report.html", language=language, status="done")

    monkeypatch.setattr(demo, "run_notebook", fake)
    code, out, _ = _call("demo", "--out", str(tmp_path))
    assert code == cli.DONE
    made = (*demo.DEMOS, *demo.ROUNDS)
    assert asked == [(d.notebook, d.study, d.language, d.parameters) for d in made]
    assert len(out.splitlines()) == len(made)


def test_the_demo_report_can_be_final(demo_report: Callable[[str], Path]) -> None:
    html = (demo_report("sv") / "report.html").read_text(encoding="utf-8")
    assert "UTKAST" not in html
