"""Values of debt changed where they stand in the register."""

import pytest

from debt import refresh, services
from debt.maths.ranges import Range
from debt.models import DebtItem, Interest
from tpm import history, operations
from tpm.models import Component, Operation

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def fresh(item: DebtItem) -> DebtItem:
    return DebtItem.objects.get(pk=item.pk)


def at(item: DebtItem, name: str) -> str:
    return f"/d/{item.key}/cell/{name}/"


def said(item: DebtItem) -> list[float]:
    return list(item.interests.first().range)


@pytest.fixture
def component(product):
    found = Component.objects.create(key="billing", name="Billing")
    found.products.add(product)
    return found


def test_every_value_leads_to_its_field(make_debt, client_of, mel):
    item = make_debt()
    page = client_of(mel).get("/p/PAY/debt/").content.decode()
    for name in ("title", "state", "owner", "component", "interest", "principal"):
        assert f'href="{at(item, name)}"' in page


def test_a_viewer_is_offered_no_field(make_debt, client_of, vic):
    item = make_debt()
    assert "/cell/" not in client_of(vic).get("/p/PAY/debt/").content.decode()
    assert client_of(vic).get(at(item, "title")).status_code == 403


def test_a_cell_of_another_name_is_404(make_debt, client_of, mel):
    assert client_of(mel).get(at(make_debt(), "reporter")).status_code == 404


def test_a_title_is_changed_in_place_and_taken_back(make_debt, client_of, mel):
    item = make_debt(title="Old")
    data = {"title": "New", "version": item.version}
    answer = client_of(mel).post(at(item, "title"), data, headers=HX)
    assert f'data-version="{item.key}:{item.version + 1}"' in answer.content.decode()
    operations.undo(Operation.objects.get(), by=mel)
    assert fresh(item).title == "Old"


def test_owner_and_component_are_chosen_in_place(make_debt, client_of, mel, component):
    item = make_debt()
    browser = client_of(mel)
    assert "Billing" in browser.get(at(item, "component"), headers=HX).content.decode()
    for name, row in (("component", component), ("owner", mel.person)):
        data = {name: row.pk, "version": fresh(item).version}
        assert browser.post(at(item, name), data, headers=HX).status_code == 200
    assert (fresh(item).component, fresh(item).owner) == (component, mel.person)


@pytest.mark.parametrize(
    ("text", "size", "middle"), [("xl", "XL", None), ("2..4..9", "", 4), ("", "", None)]
)
def test_days_to_fix_are_a_range_or_a_size(make_debt, client_of, mel, text, size, middle):
    item = make_debt()
    data = {"principal": text, "version": item.version}
    assert client_of(mel).post(at(item, "principal"), data, headers=HX).status_code == 200
    assert (fresh(item).size, fresh(item).principal_p50_days) == (size, middle)


def test_days_that_are_no_range_stay_in_the_field_with_a_sentence(make_debt, client_of, mel):
    item = make_debt()
    data = {"principal": "9..2..4", "version": item.version}
    answer = client_of(mel).post(at(item, "principal"), data, headers=HX)
    assert answer.status_code == 422
    assert 'value="9..2..4"' in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


def test_undo_brings_back_what_was_declared_with_its_day_and_author(make_debt, client_of, mel, ada):
    item = make_debt()
    first = item.interests.first()
    data = {"interest": "2..3..5", "version": first.pk}
    answer = client_of(ada).post(at(item, "interest"), data, headers=HX)
    assert "2..3..5, being scored" in answer.content.decode()
    assert said(item) == [2, 3, 5]
    operations.undo(Operation.objects.get(), by=ada)
    assert item.interests.get() == first
    assert (said(item), first.by) == ([1, 2, 4], mel)
    operations.redo(Operation.objects.get(), by=ada)
    assert (said(item), item.interests.first().by) == ([2, 3, 5], ada)
    assert Interest._base_manager.filter(item=item).count() == 3  # none is ever removed
    operations.undo(Operation.objects.get(), by=ada)
    assert item.interests.get() == first
    assert history.changes_of(item).first().action == "undone"


