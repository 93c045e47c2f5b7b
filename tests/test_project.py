"""The tools that set up, test and describe the project do what they say."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


def _tool(name: str, folder: str = "tools") -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / folder / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


environment = _tool("environment")
bring_chromium = _tool("bring_chromium")
test_all = _tool("test_all")


@pytest.fixture(autouse=True)
def _no_browser_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_CHROMIUM", raising=False)


def _program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


# environment.yml


def test_environment_yml_is_what_the_lock_says() -> None:
    written = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert written == environment.environment(), "run `make environment`"


@pytest.mark.parametrize("package", environment.PINNED)
def test_each_pin_equals_the_lock_for_every_supported_python(package: str) -> None:
    versions = environment.locked_versions(package)
    assert set(versions) == set(environment.supported_pythons())
    pinned = environment.environment()
    assert all(f"- {package}={version}\n" in pinned for version in versions.values())


def test_a_package_that_forks_by_python_gets_a_range() -> None:
    versions = environment.locked_versions("numpy")
    assert len(set(versions.values())) > 1
    assert environment.pin("numpy") == f"numpy>={versions['3.11']},<={versions['3.13']}"


def test_the_python_bound_and_the_names_are_the_projects_own() -> None:
    project = environment.project()
    assert f"- python{project['project']['requires-python']}\n" in environment.environment()
    declared = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {line.split(">")[0].split("[")[0] for line in declared}
    assert set(environment.PINNED) <= names


# bringing uv

FAKE_UV = 'case "$1" in --version) echo "uv 0.0.0";; python) echo /usr/bin/python3;; esac'


def _bring(path: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    script = str(ROOT / "tools" / "bring_uv.py")
    plain = {"PATH": path, "HOME": str(folder), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    return subprocess.run(
        [sys.executable, script, ".tools"],
        cwd=folder,
        env=plain | variables,
        capture_output=True,
        text=True,
    )


def test_a_uv_on_the_path_is_used(tmp_path: Path) -> None:
    uv = _program(tmp_path / "bin" / "uv", FAKE_UV)
    done = _bring(str(uv.parent), tmp_path)
    assert done.stdout == ".tools/bin/uv\n"
    assert (tmp_path / ".tools/bin/uv").resolve() == uv


def test_a_uv_that_does_not_run_is_not_used(tmp_path: Path) -> None:
    _program(tmp_path / "bin" / "uv", "exit 127")
    done = _bring(str(tmp_path / "bin"), tmp_path)
    assert done.returncode == 1
    assert "uv is needed" in done.stderr
    assert "python3-venv" in done.stderr
    assert "Traceback" not in done.stderr


def test_pipx_is_the_last_way(tmp_path: Path) -> None:
    body = f"mkdir -p $PIPX_BIN_DIR; printf '#!/bin/sh\\n{FAKE_UV}\\n' > $PIPX_BIN_DIR/uv"
    _program(tmp_path / "bin" / "pipx", f"{body}; chmod +x $PIPX_BIN_DIR/uv")
    done = _bring(f"{tmp_path / 'bin'}:/bin:/usr/bin", tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".tools/bin/uv").resolve().parent == tmp_path / ".tools/pipx/bin"


def test_a_link_to_a_uv_that_is_gone_is_mended(tmp_path: Path) -> None:
    uv = _program(tmp_path / "bin" / "uv", FAKE_UV)
    (tmp_path / ".tools/bin").mkdir(parents=True)
    (tmp_path / ".tools/bin/uv").symlink_to(tmp_path / "gone")
    assert _bring(str(uv.parent), tmp_path).returncode == 0
    assert (tmp_path / ".tools/bin/uv").resolve() == uv


def test_no_python_that_is_new_enough_stops_with_a_sentence(tmp_path: Path) -> None:
    uv = _program(tmp_path / "bin" / "uv", 'test "$1" = --version')
    done = _bring(str(uv.parent), tmp_path)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; python3 here is" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_python_at_all_stops_with_a_sentence(tmp_path: Path) -> None:
    make = shutil.which("make")
    assert make is not None
    done = subprocess.run(
        [make, "--no-print-directory", "uv"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "there is no python3 here" in done.stderr


def test_an_old_python_can_read_the_tool() -> None:
    text = (ROOT / "tools" / "bring_uv.py").read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 6))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert [node.module for node in imports] == ["pathlib"], "annotations came in 3.7"


# bringing Chromium


def test_an_installed_chromium_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = _program(tmp_path / "chromium", "echo Chromium 1.2.3")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bring_chromium.bring() == str(browser)


def test_a_stub_is_passed_over_and_the_download_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path / "chromium", "echo install me from the shop; exit 1")
    browser = _program(tmp_path / "downloaded", "echo Chromium 1.2.3")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bring_chromium, "APPLICATIONS", ())
    monkeypatch.setattr(bring_chromium, "playwright_download", lambda: str(browser))
    assert bring_chromium.bring() == str(browser)


def test_debians_package_comes_before_the_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apt = f"test $1 = install && printf '#!/bin/sh\\necho 1.2.3' > {tmp_path}/chromium"
    _program(tmp_path / "apt-get", f"{apt} && /bin/chmod +x {tmp_path}/chromium; exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bring_chromium, "APPLICATIONS", ())
    monkeypatch.setattr(bring_chromium.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bring_chromium, "playwright_download", pytest.fail)
    assert bring_chromium.bring() == str(tmp_path / "chromium")


def test_no_chromium_stops_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bring_chromium, "APPLICATIONS", ())
    monkeypatch.setattr(bring_chromium, "playwright_download", lambda: None)
    with pytest.raises(SystemExit, match="apt install chromium"):
        bring_chromium.bring()


# skips in CI

PLANTED = """
import pytest

