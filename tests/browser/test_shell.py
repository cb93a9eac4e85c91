"""The shell and the components, driven as people drive them."""

import pytest
from playwright.sync_api import expect

from tests.browser.looks import NARROW, THEMES, Complaints, axe_violations, outline, overflow


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("state", ["", "?errors"])
def test_every_component_is_accessible(open_page, theme, width, state):
    page = open_page(f"/gallery/{state}", theme=theme, width=width)
    assert axe_violations(page) == []
    assert outline(page) == []


def test_every_component_fits_320_pixels(open_page):
    assert overflow(open_page("/gallery/?errors", width=NARROW)) == ""


def test_the_content_security_policy_stops_nothing_of_ours(open_page):
    page = open_page("/help/")
    heard = Complaints().listen(page)
    page.goto(page.url.replace("/help/", "/gallery/?errors"))
    assert heard.lines == []


def test_a_post_from_a_nested_fragment_carries_the_token_of_the_body(open_page):
    page = open_page()
    page.click("#post")
    page.wait_for_selector("#echo-answer")


def test_a_refusal_is_told_in_words_and_the_page_stays(open_page):
    page = open_page()
    page.click("#refused")
    page.wait_for_selector(".toast.is-bad")
    expect(page.locator(".toast.is-bad")).to_contain_text("Ask Lena")
    assert page.is_visible("#post")


def test_a_linked_page_opens_in_a_dialog_and_the_focus_comes_back(open_page):
    page = open_page()
    page.click("#opens")
    page.wait_for_selector("#dialog[open]")
    expect(page.locator("#dialog-title")).to_have_text("Help")
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector("#dialog:not([open])", state="attached")
    expect(page.locator("#opens")).to_be_focused()


def test_an_error_summary_has_the_focus_and_leads_to_the_field(open_page):
    page = open_page("/gallery/?errors")
    page.wait_for_selector("[data-summary]:focus")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#id_body'")


def test_the_palette_opens_by_key_offers_and_goes_there(open_page):
    page = open_page()
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open]")
    page.keyboard.type("forec")
    page.wait_for_function(
        "document.querySelector('#palette [aria-selected=true]')?.textContent.includes('Forecast')"
    )
    assert axe_violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/forecast/")


def test_the_search_button_is_a_link_without_scripts(open_page):
    page = open_page(java_script_enabled=False)
    page.click(".find")
    page.wait_for_url("**/search/")


def test_the_theme_button_colours_this_page_and_the_next_first_paint(open_page):
    page = open_page(theme="light")
    page.click(".me")
    page.click("[data-theme-set=dark]")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_keys_go_to_places_but_not_while_typing(open_page):
    page = open_page()
    page.click("#id_body")
    page.keyboard.type("g h?")
    expect(page.locator("#id_body").first).to_have_value("g h?")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    page.keyboard.press("Escape")
    page.keyboard.type("gh")
    page.wait_for_url("**/p/PAY/")


def test_single_keys_rest_when_they_are_switched_off(open_page):
    page = open_page(user="kay")
    page.keyboard.press("?")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open]")
    assert not page.is_visible("#keys")


def test_rows_are_walked_and_selected_by_keys(open_page):
    page = open_page()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("1 selected")
    expect(page.locator("[data-row]:nth-child(2)")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("[data-bulk]")).to_be_hidden()


def test_the_menu_is_a_drawer_on_a_narrow_window_with_and_without_scripts(open_page):
    for scripts in (True, False):
        page = open_page(width=390, java_script_enabled=scripts)
        assert not page.is_visible("#sidebar")
        page.click(".drawer-button")
        page.wait_for_selector("#sidebar", state="visible")
        page.get_by_role("link", name="Help").first.click()
        page.wait_for_load_state()


def test_esc_closes_the_drawer_and_gives_the_focus_back(open_page):
    page = open_page(width=390)
    page.click(".drawer-button")
    page.wait_for_function("document.activeElement.closest('#sidebar') !== null")
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.matches('.drawer-button')")


def test_the_sidebar_stays_collapsed_on_the_next_page(open_page):
    page = open_page()
    page.click("[data-sidebar]")
    page.reload()
    page.wait_for_selector(".shell.is-rail")
    assert axe_violations(page) == []


