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

EACH = """
answer = {}
for name, code in codes.items():
    found = {}
    exec(code, found)
    answer[name] = found["answer"]
"""


@pytest.fixture(scope="session")
def addresses(sample_site) -> dict[str, str]:
    """The full address of each screen, all found by one process."""
    codes = {screen.name: screen.code for screen in SCREENS if screen.code}
    paths = sample_site.django(EACH, codes=codes)
    paths |= {screen.name: screen.url for screen in SCREENS if screen.url}
    nothing = [name for name, path in paths.items() if not path]
    assert not nothing, f"the sample workspace has nothing to show on {', '.join(nothing)}"
    return {name: sample_site.url + path for name, path in paths.items()}


@pytest.fixture
def open_screen(addresses, new_context, request):
    def go(screen: Screen, **options):
        known = screen.who == "administrator"
        cookies = request.getfixturevalue("administrator_cookies") if known else ()
        page = new_context(cookies=cookies, **options).new_page()
        heard = Complaints().listen(page)
        answer = page.goto(addresses[screen.name])
        page.wait_for_load_state("load")
        assert answer.status == screen.status
        if screen.status != 200:
            heard.lines = [line for line in heard.lines if str(screen.status) not in line]
        return page, heard

    return go


# Axe sees every rule where most is shown, the rules of colour in the other theme as well, and the
# others once more in the narrow layout; width is checked everywhere.
JUDGED = {(1440, "light"): None, (1440, "dark"): True, (NARROW, "light"): False}


def look(page, colours: bool | None) -> list[str]:
    """Everything that is wrong with a page as it stands."""
    found = [*axe_violations(page, colours=colours), *filter(None, [overflow(page)])]
    return found if colours else [*found, *outline(page)]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_has_no_flaw_in_both_themes_wide_and_narrow(open_screen, screen):
    page, heard = open_screen(screen)
    flaws = {}
    for width in (1440, 1366, 1024, 768, 390, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        pictured = width in (1440, 390)  # no layout hangs on the theme: two widths show both
        for theme in THEMES if pictured else ("light",):
            page.emulate_media(color_scheme=theme)
            if pictured:
                keep_picture(page, f"{screen.name}-{width}-{theme}")
            if (width, theme) in JUDGED:
                flaws[f"{width} {theme}"] = look(page, JUDGED[width, theme])
            else:
                flaws[f"{width} {theme}"] = [*filter(None, [overflow(page)])]
    assert {where: found for where, found in flaws.items() if found} == {}
    assert heard.lines == []