def test_a_first_declaration_is_taken_back_and_nothing_is_declared(make_debt, client_of, mel):
    item = make_debt(interest=None)
    data = {"interest": "1..2..4", "version": 0}
    client_of(mel).post(at(item, "interest"), data, headers=HX)
    operations.undo(Operation.objects.get(), by=mel)
    assert not item.interests.exists()
    refresh.refresh_scores(item.team_id)
    item.refresh_from_db()
    assert item.latest_score.score is None


def test_interest_declared_meanwhile_answers_409_with_both(make_debt, client_of, mel, ada):
    item = make_debt()
    read = item.interests.first().pk
    services.declare_interest(item, by=ada, days=Range(7, 8, 9))
    data = {"interest": "2..3..5", "version": read}
    answer = client_of(mel).post(at(item, "interest"), data, headers=HX)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "8" in html
    assert 'name="interest" value="2..3..5"' in html
    assert said(item) == [7, 8, 9]


def test_an_old_version_answers_409_with_both(make_debt, client_of, mel, ada):
    item = make_debt(title="Old")
    services.change_item(fresh(item), by=ada, version=None, title="Theirs")
    data = {"title": "Mine", "version": item.version}
    answer = client_of(mel).post(at(item, "title"), data, headers=HX)
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()
    assert "Mine" in answer.content.decode()


def test_what_is_not_debt_says_why_and_comes_back(make_debt, client_of, lena):
    item = make_debt()
    data = {"state": "not_debt", "version": item.version, "why": ""}
    answer = client_of(lena).post(at(item, "state"), data, headers=HX)
    assert answer.status_code == 422
    assert "Say why." in answer.content.decode()
    client_of(lena).post(at(item, "state"), data | {"why": "By design."}, headers=HX)
    assert fresh(item).state == "not_debt"
    operations.undo(Operation.objects.get(), by=lena)
    assert (fresh(item).state, fresh(item).closed_on) == ("open", None)


def test_a_member_is_offered_only_what_a_member_may_say(make_debt, client_of, mel):
    item = make_debt()
    html = client_of(mel).get(at(item, "state"), headers=HX).content.decode()
    assert 'value="paid"' in html
    assert 'value="not_debt"' not in html
    data = {"state": "not_debt", "version": item.version, "why": "I say so."}
    assert client_of(mel).post(at(item, "state"), data, headers=HX).status_code == 422
    assert fresh(item).state == "open"


def test_without_a_script_it_is_a_page_that_leads_back(make_debt, client_of, mel):
    item = make_debt(title="Old")
    came = "http://testserver/p/PAY/debt/?tab=mine"
    html = client_of(mel).get(at(item, "title"), headers={"referer": came}).content.decode()
    assert 'name="back" value="/p/PAY/debt/?tab=mine"' in html
    data = {"title": "New", "version": item.version, "back": "/p/PAY/debt/?tab=mine"}
    answer = client_of(mel).post(at(item, "title"), data)
    assert (answer.status_code, answer.url) == (302, "/p/PAY/debt/?tab=mine")
    data = {"title": "Newer", "version": fresh(item).version, "back": "https://example.org/"}
    assert client_of(mel).post(at(item, "title"), data).url == item.get_absolute_url()


def test_cancel_shows_the_value_again(make_debt, client_of, mel):
    item = make_debt(title="Slow search")
    html = client_of(mel).get(f"{at(item, 'title')}?done=1", headers=HX).content.decode()
    assert "Slow search" in html
    assert "data-version" not in html


def test_undo_after_somebody_elses_edit_is_refused_by_name(make_debt, client_of, mel, ada):
    item = make_debt(title="Old")
    data = {"title": "New", "version": item.version}
    client_of(mel).post(at(item, "title"), data, headers=HX)
    services.change_item(fresh(item), by=ada, version=None, title="Newest")
    with pytest.raises(operations.Refused, match="changed the title"):
        operations.undo(Operation.objects.get(), by=mel)
    assert fresh(item).title == "Newest"
