"""One rule for what counts and what waits: the list, the inbox and the page agree."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tpm.models import Level, Membership, Role, Team
from tradeoffs import ceremony, finding, services, standing, tasks, waiting
from tradeoffs.models import Decision, Summary
from tradeoffs.services import weighing
from tradeoffs.views.common import next_steps


@pytest.fixture
def asked(in_review, lena, ada):
    """In review at Ada's, who is a planner; one approval is enough."""
    services.ask_reviewers(in_review, by=lena, people=[ada.person])
    return in_review


@pytest.fixture
def sana(make_user, product):
    user = make_user("Sana")
    Role.objects.create(person=user.person, product=product, level=Level.LEAD)
    return user


def say(decision, by, verdict="approve"):
    chosen = decision.options.first() if verdict == "approve" else None
    return services.review(
        decision, by=by, version=None, verdict=verdict, reason="So.", chosen=chosen
    )


def edit(decision, by, **fields):
    services.edit_decision(decision, by=by, version=None, fields=fields)


STATES = {
    "nobody has answered": lambda d, ada, mel, lena: None,
    "approved": lambda d, ada, mel, lena: say(d, ada),
    "approved, then changed": lambda d, ada, mel, lena: (say(d, ada), edit(d, mel, context="x")),
    "approved, changed, changed back": lambda d, ada, mel, lena: (
        say(d, ada), edit(d, mel, context="x"), edit(d, mel, context=""),
    ),
    "approved, taken back, asked again": lambda d, ada, mel, lena: (
        say(d, ada), services.withdraw(d, by=mel, version=None),
        services.submit_for_review(d, by=mel, version=None),
    ),
    "approved, then two are needed": lambda d, ada, mel, lena: (
        say(d, ada),
        services.plan_review(
            d, by=lena, version=0, rule="count", needed=2, today=timezone.localdate()
        ),
    ),
    "objected to": lambda d, ada, mel, lena: say(d, ada, "object"),
    "objected to, then changed": lambda d, ada, mel, lena: (
        say(d, ada, "object"), edit(d, mel, context="x"),
    ),
    "abstained": lambda d, ada, mel, lena: say(d, ada, "abstain"),
    "a note": lambda d, ada, mel, lena: edit(d, mel, tier=2, reach="wide"),
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_list_inbox_and_page_agree_on_what_waits_and_what_may_be_accepted(
    state, asked, ada, mel, lena, product, client_of
):
    STATES[state](asked, ada, mel, lena)
    decision = Decision.objects.get(pk=asked.pk)
    found = standing.of(decision)
    for user in (ada, mel, lena):
        waits = decision.pk in waiting.ids(user, product)
        inbox = client_of(user).get(reverse("tradeoffs:review-inbox", args=[product.key]))
        assert [card["decision"].pk for card in inbox.context["cards"]] == [decision.pk] * waits
        listed = client_of(user).get(
            reverse("tradeoffs:decision-list", args=[product.key]) + "?tab=waiting"
        )
        assert [row.key for row in listed.context["rows"]] == [decision.key] * waits
        steps = next_steps(user, decision)
        if steps["accept"]:
            assert waits, "a lead is told what may be accepted"
        for card in inbox.context["cards"]:
            assert card["standing_says"] == standing.sentence(decision, found)
            assert bool(card["form"]) == steps["review"]
    said = {one.review.by_id: one for one in standing.last_words(decision)}
    answered = ada.pk in said and not said[ada.pk].stale
    assert (decision.pk in waiting.ids(ada, product)) == (not answered)
    assert next_steps(lena, decision)["accept"] == found.met


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("tier", [1, 3])
def test_what_an_approval_is_said_to_do_is_what_it_does(state, tier, asked, ada, mel, lena, sana):
    STATES[state](asked, ada, mel, lena)
    Decision.objects.filter(pk=asked.pk).update(tier=tier)
    for user in (sana, lena):
        decision = Decision.objects.select_related("product").get(pk=asked.pk)
        if decision.state != "in_review":
            break
        said = ceremony.would_accept(user, standing.case(decision))
        chosen = decision.chosen or decision.options.first()
        services.review(
            decision, by=user, version=None, verdict="approve", reason="So.", chosen=chosen
        )
        assert said == (decision.state == "accepted")


def test_what_was_changed_back_waits_no_more_for_whoever_approved_it(asked, ada, mel, product):
    say(asked, ada)
    edit(asked, mel, context="x")
    assert waiting.ids(ada, product) == [asked.pk]
    edit(asked, mel, context="")
    assert waiting.ids(ada, product) == []


def test_a_member_who_was_asked_judges_from_the_inbox(asked, ada, product, client_of):
    inbox = client_of(ada).get(reverse("tradeoffs:review-inbox", args=[product.key]))
    assert [bool(card["form"]) for card in inbox.context["cards"]] == [True]


def test_the_count_beside_the_view_is_that_of_its_rows(asked, ada, lena, mel, product, client_of):
    say(asked, ada)
    edit(asked, mel, context="x")
    views = finding.views(ada, product, timezone.localdate())
    assert Decision.objects.filter(views["waiting"]).count() == len(waiting.ids(ada, product)) == 1


def test_what_changed_since_somebody_judged_it_is_worked_out_once(
    asked, ada, mel, product, monkeypatch
):
    monkeypatch.setattr(tasks.keep_mark, "delay", tasks.keep_mark)
    monkeypatch.setattr(tasks.refresh_robustness, "delay", lambda pk: None)
    say(asked, ada)
    edit(asked, mel, context="x")
    with CaptureQueriesContext(connection) as first:
        waiting.ids(ada, product)
    tasks.sweep_robustness()
    with CaptureQueriesContext(connection) as second:
        assert waiting.ids(ada, product) == [asked.pk]
    assert len(second) == 2 < len(first)
    edit(asked, mel, context="")
    assert waiting.ids(ada, product) == []


def test_looking_at_what_waits_writes_nothing(asked, ada, mel, product):
    say(asked, ada)
    edit(asked, mel, context="x")
    with CaptureQueriesContext(connection) as asked_for:
        waiting.ids(ada, product)
    assert {query["sql"].lstrip("(").split()[0] for query in asked_for} == {"SELECT"}


def test_a_mark_is_due_until_it_is_kept_and_again_after_the_next_change(asked, ada, mel, product):
    assert list(services.unmarked()) == []
    edit(asked, mel, context="w")
    assert list(services.unmarked()) == []  # nobody has judged it, so nobody has to look again
    say(asked, ada)
    edit(asked, mel, context="x")
    assert [row.pk for row in services.unmarked()] == [asked.pk]
    assert services.keep_mark(asked.pk)
    assert not services.keep_mark(asked.pk)
    assert list(services.unmarked()) == []
    edit(asked, mel, context="y")
    assert [row.pk for row in services.unmarked()] == [asked.pk]


def test_a_summary_of_the_list_keeps_what_was_worked_out(asked, ada, mel, product, client_of):
    say(asked, ada)
    edit(asked, mel, context="x")
    services.keep_mark(asked.pk)
    client_of(mel).get(reverse("tradeoffs:decision-list", args=[product.key]))
    assert {"mark", "winner"} <= set(Summary.objects.get(decision=asked).data)


def several(make_decision, mel, lena, ada, count):
    for _ in range(count):
        decision = make_decision()
        services.submit_for_review(decision, by=mel, version=None)
        services.ask_reviewers(decision, by=lena, people=[ada.person])
        say(decision, ada, "object")
        edit(decision, mel, context="x")


def test_what_changed_is_read_in_the_same_queries_however_many_did(
    make_decision, mel, lena, ada, product
):
    counts = []
    for more in (2, 3):
        several(make_decision, mel, lena, ada, more)
        Summary.objects.all().delete()
        with CaptureQueriesContext(connection) as cold:
            waiting.ids(ada, product)
        counts.append(len(cold))
    assert counts[0] == counts[1]


def test_the_people_of_several_teams_are_read_in_one_query(db, ada, mel, django_assert_num_queries):
    teams = [Team.objects.create(slug=name, name=name) for name in ("rails", "ledger", "none")]
    day = datetime.timedelta(days=1)
    today = timezone.localdate()
    for team, user in zip(teams, (ada, mel), strict=False):
        Membership.objects.create(team=team, person=user.person, starts_on=today - 9 * day)
    Membership.objects.create(
        team=teams[2], person=ada.person, starts_on=today - 9 * day, ends_on=today - day
    )
    with django_assert_num_queries(1):
        found = standing.working_in([team.pk for team in teams])
    assert found == {
        teams[0].pk: {ada.pk}, teams[1].pk: {mel.pk}, teams[2].pk: frozenset(),
    }  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("page", ["review-inbox", "decision-list"])
def test_three_times_the_cards_take_the_same_queries(
    page, make_decision, mel, lena, ada, product, client_of
):
    browser = client_of(ada)
    url = reverse(f"tradeoffs:{page}", args=[product.key])
    counts = []
    for more in (2, 4):
        several(make_decision, mel, lena, ada, more)
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_every_change_of_what_is_judged_counts_as_a_version(asked, ada, mel, lena, score, product):
    """What was kept of a version is taken as what it says, so no change may go uncounted."""
    option, criterion = asked.options.first(), asked.criteria.first()
    prediction = {"text": "It holds", "chance": 0.7, "due_on": "2030-01-01"}
    steps = (
        lambda: edit(asked, mel, context="y"),
        lambda: services.add_option(asked, by=mel, name="Rabbit"),
        lambda: services.edit_option(option, by=mel, version=None, fields={"description": "z"}),
        lambda: services.edit_criterion(
            criterion, by=mel, version=None, fields={"measure": "orders a second"}
        ),
        lambda: score(asked, "Kafka", "Cost", 7),
        lambda: weighing.clear_cell(option, criterion, by=mel, version=None),
        lambda: services.add_prediction(asked, by=mel, **prediction),
        lambda: services.add_consequence(asked, by=mel, kind="bad", text="Slow", severity="high"),
        lambda: edit(asked, lena, approver=ada.person),
    )
    for step in steps:
        before = Decision.objects.get(pk=asked.pk)
        said = standing.content.now(before).mark
        step()
        after = Decision.objects.get(pk=asked.pk)
        assert standing.content.now(after).mark != said
        assert after.version > before.version
