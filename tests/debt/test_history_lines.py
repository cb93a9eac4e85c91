"""What one press did alike to many rows is one line of the history, and so is its undo."""

import pytest

from debt import services
from debt.bulk_jobs import WAY
from debt.models import DebtItem
from tpm import operations
from tpm.bulk import BulkChange

pytestmark = pytest.mark.django_db


def lines(browser):
    shown = browser.get("/p/PAY/history/").context["lines"]
    return [(row.change.subject_type, row.change.action, row.together) for row in shown]


@pytest.fixture
def six(make_debt):
    items = [make_debt(title=f"Slow {place}") for place in range(6)]
    return [DebtItem.objects.get(pk=item.pk) for item in items]


def test_paying_six_items_and_its_undo_are_a_line_for_each_kind_of_step(
    six, product, client_of, ada
):
    with operations.recorded(product, by=ada) as done:
        services.plan_together([(item, None) for item in six], by=ada)
    browser = client_of(ada)
    assert lines(browser)[:4] == [
        ("debt.debtitem", "planned", 6), ("roadmaps.item", "changes capacity", 6),
        ("roadmaps.item", "estimated", 6), ("roadmaps.item", "created", 6),
    ]  # fmt: skip
    operations.undo(done.operation, by=ada)
    assert lines(browser)[:4] == [
        ("roadmaps.item", "undone", 6), ("roadmaps.item", "no longer changes capacity", 6),
        ("debt.debtitem", "undone", 6), ("debt.debtitem", "planned", 6),
    ]  # fmt: skip
    operations.redo(done.operation, by=ada)
    assert all(count == 6 for _kind, _action, count in lines(browser)[:7])


def test_a_change_of_many_is_one_line(six, product, client_of, mel):
    picked = [(item, item.version) for item in six]
    WAY.change_rows(product, picked, BulkChange("tag", ["arch"]), by=mel)
    assert lines(client_of(mel))[0] == ("debt.debtitem", "edited", 6)


def test_one_item_alone_says_what_changed(make_debt, product, client_of, mel):
    item = make_debt()
    WAY.change_rows(product, [(item, item.version)], BulkChange("tag", ["arch"]), by=mel)
    page = client_of(mel).get("/p/PAY/history/").content.decode()
    assert "edited: tags" in page