def test_runs(): pass

def test_skips_for_no_good_reason(): pytest.skip("today is a holiday")

@pytest.mark.skipif(True, reason="left for later")
def test_is_marked(): pass

def test_needs_data(): pytest.skip("public data are not here: set WORKBENCH_REAL_DATA")

@pytest.mark.xfail(strict=True)
def test_fails_as_expected(): raise ValueError
"""


PLAIN_PYTEST = {"PYTHONPATH": str(ROOT / "tools"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def _pytest(folder: Path, text: str, *arguments: str, **variables: str) -> tuple[int, str]:
    (folder / "test_planted.py").write_text(textwrap.dedent(text))
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "skip_guard", "-p", "no:cacheprovider"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [*command, *arguments, "."],
        cwd=folder,
        env=kept | PLAIN_PYTEST | variables,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    "workers", [[], ["-p", "xdist", "-n", "2"]], ids=["one process", "workers"]
)
def test_ci_fails_on_a_skip_it_could_have_run(tmp_path: Path, workers: list[str]) -> None:
    absent = str(tmp_path / "absent")
    code, output = _pytest(tmp_path, PLANTED, *workers, CI="true", WORKBENCH_REAL_DATA=absent)
    assert code == 1
    assert "1 failed, 1 passed, 1 skipped, 1 xfailed, 1 error" in output
    assert "CI could have run this, but it was skipped" in output


def test_outside_ci_a_skip_is_a_skip(tmp_path: Path) -> None:
    code, output = _pytest(tmp_path, PLANTED, CI="")
    assert code == 0
    assert "1 passed, 3 skipped, 1 xfailed" in output


def test_ci_fails_on_skipped_data_that_are_there(tmp_path: Path) -> None:
    code, output = _pytest(tmp_path, PLANTED, CI="true", WORKBENCH_REAL_DATA=str(tmp_path))
    assert code == 1
    assert "2 failed, 1 passed, 1 xfailed, 1 error" in output


def test_ci_fails_on_a_module_skipped_whole(tmp_path: Path) -> None:
    module = 'import pytest\npytest.importorskip("no_such_module_anywhere")\n'
    code, output = _pytest(tmp_path, module, CI="true")
    assert code == 2
    assert "CI could have run this" in output


# what was measured, and on which code


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = _tool("stored", "benchmarks")
    package = tmp_path / "src" / "workbench"
    package.mkdir(parents=True)
    (package / "top.py").write_text("def f():\n    from workbench.below import x\n")
    (package / "below.py").write_text("x = 1\n")
    (package / "apart.py").write_text("y = 1\n")
    monkeypatch.setattr(module, "SOURCE", tmp_path / "src")
    monkeypatch.setattr(module, "RESULTS", tmp_path / "results")
    return module


def test_a_table_is_stale_when_code_it_rests_on_changes(stored: ModuleType) -> None:
    path = stored.store("case", [{"n": 1}], claim="it holds", modules=["workbench.top"])
    assert stored.changed(path) == []
    (stored.SOURCE / "workbench" / "apart.py").write_text("y = 2\n")
    assert stored.changed(path) == []
    (stored.SOURCE / "workbench" / "below.py").write_text("x = 2\n")
    assert stored.changed(path) == ["workbench.below"]
    (stored.SOURCE / "workbench" / "top.py").unlink()
    assert stored.changed(path) == ["workbench.below", "workbench.top"]


def test_a_table_prints_aligned(stored: ModuleType) -> None:
    rows = [{"case": "a", "ratio": 1234.5678}, {"case": "long", "holds": True}]
    assert stored.table(rows).splitlines() == [
        "case  ratio  holds",
        "a     1235",
        "long         True",
    ]


# one command


def test_every_test_runs_in_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_all, "notebooks", lambda: [Path("one.ipynb")])
    command = test_all.command(["-x"])
    assert command[-5:] == ["-x", "tests", "src", "--nbval", "notebooks"]
    assert command[command.index("--dist") + 1] == "loadscope"
    assert "skip_guard" in command


def test_ci_runs_what_everyone_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make --no-print-directory test" in script
    assert "CI=true" in script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_every_make_target_is_explained() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    targets = {line.split()[0] for line in done.stdout.splitlines()}
    assert {"demo", "test", "prove", "bench"} <= targets
