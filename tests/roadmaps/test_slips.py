"""What was committed and slipped: who is asked, what they say, and the log of it."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from roadmaps import services
from roadmaps.models import ForecastRun, SlipReason
from roadmaps.queries.slips import late_by, slip_of_item, slips_of
from roadmaps.services.estimates import estimate_from_text
from tpm.models import Change
from tradeoffs import services as decisions

LOG = "/p/PAY/baselines/slips/"
FAR = datetime.date.today() + datetime.timedelta(days=900)


@pytest.fixture
def planned(product, ada, make_item, team):
    """One promised item, one that was only planned, and a stretch item, of one person each."""
    items = [
        make_item(team=team, target_date=FAR, title="Promised"),
        make_item(team=team, title="Planned"),
        make_item(team=team, target_date=FAR, title="Hoped for"),
    ]
    for item in items:
        estimate_from_text(item, by=ada, text="3..5..10")
    services.refresh_forecast(product.pk, trials=100)
    services.commit_baseline(product, by=ada, name="Q1 plan", stretch=[items[2].pk])
    return items


@pytest.fixture
def slipped(product, ada, planned):
    """All three are much later now."""
    for item in planned:
        estimate_from_text(item, by=ada, text="60..80..120")
    services.refresh_forecast(product.pk, trials=100)
    return planned


def text_of(response) -> str:
    return response.getvalue().decode()


def found(product):
    return {slip.of: slip for slip in slips_of(product, newest())}


def newest() -> ForecastRun:
    return ForecastRun.objects.order_by("-pk")[0]


def why(item) -> str:
    return f"{LOG}why/{item.key}/"


@pytest.mark.parametrize(
    ("was", "now", "days"),
    [
        (datetime.date(2027, 1, 4), datetime.date(2027, 1, 11), 5),
        (datetime.date(2027, 1, 8), datetime.date(2027, 1, 10), 0),
        (datetime.date(2027, 1, 8), datetime.date(2027, 1, 4), 0),
        (datetime.date(2027, 1, 8), None, 2_600),
    ],
)
def test_a_slip_is_counted_in_working_days(was, now, days):
    assert late_by(was, now) == days


def test_nothing_slipped_right_after_committing(product, planned):
    assert slips_of(product, newest()) == []


def test_a_promised_item_and_the_plan_ask_for_a_reason(product, slipped):
    assert {of for of, slip in found(product).items() if slip.asks} == {"plan", slipped[0].key}


def test_what_was_only_planned_shows_its_slip_and_asks_nothing(product, slipped):
    slip = found(product)[slipped[1].key]
    assert slip.days > 10
    assert not slip.asks


def test_a_stretch_item_is_not_asked_about(product, slipped):
    assert slipped[2].key not in found(product)


def test_an_objective_that_slipped_asks(product, ada, make_item, team):
    objective = services.create_objective(product, by=ada, title="Fast", target_date=FAR)
    item = make_item(team=team, objective=objective)
    estimate_from_text(item, by=ada, text="3..5..10")
    services.refresh_forecast(product.pk, trials=100)
    services.commit_baseline(product, by=ada, name="Q1 plan")
    estimate_from_text(item, by=ada, text="60..80..120")
    services.refresh_forecast(product.pk, trials=100)
    assert found(product)[f"o{objective.pk}"].asks


def test_the_threshold_is_the_products_own(product, ada, slipped):
    services.set_slip_days(product, by=ada, version=1, working_days=250)
    assert found(product) == {}


def test_a_reason_given_ends_the_asking(product, ada, slipped):
    slip = found(product)[slipped[0].key]
    services.give_slip_reason(product, by=ada, slip=slip, reason="scope")
    assert not slip_of_item(slipped[0], newest()).asks


def test_slipping_as_much_again_asks_again(product, ada, slipped):
    slip = found(product)[slipped[0].key]
    services.give_slip_reason(product, by=ada, slip=slip, reason="scope")
    estimate_from_text(slipped[0], by=ada, text="160..200..300")
    services.refresh_forecast(product.pk, trials=100)
    assert slip_of_item(slipped[0], newest()).asks


def test_a_reason_or_a_decision_is_needed(product, ada, slipped):
    slip = found(product)["plan"]
    with pytest.raises(ValidationError, match="Choose a reason, or name the decision"):
        services.give_slip_reason(product, by=ada, slip=slip)


def test_a_reason_is_never_changed(product, ada, slipped):
    slip = found(product)["plan"]
    row = services.give_slip_reason(product, by=ada, slip=slip, reason="people")
    with pytest.raises(DatabaseError), transaction.atomic():
        SlipReason.objects.filter(pk=row.pk).update(reason="scope")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_a_reason_is_in_the_history_of_what_slipped(product, ada, slipped):
    slip = found(product)[slipped[0].key]
    services.give_slip_reason(product, by=ada, slip=slip, reason="scope", words="More clauses.")
    line = Change.objects.filter(action="said why it slipped").get()
    assert (line.subject_id, line.why) == (slipped[0].pk, "More clauses.")


def test_a_planner_says_why_on_a_page_and_comes_back(client_of, ada, slipped):
    client = client_of(ada)
    page = text_of(client.get(f"/i/{slipped[0].key}/"))
    assert "Slipped by" in page
    assert why(slipped[0]) in page
    back = f"/i/{slipped[0].key}/"
    response = client.post(why(slipped[0]), {"reason": "waiting", "words": "x", "back": back})
    assert response["Location"] == back
    assert "Waiting for somebody else" in text_of(client.get(back))


def test_a_back_address_elsewhere_is_not_followed(client_of, ada, slipped):
    body = {"reason": "waiting", "back": "//evil.example/"}
    assert client_of(ada).post(why(slipped[0]), body)["Location"] == LOG


def test_nothing_chosen_is_said_at_the_field_and_the_words_stay(client_of, ada, slipped):
    response = client_of(ada).post(why(slipped[0]), {"words": "It was the bank."})
    assert response.status_code == 422
    assert "Choose a reason, or name the decision behind it." in text_of(response)
    assert "It was the bank." in text_of(response)


def test_a_decision_is_a_reason_and_the_log_links_it(client_of, ada, product, slipped):
    decision = decisions.draft_decision(product, by=ada, title="Which bus?")
    client = client_of(ada)
    client.post(why(slipped[0]), {"decision_key": decision.key})
    assert SlipReason.objects.get().decision_key == decision.key
    assert decision.get_absolute_url() in text_of(client.get(LOG))


def test_a_decision_of_another_product_is_refused(client_of, ada, grace, other_product, slipped):
    other = decisions.draft_decision(other_product, by=grace, title="Which?")
    response = client_of(ada).post(why(slipped[0]), {"decision_key": other.key})
    assert response.status_code == 422


def test_an_owner_who_is_a_member_may_say_why(client_of, ada, mel, slipped):
    assert client_of(mel).post(why(slipped[0]), {"reason": "scope"}).status_code == 403
    services.edit_item(slipped[0], by=ada, version=None, owner=mel.person)
    assert client_of(mel).post(why(slipped[0]), {"reason": "scope"}).status_code == 302


def test_what_did_not_slip_leads_to_the_log(client_of, ada, planned):
    assert client_of(ada).get(why(planned[0]))["Location"] == LOG


def test_what_is_not_there_is_not_found(client_of, ada, slipped):
    assert client_of(ada).get(f"{LOG}why/OPS-1/").status_code == 404
    assert client_of(ada).get(f"{LOG}why/o999/").status_code == 404


def test_home_asks_planners_and_owners_alone(client_of, ada, mel, vic, slipped):
    assert "Slipped: why?" in text_of(client_of(ada).get("/p/PAY/"))
    assert "Slipped: why?" not in text_of(client_of(mel).get("/p/PAY/"))
    services.edit_item(slipped[0], by=ada, version=None, owner=mel.person)
    assert "Slipped: why?" in text_of(client_of(mel).get("/p/PAY/"))


def test_the_log_counts_days_and_shares_by_reason(client_of, vic, ada, product, slipped):
    slips = found(product)
    services.give_slip_reason(product, by=ada, slip=slips["plan"], reason="people")
    services.give_slip_reason(product, by=ada, slip=slips[slipped[0].key], reason="scope")
    page = text_of(client_of(vic).get(LOG))
    for slip in (slips["plan"], slips[slipped[0].key]):
        assert f">{slip.days}<" in page
    assert "People were missing" in page


def test_the_last_word_on_a_slip_counts_once(client_of, vic, ada, product, slipped):
    slip = found(product)["plan"]
    for reason in ("people", "scope"):
        services.give_slip_reason(product, by=ada, slip=slip, reason=reason, words=f"w {reason}")
    page = text_of(client_of(vic).get(LOG))
    assert "w scope" in page
    assert "w people" not in page


def test_a_reason_in_the_address_filters_the_log(client_of, vic, ada, product, slipped):
    slips = found(product)
    services.give_slip_reason(product, by=ada, slip=slips["plan"], reason="people", words="AAA")
    services.give_slip_reason(
        product, by=ada, slip=slips[slipped[0].key], reason="scope", words="BBB"
    )
    page = text_of(client_of(vic).get(f"{LOG}?reason=people"))
    assert "AAA" in page
    assert "BBB" not in page


def test_nobody_is_named_in_the_log(client_of, vic, ada, product, slipped):
    services.give_slip_reason(product, by=ada, slip=found(product)["plan"], reason="people")
    for address in (LOG, f"{LOG}log.csv"):
        assert not re.search(r"\bAda\b", text_of(client_of(vic).get(address)))


def test_the_csv_has_what_the_log_has(client_of, vic, ada, product, slipped):
    services.give_slip_reason(
        product, by=ada, slip=found(product)["plan"], reason="people", words="=1+1"
    )
    lines = text_of(client_of(vic).get(f"{LOG}log.csv")).splitlines()
    assert "People were missing" in lines[1]
    assert "'=1+1" in lines[1]
    assert len(text_of(client_of(vic).get(f"{LOG}log.csv?reason=scope")).splitlines()) == 1


def test_the_threshold_is_set_on_the_page(client_of, ada, mel, product):
    body = {"working_days": 20, "version": 1}
    assert client_of(mel).post(f"{LOG}days/", body).status_code == 403
    client_of(ada).post(f"{LOG}days/", body)
    product.refresh_from_db()
    assert product.slip_policy.working_days == 20
    assert client_of(ada).post(f"{LOG}days/", body | {"working_days": 30}).status_code == 409


def test_a_threshold_out_of_bounds_is_refused_in_words(client_of, ada, product):
    client = client_of(ada)
    response = client.post(f"{LOG}days/", {"working_days": 0, "version": 1}, follow=True)
    assert "Ask from 1 to 250 working days on." in text_of(response)


def test_an_empty_log_says_so(client_of, vic, product):
    assert "Nobody has said yet why anything slipped." in text_of(client_of(vic).get(LOG))


def test_more_reasons_need_no_more_queries(client_of, vic, ada, product, slipped):
    slips = found(product)
    client = client_of(vic)

    def count() -> int:
        client.get(LOG)
        with CaptureQueriesContext(connection) as asked:
            client.get(LOG)
        return len(asked)

    services.give_slip_reason(product, by=ada, slip=slips["plan"], reason="people")
    first = count()
    for slip in slips.values():
        services.give_slip_reason(product, by=ada, slip=slip, reason="scope")
    assert count() == first <= 15
