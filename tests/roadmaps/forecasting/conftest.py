"""What is compiled is compiled once, by one of the processes that share the tests."""

import pytest

from roadmaps.forecasting.extras import numba_available


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if item.get_closest_marker("compiled"):
            item.add_marker(pytest.mark.thorough)
            item.add_marker(pytest.mark.xdist_group("compiled"))
            if not numba_available():
                item.add_marker(pytest.mark.skip(reason="numba is not installed"))
