"""Prepare ./.venv from the hashed lock, then run a command in it.

    python3 bootstrap.py [--dev] [SCRIPT ARGUMENTS ...]

Needs only the standard library and runs on Python 3.8 or newer; the application itself needs 3.12
or newer, which is looked for on PATH, among pyenv's versions and through uv. The second run does
nothing but compare two short files.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 12)
NEWEST_KNOWN = (3, 14)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OWN = ("tpm", "roadmaps", "tradeoffs", "debt")
LOCKS = {"runtime": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}
# Settings of a person's shell that would send the packages somewhere else.
MISLEADING = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV")
ABOUT = (
    "import importlib.util, platform, sys; "
    "print(*sys.version_info[:3], sys.version_info[3] == 'final', "
    "platform.python_implementation() == 'CPython', "
    "bool(importlib.util.find_spec('ensurepip')), sys.executable, sep='|')"
)


class CannotPrepare(Exception):
    """What stands in the way, as one sentence for the person at the terminal."""


class Interpreter:
    """A Python found on this machine, as it describes itself."""

    def __init__(self, path, version, final, cpython, makes_venvs):
        self.path = path
        self.version = version
        self.usable = cpython and version >= OLDEST
        self.makes_venvs = makes_venvs
        # Versions that the lock has built packages for come first, the newest of them leading.
        self.rank = (final and version[:2] <= NEWEST_KNOWN, version)


def environment():
    """This process's environment without what would lead an installer astray."""
    return {name: value for name, value in os.environ.items() if name not in MISLEADING}


def output_of(*command):
    """The standard output of a command, or None when it cannot run or fails."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            timeout=60,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else None


def ask(path):
    """The Interpreter behind a path, or None when it is none (a pyenv shim may not answer)."""
    answer = output_of(path, "-c", ABOUT)
    parts = answer.split("|") if answer else []
    if len(parts) != 7:
        return None
    version = tuple(int(part) for part in parts[:3])
    final, cpython, makes_venvs = (part == "True" for part in parts[3:6])
    return Interpreter(parts[6] or str(path), version, final, cpython, makes_venvs)


def paths_to_try():
    """Every path that may be a Python: this one, PATH, pyenv's versions, what uv knows."""
    yield sys.executable
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        try:
            names = sorted(os.listdir(folder or "."))
        except OSError:
            continue
        for name in names:
            if re.match(r"^(python|cpython|py)[-_]?\d*(\.\d+)*$", name):
                yield os.path.join(folder, name)
    roots = {
        os.environ.get("PYENV_ROOT"),
        os.path.expanduser("~/.pyenv"),
        output_of("pyenv", "root"),
    }
    for root in sorted(root for root in roots if root):
        for path in sorted(Path(root).glob("versions/*/bin/python")):
            yield str(path)


def find_uv():
    """The command that runs uv, or None; a shim that answers nothing does not count."""
    for path in (
        shutil.which("uv"),
        os.path.expanduser("~/.local/bin/uv"),
        os.path.expanduser("~/.cargo/bin/uv"),
    ):
        if path and output_of(path, "--version"):
            return path
    return None


def find_interpreter(uv):
    """The best Python for the application.

    raises: CannotPrepare when this machine has none
    """
    found, seen = [], set()
    for path in paths_to_try():
        real = os.path.realpath(path)
        if real in seen or real.startswith(str(VENV) + os.sep):
            continue
        # Shims share one file and answer by their name, so only they may be asked again.
        if "shims" not in path:
            seen.add(real)
        interpreter = ask(path)
        if interpreter and interpreter.usable and "shims" not in interpreter.path:
            found.append(interpreter)
    if not found and uv:
        path = output_of(uv, "python", "find", "--no-project", ">=3.12")
        if path is None:
            say("No Python 3.12 or newer here yet: asking uv for 3.13.")
            subprocess.call([uv, "python", "install", "3.13"], env=environment())
            path = output_of(uv, "python", "find", "--no-project", ">=3.12")
        interpreter = ask(path) if path else None
        if interpreter:
            found.append(interpreter)
    return choose(found, uv)


def choose(found, uv):
    """The highest ranked interpreter that can make an environment here."""
    able = [one for one in found if uv or one.makes_venvs]
    if able:
        return max(able, key=lambda one: one.rank)
    if found:
        one = max(found, key=lambda one: one.rank)
        name = "python%d.%d-venv" % one.version[:2]
        raise CannotPrepare(
            "%s has no venv module of its own: install the package %s, or uv, and run this again."
            % (one.path, name)
        )
    raise CannotPrepare(
        "This needs Python 3.12 or newer and found none on PATH, in pyenv or through uv "
        "(this is %d.%d): install one, for example with `pyenv install 3.13` or "
        "`uv python install 3.13`, and run this again." % sys.version_info[:2]
    )


