"""Who is told of a decision, what waiting for it costs, its drift, and asking of many at once."""

import re
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from roadmaps.models import ItemPriority, Objective, PriorityFormula, PriorityRanking
from tests.conftest import with_level
from tpm.models import Change, Level
from tradeoffs import queries_told, services, waiting_cost
from tradeoffs.models import Decision, Drift, Involved


def at(name, decision, *args):
    return reverse(f"tradeoffs:{name}", args=[decision.key, *args])


def words_of(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    html = answer.content.decode().split("<main")[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


LIST, INBOX, HOME = "/p/PAY/decisions/", "/p/PAY/reviews/", "/p/PAY/"


# Consulted and informed


def accept(decision, lena):
    services.review(
        decision, by=lena, version=None, verdict="approve", reason="Cheap.",
        chosen=decision.options.first(),
    )  # fmt: skip


def test_who_is_told_is_said_on_a_page_and_stands_on_the_record(decision, mel, ada, vic, client_of):
    data = {"consulted": [ada.person.pk], "informed": [vic.person.pk], "version": 0}
    assert client_of(mel).post(at("decision-involved", decision), data).status_code == 302
    assert {(row.person.name, row.role) for row in Involved.objects.all()} == {
        ("Ada", "consulted"), ("Vic", "informed"),
    }  # fmt: skip
    assert "Told Ada consulted , Vic informed" in words_of(
        client_of(vic), decision.get_absolute_url()
    )
    change = Change.objects.filter(action="said who is told").get()
    assert change.fields == {"Ada": [None, "Consulted"], "Vic": [None, "Informed"]}


def test_of_two_who_read_an_empty_form_the_second_sees_what_the_first_said(
    decision, mel, ada, lena, vic, client_of
):
    url = at("decision-involved", decision)
    first, second = client_of(ada), client_of(lena)
    for browser in (first, second):
        assert 'name="version" value="0"' in browser.get(url).content.decode()
    assert first.post(url, {"consulted": [mel.person.pk], "version": 0}).status_code == 302
    late = second.post(url, {"informed": [vic.person.pk, ada.person.pk], "version": 0})
    assert late.status_code == 409
    html = late.content.decode()
    assert "<td>Mel</td>" in html
    assert "<td>Ada, Vic</td>" in html
    assert [row.person for row in decision.involved.all()] == [mel.person]
    resent = dict.fromkeys(re.findall(r'name="(\w+)" value="([^"]*)"', html))
    data = {"informed": [value for name, value in resent if name == "informed"]}
    data["version"] = next(value for name, value in resent if name == "version")
    assert second.post(url, data).status_code == 302
    assert {row.person.name for row in decision.involved.all()} == {"Ada", "Vic"}


def test_nobody_is_told_before_it_is_decided_and_both_are_after(
    in_review, mel, ada, vic, lena, client_of, product
):
    services.involve(in_review, by=mel, consulted=[ada.person], informed=[vic.person])
    assert not queries_told.told(vic, product).exists()
    accept(in_review, lena)
    for who, says in ((ada, "You were consulted."), (vic, "You are informed.")):
        for page in (INBOX, HOME):
            found = words_of(client_of(who), page)
            assert f"{in_review.key} Decided: Outbox" in found
            assert says in found
    assert "You are told of" not in words_of(client_of(mel), INBOX)


def test_what_was_seen_leaves_the_list_of_that_person_alone(
    in_review, mel, ada, vic, lena, client_of, product
):
    services.involve(in_review, by=mel, consulted=[], informed=[vic.person, ada.person])
    accept(in_review, lena)
    assert client_of(vic).post(at("told-seen", in_review)).status_code == 302
    assert not queries_told.told(vic, product).exists()
    assert queries_told.told(ada, product).exists()


def test_nobody_has_seen_a_decision_before_it_was_made(in_review, mel, vic, lena, product):
    services.involve(in_review, by=mel, consulted=[], informed=[vic.person])
    assert services.note_seen(in_review, by=vic) == 0
    accept(in_review, lena)
    assert queries_told.told(vic, product).exists()
    assert services.note_seen(in_review, by=vic) == 1


def test_a_decision_that_opens_again_is_told_again(in_review, mel, vic, lena, product):
    services.involve(in_review, by=mel, consulted=[], informed=[vic.person])
    services.review(in_review, by=lena, version=None, verdict="reject", reason="No.")
    services.note_seen(in_review, by=vic)
    services.reopen(in_review, by=mel, version=None, why="Cheaper now.")
    assert not queries_told.told(vic, product).exists()
    services.submit_for_review(in_review, by=mel, version=None)
    accept(in_review, lena)
    assert queries_told.told(vic, product).exists()


def test_nobody_is_both_consulted_and_informed(decision, mel, ada):
    with pytest.raises(ValidationError, match="Consulted already, and so told: Ada"):
        services.involve(decision, by=mel, consulted=[ada.person], informed=[ada.person])
    assert not Involved.objects.exists()


def test_somebody_from_elsewhere_is_not_told(decision, mel, grace):
    with pytest.raises(ValidationError, match="people who work on this product"):
        services.involve(decision, by=mel, consulted=[], informed=[grace.person])


def test_a_part_changes_and_ends(decision, mel, ada, vic):
    services.involve(decision, by=mel, consulted=[ada.person], informed=[vic.person])
    changed = services.involve(decision, by=mel, consulted=[vic.person], informed=[])
    assert sorted(changed) == ["Ada", "Vic"]
    assert [(row.person.name, row.role) for row in Involved.objects.all()] == [("Vic", "consulted")]


def test_acceptance_says_who_will_be_told(in_review, mel, vic, lena, client_of):
    services.involve(in_review, by=mel, consulted=[], informed=[vic.person])
    Decision.objects.filter(pk=in_review.pk).update(chosen=in_review.options.first())
    assert "Told: Vic." in words_of(client_of(lena), at("decision-accept", in_review))


# What waiting costs


def test_without_items_the_cost_of_waiting_is_not_known(decision, vic, client_of):
    found = words_of(client_of(vic), decision.get_absolute_url())
    assert "Cost of waiting Not known: it holds up no item that is linked." in found


@pytest.fixture
def priced(product, make_item):
    """Two items of one objective, and one that nobody priced; done items wait for nothing."""
    objective = Objective.objects.create(product=product, title="Faster checkout")
    PriorityFormula.objects.create(product=product, unit="money", currency="k€")
    ranking = PriorityRanking.objects.create(product=product, revision=1, plan_revision=1)
    items = [make_item(title=name, objective=objective) for name in ("One", "Two")]
    for item, own, week in zip(items, (2.0, 1.0), (7.0, 5.0), strict=True):
        ItemPriority.objects.create(item=item, ranking=ranking, own_week=own, week=week)
    return [*items, make_item(title="Unpriced")]


def test_an_objective_counts_once_however_many_of_its_items_wait(decision, priced):
    found = waiting_cost.of(decision, priced)
    assert (found.week, found.unit, found.unknown) == (2 + 1 + 5, "k€", 1)
    assert found.says == (
        f"About 8 k€ for each week, from {', '.join(item.key for item in priced)}. "
        "Of 1 of these it is not known."
    )


def test_items_without_a_cost_of_delay_are_not_guessed(decision, make_item):
    found = waiting_cost.of(decision, [make_item(), make_item()])
    assert found.says == "Not known: none of the 2 items it holds up has a cost of delay."


def test_a_closed_decision_costs_no_waiting(accepted, priced):
    assert waiting_cost.of(accepted, priced) is None


# Drift


@pytest.fixture
def drifted(accepted):
    return Drift.objects.create(
        decision=accepted, found_at=timezone.now(), leader="Kafka", leader_then="Outbox",
        first=0.3, first_then=0.9,
    )  # fmt: skip


def test_a_changed_winner_is_a_view_and_a_word_in_the_list(drifted, make_decision, vic, client_of):
    make_decision(title="Which store?")
    found = words_of(client_of(vic), LIST + "?tab=drifted")
    assert "Winner changed since 1" in found
    assert "Accepted Kafka would win now" in found
    assert "Which store?" not in found


def test_a_winner_that_barely_holds_says_so(drifted, vic, client_of):
    Drift.objects.update(leader="Outbox")
    assert "Accepted Barely wins now" in words_of(client_of(vic), LIST)


def test_a_changed_winner_is_told_to_its_driver_or_author_alone(drifted, mel, ada, client_of):
    says = "The winner changed: Outbox when it was accepted, Kafka with the numbers of"
    assert says in words_of(client_of(mel), INBOX)
    assert says in words_of(client_of(mel), HOME)
    assert says not in words_of(client_of(ada), INBOX)


def test_a_drift_that_ended_is_told_no_longer(drifted, mel, client_of):
    Drift.objects.update(ended_at=timezone.now())
    assert "The winner changed" not in words_of(client_of(mel), INBOX)


# Many at once


def test_reviewers_are_assigned_to_several_decisions(make_decision, mel, ada, lena, client_of):
    first, second, own = make_decision(), make_decision(), make_decision(by=ada)
    browser, url = client_of(mel), reverse("tradeoffs:decision-bulk", args=["PAY"])
    data = {"do": "review", "key": [first.key, second.key, own.key], "back": "tab=all"}
    page = browser.post(url, data).content.decode()
    assert set(re.findall(r'name="people" value="(\d+)"', page)) == {
        str(who.person.pk) for who in (mel, ada, lena)
    }
    answer = browser.post(url, data | {"sent": "1", "people": [ada.person.pk]}, follow=True)
    assert [row.person for row in first.reviewers.all()] == [ada.person]
    assert [row.person for row in second.reviewers.all()] == [ada.person]
    assert not own.reviewers.exists()
    said = answer.content.decode()
    assert "Ada: asked to judge 2 decisions." in said
    assert f"{own.key}: Ada drafted it" in said


def test_assigning_nobody_is_asked_again(decision, mel, lena, client_of):
    url = reverse("tradeoffs:decision-bulk", args=["PAY"])
    data = {"do": "review", "key": [decision.key], "sent": "1"}
    assert client_of(mel).post(url, data).status_code == 422
    assert not decision.reviewers.exists()


def test_an_author_does_not_choose_their_judges_in_review_by_the_list(in_review, mel, ada):
    done = services.ask_of_many([in_review], by=mel, people=[ada.person])
    assert done.changed == []
    assert "changed by a lead who did not write it" in done.stayed[in_review.key]


def test_a_closed_decision_stays_and_says_so(accepted, lena, ada):
    done = services.ask_of_many([accepted], by=lena, people=[ada.person])
    assert "accepted" in done.stayed[accepted.key]


# Saved views


VIEWS = LIST + "views/"


def test_a_view_of_decisions_is_saved_and_stands_above_the_list(decision, ada, vic, client_of):
    data = {"name": "Hard ones", "page": "list", "query": "tier=3&page=2"}
    answer = client_of(ada).post(VIEWS, data)
    assert re.fullmatch(LIST.replace("/", "\\/") + r"\?tier=3&view=\d+", answer.url)
    html = client_of(ada).get(answer.url).content.decode()
    assert f'<a href="{answer.url.replace("&", "&amp;")}" aria-current="page">Hard ones' in html
    assert "Hard ones" not in client_of(vic).get(LIST).content.decode()


def test_a_shared_view_is_seen_and_opened_first_by_others(decision, ada, vic, client_of):
    data = {"name": "Hard ones", "page": "list", "query": "tier=3", "shared": "on"}
    url = client_of(ada).post(VIEWS, data).url
    pk = url.rpartition("=")[2]
    assert "Hard ones" in client_of(vic).get(LIST).content.decode()
    client_of(vic).post(f"{VIEWS}{pk}/default/")
    assert client_of(vic).get(LIST).url == url
    assert client_of(ada).get(LIST).status_code == 200
    assert f'href="{LIST}?tab=all"' in client_of(vic).get(url).content.decode()


def test_a_viewer_shares_no_view_of_decisions(decision, vic, client_of):
    data = {"name": "Ours", "page": "list", "query": "", "shared": "on"}
    assert client_of(vic).post(VIEWS, data).status_code == 403


def test_views_of_the_plan_and_of_decisions_do_not_mix(decision, ada, client_of):
    client_of(ada).post(VIEWS, {"name": "Hard ones", "page": "list", "query": "tier=3"})
    assert "Hard ones" not in client_of(ada).get("/p/PAY/views/").content.decode()
    assert "Hard ones" in client_of(ada).get(VIEWS).content.decode()


def test_a_planner_without_an_account_cannot_be_assigned(make_user, product, mel, client_of):
    ivo = with_level(make_user("Ivo"), product, Level.PLANNER)
    ivo.is_active = False
    ivo.save()
    decision = services.draft_decision(product, by=mel, title="Which store?")
    url = reverse("tradeoffs:decision-bulk", args=["PAY"])
    page = client_of(mel).post(url, {"do": "review", "key": [decision.key]}).content.decode()
    assert f'value="{ivo.person.pk}"' not in page
