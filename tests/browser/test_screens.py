"""The walk: every screen of the sample workspace, both themes, wide and narrow, without a flaw."""

import pytest

from tests.browser.looks import (
    NARROW,
    THEMES,
    Complaints,
    axe_violations,
    keep_picture,
    outline,
    overflow,
)
from tests.browser.screens import SCREENS, Screen


@pytest.fixture(scope="session")
def address(sample_site):
    """The full address of a screen, found once."""
    known: dict[str, str] = {}

    def find(screen: Screen) -> str:
        if screen.name not in known:
            path = screen.url or sample_site.django(screen.code)
            assert path, f"the sample workspace has nothing to show on {screen.name}"
            known[screen.name] = sample_site.url + path
        return known[screen.name]

    return find


@pytest.fixture
def open_screen(address, new_context, request):
    def go(screen: Screen, **options):
        known = screen.who == "administrator"
        cookies = request.getfixturevalue("administrator_cookies") if known else ()
        page = new_context(cookies=cookies, **options).new_page()
        heard = Complaints().listen(page)
        answer = page.goto(address(screen))
        page.wait_for_load_state("load")
        assert answer.status == screen.status
        if screen.status != 200:
            heard.lines = [line for line in heard.lines if str(screen.status) not in line]
        return page, heard

    return go


every_screen = pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)


@every_screen
@pytest.mark.parametrize("theme", THEMES)
def test_a_screen_is_accessible_and_the_browser_has_no_complaint(open_screen, screen, theme):
    page, heard = open_screen(screen, theme=theme)
    keep_picture(page, f"{screen.name}-1440-{theme}")
    assert axe_violations(page) == []
    assert outline(page) == []
    assert heard.lines == []


@every_screen
def test_a_screen_fits_320_pixels(open_screen, screen):
    page, _ = open_screen(screen, width=NARROW)
    assert overflow(page) == ""
    assert axe_violations(page) == []


@every_screen
def test_a_screen_at_390_pixels_for_the_record(open_screen, screen):
    for theme in THEMES:
        page, _ = open_screen(screen, width=390, theme=theme)
        keep_picture(page, f"{screen.name}-390-{theme}")
        assert overflow(page) == ""
