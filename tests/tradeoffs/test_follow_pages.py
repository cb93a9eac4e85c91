"""The pages of what follows from a decision: its two tabs, the list, and the board."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tradeoffs import services
from tradeoffs.models import Consequence, Decision, Firing, LookBack, Prediction, Review


def in_days(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


@pytest.fixture
def accepted(in_review, mel, lena):
    """Accepted, with a prediction that came due, a trigger that fired, and a day to check."""
    services.edit_decision(
        in_review, by=mel, version=None, fields={"check_on": in_days(-1), "driver": mel.person}
    )
    services.add_prediction(in_review, by=mel, text="No loss", due_on=in_days(-1), chance=0.9)
    services.add_prediction(
        in_review, by=mel, text="P99", due_on=in_days(9), p10=0.4, p50=0.9, p90=2.1, unit="s"
    )
    services.add_consequence(in_review, by=mel, kind="bad", text="<b>Six</b> readers poll")
    trigger = services.add_trigger(in_review, by=mel, kind="date", on_date=in_days(-2))
    in_review.refresh_from_db()
    services.review(
        in_review, by=lena, version=None, verdict=Review.Verdict.APPROVE, reason="Yes",
        chosen=in_review.options.first(),
    )  # fmt: skip
    services.fire_if_due(trigger.pk, today=timezone.localdate())
    return in_review


def url(name, decision, *more):
    return reverse(f"tradeoffs:{name}", args=[decision.key, *more])


def test_a_consequence_is_written_down_on_the_page(client_of, scored, mel):
    page = client_of(mel)
    data = {"kind": "bad", "text": "Replay ends", "severity": "high", "quality": "Cost"}
    answer = page.post(url("consequence-create", scored), data)
    assert answer.status_code == 302
    html = page.get(answer.url).content.decode()
    assert "Replay ends" in html
    assert "1 bad and not handled, 1 of them high" in html
    assert "Make debt" in html
    assert "Ask a decision" in html
    assert "Make an item" not in html
    assert "Accept it" not in html


def test_nobody_says_good_or_bad_for_whoever_writes_a_consequence_down(client_of, scored, mel):
    page, where = client_of(mel), url("consequence-create", scored)
    assert page.get(where).context["form"]["kind"].value() == ""
    answer = page.post(where, {"text": "Replay ends", "severity": "high", "kind": ""})
    assert answer.status_code == 422
    assert "Choose one: nothing is taken for bad unsaid." in answer.content.decode()
    assert "Replay ends" in answer.content.decode()
    assert not scored.effects.exists()


def test_a_consequence_is_escaped(client_of, accepted, mel):
    html = client_of(mel).get(url("decision-consequences", accepted)).content.decode()
    assert "&lt;b&gt;Six" in html
    assert "<b>Six" not in html


def test_debt_is_made_of_it_in_one_press(client_of, accepted, mel):
    page, row = client_of(mel), accepted.effects.get()
    answer = page.post(reverse("debt:from-consequence", args=[accepted.key, row.pk]))
    html = page.get(answer.url).content.decode()
    assert 'became <a href="/d/PAY-D1/">PAY-D1</a>, deliberate' in html
    assert "0 repaid, 1 still open" in html


def test_a_lead_accepts_it_by_name(client_of, accepted, lena):
    page, row = client_of(lena), accepted.effects.get()
    where = url("consequence-accept", accepted, row.pk)
    refused = page.post(where, {"person": lena.person.pk, "why": "", "version": row.version})
    assert refused.status_code == 422
    page.post(where, {"person": lena.person.pk, "why": "It is rare", "version": row.version})
    row.refresh_from_db()
    assert row.handled_as == Consequence.Handled.ACCEPTED
    assert "Lena accepts it" in page.get(url("decision-consequences", accepted)).content.decode()


def test_the_review_says_what_stands_in_the_way(client_of, in_review, mel, lena):
    services.add_consequence(in_review, by=mel, kind="bad", severity="high", text="It burns")
    in_review.refresh_from_db()
    data = {
        "verdict": "approve", "chosen": in_review.options.first().pk, "reason": "Yes",
        "version": in_review.version,
    }  # fmt: skip
    page = client_of(lena)
    page.post(url("decision-review", in_review), data)
    in_review.refresh_from_db()
    answer = page.post(url("decision-accept", in_review), {"version": in_review.version})
    assert answer.status_code == 422
    assert "Handle what is bad and high, or name who accepts it" in answer.content.decode()


def test_a_prediction_is_made_and_changed_on_the_page(client_of, scored, mel):
    page = client_of(mel)
    data = {
        "text": "P99",
        "due_on": in_days(9),
        "range": "0.4..0.9..2.1",
        "unit": "s",
        "version": 0,
    }
    assert page.post(url("prediction-create", scored), data).status_code == 302
    row = Prediction.objects.get()
    assert (row.p10, row.p50, row.p90) == (0.4, 0.9, 2.1)
    assert page.get(url("prediction-edit", scored, row.pk)).status_code == 200
    data |= {"range": "0.3..0.9..2.1", "version": row.version}
    page.post(url("prediction-edit", scored, row.pk), data)
    row.refresh_from_db()
    assert row.p10 == 0.3
    data["range"] = "0.2..0.9..2.1"
    assert page.post(url("prediction-edit", scored, row.pk), data).status_code == 409


def test_one_number_is_no_range(client_of, scored, mel):
    data = {"text": "P99", "due_on": in_days(9), "range": "0.9", "version": 0}
    answer = client_of(mel).post(url("prediction-create", scored), data)
    assert answer.status_code == 422
    assert "says nothing of the spread" in answer.content.decode()


def test_follow_up_shows_what_was_said_beside_what_happened(client_of, accepted, mel):
    page = client_of(mel)
    row = accepted.predictions.get(text="P99")
    page.post(
        url("prediction-check", accepted, row.pk),
        {"outcome": "1.7", "note": "Dashboard", "version": row.version},
    )
    html = page.get(url("decision-follow-up", accepted)).content.decode()
    assert "1.7 s" in html
    assert "0.4–2.1" in html
    assert "Dashboard" in html


def test_a_fired_trigger_is_answered_on_the_page(client_of, accepted, mel):
    page, firing = client_of(mel), Firing.objects.get()
    where = url("firing-reaffirm", accepted, firing.pk)
    assert page.post(where, {"why": "It holds"}).status_code == 422
    assert page.post(where, {"why": "It holds", "again_on": in_days(90)}).status_code == 302
    firing.refresh_from_db()
    assert firing.answer == "reaffirmed"


def test_revising_leads_to_the_draft_that_is_to_replace_it(client_of, accepted, mel):
    firing = Firing.objects.get()
    answer = client_of(mel).post(url("firing-revise", accepted, firing.pk))
    assert answer.url == Decision.objects.latest("pk").get_absolute_url()


def test_a_stranger_answers_nothing_and_is_offered_no_answer(client_of, accepted, ada, product):
    firing = Firing.objects.get()
    assert client_of(ada).post(url("firing-revise", accepted, firing.pk)).status_code == 403
    assert client_of(ada).get(url("firing-reaffirm", accepted, firing.pk)).status_code == 403
    everyones = f"{reverse('tradeoffs:look-again', args=[product.key])}?whose=all"
    for page in (url("decision-follow-up", accepted), everyones):
        shown = client_of(ada).get(page).content.decode()
        assert accepted.key in shown
        assert "It still holds" not in shown


def test_who_is_asked_is_offered_the_answers(client_of, accepted, mel):
    shown = client_of(mel).get(url("decision-follow-up", accepted)).content.decode()
    assert "It still holds" in shown
    assert "Revise" in shown


def test_the_three_questions_take_the_predictions_that_are_due(client_of, accepted, mel):
    page = client_of(mel)
    html = page.get(url("look-back", accepted)).content.decode()
    due = accepted.predictions.get(text="No loss")
    assert f'name="outcome-{due.pk}"' in html
    assert "P99" not in html
    page.post(
        url("look-back", accepted),
        {f"outcome-{due.pk}": "1", "happened": "None was lost", "again": "yes", "learned": "Less"},
    )
    due.refresh_from_db()
    assert due.outcome == 1
    assert LookBack.objects.get().happened == "None was lost"
    accepted.refresh_from_db()
    assert accepted.check_on is None


def test_home_and_the_list_show_what_is_asked_until_it_is_answered(
    client_of, accepted, mel, lena, product
):
    page, firing = client_of(mel), Firing.objects.get()
    home, listed = f"/p/{product.key}/", reverse("tradeoffs:look-again", args=[product.key])
    for where in (home, listed):
        html = page.get(where).content.decode()
        assert "It was to be looked at again" in html
        assert "To be checked" in html
    services.reaffirm(firing, by=lena, why="It holds", again_on=in_days(90))
    assert "It was to be looked at again" not in page.get(home).content.decode()


def test_what_is_anothers_stands_under_everyones(client_of, accepted, ada, product):
    where = reverse("tradeoffs:look-again", args=[product.key])
    page = client_of(ada)
    assert accepted.title not in page.get(where).content.decode()
    assert accepted.title in page.get(f"{where}?whose=all").content.decode()


def test_the_record_says_what_is_so_beside_what_is_on_paper(client_of, accepted, vic):
    html = client_of(vic).get(accepted.get_absolute_url()).content.decode()
    assert "no work linked, unchecked, to be looked at again" in html
    assert "Check overdue" not in html
    Firing.objects.all().delete()
    html = client_of(vic).get(accepted.get_absolute_url()).content.decode()
    assert "no work linked, unchecked, check overdue" in html


def test_the_board_says_nothing_below_the_guard(client_of, accepted, vic, product):
    html = client_of(vic).get(reverse("tradeoffs:calibration", args=[product.key])).content.decode()
    assert "Nothing is said before 20 yes-or-no predictions" in html
    assert "Brier score" not in html


def checked(decision, by, chance, outcome):
    return Prediction(
        decision=decision, by=by, kind="chance", text="So", due_on=in_days(-1), chance=chance,
        outcome=outcome, outcome_at=timezone.now(),
    )  # fmt: skip


def test_the_board_scores_the_team_and_shows_a_person_their_own_alone(
    client_of, scored, mel, lena, vic, product
):
    """Brier of 0.8 said twenty times, of which fifteen came true: 0.75 x 0.04 + 0.25 x 0.64."""
    Prediction.objects.bulk_create(
        [checked(scored, mel, 0.8, 1) for _ in range(15)]
        + [checked(scored, lena, 0.8, 0) for _ in range(5)]
    )
    where = reverse("tradeoffs:calibration", args=[product.key])
    html = client_of(vic).get(where).content.decode()
    assert "Brier score 0.19, from 20 predictions" in html
    assert "would score 0.19" in html
    assert "Your own predictions" not in html
    assert "Mel" not in html
    own = client_of(mel).get(where).content.decode()
    assert "15 checked: nothing is said before 20 of a kind" in own
