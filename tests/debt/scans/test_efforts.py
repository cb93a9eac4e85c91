"""What rules take where their tool does not say so: the table, its page and its API."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from debt import queries, scan_services
from debt.forms.efforts import minutes_of, words_of
from debt.models import Finding, RuleEffort, TeamLedger
from tests.debt.scans.conftest import report_of
from tests.debt.scans.test_suggestions import sonar
from tpm.editing import EditConflict
from tpm.models import Change

PAGE, API = "/p/PAY/debt/scans/efforts/", "/api/v1/rule-efforts/"


def days_of(item):
    return queries.linked_facts([item])[item.pk].effort


@pytest.fixture
def item(take_in, product, billing, mel):
    """Debt with three findings of R1, whose tool says nothing of them."""
    take_in(report_of(1, 2, 3))
    return scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)


def say(product, by, minutes, rule="R1", version=0):
    return scan_services.set_rule_effort(
        product, by=by, rule=rule, minutes=minutes, version=version
    )


def test_findings_take_what_their_rule_takes(item, product, ada):
    assert days_of(item) is None
    say(product, ada, 160)
    assert days_of(item) == pytest.approx(1)
    say(product, ada, None, version=1)
    assert days_of(item) is None


def test_what_the_tool_says_wins(take_in, product, billing, mel, ada):
    take_in(sonar(60, None))
    item = scan_services.accept_suggestion(product, by=mel, rule="S1", component=billing)
    say(product, ada, 180, rule="S1")
    assert days_of(item) == pytest.approx((60 + 180) / 60 / 8)


def test_a_rule_of_another_product_says_nothing_here(item, ada, other_product):
    say(other_product, ada, 160)
    assert days_of(item) is None


def test_suggestions_take_it_too(take_in, product, ada):
    take_in(report_of(1, 2))
    (before,) = scan_services.suggestions(product)
    assert before.effort_days is None
    say(product, ada, 240)
    assert scan_services.suggestions(product)[0].effort_days == pytest.approx(1)


def test_it_has_its_line_of_history_and_makes_the_team_due(item, product, ada):
    due = TeamLedger.objects.get(team=item.team_id).revision
    say(product, ada, 30)
    say(product, ada, 30, version=1)  # the same again
    lines = Change.objects.filter(fields__has_key="effort of R1")
    assert [line.fields for line in lines] == [{"effort of R1": [None, 30]}]
    assert TeamLedger.objects.get(team=item.team_id).revision == due + 1


def test_what_somebody_said_meanwhile_is_not_overwritten(item, product, ada):
    say(product, ada, 30)
    for version in (0, 7):
        with pytest.raises(EditConflict):
            say(product, ada, 60, version=version)
    RuleEffort.objects.all().delete()
    with pytest.raises(ValidationError, match="took this effort away"):
        say(product, ada, 60, version=1)


@pytest.mark.parametrize("minutes", [0, -1, 1e9])
def test_it_is_more_than_nothing(product, ada, minutes):
    with pytest.raises(ValidationError, match="more than no time"):
        say(product, ada, minutes)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleEffort.objects.create(product=product, rule="R1", minutes=minutes)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("45", 45), ("45 min", 45), ("1.5 h", 90), ("1,5h", 90), ("1 d 2 h", 600), ("soon", None),
     ("1 x", None), ("", None), ("-5", None)],
)  # fmt: skip
def test_times_as_people_type_them(text, minutes):
    assert minutes_of(text, hours_per_day=8) == minutes


def test_times_as_the_field_shows_them():
    assert [words_of(n) for n in (45, 60, 90, 100, 480)] == [
        "45 min", "1 h", "1.5 h", "100 min", "8 h",
    ]  # fmt: skip
    for n in (45, 60, 90, 100, 480, 12.5):
        assert minutes_of(words_of(n), hours_per_day=8) == n


# -- page and API ----------------------------------------------------------------------------------


def test_a_planner_says_what_a_rule_takes(take_in, client_of, ada):
    take_in(report_of(1, 2))
    browser = client_of(ada)
    assert "unknown" in browser.get(PAGE).content.decode()
    said = {"rule": "R1", "version": "0", "minutes": "1.5 h"}
    assert browser.post(PAGE, said).url == PAGE
    assert 'value="1.5 h"' in browser.get(PAGE).content.decode()
    assert RuleEffort.objects.get().minutes == 90


def test_what_is_no_time_is_told_beside_it_and_kept(take_in, client_of, ada):
    take_in(report_of(1))
    answer = client_of(ada).post(PAGE, {"rule": "R1", "version": "0", "minutes": "so<on"})
    assert answer.status_code == 422
    assert "Say a time above nothing and up to sixty whole days" in answer.content.decode()
    assert 'value="so&lt;on"' in answer.content.decode()


def test_a_stale_page_shows_theirs_and_may_save_again(take_in, client_of, ada, product):
    take_in(report_of(1))
    say(product, ada, 30)
    said = {"rule": "R1", "version": "0", "minutes": "2 h"}
    answer = client_of(ada).post(PAGE, said)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Somebody said 30 min meanwhile" in shown
    assert 'name="version" value="1"' in shown
    assert 'value="2 h"' in shown
    client_of(ada).post(PAGE, said | {"version": "1"})
    assert RuleEffort.objects.get().minutes == 120


def test_a_member_reads_and_does_not_write(take_in, client_of, mel):
    take_in(report_of(1))
    browser = client_of(mel)
    assert '<form class="row"' not in browser.get(PAGE).content.decode()
    assert browser.post(PAGE, {"rule": "R1", "version": "0", "minutes": "5"}).status_code == 403


def test_rules_of_which_most_is_unknown_come_first(take_in, product, ada):
    take_in(report_of(1, 2, rule="R2"))
    take_in(report_of(1, rule="R1"), complete=False)
    say(product, ada, 5, rule="R2")
    say(product, ada, 5, rule="gone")
    rows = [(row.rule, row.findings, row.unsaid) for row in scan_services.rules_of(product)]
    assert rows == [("R1", 1, 1), ("R2", 2, 2), ("gone", 0, 0)]


def test_the_api_says_it_and_takes_it_away(client_of, ada, product):
    client = client_of(ada)

    def send(**fields):
        return client.post(API, said | fields, content_type="application/json")

    said = {"product": "PAY", "rule": "R1", "minutes": 30}
    first = send()
    assert (first.status_code, first.json()["version"]) == (200, 1)
    assert send(minutes=60).status_code == 409
    assert [row["rule"] for row in client.get(API + "?product=PAY").json()["results"]] == ["R1"]
    gone = send(minutes=None, version=1)
    assert gone.status_code == 204
    assert not RuleEffort.objects.exists()
    assert send(minutes=0).status_code == 400


def test_more_rules_take_no_more_queries(take_in, client_of, ada, django_assert_max_num_queries):
    take_in(report_of(1))
    browser = client_of(ada)
    browser.get(PAGE)
    scope = Finding.objects.get().scope
    Finding.objects.bulk_create(
        Finding(product=scope.product, scope=scope, rule=f"X{n}") for n in range(700)
    )
    with django_assert_max_num_queries(14):
        shown = browser.get(PAGE).content.decode()
    assert "And 201 more." in shown