def say(sentence):
    """Tell the person at the terminal what is going on."""
    print(sentence, file=sys.stderr, flush=True)


def stamp_of(kind):
    """Where the mark of a finished installation lies."""
    return VENV / (".installed-" + kind)


def mark_for(kind):
    """What the mark says when the environment matches the lock and its interpreter."""
    lock = hashlib.sha256(LOCKS[kind].read_bytes()).hexdigest()
    return "%s %s\n" % (lock, os.path.realpath(str(PYTHON)))


def is_ready(kind):
    """Whether .venv holds what the lock names, for an interpreter that is still there."""
    try:
        whole = PYTHON.exists() and (VENV / "pyvenv.cfg").exists()
        return whole and stamp_of(kind).read_text() == mark_for(kind)
    except OSError:
        return False


def run(*command):
    """Run one step of the installation.

    raises: CannotPrepare when it fails; its own lines have said why
    """
    status = subprocess.call([str(part) for part in command], env=environment())
    if status != 0:
        raise CannotPrepare(
            "The step above failed (%s, exit code %d). Run the same command again to go on."
            % (" ".join(str(part) for part in command[:4]), status)
        )


def make_venv(uv):
    """Make .venv, unless a working one of a new enough Python is there."""
    if PYTHON.exists():
        interpreter = ask(PYTHON)
        packages = (
            VENV / "lib" / ("python%d.%d" % interpreter.version[:2]) / "site-packages"
            if interpreter and interpreter.usable
            else None
        )
        if packages and packages.is_dir() and (VENV / "pyvenv.cfg").exists():
            return
    interpreter = find_interpreter(uv)
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        say("The environment in .venv is incomplete or its Python is gone: making it again.")
        shutil.rmtree(str(VENV))
    say("Making .venv with Python %d.%d.%d (%s)." % (*interpreter.version, interpreter.path))
    if uv:
        run(uv, "venv", "--quiet", "--no-project", "--python", interpreter.path, VENV)
    else:
        run(interpreter.path, "-m", "venv", VENV)


def install(kind, uv):
    """Install the hashed lock into .venv."""
    lock = LOCKS[kind]
    count = len(re.findall(r"^[A-Za-z0-9][^\s=]*==", lock.read_text(), re.MULTILINE))
    say("Installing %d packages from %s (once)." % (count, lock.name))
    if uv:
        run(
            *(uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON),
            *("--require-hashes", "--requirement", lock),
        )
        return
    if output_of(PYTHON, "-m", "pip", "--version") is None:
        run(PYTHON, "-m", "ensurepip", "--upgrade")
    run(
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--no-input", "--require-hashes", "--requirement", lock),
    )


def compile_own():
    """Compile our own code too, or each process of a first start does it anew."""
    for name in OWN:
        if (ROOT / name).is_dir():
            subprocess.call([str(PYTHON), "-m", "compileall", "-q", str(ROOT / name)])


def prepare(kind):
    """Bring .venv in step with the lock; interrupted work is taken up again the next time."""
    import fcntl  # here, so that the quick path does not pay for it

    started = time.monotonic()
    folder = os.open(str(ROOT), os.O_RDONLY)  # closed, and so unlocked, with this process's work
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say("Another installation is at work in this folder: waiting for it.")
        fcntl.flock(folder, fcntl.LOCK_EX)
    if not is_ready(kind):
        uv = find_uv()
        make_venv(uv)
        for stamp in VENV.glob(".installed-*"):
            stamp.unlink()
        install(kind, uv)
        compile_own()
        # The development lock holds every line of the runtime lock (a test says so).
        for done in ("runtime", "dev") if kind == "dev" else ("runtime",):
            stamp_of(done).write_text(mark_for(done))
    os.close(folder)
    say("Ready after %.0f seconds." % (time.monotonic() - started))


def main(arguments):
    """Prepare the environment, then become the command."""
    kind = "runtime"
    if arguments[:1] == ["--dev"]:
        kind, arguments = "dev", arguments[1:]
    try:
        if not is_ready(kind):
            prepare(kind)
    except CannotPrepare as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        say("Stopped. Run the same command again to go on.")
        return 130
    if not arguments:
        return 0
    os.environ.pop("PYTHONHOME", None)
    os.environ["VIRTUAL_ENV"] = str(VENV)
    os.environ["PATH"] = str(PYTHON.parent) + os.pathsep + os.environ.get("PATH", "")
    os.execv(str(PYTHON), [str(PYTHON), *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
