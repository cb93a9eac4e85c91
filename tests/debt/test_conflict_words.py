"""A conflict in a cell of the register, and in a change of many, in people's words."""

import pytest

from debt import services
from debt.bulk_jobs import WAY
from debt.maths.ranges import Range
from tests.forms_on_pages import Forms
from tpm.bulk import BulkChange

pytestmark = pytest.mark.django_db


def sent_from(answer) -> dict[str, str]:
    page = Forms()
    page.feed(answer.content.decode())
    form = next(pairs for pairs in page.found if any(name == "version" for name, _ in pairs))
    return {name: value for name, value in form if name != "csrfmiddlewaretoken"}


def test_days_to_fix_are_one_row_with_their_name_and_who_saved_them(make_debt, client_of, mel, ada):
    item, browser = make_debt(), client_of(mel)
    sent = sent_from(browser.get("/d/PAY-D1/cell/principal/")) | {"principal": "3..4..5"}
    services.declare_principal(item, by=ada, version=None, days=Range(6, 8, 9.5))
    conflict = browser.post("/d/PAY-D1/cell/principal/", sent)
    page = conflict.content.decode()
    assert conflict.status_code == 409
    assert "Principal p" not in page
    row = page[page.index("Days to fix") :]
    assert row.index("6..8..9.5") < row.index("3..4..5")
    assert f"{ada.get_full_name() or ada.username} saved it, " in page
    assert browser.post("/d/PAY-D1/cell/principal/", sent_from(conflict)).status_code == 302
    item.refresh_from_db()
    assert item.principal == Range(3, 4, 5)


def test_a_declared_cost_is_one_row_as_well(make_debt, client_of, mel, ada):
    item, browser = make_debt(), client_of(mel)
    sent = sent_from(browser.get("/d/PAY-D1/cell/interest/")) | {"interest": "3"}
    services.declare_interest(item, by=ada, days=Range(2, 2, 2))
    page = browser.post("/d/PAY-D1/cell/interest/", sent).content.decode()
    assert '<th scope="row">Days a month</th><td>2</td>' in page
    assert f"{ada.get_full_name() or ada.username} saved it, " in page


def test_a_refusal_in_a_change_of_many_names_tags_as_people_write_them(make_debt, mel, ada):
    item = make_debt()
    version = item.version
    services.change_item(item, by=ada, version=None, tags=["stale", "old"])
    report = WAY.rehearse(item.product, [(item, version)], BulkChange("tag", ["new"]), by=mel)
    ((_row, why),) = report.refused
    assert "tags: stale, old" in why
    assert "[" not in why
