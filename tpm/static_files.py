"""Which static files are prepared: those that a page asks for."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class Asked(StaticFilesConfig):
    """Leaves out what packages bring for pages that we have not: half of the bytes."""

    ignore_patterns = (*StaticFilesConfig.ignore_patterns, "redoc", "rest_framework")
