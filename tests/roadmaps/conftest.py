"""Makers for the tests of the roadmap."""

import uuid

import pytest

from roadmaps import import_services
from roadmaps.importing import Options
from tests.roadmaps.import_helpers import HEADER


@pytest.fixture
def bring(product, ada, tmp_path):
    """Import lines under a Jira header, or a file as it is; returns the report."""

    def bring_in(*lines, path=None, header=HEADER, take_file=False, **options):
        if path is None:
            path = tmp_path / f"{uuid.uuid4()}.csv"
            path.write_text("\n".join([header, *lines]) + "\n")
        return import_services.import_file(
            product, path, by=ada, options=Options(**options), take_file=take_file
        )

    return bring_in
