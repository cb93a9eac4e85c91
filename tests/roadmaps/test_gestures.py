"""Gestures on the timeline: forecast while a bar is held, kept as one operation when let go."""

import datetime
import uuid

import pytest
from django.urls import reverse

from roadmaps import services
from roadmaps.models import Item, ItemLink
from tpm.models import Change, Operation

DAY = "2027-03-09"


@pytest.fixture
def send(client_of, ada, product):
    """Post a gesture as Ada; returns (status, answer)."""

    def post(**values):
        browser = client_of(values.pop("user", ada))
        answer = browser.post(reverse("roadmaps:timeline-change", args=[product.key]), values)
        return answer.status_code, answer.json()

    return post


@pytest.fixture
def ask(client_of, ada, product):
    def get(**values):
        url = reverse("roadmaps:timeline-preview", args=[product.key])
        answer = client_of(values.pop("user", ada)).get(url, values)
        return answer.status_code, answer.json() if answer.content else None

    return get


def fresh(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def test_a_moved_bar_sets_not_before_and_says_how_to_take_it_back(send, make_item, product):
    item = make_item()
    status, answer = send(do="start", item=item.key, version=item.version, day=DAY)
    assert (status, answer["words"]) == (200, f"{item.key} starts not before 9 Mar.")
    assert fresh(item).not_before == datetime.date(2027, 3, 9)
    operation = Operation.objects.get()
    assert answer["undo"] == reverse("tpm:undo-one", args=[product.key, operation.pk])


def test_no_day_lets_it_start_as_early_as_it_can(send, make_item):
    item = make_item(not_before=datetime.date(2027, 3, 9))
    status, answer = send(do="start", item=item.key, version=item.version)
    assert (status, answer["words"]) == (200, f"{item.key} starts as early as it can.")
    assert fresh(item).not_before is None


def test_a_pinned_bar_stays_pinned_and_p_turns_it(send, make_item):
    item = make_item(not_before=datetime.date(2027, 1, 4), pinned=True)
    _, answer = send(do="start", item=item.key, version=item.version, day=DAY)
    assert answer["words"] == f"{item.key} starts exactly on 9 Mar."
    assert fresh(item).pinned
    send(do="pin", item=item.key, version=fresh(item).version, day=DAY)
    assert (fresh(item).pinned, fresh(item).not_before) == (False, datetime.date(2027, 3, 9))


def test_a_target_moves(send, make_item):
    item = make_item()
    _, answer = send(do="target", item=item.key, version=item.version, day=DAY)
    assert answer["words"] == f"{item.key} is promised for 9 Mar."
    assert fresh(item).target_date == datetime.date(2027, 3, 9)


def test_a_row_goes_before_another_one(send, make_item):
    first, second = make_item(rank=1), make_item(rank=2)
    _, answer = send(do="rank", item=second.key, before=first.key)
    assert answer["words"] == f"{second.key} comes before {first.key}."
    assert fresh(second).rank < fresh(first).rank


def test_a_drawn_link_lets_the_other_wait(send, make_item):
    first, second = make_item(), make_item()
    _, answer = send(do="link", item=first.key, other=second.key, kind="SS", lag_days=2)
    assert answer["words"] == f"{second.key} waits for {first.key} now."
    link = ItemLink.objects.get()
    assert (link.predecessor, link.kind, link.lag_days) == (first, "SS", 2)


def test_a_loop_is_refused_with_its_name(send, make_item, ada):
    first, second = make_item(), make_item()
    services.link_items(first, second, by=ada)
    status, answer = send(do="link", item=second.key, other=first.key)
    assert status == 422
    assert first.key in answer["words"]
    assert "circle" in answer["words"]


def test_a_lane_sets_its_field(send, make_item, team, ada, product):
    item = make_item()
    objective = services.create_objective(product, by=ada, title="Fast")
    assert send(do="lane", item=item.key, lane=f"o{objective.pk}")[0] == 200
    assert send(do="lane", item=item.key, lane=f"t{team.pk}")[0] == 200
    assert (fresh(item).objective, fresh(item).team) == (objective, team)
    _, answer = send(do="lane", item=item.key, lane="none-team")
    assert (answer["words"], fresh(item).team) == (f"{item.key} has no team any more.", None)


def test_a_lane_of_another_product_is_none(send, make_item, make_team, other_product):
    stranger = make_team(other_product)
    status, answer = send(do="lane", item=make_item().key, lane=f"t{stranger.pk}")
    assert (status, "this lane" in answer["words"]) == (422, True)


def test_an_item_of_another_product_is_not_there(send, make_item, other_product):
    stranger = make_item(in_product=other_product)
    status, answer = send(do="target", item=stranger.key, day=DAY)
    assert (status, answer["words"]) == (422, f"There is no item {stranger.key} in this product.")


def test_an_old_version_is_refused_with_theirs_and_mine(send, make_item, lena):
    item = make_item()
    services.edit_item(fresh(item), by=lena, version=None, not_before=datetime.date(2027, 2, 1))
    status, answer = send(do="start", item=item.key, version=item.version, day=DAY)
    assert status == 409
    assert "not before is 2027-02-01 now, you meant 2027-03-09" in answer["words"]
    assert fresh(item).not_before == datetime.date(2027, 2, 1)


def test_a_request_sent_twice_is_kept_once(send, make_item):
    item, once = make_item(), uuid.uuid4().hex
    values = {"do": "start", "item": item.key, "version": item.version, "day": DAY, "once": once}
    assert send(**values) == send(**values)
    assert Change.objects.filter(subject_id=item.pk, action="edited").count() == 1


def test_what_is_begun_or_closed_has_no_start_to_move(send, make_item):
    begun = make_item(state="in_progress", started_on=datetime.date(2026, 1, 5))
    status, answer = send(do="start", item=begun.key, day=DAY)
    assert (status, "in progress" in answer["words"]) == (422, True)
    dropped = make_item(state="dropped")
    assert send(do="target", item=dropped.key, day=DAY)[0] == 422


def test_a_member_moves_nothing(client_of, mel, make_item, product):
    url = reverse("roadmaps:timeline-change", args=[product.key])
    assert client_of(mel).post(url, {"do": "target", "item": make_item().key}).status_code == 403


def test_a_preview_says_who_follows_and_keeps_nothing(ask, make_item, team, ada):
    first, second = make_item(team=team), make_item(team=team)
    for item in (first, second):
        services.estimate_from_text(item, by=ada, text="3..5..8")
    services.link_items(first, second, by=ada)
    far = (datetime.date.today() + datetime.timedelta(days=400)).isoformat()
    status, answer = ask(do="start", item=first.key, version=first.version, day=far)
    assert status == 200
    assert {row["key"] for row in answer["rows"]} == {first.key, second.key}
    assert "1 other item moves" in answer["words"]
    assert fresh(first).not_before is None


def test_a_preview_names_a_pin_that_comes_too_early(ask, make_item, team, ada):
    first, second = make_item(team=team), make_item(team=team)
    services.estimate_from_text(first, by=ada, text="30..50..80")
    services.link_items(first, second, by=ada)
    soon = (datetime.date.today() + datetime.timedelta(days=7)).isoformat()
    _, answer = ask(do="pin", item=second.key, day=soon, pinned="on")
    assert f"It starts before {first.key} is likely done" in answer["words"]


def test_a_preview_of_nothing_only_gets_ready(ask, make_item):
    make_item()
    assert ask() == (204, None)


def test_only_planners_get_handles(client_of, ada, vic, make_item, product, team):
    item = make_item(team=team)
    services.refresh_forecast(product.pk)
    url = reverse("roadmaps:timeline", args=[product.key])
    handle = f'data-key="{item.key}" data-hand="start" data-version="{item.version}"'
    assert handle in client_of(ada).get(url).content.decode()
    page = client_of(vic).get(url).content.decode()
    assert "data-hand" not in page
    assert "gestures" not in page
