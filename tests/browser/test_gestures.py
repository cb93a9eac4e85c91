"""A bar under the hand: by pointer and by keys, undone, and out of reach for readers."""

import pytest
from playwright.sync_api import expect

from tests.browser.looks import axe_violations
from tests.conftest import PASSWORD

FIND = "from roadmaps.models import Item; item = Item.objects.get(key=key); "


@pytest.fixture
def roadmap(sample_site, new_context, administrator_cookies):
    """The timeline of the sample in one lane, in the order of the plan."""
    page = new_context(cookies=administrator_cookies).new_page()
    page.goto(f"{sample_site.url}/p/CHK/roadmap/?lanes=none")
    page.wait_for_selector(".tl-row[data-hand=start] .bar .f50")
    return page


@pytest.fixture
def stored(sample_site):
    """A field of an item, as it is stored."""
    return lambda key, field: sample_site.django(f"{FIND}answer = str(item.{field})", key=key)


def planned(page, index: int = 0):
    """A row whose start a hand may move, and its key."""
    row = page.locator(".tl-row[data-hand=start]:has(.bar .f50):not([data-pinned])").nth(index)
    return row, row.get_attribute("data-key")


def toast(page, words: str):
    page.locator(".toast", has_text=words).last.wait_for()


def middle(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)


def test_a_bar_is_dragged_previewed_kept_and_undone(roadmap, stored):
    row, key = planned(roadmap)
    before = stored(key, "not_before")
    x, y = middle(row.locator(".bar .f50").first)
    drag(roadmap, (x, y), (x + 60, y))
    roadmap.locator(".tl-tip", has_text="Not before").wait_for()
    roadmap.locator(".tl-tip", has_text="P85").wait_for()
    roadmap.mouse.up()
    toast(roadmap, f"{key} starts not before")
    assert stored(key, "not_before") != before
    roadmap.keyboard.press("Control+z")
    toast(roadmap, f"Undone: {key}")
    expect(roadmap.locator(".toast form")).to_have_count(0)
    assert stored(key, "not_before") == before
    roadmap.keyboard.press("Control+Shift+Z")
    toast(roadmap, f"Done again: {key}")
    roadmap.locator(".toast", has_text="Done again").get_by_role("button", name="Undo").click()
    toast(roadmap, f"Undone: {key}")
    assert stored(key, "not_before") == before


def test_a_change_whose_answer_was_lost_is_kept_once(roadmap, sample_site, stored):
    row, key = planned(roadmap, 4)
    asked = []

    def lose_the_first_answer(route):
        asked.append(route.request.post_data)
        if len(asked) > 1:
            return route.continue_()
        route.fetch()  # it arrives, and nobody hears of it
        return route.abort()

    roadmap.route("**/change/", lose_the_first_answer)
    row.locator("[role=gridcell]").focus()
    for pressed in ("m", "ArrowRight", "Enter"):
        roadmap.keyboard.press(pressed)
    toast(roadmap, f"{key} starts not before")
    assert len(asked) == 2
    assert asked[0] == asked[1]
    kept = (
        "from tpm.models import Operation; "
        "answer = str(Operation.objects.filter(words__startswith=key).count())"
    )
    assert sample_site.django(kept, key=key) == "1"
    assert stored(key, "not_before") != "None"


def test_escape_puts_a_held_bar_back(roadmap, stored):
    row, key = planned(roadmap, 1)
    before = stored(key, "version")
    x, y = middle(row.locator(".bar .f50").first)
    drag(roadmap, (x, y), (x + 60, y))
    roadmap.keyboard.press("Escape")
    roadmap.mouse.up()
    expect(roadmap.locator(".is-ghost")).to_have_count(0)
    assert stored(key, "version") == before


