"""Which optional packages are here to make the engine faster or its schedules better."""

from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version


@cache
def numba_available() -> bool:
    """Whether compiled kernels can be used (extra `engine`)."""
    return _imports("numba")


@cache
def ortools_available() -> bool:
    """Whether CP-SAT can be used (extra `optimizer`)."""
    return _imports("ortools.sat.python.cp_model")


def extras() -> dict[str, str | None]:
    """Version of each optional package, None where it is missing or cannot be loaded."""
    here = {"numba": numba_available(), "ortools": ortools_available()}
    return {name: _version(name) if found else None for name, found in here.items()}


def _imports(name: str) -> bool:
    # An import, not a look at the files: a build for another numpy is found and fails to load.
    try:
        import_module(name)
    except Exception:
        return False
    return True


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
