"""One item whose values cannot be computed with says so, and the rest of its team goes on."""

import pytest

from debt import queries, refresh, scan_services, services
from debt.maths import scoring
from debt.maths.ranges import Range
from debt.models import Finding, Interest, ScanScope, TeamLedger

pytestmark = pytest.mark.django_db


@pytest.fixture
def endless_fix(make_debt, product, team, mel, ada, billing):
    """Debt of 8,400 findings whose rule takes sixty days each, beside debt of the same team."""
    beside = make_debt(title="Beside it")
    scope = ScanScope.objects.create(product=product, component=billing, tool="x")
    item = make_debt(
        title="Endless", principal_p10_days=None, principal_p50_days=None, principal_p90_days=None
    )
    Finding.objects.bulk_create(
        Finding(
            product=product, scope=scope, component=billing, rule="R", path="a.py", line=n + 1,
            item=item,
        )
        for n in range(8_400)
    )  # fmt: skip
    scan_services.set_rule_effort(product, by=ada, rule="R", minutes=86_400)
    services.declare_interest(beside, by=mel, days=Range(2, 3, 5))
    return item, beside


def test_effort_that_no_range_of_days_holds_is_unknown_and_the_team_goes_on(
    endless_fix, team, client_of, mel
):
    item, beside = endless_fix
    assert refresh.refresh_scores(team.pk) is True
    item.refresh_from_db()
    beside.refresh_from_db()
    assert (item.latest_score.missing, item.latest_score.principal_days) == ("principal", None)
    assert item.latest_score.interest_days == pytest.approx(2.3, rel=0.1)
    assert beside.latest_score.interest_days == pytest.approx(3.3, rel=0.1)
    assert not queries.due_ledgers().exists()
    page = client_of(mel).get(item.get_absolute_url()).content.decode()
    assert "The size of the fix is unknown" in page
    assert "no range of days up to 1,000,000" in page


def test_a_size_helps_where_effort_is_beyond_any_range(endless_fix, team, mel):
    item, _ = endless_fix
    services.change_item(item, by=mel, version=None, size="M")
    refresh.refresh_scores(team.pk)
    item.refresh_from_db()
    assert item.latest_score.inputs["principal"] == [2, 3, 6]


def test_declared_interest_beyond_any_range_is_unknown_and_told(make_debt, team, client_of, mel):
    item, beside = make_debt(), make_debt(title="Beside it")
    Interest.objects.create(item=item, by=mel, p10_days=1, p50_days=2, p90_days=1e308)
    services.declare_interest(beside, by=mel, days=Range(2, 3, 5))
    assert refresh.refresh_scores(team.pk) is True
    item.refresh_from_db()
    assert item.latest_score.missing == "interest"
    page = client_of(mel).get(item.get_absolute_url()).content.decode()
    assert "What it costs a month is unknown" in page


def test_an_item_whose_formulas_fail_says_so_and_the_team_goes_on(
    make_debt, team, client_of, mel, monkeypatch
):
    bad, beside = make_debt(), make_debt(title="Beside it")
    for item in (bad, beside):
        services.declare_interest(item, by=mel, days=Range(2, 3, 5))
    real, seed = scoring.interest_draws, scoring.seed_of(bad.key)

    def draws(inputs, model, of):
        if of == seed:
            raise ValueError("no such draw")
        return real(inputs, model, of)

    monkeypatch.setattr(scoring, "interest_draws", draws)
    assert refresh.refresh_scores(team.pk) is True
    bad.refresh_from_db()
    beside.refresh_from_db()
    assert (bad.latest_score.missing, bad.latest_score.score) == (scoring.UNCOMPUTED, None)
    assert beside.latest_score.interest_days == pytest.approx(3.3, rel=0.1)
    assert list(TeamLedger.objects.get(team=team).shares) == [str(beside.pk)]
    for url in (bad.get_absolute_url(), "/p/PAY/debt/"):
        assert "Its values cannot be computed with" in client_of(mel).get(url).content.decode()
