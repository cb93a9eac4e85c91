"""What is to be paid before a debt item."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from debt import payoff_register, previews, services
from debt.maths.payoff import Reason
from debt.models import DebtItem, DebtNeed
from debt.refresh import refresh_scores
from roadmaps.models import ItemLink
from tpm.models import Change


@pytest.fixture
def three(make_debt):
    """First, middle, last: items that gain, scored together."""
    made = [
        make_debt(
            title=title, scored=title == "last",
            principal_p10_days=2, principal_p50_days=3, principal_p90_days=4,
        )
        for title in ("first", "middle", "last")
    ]  # fmt: skip
    return [DebtItem.objects.get(pk=item.pk) for item in made]


def newest_change(item):
    return Change.objects.filter(subject_type="debt.debtitem", subject_id=item.pk).latest("pk")


def test_it_is_kept_with_its_history(three, mel):
    first, middle, _last = three
    services.add_need(middle, by=mel, needed=first)
    (row,) = middle.need_links.all()
    assert (row.needed, row.by) == (first, mel)
    assert newest_change(middle).fields == {"paid first": [None, first.key]}


def test_a_circle_is_refused_with_the_loop_named(three, mel):
    first, middle, last = three
    services.add_need(middle, by=mel, needed=first)
    services.add_need(last, by=mel, needed=middle)
    with pytest.raises(ValidationError) as refused:
        services.add_need(first, by=mel, needed=last)
    words = refused.value.messages[0]
    assert words.startswith("That would be a circle: ")
    keys = words.removeprefix("That would be a circle: ").rstrip(".").split(" needs ")
    around = [first.key, last.key, middle.key]
    turned = around.index(keys[0])
    assert keys == [*around[turned:], *around[:turned], keys[0]]
    assert DebtNeed.objects.count() == 2


def test_an_item_does_not_need_itself(three, mel):
    with pytest.raises(ValidationError, match="cannot need itself"):
        services.add_need(three[0], by=mel, needed=three[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        DebtNeed.objects.create(item=three[0], needed=three[0], by=mel)


def test_the_same_need_is_said_once(three, mel):
    services.add_need(three[1], by=mel, needed=three[0])
    with pytest.raises(ValidationError, match="known already"):
        services.add_need(three[1], by=mel, needed=three[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        DebtNeed.objects.create(item=three[1], needed=three[0], by=mel)


def test_what_is_needed_belongs_to_the_same_product(three, make_debt, other_product, mel):
    foreign = services.log_debt_item(other_product, by=mel, title="Elsewhere")
    with pytest.raises(ValidationError, match="same product"):
        services.add_need(three[0], by=mel, needed=foreign)


def test_closed_debt_is_nothing_to_pay_first(three, mel):
    services.mark_paid(three[0], by=mel)
    with pytest.raises(ValidationError, match="nothing is left to pay first"):
        services.add_need(three[1], by=mel, needed=three[0])


def test_a_need_can_be_taken_back(three, mel):
    row = services.add_need(three[1], by=mel, needed=three[0])
    services.remove_need(row, by=mel)
    assert not three[1].need_links.exists()
    assert newest_change(three[1]).fields == {"paid first": [three[0].key, None]}


def test_the_item_page_shows_both_sides(client_of, vic, three, mel):
    services.add_need(three[1], by=mel, needed=three[0])
    visitor = client_of(vic)
    middle = visitor.get(three[1].get_absolute_url())
    assert [line.item for line in middle.context["needs"].first] == [three[0]]
    assert "open, about 3 d to fix" in middle.content.decode()
    first = visitor.get(three[0].get_absolute_url())
    assert [line.item for line in first.context["needs"].then] == [three[1]]
    assert "Does not need" not in first.content.decode()


@pytest.mark.parametrize("typed", ["{key}", "{number}", "d{number}"])
def test_a_need_is_typed_as_key_or_number(client_of, mel, three, typed):
    text = typed.format(key=three[0].key, number=three[0].number)
    answer = client_of(mel).post(reverse("debt:item-needs", args=[three[1].key]), {"needed": text})
    assert answer.status_code == 302
    assert three[1].need_links.get().needed == three[0]


def test_an_unknown_key_is_told_at_its_place_and_kept(client_of, mel, product, three):
    answer = client_of(mel).post(
        reverse("debt:item-needs", args=[three[1].key]), {"needed": "D987"}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f"No debt of {product.name} has the key {product.key}-D987." in text
    assert 'value="D987"' in text


def test_what_is_needed_is_pulled_in_and_says_for_what(client_of, ada, product, three, mel):
    first, middle, last = three
    services.change_item(  # it gains little by itself
        first, by=mel, version=None,
        principal_p10_days=8, principal_p50_days=9, principal_p90_days=10,
    )  # fmt: skip
    refresh_scores(first.team_id)
    services.add_need(middle, by=mel, needed=first)
    text = client_of(ada).get(
        reverse("debt:payoff", args=[product.key]), {"budget": "60"}
    ).content.decode()  # fmt: skip
    found = payoff_register.register_of(product)
    order = payoff_register.chosen_by(found, payoff_register.Asked(60))
    assert order == (last.pk, first.pk, middle.pk)
    assert f"pulled in: {middle.key} needs it first" in text


def test_what_needs_accepted_debt_is_left_and_says_so(client_of, ada, lena, product, three, mel):
    first, middle, last = three
    services.add_need(middle, by=mel, needed=first)
    services.add_need(last, by=mel, needed=middle)
    services.accept_until(first, by=lena, version=None, until=None, trigger="spring", why="Rest.")
    found = payoff_register.register_of(product)
    paid = found.ranking.spend(100)
    assert paid.left == {middle.pk: Reason.WAITS, last.pk: Reason.WAITS}
    text = client_of(ada).get(
        reverse("debt:payoff", args=[product.key]), {"budget": "60"}
    ).content.decode()  # fmt: skip
    assert f"needs {first.key} first, which is accepted" in text
    assert f"needs {middle.key} first, which waits too" in text


def test_what_does_not_fit_names_what_comes_first(client_of, ada, product, three, mel):
    services.add_need(three[1], by=mel, needed=three[0])
    text = client_of(ada).get(
        reverse("debt:payoff", args=[product.key]), {"budget": "2"}
    ).content.decode()  # fmt: skip
    assert f", with {three[0].key} first" in text


@pytest.mark.parametrize("at_head", [True, False])
def test_the_work_waits_for_the_work_that_it_needs(three, ada, mel, at_head):
    first, middle, _last = three
    services.add_need(middle, by=mel, needed=first)
    picks = [(first, None), (middle, None)]
    one, two = services.plan_together(picks, by=ada, first=at_head)
    link = ItemLink.objects.get()
    assert (link.predecessor_id, link.successor_id) == (one.pk, two.pk)


def test_nothing_is_planned_before_what_it_needs(three, ada, mel):
    services.add_need(three[1], by=mel, needed=three[0])
    with pytest.raises(ValidationError, match=f"needs {three[0].key} paid first"):
        services.plan_it(three[1], by=ada, version=None)
    services.plan_it(three[0], by=ada, version=None)
    services.plan_it(three[1], by=ada, version=None)
    assert ItemLink.objects.count() == 1


def test_a_need_between_planned_debt_links_its_work(three, ada, mel):
    works = services.plan_together([(item, None) for item in three[:2]], by=ada)
    for item in three:
        item.refresh_from_db()
    services.add_need(three[1], by=mel, needed=three[0])
    link = ItemLink.objects.get()
    assert [link.predecessor_id, link.successor_id] == [work.pk for work in works]


def test_the_preview_waits_like_the_plan(three, product, ada, mel, make_item, team):
    make_item(team=team)
    services.add_need(three[1], by=mel, needed=three[0])
    payoffs = services.payoffs_of(three[:2])
    plan = previews.stored_plan(product)
    work = {}
    for item in three[:2]:
        plan = previews.with_work(item, plan, payoffs[item.pk], first=False)
        work[item.pk] = plan.items[-1].id
    (link,) = previews.waiting(plan, work).links
    assert (link.pred, link.succ) == (work[three[0].pk], work[three[1].pk])


def test_the_api_reads_adds_and_removes_needs(client_of, mel, three, product):
    visitor = client_of(mel)
    address = f"/api/v1/debt-items/{three[1].key}/needs/"
    made = visitor.post(address, {"key": three[0].key}, content_type="application/json")
    assert made.status_code == 201
    assert [row["key"] for row in visitor.get(address).json()["first"]] == [three[0].key]
    then = visitor.get(f"/api/v1/debt-items/{three[0].key}/needs/").json()["then"]
    assert [row["key"] for row in then] == [three[1].key]
    paid = visitor.get(f"/api/v1/debt-payoff/{product.key}/?budget=100").json()
    assert {row["key"]: row["needs"] for row in paid["items"]}[three[1].key] == [three[0].key]
    circle = visitor.post(
        f"/api/v1/debt-items/{three[0].key}/needs/",
        {"key": three[1].key}, content_type="application/json",
    )  # fmt: skip
    assert circle.status_code == 400
    assert "circle" in str(circle.json())
    assert visitor.delete(f"{address}{three[0].key}/").status_code == 204
    assert visitor.get(address).json() == {"first": [], "then": []}
