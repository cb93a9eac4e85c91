"""The script before everything: it finds a Python, makes .venv and starts at once the second time.

These run in a copy of the script with an empty lock, so that nothing is downloaded.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.services_for_tests import ROOT

pytestmark = pytest.mark.integration
LOCKS = ("requirements.txt", "requirements-dev.txt")


def clone(folder: Path) -> Path:
    """Put the script and empty locks into a folder."""
    shutil.copy(ROOT / "bootstrap.py", folder)
    for lock in LOCKS:
        (folder / lock).write_text("# nothing\n")
    return folder


@pytest.fixture
def folder(tmp_path) -> Path:
    """A clone in which nothing has run."""
    return clone(tmp_path)


@pytest.fixture(scope="module")
def prepared_once(tmp_path_factory) -> Path:
    """A clone in which the script has run."""
    folder = clone(tmp_path_factory.mktemp("prepared"))
    done = start(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def prepared(prepared_once, tmp_path) -> Path:
    """A clone of one's own in which the script has run."""
    folder = tmp_path / "clone"
    shutil.copytree(prepared_once, folder, symlinks=True)
    return folder


def start(folder: Path, *arguments: str, launcher: str = sys.executable, **env: str):
    """Run the script as a newcomer's python3 would."""
    return subprocess.run(
        [launcher, "bootstrap.py", *arguments],
        cwd=folder,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=120,
    )


PRINT = ("-c", "import sys; print(sys.prefix)")


def test_a_new_clone_gets_an_environment_and_the_command_runs_in_it(folder):
    first = start(folder, *PRINT)
    assert first.returncode == 0, first.stderr
    assert first.stdout.strip() == str(folder / ".venv")
    assert "Making .venv" in first.stderr


def test_the_second_start_is_silent_and_immediate(prepared):
    started = time.perf_counter()
    second = start(prepared, "-S", "-c", "pass")
    assert time.perf_counter() - started < 1  # two interpreters on a busy machine
    assert second.stderr == ""


def test_a_changed_lock_is_installed(prepared):
    (prepared / "requirements.txt").write_text("# another nothing\n")
    assert "Installing" in start(prepared).stderr


def test_the_development_lock_has_a_mark_of_its_own(prepared):
    assert "requirements-dev.txt" in start(prepared, "--dev").stderr
    assert start(prepared, "--dev").stderr == ""
    assert start(prepared).stderr == ""


def test_a_half_made_environment_is_repaired(prepared):
    shutil.rmtree(prepared / ".venv/lib")
    (prepared / ".venv/.installed-runtime").unlink()
    again = start(prepared, *PRINT)
    assert again.returncode == 0, again.stderr
    assert "making it again" in again.stderr


def test_an_environment_of_a_removed_python_is_made_again(prepared):
    python = prepared / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nonexistent/python3.12")
    again = start(prepared, *PRINT)
    assert again.returncode == 0, again.stderr
    assert "making it again" in again.stderr


def test_without_a_new_enough_python_one_sentence_says_what_to_do(folder):
    script = folder / "bootstrap.py"
    script.write_text(script.read_text().replace("OLDEST = (3, 12)", "OLDEST = (9, 0)"))
    result = start(folder, PATH="/nonexistent", HOME="/nonexistent", PYENV_ROOT="/nonexistent")
    assert result.returncode == 1
    assert re.fullmatch(r"This needs Python 3\.12 or newer.*run this again\.\n", result.stderr)
    assert not (folder / ".venv").exists()


def test_a_failing_installation_says_so_and_leaves_no_mark(folder):
    (folder / "requirements.txt").write_text("no-such-package-of-ours==1.0\n")
    result = start(folder)
    assert result.returncode == 1
    assert "Run the same command again" in result.stderr
    assert not (folder / ".venv/.installed-runtime").exists()


def test_the_command_s_exit_code_is_passed_on(prepared):
    assert start(prepared, "-c", "raise SystemExit(7)").returncode == 7


def old_pythons() -> list[str]:
    """Pythons from 3.8 to 3.11 on this machine."""
    found = [
        shutil.which(f"python3.{minor}", path="/usr/bin:/usr/local/bin") for minor in range(8, 12)
    ]
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found += [str(path) for path in sorted(root.glob("versions/3.*/bin/python"))]
    return [path for path in found if path and 8 <= minor_of(path) <= 11]


def minor_of(path: str) -> int:
    ask = [path, "-c", "import sys; print(sys.version_info[1])"]
    return int(subprocess.run(ask, capture_output=True, text=True).stdout or 0)


@pytest.mark.parametrize("launcher", old_pythons() or [None])
def test_an_older_python_may_start_it(folder, launcher):
    if launcher is None:
        pytest.skip("no Python from 3.8 to 3.11 is here")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    result = start(folder, *PRINT, launcher=launcher, PATH=path)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == str(folder / ".venv")


def test_the_mark_is_the_digest_of_the_lock(prepared):
    digest = hashlib.sha256((prepared / "requirements.txt").read_bytes()).hexdigest()
    assert (prepared / ".venv/.installed-runtime").read_text().startswith(digest)