def test_keys_move_a_start_and_a_target(roadmap, stored):
    row, key = planned(roadmap, 2)
    row.locator("[role=gridcell]").focus()
    for pressed in ("m", "ArrowRight", "Alt+ArrowRight", "Enter"):
        roadmap.keyboard.press(pressed)
    toast(roadmap, f"{key} starts not before")
    roadmap.locator(f".tl-row[data-key={key}] [role=gridcell]:focus").wait_for()
    for pressed in ("]", "Shift+ArrowRight", "Enter"):
        roadmap.keyboard.press(pressed)
    toast(roadmap, f"{key} is promised for")
    assert stored(key, "target_date") != "None"
    assert axe_violations(roadmap) == []


def test_a_link_is_drawn_from_the_end_of_a_bar(roadmap, sample_site):
    first, key = planned(roadmap, 3)
    second, other = planned(roadmap, 6)
    first.locator(".bar .f50").first.hover()
    drag(roadmap, middle(first.locator(".end-dot")), middle(second.locator("[role=rowheader]")))
    roadmap.locator(".tl-tip", has_text=f"{other} waits for {key}").wait_for()
    roadmap.mouse.up()
    roadmap.locator(".toast").last.wait_for()
    words = roadmap.locator(".toast p").last.inner_text()
    made = sample_site.django(
        "from roadmaps.models import ItemLink; answer = ItemLink.objects.filter("
        "predecessor__key=one, successor__key=two).exists()",
        one=key,
        two=other,
    )
    assert made == ("circle" not in words)


def test_a_row_changes_its_place_in_the_order(roadmap, sample_site):
    _, above = planned(roadmap, 4)
    row, key = planned(roadmap, 5)
    row.locator("[role=gridcell]").focus()
    roadmap.keyboard.press("Alt+ArrowUp")
    toast(roadmap, f"{key} comes before")
    order = sample_site.django(
        "from roadmaps.models import Item; "
        "found = Item.objects.filter(key__in=keys).order_by('rank'); "
        "answer = [item.key for item in found]",
        keys=[above, key],
    )
    assert order == [key, above]


def test_a_link_is_made_by_keys_in_a_dialog(roadmap):
    row, _ = planned(roadmap, 7)
    row.locator("[role=gridcell]").focus()
    roadmap.keyboard.press("d")
    roadmap.wait_for_selector("#dialog[open]")
    expect(roadmap.locator("#dialog-title")).to_have_text("Links")
    assert axe_violations(roadmap) == []


def test_a_reader_has_no_handles(sample_site, new_context):
    sample_site.django(
        "from tpm.models import User; user = User.objects.get(username='viktor'); "
        "user.set_password(password); user.save(); answer = 1",
        password=PASSWORD,
    )
    page = new_context().new_page()
    page.goto(f"{sample_site.url}/accounts/login/")
    page.get_by_label("Username or e-mail").fill("viktor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/p/CHK/")
    page.goto(f"{sample_site.url}/p/CHK/roadmap/")
    page.wait_for_selector(".tl-row .bar")
    assert page.locator("[data-hand]").count() == 0


def test_rows_that_are_left_behind_become_room_and_come_back(roadmap):
    # A wide screen shows the most rows at once.
    roadmap.set_viewport_size({"width": 1920, "height": 1080})
    roadmap.goto(f"{roadmap.url}&state=any")
    scroll = "top => { document.querySelector('.tl-scroll').scrollTop = top }"
    count = "document.querySelectorAll('*').length"
    first = roadmap.locator(".tl-row[data-key]").first.get_attribute("data-key")
    most = 0
    for top in (2000, 4000, 6000):
        roadmap.evaluate(scroll, top)
        roadmap.wait_for_load_state("networkidle")
        most = max(most, roadmap.evaluate(count))
    roadmap.wait_for_selector("#rows-1.tl-gap", state="attached")
    assert roadmap.locator("#rows-1").count() == 1
    assert not roadmap.locator(f'[data-key="{first}"]').count()
    assert most <= 2500
    roadmap.evaluate(scroll, 0)
    roadmap.wait_for_selector(f'.tl-row[data-key="{first}"]')
