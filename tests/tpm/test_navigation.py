"""Where the shell leads."""

import pytest
from django.urls import Resolver404, resolve

from tpm import navigation, shortcuts
from tpm.roles import ABILITIES


@pytest.fixture
def may_all() -> dict[str, bool]:
    return dict.fromkeys(ABILITIES, True)


def test_every_place_of_the_sidebar_and_the_create_menu_exists(product, may_all):
    for entry in [*navigation.entries(product, ""), *navigation.creatable(product, may_all)]:
        try:
            resolve(entry.url)
        except Resolver404:
            pytest.fail(f"{entry.label} leads to {entry.url}, which is no page")


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/p/PAY/", "Home"),
        ("/p/PAY/items/", "Roadmap"),
        ("/i/PAY-1/", "Roadmap"),
        ("/a/PAY-A1/edit/", "Trade-offs"),
        ("/d/PAY-D1/", "Debt"),
        ("/p/PAY/baselines/", "Forecast"),
        ("/p/PAY/objectives/3/", "Objectives"),
    ],
)
def test_a_page_marks_its_place_and_no_other(product, path, label):
    current = [entry.label for entry in navigation.entries(product, path) if entry.current]
    assert current == [label]


def test_a_viewer_is_offered_nothing_to_create(product):
    assert navigation.creatable(product, {}) == []


def test_no_shortcut_stands_for_two_things(product):
    everything = [short for group in shortcuts.groups(product) for short in group.shortcuts]
    keys = [short.keys for short in everything if short.action]
    assert len(keys) == len(set(keys))
