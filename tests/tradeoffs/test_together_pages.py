"""The pages and the API of judging together."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tpm.models import Component, Membership
from tradeoffs import chain, services
from tradeoffs.models import Amendment, Anchor, Decision, Reminder, ReviewPlan

TODAY = timezone.localdate()


def at(name, decision, *args):
    return reverse(f"tradeoffs:{name}", args=[decision.key, *args])


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def asked(in_review, lena, ada):
    services.ask_reviewers(in_review, by=lena, people=[ada.person])
    return in_review


def say(decision, by, verdict="approve"):
    return services.review(
        decision, by=by, version=None, verdict=verdict, reason="So I think.",
        chosen=decision.options.first(),
    )  # fmt: skip


def test_a_review_is_planned_with_suggested_people_and_days(
    decision, product, team, mel, ada, client_of
):
    day = datetime.date(2020, 1, 1)
    Membership.objects.create(team=team, person=ada.person, share=1, starts_on=day)
    rails = Component.objects.create(key="rails", name="Rails", owner_team=team)
    rails.products.set([product])
    decision.components.set([rails])
    browser, url = client_of(mel), at("review-plan", decision)
    assert "Ada: owns Rails" in page(browser, url)
    form = {"rule": "count", "needed": 1, "days": 5, "people": [ada.person.pk], "version": 0}
    assert browser.post(url, form).status_code == 302
    assert decision.reviewers.get().because == "owns Rails"
    assert ReviewPlan.objects.get().due_on > TODAY + datetime.timedelta(days=5)
    assert browser.post(url, form | {"people": []}).status_code == 409


def test_an_asked_member_judges_on_the_page_and_one_who_was_not_cannot(asked, ada, mel, client_of):
    data = {"verdict": "conditions", "reason": "If it is split.", "version": asked.version,
            "chosen": asked.options.first().pk}  # fmt: skip
    url = at("decision-review", asked)
    assert client_of(mel).post(url, data).status_code == 403
    assert client_of(ada).post(url, data).status_code == 302
    html = page(client_of(ada), url)
    assert "Approved with conditions" in html
    assert "1 of 1 approvals count" in html


def test_a_stale_approval_lists_the_changed_cell(asked, score, ada, client_of):
    say(asked, ada)
    score(asked, "Kafka", "Cost", 7)
    html = page(client_of(ada), at("decision-review", asked))
    assert "stale" in html
    assert "<b>Kafka, Cost</b> <del>2</del> <ins>7</ins>" in html


def test_an_objection_offers_its_end_to_those_who_may(asked, ada, lena, mel, client_of):
    row = say(asked, ada, "object")
    url = at("decision-review", asked)
    withdraw, overrule = (at(f"objection-{how}", asked, row.pk) for how in
                          ("withdrawn", "overruled"))  # fmt: skip
    assert withdraw in page(client_of(ada), url)
    assert overrule in page(client_of(lena), url)
    assert overrule not in page(client_of(mel), url)
    assert client_of(lena).post(overrule, {"why": "", "version": 1}).status_code == 422
    assert client_of(lena).post(overrule, {"why": "For a year.", "version": 1}).status_code == 302
    assert "Objection overruled" in page(client_of(mel), url)


def test_the_inbox_has_a_card_with_what_changed_and_a_form(asked, score, ada, client_of, product):
    url = reverse("tradeoffs:review-inbox", args=[product.key])
    assert "You have not looked at it yet." in page(client_of(ada), url)
    say(asked, ada)
    assert "Nothing waits for you." in page(client_of(ada), url)
    score(asked, "Kafka", "Cost", 7)
    html = page(client_of(ada), url)
    assert "Changed since you last looked:" in html
    data = {"verdict": "approve", "reason": "Still.", "version": asked.version + 1, "then": "inbox",
            "chosen": asked.options.first().pk}  # fmt: skip
    asked.refresh_from_db()
    data["version"] = asked.version
    answer = client_of(ada).post(at("decision-review", asked), data)
    assert answer["Location"] == url


def test_home_says_what_waits_and_that_it_is_late(asked, ada, client_of, product):
    row = asked.reviewers.get()
    Reminder.objects.create(reviewer=row, stage="overdue", due_on=TODAY)
    html = page(client_of(ada), reverse("tpm:home", args=[product.key]))
    assert "Overdue." in html
    assert reverse("tradeoffs:review-inbox", args=[product.key]) in html


def test_a_lead_is_offered_acceptance_once_enough_approve(asked, ada, lena, client_of):
    url = at("decision-accept", asked)
    assert url not in page(client_of(lena), asked.get_absolute_url())
    say(asked, ada)
    assert url in page(client_of(lena), asked.get_absolute_url())
    assert client_of(lena).post(url, {"version": asked.version}).status_code == 302
    assert Decision.objects.get().state == "accepted"


def test_a_section_is_edited_in_place_and_kept_while_typed(decision, mel, ada, client_of):
    browser, url = client_of(mel), at("section-edit", decision, "context")
    part = browser.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "</html>" not in part
    draft = at("section-draft", decision, "context")
    answer = browser.post(draft, {"text": "Half a", "base": ""})
    assert answer.content.decode().startswith("Kept as your draft")
    assert "Half a" in page(browser, url)
    assert "Mel is writing here, too" in page(client_of(ada), url)
    assert browser.post(url, {"text": "Half a thought", "base": ""}).status_code == 302
    assert Decision.objects.get().context == "Half a thought"


def test_two_texts_of_the_same_line_are_both_shown(decision, mel, ada, client_of):
    services.save_section(decision, by=ada, section="context", base="", text="Theirs <b>.")
    url = at("section-edit", decision, "context")
    answer = client_of(mel).post(url, {"text": "Mine.", "base": ""})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "<ins>Theirs &lt;b&gt;.</ins>" in html
    assert "Mine." in html
    assert client_of(mel).post(
        url, {"text": "Both.", "base": "Theirs <b>."}
    ).status_code == 302  # fmt: skip


def test_accepted_text_offers_an_amendment_and_a_typo_is_at_once(accepted, mel, lena, client_of):
    url = at("amendment-create", accepted, "consequences")
    services.propose_amendment(accepted, by=mel, section="context", new="x", reason="y")
    html = page(client_of(mel), accepted.get_absolute_url())
    assert at("amendment-create", accepted, "reasons") in html
    form = {"new": "One more table.", "reason": "We built it.", "old": ""}
    assert client_of(mel).post(url, form | {"reason": ""}).status_code == 422
    assert client_of(mel).post(url, form).status_code == 302
    row = Amendment.objects.get(section="consequences")
    judge = at("amendment-judge", accepted, row.pk)
    assert at("amendment-judge", accepted, row.pk) in page(
        client_of(lena), at("decision-review", accepted)
    )
    client_of(lena).post(judge, {"verdict": "approve", "reason": "True."})
    assert Decision.objects.get().consequences == "One more table."


def test_history_shows_words_cells_and_versions(accepted, score, mel, lena, client_of):
    services.fix_typo(accepted, by=mel, section="reasons", new="Cheapest that is fats enough.")
    html = page(client_of(mel), at("decision-history", accepted))
    assert "<del>fast</del><ins>fats</ins>" in html
    assert "a chain of 2 entries" in html
    checked = page(client_of(mel), at("decision-history", accepted) + "?check=1")
    assert "chain intact, 2 entries" in checked
    old = accepted.versions.last()
    html = page(client_of(mel), at("decision-history", accepted) + f"?from={old.pk}")
    assert "<ins>Outbox</ins>" in html


def test_a_comment_stands_at_its_part_and_is_settled(decision, mel, vic, client_of):
    option = decision.options.first()
    url = at("comment-at", decision)
    body = {"part": f"option-{option.pk}", "body": "Which version?"}
    assert client_of(vic).post(url, body).status_code == 403
    client_of(mel).post(url, body)
    row = Anchor.objects.get()
    assert (row.option, row.label, row.state) == (option, "Outbox", "open")
    assert "one is open" in page(client_of(mel), decision.get_absolute_url())
    client_of(mel).post(at("comment-settle", decision, row.pk), {"state": "kept"})
    row.refresh_from_db()
    assert (row.state, row.settled_by) == ("kept", mel)


@pytest.mark.parametrize("part", ["option-999", "cell-1", "section-title", "x", "cell-a-b"])
def test_a_comment_at_no_part_is_refused(decision, mel, client_of, part):
    client_of(mel).post(at("comment-at", decision), {"part": part, "body": "x"})
    assert not Anchor.objects.exists()


# The API


def send(client, method, decision, rest, data=None):
    url = f"/api/v1/decisions/{decision.key}/{rest}/"
    return getattr(client, method)(url, data, content_type="application/json")


def test_the_api_plans_asks_judges_and_accepts(scored, mel, ada, lena, client_of):
    mine = client_of(mel)
    plan = {"rule": "count", "needed": 1, "version": 0}
    assert send(mine, "put", scored, "review-plan", plan).status_code == 200
    body = send(mine, "post", scored, "reviewers", {"people": [ada.person.pk]}).json()
    assert body["reviewers"] == ["Ada"]
    version = send(mine, "post", scored, "submit", {"version": scored.version}).json()["version"]
    vote = {"verdict": "object", "reason": "No.", "version": version}
    review = send(client_of(ada), "post", scored, "review", vote).json()["reviews"][0]
    found = send(mine, "get", scored, "standing").json()
    assert (found["met"], found["said"][0]["blocks"]) == (False, True)
    end = {"review": review["id"], "how": "overruled", "reason": "Go on."}
    assert send(mine, "post", scored, "objections", end).status_code == 403
    assert send(client_of(lena), "post", scored, "objections", end).status_code == 200
    vote = {"verdict": "approve", "reason": "Well.", "version": version, "chosen": "Outbox"}
    send(client_of(ada), "post", scored, "review", vote)
    scored.refresh_from_db()
    done = send(client_of(lena), "post", scored, "accept", {"version": scored.version})
    assert done.json()["state"] == "accepted"
    assert send(mine, "get", scored, "closings").json()["intact"] is True


def test_the_api_amends_and_tells_versions_apart(accepted, mel, lena, client_of):
    given = {"section": "context", "new": "Orders get lost.", "reason": "It was left out."}
    row = send(client_of(mel), "post", accepted, "amendments", given).json()
    judge = {"amendment": row["id"], "answer": "approve", "reason": "True."}
    body = send(client_of(lena), "post", accepted, "amendments/judge", judge).json()
    assert body["state"] == "accepted"
    found = send(client_of(mel), "get", accepted, "versions").json()
    assert {"kind": "text", "where": "Context", "old": "", "new": "Orders get lost."} in found[
        "differences"
    ]


def test_the_api_merges_a_section_or_answers_with_both(decision, mel, ada, client_of):
    services.save_section(decision, by=ada, section="context", base="", text="Theirs.")
    mine = {"section": "context", "base": "", "text": "Mine."}
    answer = send(client_of(mel), "put", decision, "section", mine)
    assert (answer.status_code, answer.json()["theirs"]) == (409, "Theirs.")


def test_the_api_comments_on_a_cell_and_settles_it(decision, mel, client_of):
    given = {"option": "Kafka", "criterion": "Cost", "body": "Says who?"}
    row = send(client_of(mel), "post", decision, "comments", given).json()
    assert row["label"] == "Kafka, Cost"
    settle = {"comment": row["comment"], "settled": "resolved"}
    assert send(client_of(mel), "post", decision, "comments/settle", settle).json() == row | {
        "settled": "resolved"
    }


def test_the_chain_is_read_through_only_when_somebody_asks(accepted, mel, client_of, monkeypatch):
    asked = []
    monkeypatch.setattr(chain, "check", asked.append)
    page(client_of(mel), at("decision-history", accepted))
    assert asked == []
    page(client_of(mel), at("decision-history", accepted) + "?check=1")
    assert asked == [accepted.product]
