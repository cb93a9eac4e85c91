"""What every page costs to load, compressed."""

import gzip
from pathlib import Path

from django.contrib.staticfiles import finders

STATIC = Path(__file__).resolve().parents[2] / "static"
HTMX = "django_htmx/htmx-2.min.js"


def compressed(paths) -> int:
    return sum(len(gzip.compress(Path(path).read_bytes(), 9)) for path in paths)


def test_the_styles_stay_within_30_kb():
    assert compressed(STATIC.rglob("*.css")) <= 30 * 1024


def test_the_scripts_stay_within_40_kb_with_htmx():
    assert compressed([*STATIC.rglob("*.js"), finders.find(HTMX)]) <= 40 * 1024
