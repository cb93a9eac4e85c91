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


# Axe sees both themes where most is shown, and the narrow layout once; width is checked everywhere.
JUDGED = {(1440, "light"), (1440, "dark"), (NARROW, "light")}


def look(page) -> list[str]:
    """Everything that is wrong with a page as it stands."""
    return [*axe_violations(page), *outline(page), *filter(None, [overflow(page)])]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_has_no_flaw_in_both_themes_wide_and_narrow(open_screen, screen):
    page, heard = open_screen(screen)
    flaws = {}
    for width in (1440, 390, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            if width != NARROW:
                keep_picture(page, f"{screen.name}-{width}-{theme}")
            if (width, theme) in JUDGED:
                flaws[f"{width} {theme}"] = look(page)
            else:
                flaws[f"{width} {theme}"] = [*filter(None, [overflow(page)])]
    assert {where: found for where, found in flaws.items() if found} == {}
    assert heard.lines == []
