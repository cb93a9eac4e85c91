"""Files whose names do not look like files: what shows debt is its scope, not its component."""

import pytest

from debt import queries, refresh, scan_services, services
from debt.models import DebtItem, Evidence, Finding, ScanScope
from tests.debt.test_histories import read_log

pytestmark = pytest.mark.django_db

NAMES = ("Dockerfile", "Makefile", "billing/My page.md")


@pytest.fixture
def history(product, billing):
    """Seventy changes in Billing; one more to each of the three files."""
    billing.path_prefixes = ["billing/", *NAMES[:2]]
    billing.save()
    rest = [(f"{place + 1:07x}", place % 100, f"billing/f{place % 9}.py") for place in range(70)]
    odd = [(f"abcdef{place}", 3, name) for place, name in enumerate(NAMES)]
    return read_log(product, *rest, *odd)


def changes_of(item):
    refresh.refresh_scores(item.team_id)
    item.refresh_from_db()
    ages = item.latest_score.inputs["change_ages_days"]
    return None if ages is None else len(ages)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_history_knows_is_a_file(history, make_debt, name):
    item = make_debt(paths=[name], slow_down="a third", scored=False)
    assert item.evidence.get().kind == Evidence.Kind.PATH
    assert changes_of(item) == 1


def test_a_file_typed_before_history_was_read_counts_from_then_on(product, billing, make_debt):
    item = make_debt(paths=[NAMES[2]], component=billing, slow_down="a third", scored=False)
    assert item.evidence.get().kind == Evidence.Kind.NOTE
    read_log(
        product, *[(f"{n + 1:07x}", n, "billing/a.py") for n in range(9)], ("f" * 7, 1, NAMES[2])
    )
    assert changes_of(item) == 1


def test_a_sentence_stays_a_sentence(history, billing, make_debt):
    item = make_debt(
        paths=["Every Monday two people match it by hand"], component=billing, slow_down="a third",
        scored=False,
    )  # fmt: skip
    assert item.evidence.get().kind == Evidence.Kind.NOTE
    assert changes_of(item) == 73


def test_taking_the_sentence_away_that_named_a_file_makes_the_team_due(
    product, billing, make_debt, mel
):
    item = make_debt(paths=[NAMES[2]], component=billing, slow_down="a third")
    services.remove_evidence(item.evidence.get(), by=mel)
    assert queries.due_ledgers().filter(team=item.team_id).exists()


@pytest.mark.parametrize("name", NAMES)
def test_files_of_findings_are_files_whatever_they_are_called(product, billing, mel, name):
    scope = ScanScope.objects.create(product=product, component=billing, tool="x")
    row = {"product": product, "scope": scope, "component": billing, "rule": "R"}
    Finding.objects.create(**row, path=name, line=1)
    item = scan_services.accept_suggestion(product, by=mel, rule="R", component=billing)
    assert [(one.kind, one.text) for one in item.evidence.all()] == [("path", name)]
    Finding.objects.create(**row, path="LICENSE", line=1)
    scan_services.accept_suggestion(product, by=mel, rule="R", component=billing)
    assert ("path", "LICENSE") in item.evidence.values_list("kind", "text")


def test_the_api_takes_files_whatever_they_are_called(product, billing, api, mel):
    answer = api(mel).post(
        "/api/v1/debt-items/",
        {"product": "PAY", "title": "Slow image", "files": ["Dockerfile"], "evidence": ["It is"]},
        format="json",
    )
    assert answer.status_code == 201, answer.content
    item = DebtItem.objects.get(key=answer.json()["key"])
    assert sorted(item.evidence.values_list("kind", "text")) == [
        ("note", "It is"), ("path", "Dockerfile"),
    ]  # fmt: skip
