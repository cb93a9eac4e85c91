"""The timeline in the browser: who sees it, what it says, and what only htmx asks for."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from roadmaps import services
from roadmaps.models import Item
from roadmaps.services.estimates import estimate_from_text
from tpm.models import CalendarEntry, Component, Level, Role

PAGE = "/p/PAY/roadmap/"
SOON = datetime.timedelta(days=200)


@pytest.fixture
def planned(make_item, team, ada):
    """An item with an estimate, in the plan of the team."""

    def make(**fields):
        item = make_item(team=team, **fields)
        estimate_from_text(item, by=ada, text="2..4..8")
        return item

    return make


def compute(product) -> None:
    services.refresh_forecast(product.pk, trials=100)


def text(client, query: str = "", **headers) -> str:
    answer = client.get(PAGE + query, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def row_of(page: str, key: str) -> str:
    """The markup of one row."""
    found = re.search(rf'<div role="row"[^>]*data-key="{key}".*?</svg></div></div>', page, re.S)
    assert found, f"no row of {key}"
    return found[0]


def test_a_viewer_sees_bars_with_a_name_that_says_all(client_of, vic, planned, product, team):
    item = planned(title="Outbox", target_date=timezone.localdate() + SOON)
    compute(product)
    row = row_of(text(client_of(vic)), item.key)
    assert 'class="f50"' in row
    assert re.search(r'aria-label="Outbox, Rails, planned, .* to .*, 85 % by .*, target', row)
    assert "on track" in row


def test_an_outsider_finds_no_timeline(client_of, grace, product):
    assert client_of(grace).get(PAGE).status_code == 404


def test_the_grid_says_its_rows_and_levels(client_of, vic, planned, product):
    item = planned()
    compute(product)
    page = text(client_of(vic))
    assert 'role="treegrid"' in page
    assert 'aria-rowcount="3"' in page
    assert 'aria-level="1" aria-expanded="true" aria-rowindex="1"' in page
    assert re.search(rf'aria-level="2" aria-rowindex="2"[^>]*data-key="{item.key}"', page)


def test_lanes_are_objectives_with_their_chance_in_words(client_of, ada, planned, product):
    objective = services.create_objective(
        product, by=ada, title="Pay in a second", target_date=timezone.localdate() + SOON
    )
    planned(objective=objective)
    compute(product)
    page = text(client_of(ada))
    lane = re.search(rf'data-lane="o{objective.pk}".*?</svg></div></div>', page, re.S)
    assert lane
    assert "100 % by" in lane[0]
    assert "on track" in lane[0]


def test_lanes_may_be_teams_or_none(client_of, vic, planned, product, team):
    planned()
    compute(product)
    assert f'data-lane="t{team.pk}"' in text(client_of(vic), "?lanes=team")
    assert "All items" in text(client_of(vic), "?lanes=none")


@pytest.mark.parametrize(
    ("lanes", "lane", "title"),
    [
        ("state", "splanned", "Planned"),
        ("kind", "kfeature", "Feature"),
        ("horizon", "hnext", "Next"),
        ("none", "none", "All items"),
    ],
)
def test_lanes_may_be_any_field_of_choices(client_of, vic, planned, product, lanes, lane, title):
    planned(horizon="next")
    compute(product)
    found = re.search(
        rf'data-lane="{lane}".*?</div></div>', text(client_of(vic), f"?lanes={lanes}")
    )
    assert found
    assert title in found[0]


def test_lanes_may_be_owners_and_components(client_of, vic, planned, product, team):
    person = team.memberships.first().person
    component = Component.objects.create(key="rails", name="The rails", owner_team=team)
    component.products.set([product])
    planned(owner=person, components=[component])
    compute(product)
    assert f'data-lane="w{person.pk}"' in text(client_of(vic), "?lanes=owner")
    page = text(client_of(vic), "?lanes=component")
    assert f'data-lane="c{component.pk}"' in page
    assert "The rails" in page


def test_a_whole_is_the_lane_of_its_parts_however_deep(client_of, vic, planned, make_item, product):
    whole = make_item(title="Whole")
    part = make_item(parent=whole)
    planned(parent=part)
    alone = planned()
    compute(product)
    page = text(client_of(vic), "?lanes=parent")
    lanes = re.findall(r'data-lane="([^"]+)"', page)
    assert lanes == [f"p{whole.pk}", "none", "later"]
    assert page.index(alone.key) > page.index('data-lane="none"')


def test_fit_shows_the_whole_plan_in_one_window(client_of, vic, planned, product):
    planned(target_date=timezone.localdate() + datetime.timedelta(days=1500))
    compute(product)
    width = re.search(r'class="tl-scale" width="(\d+)"', text(client_of(vic), "?zoom=fit"))
    assert width
    assert int(width[1]) <= 1410


@pytest.mark.parametrize(("links", "drawn"), [("all", True), ("none", False), ("selected", False)])
def test_links_are_drawn_as_asked(client_of, vic, ada, planned, product, links, drawn):
    first, second = planned(), planned()
    services.link_items(first, second, by=ada)
    compute(product)
    page = text(client_of(vic), f"?links={links}")
    assert (f'data-to="{second.key}"' in page) == drawn


def test_the_selected_chain_is_drawn_with_its_item(client_of, vic, ada, planned, product):
    first, second = planned(), planned()
    services.link_items(first, second, by=ada)
    compute(product)
    page = text(client_of(vic), f"?links=selected&item={first.key}")
    assert f'data-to="{second.key}"' in page


def test_whoever_comes_back_finds_the_view_as_it_was_left(client_of, vic, planned, product):
    planned()
    browser = client_of(vic)
    browser.get(f"{PAGE}?lanes=team&zoom=year")
    answer = browser.get(PAGE)
    assert answer.headers["Location"] == f"{PAGE}?zoom=year&lanes=team"
    plain = browser.get(PAGE, headers={"Referer": f"http://testserver{PAGE}?zoom=year"})
    assert plain.status_code == 200
    assert browser.get(PAGE).status_code == 200


def test_ideas_stand_in_the_unscheduled_lane_which_is_never_missing(
    client_of, vic, planned, make_item, product
):
    planned()
    compute(product)
    assert "Unscheduled" in text(client_of(vic))
    idea = make_item(state=Item.State.IDEA)
    row = row_of(text(client_of(vic)), idea.key)
    assert "an idea" in row
    assert "No estimate" in row


def test_a_folded_lane_keeps_its_head_and_a_link_that_opens_it(client_of, vic, planned, product):
    item = planned()
    compute(product)
    page = text(client_of(vic), "?shut=none")
    assert f'data-key="{item.key}"' not in page
    assert 'aria-expanded="false"' in page
    assert "Open No objective" in page


def test_work_without_an_estimate_is_counted_in_the_status_line(
    client_of, vic, make_item, team, product
):
    item = make_item(team=team)
    compute(product)
    page = text(client_of(vic))
    assert "1 without estimate" in page
    assert "noest" in row_of(page, item.key)


def test_a_dependency_is_drawn_and_the_chain_of_the_selected_item_is_dark(
    client_of, ada, planned, product
):
    first, second = planned(), planned()
    services.link_items(first, second, by=ada)
    compute(product)
    page = text(client_of(ada), f"?item={second.key}")
    drawn = rf'class="link dep[^"]* on" data-from="{first.key}" data-to="{second.key}"'
    assert re.search(drawn, page)
    assert "waits for 1 item" in row_of(page, second.key)


def test_a_dependency_on_a_row_that_the_filter_hides_is_a_stub(client_of, ada, planned, product):
    first, second = planned(title="Hidden"), planned(title="Shown")
    services.link_items(first, second, by=ada)
    compute(product)
    page = text(client_of(ada), "?q=Shown")
    assert 'class="link stub dep"' in page
    assert f'data-from="{first.key}"' in page


def test_what_was_committed_is_a_bracket(client_of, lena, planned, product):
    item = planned()
    compute(product)
    assert "ghost" not in row_of(text(client_of(lena)), item.key)
    services.commit_baseline(product, by=lena, name="Spring")
    assert "ghost" in row_of(text(client_of(lena)), item.key)


def test_the_load_of_a_team_stands_at_the_foot_and_can_be_hidden(client_of, vic, planned, product):
    planned()
    compute(product)
    assert 'class="tl-cap"' in text(client_of(vic))
    assert 'class="tl-cap"' not in text(client_of(vic), "?load=off")


def test_a_freeze_is_named_above_the_rows(client_of, vic, planned, product, team):
    day = timezone.localdate() + datetime.timedelta(days=40)
    CalendarEntry.objects.create(
        team=team, kind="freeze", name="No releases", starts_on=day,
        ends_on=day + datetime.timedelta(days=20),
    )  # fmt: skip
    planned()
    compute(product)
    assert "No releases" in text(client_of(vic))


def test_filters_are_those_of_the_list_and_lead_to_it(client_of, vic, planned, product):
    planned(title="Refunds"), planned(title="Wallets")
    compute(product)
    page = text(client_of(vic), "?q=Refunds&zoom=year")
    assert "Wallets" not in page
    assert 'href="/p/PAY/items/?q=Refunds"' in page
    assert 'href="/p/PAY/roadmap/?zoom=year" aria-label="Remove filter: Text Refunds"' in page


def test_finished_work_is_shown_when_it_is_asked_for(client_of, ada, planned, product):
    item = planned()
    services.move_item(item, by=ada, state=Item.State.DONE)
    compute(product)
    row = row_of(text(client_of(ada), "?state=done"), item.key)
    assert "fdone" in row
    assert "Done" in row


def test_an_empty_plan_offers_ways_to_begin(client_of, ada, product):
    page = text(client_of(ada))
    assert "Import a file" in page
    assert "Add the first item" in page


def test_a_viewer_of_an_empty_plan_is_told_who_begins(client_of, vic, product):
    page = text(client_of(vic))
    assert "A planner brings a plan" in page
    assert "Add the first item" not in page


def test_before_the_first_forecast_rows_have_no_bars_and_a_worker_is_on_it(
    client_of, vic, planned, product
):
    item = planned()
    page = text(client_of(vic))
    assert "a worker is on it" in page
    assert "f50" not in row_of(page, item.key)


def test_a_filter_that_hides_everything_can_be_dropped(client_of, vic, planned):
    planned()
    page = text(client_of(vic), "?q=nothing-like-it")
    assert "Nothing matches." in page
    assert "took away the last rows; without it there is one." in page


def test_what_people_typed_is_escaped_everywhere(client_of, ada, planned, product):
    title = "<b>&\"'</b>"
    objective = services.create_objective(product, by=ada, title=title)
    item = planned(title=title, objective=objective)
    compute(product)
    page = text(client_of(ada), f"?item={item.key}")
    assert "<b>&" not in page
    assert "&lt;b&gt;&amp;&quot;&#x27;" in row_of(page, item.key)


@pytest.mark.thorough
def test_rows_after_the_first_window_are_asked_for_when_they_come_near(
    client_of, vic, planned, product
):
    for number in range(70):
        planned(title=f"Work {number:02}")
    compute(product)
    client = client_of(vic)
    page = text(client)
    assert "Work 00" in page
    assert "Work 69" not in page
    assert 'hx-get="/p/PAY/roadmap/?row=53"' in page
    more = text(client, "?row=53", **{"HX-Request": "true", "HX-Target": "rows-53"})
    assert re.findall(r'class="tl-group" id="rows-(\d+)"', more) == ["53", "66"]
    assert "Work 69" in more
    assert "Work 00" not in more


ROWS_FROM_53 = {"HX-Request": "true", "HX-Target": "rows-53"}


@pytest.fixture
def seventy(product, ada) -> list[Item]:
    """More items than one window holds, in their order."""
    return Item.objects.bulk_create(
        Item(product=product, number=n, key=f"PAY-{n}", title=f"Work {n}", rank=n, state="planned")
        for n in range(1, 71)
    )


def test_rows_that_follow_are_drawn_from_the_page_that_was_laid_out(client_of, vic, seventy):
    client = client_of(vic)
    with CaptureQueriesContext(connection) as anew:
        first = text(client, "?row=53", **ROWS_FROM_53)
    with CaptureQueriesContext(connection) as again:
        second = text(client, "?row=53", **ROWS_FROM_53)
    assert first == second
    assert len(again) < len(anew)


def test_rows_that_follow_say_what_an_item_is_called_now(client_of, ada, vic, seventy):
    client = client_of(vic)
    text(client)
    services.edit_item(seventy[65], by=ada, version=None, title="Called otherwise")
    assert "Called otherwise" in text(client, "?row=53", **ROWS_FROM_53)


def test_rows_that_follow_are_laid_out_anew_once_the_plan_changed(client_of, ada, vic, seventy):
    client = client_of(vic)
    text(client)
    services.rank_item(seventy[65], by=ada, before=seventy[0])
    assert "Work 66" not in text(client, "?row=53", **ROWS_FROM_53)


def test_what_was_laid_out_gives_nobody_else_a_right(client_of, ada, grace, seventy):
    assert "data-hand" in text(client_of(ada), "?row=53", **ROWS_FROM_53)
    answer = client_of(grace).get("/p/PAY/roadmap/?row=53", headers=ROWS_FROM_53)
    assert answer.status_code == 404


def test_a_right_that_is_gone_is_gone_in_rows_that_follow(client_of, ada, product, seventy):
    client = client_of(ada)
    assert "data-hand" in text(client, "?row=53", **ROWS_FROM_53)
    Role.objects.filter(person=ada.person, product=product).update(level=Level.VIEWER)
    assert "data-hand" not in text(client, "?row=53", **ROWS_FROM_53)


def numbered(product, count: int) -> None:
    Item.objects.bulk_create(
        Item(product=product, number=n, key=f"PAY-{n}", title=f"Work {n}", rank=n)
        for n in range(1, count + 1)
    )


def test_a_far_gap_turns_into_the_gaps_that_it_holds(client_of, vic, product, monkeypatch):
    monkeypatch.setattr("roadmaps.timeline.lanes.BLOCK", 2)
    numbered(product, 108)
    client = client_of(vic)
    asked = re.search(r'hx-get="([^"]+)"[^>]*hx-select="\.tl-block"', drawn(text(client)))
    assert asked
    assert asked[1] == "/p/PAY/roadmap/?row=53&amp;last=104"
    headers = {"HX-Request": "true", "HX-Target": "rows-53"}
    part = text(client, "?row=53&last=104", **headers)
    assert part.startswith('<div class="tl-block">')
    assert re.findall(r'tl-gap" id="rows-(\d+)"', drawn(part)) == ["53", "79"]
    assert "Work 57" not in part
    assert "Work 57" in text(client, "?row=53", **headers)


def drawn(page: str) -> str:
    """A page without what waits in it to take the place of rows."""
    return re.sub(r"<template>.*?</template>", "", page)


def test_rows_carry_the_gap_that_they_become_again(client_of, vic, product):
    numbered(product, 100)
    client = client_of(vic)
    page = text(client)
    found = re.search(r'<div role="rowgroup" class="tl-group tl-gap" id="rows-53">.*', drawn(page))
    more = text(client, "?row=53", **{"HX-Request": "true", "HX-Target": "rows-53"})
    of_halves, of_it = re.findall(r"<template>(.*?)</template>", more)[:-1], more
    assert re.search(r"</template></div><template>(.*?)</template></div>$", of_it)[1] in found[0]
    assert [re.search(r'id="rows-(\d+)"', each)[1] for each in of_halves] == ["53", "66"]
    assert page.count('<template><div role="rowgroup" class="tl-group tl-gap"') == 7


def test_half_of_the_rows_comes_back_alone(client_of, vic, product):
    numbered(product, 100)
    client = client_of(vic)
    page = text(client)
    asked = re.search(r'<template>[^<]*<div[^>]*id="rows-14">.*?hx-get="([^"]+)"', page)[1]
    assert asked == "/p/PAY/roadmap/?row=14&amp;half=1"
    half = text(client, "?row=14&half=1", **{"HX-Request": "true", "HX-Target": "rows-14"})
    assert half.startswith('<div role="rowgroup" class="tl-group" id="rows-14"')
    assert drawn(half).count('role="row"') == 13
    assert half.strip() in page


def test_rows_say_which_lane_they_begin_in(client_of, ada, product, seventy):
    more = text(client_of(ada), "?row=27", **{"HX-Request": "true", "HX-Target": "rows-27"})
    assert 'id="rows-27" data-lane="none" data-title="No objective"' in more


@pytest.mark.thorough
def test_the_next_rows_are_a_plain_link_without_a_script(client_of, vic, planned, product):
    for number in range(70):
        planned(title=f"Work {number:02}")
    compute(product)
    client = client_of(vic)
    link = re.search(r'<a href="([^"]+)">Show rows 53 to', text(client))
    assert link
    assert "Work 69" in client.get(link[1].split("#")[0]).content.decode()


@pytest.mark.thorough
def test_the_window_of_the_selected_row_is_sent_too(client_of, vic, planned, product):
    items = [planned(title=f"Work {number:02}") for number in range(70)]
    compute(product)
    page = text(client_of(vic), f"?item={items[-1].key}")
    assert 'aria-selected="true"' in row_of(page, items[-1].key)


def test_one_item_opens_beside_the_timeline(client_of, vic, planned, product):
    item = planned(title="Outbox", target_date=timezone.localdate() + SOON)
    compute(product)
    part = text(
        client_of(vic), f"?item={item.key}", **{"HX-Request": "true", "HX-Target": "inspector"}
    )
    assert "<h2" in part
    assert "85 % likely by" in part
    assert "Why this date" in part
    assert "tl-row" not in part


def test_an_item_of_another_product_does_not_open(
    client_of, root, make_item, other_product, product
):
    foreign = make_item(in_product=other_product)
    assert client_of(root).get(f"{PAGE}?item={foreign.key}").status_code == 404


def test_twice_the_rows_cost_the_same_queries(client_of, ada, planned, product):
    client = client_of(ada)
    objective = services.create_objective(product, by=ada, title="Pay in a second")

    def queries(count: int) -> int:
        made = [planned(objective=objective) for _ in range(count)]
        services.link_items(made[0], made[-1], by=ada)
        compute(product)
        with CaptureQueriesContext(connection) as captured:
            text(client)
        return len(captured)

    text(client)
    few = queries(3)
    assert few == queries(6)
    assert few <= 10
