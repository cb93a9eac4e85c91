"""What somebody tries first: Back, a filter, a search for nothing, a text that is too long."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def visit(sample_site, administrator_cookies, new_context):
    def go(path: str, **options):
        page = new_context(cookies=administrator_cookies, **options).new_page()
        page.goto(sample_site.url + path, wait_until="networkidle")
        return page

    return go


def test_back_closes_the_panel_beside_the_timeline_and_stays_on_the_page(visit):
    page = visit("/p/CHK/roadmap/", width=1366)
    page.locator(".tl-row[data-key] a.name").first.click()
    page.wait_for_selector("#inspector h2")
    page.wait_for_url("**item=*")
    page.go_back()
    page.wait_for_selector("#inspector h2", state="detached")
    page.wait_for_url("**/p/CHK/roadmap/")


def test_a_filter_closes_once_it_is_applied_and_leaves_nothing_empty_in_the_address(visit):
    page = visit("/p/CHK/items/")
    page.keyboard.press("/")
    page.keyboard.type("pay")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/CHK/items/?q=pay")
    assert page.locator("details.drop[open]").count() == 0


def test_the_palette_says_that_it_found_nothing(visit):
    page = visit("/p/CHK/items/")
    page.keyboard.press("Control+k")
    page.keyboard.type("zzqqx")
    page.wait_for_selector("#palette-none:visible")


def test_the_keyboard_help_names_the_timeline_on_the_timeline_alone(visit):
    page = visit("/p/CHK/roadmap/")
    page.keyboard.press("?")
    page.wait_for_selector("text=In the rows of the timeline")
    page = visit("/p/CHK/items/")
    page.keyboard.press("?")
    page.wait_for_selector("text=Next row")
    assert not page.is_visible("text=In the rows of the timeline")


def test_a_title_that_is_too_long_is_kept_and_said_at_its_field(visit):
    page = visit("/p/CHK/items/new/")
    page.fill("[name=title]", "x" * 301)
    title = page.locator("[name=title]")
    assert title.evaluate("field => field.value.length") == 301
    assert "at most 300" in title.evaluate("field => field.validationMessage")


OVER = """section => {
    const ends = [...section.querySelectorAll("*")].map(each => each.getBoundingClientRect().right);
    return Math.max(...ends) - section.getBoundingClientRect().right;
}"""


@pytest.mark.parametrize("width", [1920, 1440, 1366, 1280, 1200, 1024, 390])
def test_no_total_of_the_register_runs_into_the_next_one(visit, width):
    totals = visit("/p/CHK/debt/", width=width).locator(".totals > section")
    assert totals.count() == 4
    assert max(totals.nth(place).evaluate(OVER) for place in range(4)) <= 1


LINES = """title => {
    const range = document.createRange();
    range.selectNodeContents(title);
    const box = title.getBoundingClientRect();
    const seen = [...range.getClientRects()].filter(line => line.bottom <= box.bottom + 1);
    return new Set(seen.map(line => Math.round(line.top))).size;
}"""
"""How many lines of a text are seen, whether its element is a block, wraps, or cuts it off."""


@pytest.mark.parametrize("width", [1920, 1440, 1366, 1200])
def test_titles_of_the_register_stand_in_two_lines_at_most(visit, width):
    page = visit("/p/CHK/debt/", width=width)
    titles = page.locator(".reg .ttl > span:not(.tools) > a")
    whole = titles.evaluate_all(
        "all => all.filter(a => a.scrollHeight <= a.clientHeight + 1).length"
    )
    assert whole == titles.count() > 20, "the sample's titles fit"
    counts = [titles.nth(place).evaluate(LINES) for place in range(titles.count())]
    assert max(counts) == (1 if width == 1920 else 2)
    first = titles.first
    first.evaluate("a => { a.textContent = 'Rules of tax are written into billing '.repeat(7); }")
    assert first.evaluate(LINES) == 2
    first.evaluate("a => { a.style.display = 'inline'; }")
    assert first.evaluate(LINES) > 2, "this sees more than two lines where they are"


@pytest.mark.parametrize("width", [1920, 1440, 1200, 1024, 390])
def test_two_plans_of_debt_are_compared_in_a_table_with_room_for_names(visit, width):
    asked = "budget=20&dates=1&other_budget=40&other_place=last"
    page = visit(f"/p/CHK/debt/payoff/?{asked}", width=width)
    names = page.locator("#payoff-dates tbody th a")
    assert names.count() > 2
    assert max(names.nth(place).evaluate(LINES) for place in range(names.count())) <= 2
    later = page.locator("#payoff-dates tbody .sub-line").evaluate_all(
        "all => all.map(text => { const range = document.createRange();"
        " range.selectNodeContents(text); const box = range.getBoundingClientRect();"
        " return [box.left, box.right]; })"
    )
    gaps = [other[0] - one[1] for one, other in zip(later[::2], later[1::2], strict=True)]
    assert min(gaps) >= 8, "the two plans run into each other"
    days = page.locator("#payoff-dates tbody td > b")
    assert max(days.nth(place).evaluate(LINES) for place in range(days.count())) == 1


def test_saved_views_on_a_phone_have_their_names_in_one_line(visit):
    page = visit("/p/CHK/views/", width=390)
    names = page.locator(".table-wrap tbody th a")
    assert names.count()
    assert max(names.nth(place).evaluate(LINES) for place in range(names.count())) == 1


@pytest.mark.parametrize(
    "path", ["debt/findings/", "debt/history/", "debt/map/", "debt/map/?component=billing"]
)
def test_tables_of_debt_are_not_cut_on_a_phone(visit, path):
    page = visit(f"/p/CHK/{path}", width=390)
    tables = page.locator(".table-wrap")
    assert tables.count()
    cut = tables.evaluate_all("all => all.filter(t => t.scrollWidth > t.clientWidth + 1).length")
    assert cut == 0
    assert page.locator(".table-wrap > .stackable thead:visible").count() == 0


COVERED = """() => {
  const told = document.getElementById("toasts");
  told.innerHTML = '<div class="toast"><p>Moved.</p><button class="btn small">Undo</button></div>';
  window.scrollTo(0, document.body.scrollHeight);
  const controls = "main a, main button, main select, main textarea";
  return [...document.querySelectorAll(controls)].filter((one) => {
    const box = one.getBoundingClientRect();
    if (one.closest(".tl-view")) return false;
    if (!box.width || box.top >= innerHeight || box.bottom <= 0) return false;
    const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return told.contains(at);
  }).map((one) => one.textContent);
}"""


def test_what_is_told_covers_no_control(visit):
    for path in ("/a/CHK-A16/review/", "/p/CHK/roadmap/"):
        for width in (1440, 390):
            page = visit(path, width=width)
            assert page.evaluate(COVERED) == []
    page = visit("/p/CHK/roadmap/")
    page.evaluate(COVERED)
    last = page.locator(".tl-status").bounding_box()
    strip = page.locator("#toasts").bounding_box()
    assert last["y"] + last["height"] <= strip["y"] + 1
    assert strip["y"] + strip["height"] <= 901


def test_escape_leaves_the_page_that_logs_debt_and_keeps_what_was_typed(visit):
    page = visit("/p/CHK/decisions/")
    page.keyboard.press("c")
    page.keyboard.press("d")
    page.wait_for_url("**/p/CHK/debt/new/")
    expect(page.locator("#qa-new")).to_be_focused()
    page.keyboard.type("Tax rules hard-wired")
    page.keyboard.press("Escape")
    page.wait_for_url("**/p/CHK/decisions/")
    page.keyboard.press("c")
    page.keyboard.press("d")
    page.wait_for_url("**/p/CHK/debt/new/")
    assert page.input_value("#qa-new") == "Tax rules hard-wired"


@pytest.mark.parametrize("path", ["/p/CHK/debt/", "/p/CHK/debt/new/"])
def test_enter_pressed_five_times_logs_one_debt_which_its_toast_takes_back(visit, path):
    page = visit(path)
    line = page.locator("[data-quick] textarea")
    title = f"Pressed often on {path}"
    line.fill(title)
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    line.evaluate(
        """field => { for (let press = 0; press < 5; press += 1) field.dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })
        ); }"""
    )
    toast = page.locator(".toast", has_text=title)
    toast.get_by_role("link", name="Open").wait_for()
    assert len(sent) == 1
    toast.get_by_role("button", name="Undo").click()
    page.locator(".toast", has_text="Undone").wait_for()


def test_two_taps_are_taken_back_by_the_undo_of_their_toasts(visit):
    page = visit("/p/CHK/debt/")
    page.locator("tr[data-row] th a[href^='/d/']").first.click()
    page.wait_for_load_state("networkidle")
    for press in (1, 2):
        page.locator("button.tap").click()
        page.locator(".toast", has_text="15 minutes lost").nth(press - 1).wait_for()
    for _ in range(2):
        page.get_by_role("button", name="Take back 15 min").wait_for()
        undo = page.locator(".toast").get_by_role("button", name="Undo")
        (
            undo.first if undo.count() else page.get_by_role("button", name="Take back 15 min")
        ).click()
        page.locator(".toast", has_text="Taken back: 15 minutes").first.wait_for()
    page.get_by_role("button", name="Take back 15 min").wait_for(state="detached")
