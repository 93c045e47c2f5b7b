"""Bring uv to ``.tools/bin/uv``, without root and without touching the system's Python.

``python3 tools/bring_uv.py .tools``. A uv that is on the path is linked. Else it is installed with
pip into a private virtual environment, with pip into a folder of its own, or with pipx. Where
none of them can, and where no Python is new enough, one sentence says what to install.

Any Python from 3.6 can read this file, so that an old one gets the sentence and not a traceback.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NEEDED = (3, 11)


class BringError(Exception):
    """No way led to uv, or no Python is new enough."""


def bring(folder):
    """Return the path of a uv that works, putting one under the folder where there is none."""
    place = folder / "bin" / "uv"
    if not works(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        source = on_path() or private_environment(folder) or own_folder(folder) or with_pipx(folder)
        if source is None:
            raise BringError(
                "uv is needed to set up the workbench and could not be brought: pip, venv and pipx "
                "are all missing or failed. Install one of them (Debian: apt install "
                "python3-venv), or uv itself (https://docs.astral.sh/uv), and run this again."
            )
        if place.is_symlink() or place.exists():
            place.unlink()
        place.symlink_to(source.absolute())
    find_python(place)
    return place


def works(uv):
    """Say whether this is a uv that runs."""
    return succeeds([uv, "--version"])


def on_path():
    """Return the uv on the path."""
    found = shutil.which("uv")
    return Path(found) if found and works(found) else None


def private_environment(folder):
    """Install uv with pip in a virtual environment: fits PEP 668, needs no root."""
    home = folder / "venv"
    python = home / "bin" / "python"
    made = succeeds([sys.executable, "-m", "venv", "--clear", home])
    if made and succeeds([python, "-m", "pip", "install", "--quiet", "uv"], show=True):
        return installed(home / "bin" / "uv")
    return None


def own_folder(folder):
    """Install uv with the system's pip into a folder: where ensurepip is cut away."""
    home = folder / "lib"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade"]
    if succeeds([*install, "--target", home, "uv"], show=True):
        return installed(home / "bin" / "uv")
    return None


def with_pipx(folder):
    """Install uv with pipx into a folder."""
    pipx = shutil.which("pipx")
    home = (folder / "pipx").absolute()
    places = dict(os.environ, PIPX_HOME=str(home), PIPX_BIN_DIR=str(home / "bin"))
    if pipx and succeeds([pipx, "install", "--force", "uv"], environment=places, show=True):
        return installed(home / "bin" / "uv")
    return None


def installed(uv):
    """Return the path if a uv that works stands there."""
    return uv if works(uv) else None


def find_python(uv):
    """Stop unless uv finds a Python that is new enough on this machine."""
    wanted = ">={}.{}".format(*NEEDED)
    if not succeeds([uv, "python", "find", "--no-python-downloads", "--no-project", wanted]):
        raise BringError(
            "The workbench needs Python {}.{} or newer; python3 here is {}.{}. Install a newer "
            "one, or let uv fetch one ({} python install 3.12), and run this again.".format(
                *NEEDED, *sys.version_info[:2], uv
            )
        )


def succeeds(command, environment=None, show=False):
    """Run a command; with ``show``, its last error line is printed when it fails."""
    command = [str(part) for part in command]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}  # capture_output came in 3.7
    try:
        done = subprocess.run(command, env=environment, **pipes)
    except OSError:
        return False
    if done.returncode and show:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        sys.stderr.write("  {}: {}\n".format(Path(command[0]).name, (lines or ["?"])[-1]))
    return done.returncode == 0


if __name__ == "__main__":
    try:
        brought = bring(Path(sys.argv[1] if len(sys.argv) > 1 else ".tools"))
        sys.stdout.write(str(brought) + "\n")
    except BringError as problem:
        sys.exit(str(problem))
