"""The engine says which optional packages it found."""

import pytest

from roadmaps.forecasting import extras as home


@pytest.fixture(autouse=True)
def _look_again():
    yield
    home.numba_available.cache_clear()
    home.ortools_available.cache_clear()


def test_a_missing_package_is_named_with_no_version(monkeypatch):
    monkeypatch.setattr(home, "_imports", lambda name: False)
    home.numba_available.cache_clear()
    home.ortools_available.cache_clear()
    assert home.extras() == {"numba": None, "ortools": None}


def test_a_package_that_is_there_is_named_with_its_version():
    assert home._imports("numpy")
    assert home._version("numpy")[0].isdigit()


def test_a_package_that_cannot_be_loaded_counts_as_missing():
    assert not home._imports("roadmaps.no_such_package")


def test_what_is_found_agrees_with_what_is_said():
    said = home.extras()
    assert (said["numba"] is not None) == home.numba_available()
    assert (said["ortools"] is not None) == home.ortools_available()
