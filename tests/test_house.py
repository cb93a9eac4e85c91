"""The shape of the house: imports point one way, and maths knows no Django."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["tpm", "roadmaps", "tradeoffs", "debt"]
WIRING = {"tpm/urls.py", "tpm/api_urls.py", "tpm/celery.py", "tpm/settings.py"}
WIRING_FOLDERS = ("tpm/sample/", "tpm/management/")
MATHS = [
    "roadmaps/forecasting",
    "roadmaps/importing",
    "tradeoffs/maths",
    "tradeoffs/records",
    "debt/maths",
    "debt/mining",
    "debt/csv_import/reading.py",
    "debt/quick_add.py",
    "debt/scans",
]


def sources(folder: str) -> list[Path]:
    path = ROOT / folder
    files = [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))
    return [file for file in files if "migrations" not in file.parts]


def imported(path: Path) -> set[str]:
    """Top-level packages that a file imports, by any form of import."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


def is_wiring(path: Path) -> bool:
    name = path.relative_to(ROOT).as_posix()
    return name in WIRING or name.startswith(WIRING_FOLDERS)


FILES = [(app, path) for app in APPS for path in sources(app) if not is_wiring(path)]


@pytest.mark.parametrize(
    ("app", "path"), FILES, ids=[path.relative_to(ROOT).as_posix() for _, path in FILES]
)
def test_an_app_imports_none_to_its_right(app, path):
    to_the_right = set(APPS[APPS.index(app) + 1 :])
    assert not imported(path) & to_the_right


ABOVE = {f"{app}.{room}" for app in APPS for room in ("pages", "forms", "views", "api")}
ROOMS = [
    f"{app}/{room}"
    for app in APPS
    for room in ("models", "queries", "services", "maths", "import_services", "scan_services")
    if (ROOT / app / room).is_dir()
]
FLOOR = [path for folder in ROOMS for path in sources(folder)]


@pytest.mark.parametrize("path", FLOOR, ids=[path.relative_to(ROOT).as_posix() for path in FLOOR])
def test_data_reads_and_writes_import_no_page(path):
    assert not {".".join(name.split(".")[:2]) for name in modules(path)} & ABOVE


BELOW_THE_PAGES = ("models", "queries", "services", "import_services", "forecasting", "importing")
PLAIN = {"roadmaps.outline", "roadmaps.asked"}
"""Readers of words that pages, services and the API share."""
ROADMAP = ("roadmaps/queries", "roadmaps/services", "roadmaps/import_services")
PLANNED = [path for folder in ROADMAP for path in sources(folder)]


@pytest.mark.parametrize(
    "path", PLANNED, ids=[path.relative_to(ROOT).as_posix() for path in PLANNED]
)
def test_reads_and_writes_of_the_roadmap_import_no_page(path):
    ours = {".".join(name.split(".")[:2]) for name in modules(path) if "." in name}
    rooms = {f"roadmaps.{room}" for room in BELOW_THE_PAGES}
    assert {name for name in ours if name.startswith("roadmaps.")} <= rooms | PLAIN


MATHS_FILES = [path for folder in MATHS for path in sources(folder)]


def test_every_maths_module_that_is_guarded_exists():
    assert all((ROOT / folder).exists() for folder in MATHS)


def modules(path: Path) -> set[str]:
    """Dotted names of the app modules that a file imports, relative ones left out."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


PURE = tuple(name.removesuffix(".py").replace("/", ".") for name in MATHS)


@pytest.mark.parametrize(
    "path", MATHS_FILES, ids=[path.relative_to(ROOT).as_posix() for path in MATHS_FILES]
)
def test_maths_knows_no_django_and_only_other_maths(path):
    assert not imported(path) & {"django", "celery", "rest_framework"}
    ours = {name for name in modules(path) if name.split(".")[0] in APPS}
    assert all(name in APPS or name.startswith(PURE) for name in ours)