def test_unsent_text_survives_leaving_the_page(open_page):
    page = open_page()
    page.fill("#comment-body", "Half a thought")
    page.goto(page.url.replace("/gallery/", "/help/"))
    page.go_back()
    page.reload()
    assert page.input_value("#comment-body") == "Half a thought"


def test_a_page_prints_without_the_shell(open_page):
    page = open_page()
    page.emulate_media(media="print")
    assert not page.is_visible("#sidebar")
    assert not page.is_visible(".topbar")
    assert page.is_visible("h1")


def test_the_focus_ring_is_never_hidden_behind_the_top_bar(open_page):
    page = open_page(height=500)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    hidden = page.evaluate(
        """() => {
          const floor = document.querySelector(".topbar").getBoundingClientRect().bottom;
          const stops = document.querySelectorAll("#main :is(a, button, input, select)");
          return [...stops].filter((one) => one.checkVisibility()).reverse().filter((one) => {
            one.focus();
            return one.getBoundingClientRect().top < floor - 1;
          }).map((one) => one.outerHTML.slice(0, 80));
        }"""
    )
    assert hidden == []


def test_the_theme_can_be_chosen_without_scripts(open_page):
    page = open_page("/help/", java_script_enabled=False)
    page.click(".me")
    page.click("button[name=theme][value=dark]")
    page.wait_for_url("**/help/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_an_error_of_ours_gives_an_id_to_quote(open_page):
    page = open_page("/gallery/broken/")
    assert "Quote " in page.inner_text("[data-reason]")
    assert axe_violations(page) == []


def test_a_lost_page_offers_search(open_page):
    page = open_page("/nothing-here/")
    page.fill("#missing-q", "retries")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=retries")


def test_the_browser_says_in_words_why_an_old_form_was_refused(open_page):
    page = open_page()
    page.context.clear_cookies(name="csrftoken")
    page.fill("#comment-body", "Late")
    page.click("#activity button")
    expect(page.locator("h1")).to_contain_text("Send it once more")
    assert axe_violations(page) == []


def test_a_conflict_shows_theirs_and_mine_and_the_form_keeps_its_text(open_page):
    page = open_page()
    page.click("#save-name")
    page.wait_for_selector("#dialog[open] #conflict")
    expect(page.locator("#dialog td").first).to_have_text("Payments")
    assert page.input_value("#dialog textarea[name=name]") == "My name for it"
    assert page.input_value("#dialog input[name=version]") == "1"
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#conflict-name")).to_have_value("My name for it")


def test_a_conflict_is_a_page_without_scripts(open_page):
    page = open_page(java_script_enabled=False)
    page.click("#save-name")
    expect(page.locator("h1")).to_contain_text("Somebody changed this")
    expect(page.locator("#conflict textarea[name=name]")).to_have_value("My name for it")


def test_the_rest_of_a_long_list_opens_by_keyboard_and_without_scripts(open_page):
    page = open_page(java_script_enabled=False)
    second = page.locator("#long > .rest")
    expect(second).to_be_hidden()
    page.locator("#long + .more > summary").press("Enter")
    expect(second).to_be_visible()
    expect(page.locator("#long + .more > summary")).to_have_text("Show fewer", use_inner_text=True)


def test_paper_has_the_whole_of_a_long_list(open_page):
    page = open_page()
    page.emulate_media(media="print")
    expect(page.locator("#long > .rest")).to_be_visible()
    expect(page.locator("#long + .more")).to_be_hidden()


TELL = """([words, button]) => {
  const toast = Object.assign(document.createElement("div"), { className: "toast" });
  toast.innerHTML = `<p>${words}</p>` + (button ? "<form><button>Undo</button></form>" : "");
  document.getElementById("toasts").append(toast);
}"""


def test_what_can_be_taken_back_stays_a_minute_and_at_most_three_stay(open_page):
    page = open_page("/help/")
    page.clock.install()
    page.evaluate(TELL, ["Read", False])
    page.evaluate(TELL, ["Moved", True])
    page.clock.run_for(9_000)
    expect(page.locator(".toast p")).to_have_text(["Moved"])
    page.clock.run_for(52_000)
    expect(page.locator(".toast")).to_have_count(0)
    for words in ("One", "Two", "Three", "Four", "Five"):
        page.evaluate(TELL, [words, True])
    expect(page.locator(".toast p")).to_have_text(["Three", "Four", "Five"])
