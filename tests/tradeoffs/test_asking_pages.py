"""Asking for review, accepting, and what a page says to those who cannot: in words, with a name."""

import datetime
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from tpm.models import Component, Level, Membership, Role
from tradeoffs import import_services, services, standing
from tradeoffs.models import Decision, ReviewPlan

TODAY = timezone.localdate()


def at(name, decision, *args):
    return reverse(f"tradeoffs:{name}", args=[decision.key, *args])


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def asking(decision, **fields):
    return {"version": decision.version, "days": 5, "tier": "", "why": "", "people": []} | fields


@pytest.fixture
def owned(decision, product, team, ada):
    """The decision touches a component that Ada's team owns."""
    since = datetime.date(2020, 1, 1)
    Membership.objects.create(team=team, person=ada.person, share=1, starts_on=since)
    rails = Component.objects.create(key="rails", name="Rails", owner_team=team)
    rails.products.set([product])
    decision.components.set([rails])
    return decision


def test_asking_for_review_offers_owners_ticked_and_leads_unticked(
    owned, mel, ada, lena, client_of
):
    html = page(client_of(mel), at("decision-submit", owned))
    boxes = dict(re.findall(r'name="people" value="(\d+)"([^>]*)>', html))
    assert "Ada: owns Rails" in html
    assert "checked" in boxes[str(ada.person.pk)]
    assert "checked" not in boxes[str(lena.person.pk)]


def test_without_owners_the_leads_are_ticked(decision, mel, ada, lena, client_of):
    html = page(client_of(mel), at("decision-submit", decision))
    boxes = dict(re.findall(r'name="people" value="(\d+)"([^>]*)>', html))
    assert ["checked" in boxes[str(who.person.pk)] for who in (ada, lena)] == [False, True]


def test_the_word_for_the_reviewers_stands_on_their_card_and_beside_the_review(
    decision, mel, lena, ada, client_of
):
    ask = {"by": mel, "version": None, "people": [lena.person], "today": timezone.localdate()}
    services.request_review(decision, **ask, why="Mind the <b>cost</b> of Kafka.")
    said = "mel asks: “Mind the <b>cost</b> of Kafka.”"
    card = plain(page(client_of(lena), reverse("tradeoffs:review-inbox", args=["PAY"])))
    assert said in card
    assert said in plain(page(client_of(lena), at("decision-review", decision)))
    services.withdraw(decision, by=mel, version=None)
    services.request_review(decision, **ask)
    assert "asks:" not in plain(page(client_of(lena), at("decision-review", decision)))


def test_everybody_with_a_role_is_offered_or_named_with_what_lacks(
    decision, mel, ada, lena, vic, client_of
):
    html = page(client_of(mel), at("decision-submit", decision))
    offered = re.findall(r'name="people" value="(\d+)"', html)
    assert set(offered) == {str(ada.person.pk), str(lena.person.pk)}
    assert "Only read here, so cannot judge: Vic." in plain(html)


def test_asking_says_who_was_asked_and_until_when(decision, mel, ada, lena, client_of):
    people = [ada.person.pk, lena.person.pk]
    browser = client_of(mel)
    url = at("decision-submit", decision)
    answer = browser.post(url, asking(decision, people=people, tier=2), follow=True)
    decision.refresh_from_db()
    assert (decision.state, decision.tier) == ("in_review", 2)
    assert {row.person for row in decision.reviewers.all()} == {ada.person, lena.person}
    plan = ReviewPlan.objects.get()
    assert (plan.needed, plan.asked_on) == (2, TODAY)
    assert plan.due_on > TODAY
    assert answer.redirect_chain[-1][0] == at("decision-review", decision)
    assert f"{decision.key} is in review. Asked: Ada and Lena." in plain(answer.content.decode())


def test_asking_nobody_says_whom_it_waits_for(decision, mel, lena, client_of):
    answer = client_of(mel).post(at("decision-submit", decision), asking(decision), follow=True)
    assert "Nobody is asked by name: it waits for Lena." in plain(answer.content.decode())


def test_a_tier_below_its_answers_is_refused_and_nothing_is_asked(decision, mel, lena, client_of):
    services.edit_decision(
        decision, by=mel, version=None, fields={"undoing": "irreversible", "reach": "local"}
    )
    data = asking(decision, version=Decision.objects.get().version, tier=1,
                  people=[lena.person.pk])  # fmt: skip
    assert client_of(mel).post(at("decision-submit", decision), data).status_code == 422
    assert not decision.reviewers.exists()
    assert Decision.objects.get().state == "draft"


def test_a_note_answers_its_two_questions_where_its_tier_is_chosen(decision, mel, client_of):
    browser, url = client_of(mel), at("decision-submit", decision)
    form = page(browser, url)
    assert 'name="undoing" value="reversible"' in form
    assert 'name="reach" value="local"' in form
    refused = browser.post(url, asking(decision, tier=0, undoing="reversible", why="Short."))
    assert refused.status_code == 422
    assert refused.context["form"].errors == {"reach": ["A note of tier 0 needs this answer."]}
    assert "Short." in refused.content.decode()
    low = browser.post(url, asking(decision, tier=0, undoing="irreversible", reach="local"))
    assert low.context["form"].errors == {"tier": ["The two answers ask for tier 2."]}
    data = asking(decision, tier=0, undoing="reversible", reach="local")
    assert browser.post(url, data).status_code == 302
    decision.refresh_from_db()
    assert (decision.state, decision.tier) == ("in_review", 0)
    assert (decision.undoing, decision.reach) == ("reversible", "local")


def test_answers_alone_set_the_tier_and_how_many_have_to_approve(decision, mel, client_of):
    data = asking(decision, undoing="irreversible", reach="local")
    assert client_of(mel).post(at("decision-submit", decision), data).status_code == 302
    decision.refresh_from_db()
    assert (decision.tier, ReviewPlan.objects.get().needed) == (2, 2)


def test_asking_with_an_old_version_answers_409(decision, mel, lena, client_of):
    data = asking(decision, version=decision.version + 1, people=[lena.person.pk])
    assert client_of(mel).post(at("decision-submit", decision), data).status_code == 409
    assert not decision.reviewers.exists()


def test_an_objection_stays_on_the_review(in_review, lena, client_of):
    data = {"verdict": "object", "reason": "Too dear.", "version": in_review.version}
    answer = client_of(lena).post(at("decision-review", in_review), data)
    assert answer["Location"] == at("decision-review", in_review)


def test_a_stale_objection_says_what_changed_and_what_is_needed(
    in_review, score, lena, mel, client_of
):
    services.review(in_review, by=lena, version=None, verdict="object", reason="Too dear.")
    score(in_review, "Kafka", "Cost", 7)
    html = page(client_of(mel), at("decision-review", in_review))
    assert "It still blocks, though this changed since Lena objected." in html
    assert "Does not count any more" not in html
    assert "<b>Kafka, Cost</b> <del>2</del> <ins>7</ins>" in html


def test_acceptance_says_first_what_it_freezes_and_the_number(in_review, lena, client_of):
    services.review(in_review, by=lena, version=None, verdict="approve", reason="Cheap.",
                    chosen=in_review.options.first())  # fmt: skip
    other = services.draft_decision(
        in_review.product, by=lena, title="Which store?", options=["A", "B"]
    )
    Decision.objects.filter(pk=other.pk).update(state="in_review", chosen=other.options.first())
    words = plain(page(client_of(lena), at("decision-accept", other)))
    assert f"It becomes record {other.key}, entry 2 of the chain of closed decisions." in words
    assert "Frozen: question, text, options, matrix, weights, scores" in words
    assert "Can change later: a section by an amendment" in words
    assert f"Accept and freeze {other.key}" in words


def test_the_last_approval_says_that_it_accepts(in_review, ada, lena, client_of):
    services.ask_reviewers(in_review, by=lena, people=[ada.person])
    url = at("decision-review", in_review)
    assert f"it accepts {in_review.key} at once" in page(client_of(lena), url)
    assert f"it accepts {in_review.key} at once" not in page(client_of(ada), url)


def test_an_approval_accepts_nothing_while_people_score_unseen(
    in_review, ada, mel, lena, client_of
):
    today = timezone.localdate()
    services.open_round(
        in_review, by=lena, people=[ada.person, mel.person], due_on=today, today=today
    )
    url = at("decision-review", in_review)
    assert f"it accepts {in_review.key} at once" not in page(client_of(lena), url)


def test_a_lead_who_drafted_it_meets_no_approval_and_loses_no_reason(
    make_decision, lena, ada, client_of
):
    own = make_decision(by=lena)
    services.ask_reviewers(own, by=lena, people=[ada.person])
    services.submit_for_review(own, by=lena, version=None)
    browser, url = client_of(lena), at("decision-review", own)
    form = page(browser, url)
    assert re.findall(r'name="verdict" value="(\w+)"', form) == ["ask_for_changes"]
    assert 'name="chosen"' not in form
    own.refresh_from_db()
    chosen = own.options.first().pk
    data = {"verdict": "approve", "reason": "Cheap & fast.", "chosen": chosen}
    refused = browser.post(url, data | {"version": own.version})
    assert refused.status_code == 422
    assert "so somebody else has to judge it: ask Ada" in plain(refused.content.decode())
    assert "Cheap &amp; fast.</textarea>" in refused.content.decode()
    assert not own.reviews.exists()


def test_who_accepts_a_leads_own_decision_is_told_by_the_rule_that_accepts_it(
    make_decision, lena, ada, client_of
):
    own = make_decision(by=lena)
    services.ask_reviewers(own, by=lena, people=[ada.person])
    services.submit_for_review(own, by=lena, version=None)
    browser = client_of(lena)
    before = plain(page(browser, own.get_absolute_url()))
    assert "so others judge it: Ada and Mel. Once enough of them approve, you accept it" in before
    assert "an administrator" not in before
    accept = at("decision-accept", own)
    assert accept not in page(browser, own.get_absolute_url())
    services.review(own, by=ada, version=None, verdict="approve", reason="Fine.",
                    chosen=own.options.first())  # fmt: skip
    assert accept in page(browser, own.get_absolute_url())
    own.refresh_from_db()
    assert browser.post(accept, {"version": own.version, "why": ""}).status_code == 302
    assert Decision.objects.get().state == "accepted"


@pytest.mark.parametrize("which", ["decision", "scored"])
def test_an_approval_names_its_option_and_is_said_to_propose_it(
    which, request, mel, lena, ada, client_of
):
    decision = request.getfixturevalue(which)
    services.edit_decision(decision, by=mel, version=None, fields={"tier": 2})
    services.ask_reviewers(decision, by=mel, people=[ada.person])
    services.submit_for_review(decision, by=mel, version=None)
    browser, url = client_of(ada), at("decision-review", decision)
    form = page(browser, url)
    assert "No option is proposed yet: the first approval names one, and by that" in form
    assert ("Outbox leads the matrix." in form) == (which == "scored")
    assert " selected" not in form.split('name="chosen"')[1].split("</select>")[0]
    data = {"verdict": "approve", "reason": "Fine.", "version": decision.version, "chosen": ""}
    refused = browser.post(url, data)
    assert refused.status_code == 422
    assert "Choose the option that you approve." in plain(refused.content.decode())
    assert browser.post(url, data | {"chosen": decision.options.first().pk}).status_code == 302
    said = plain(page(client_of(mel), decision.get_absolute_url()))
    assert "Proposed: Outbox named by an approval of Ada," in said
    assert "Outbox is proposed over Kafka" in said
    assert "Outbox is proposed. Another one is a lead’s to propose." in page(browser, url)


def test_who_objected_and_is_asked_no_longer_withdraws_it(in_review, ada, lena, client_of):
    services.ask_reviewers(in_review, by=lena, people=[ada.person])
    row = services.review(in_review, by=ada, version=None, verdict="object", reason="Not so.")
    services.excuse_reviewer(in_review.reviewers.get(), by=lena)
    url = at("objection-withdrawn", in_review, row.pk)
    assert url in page(client_of(ada), at("decision-review", in_review))
    body = {"why": "It is.", "version": in_review.version}
    assert client_of(lena).post(url, body).status_code == 403
    assert client_of(ada).post(url, body).status_code == 302
    assert standing.of(Decision.objects.get(pk=in_review.pk)).blocking == ()


def test_what_lacks_links_to_where_it_is_mended(decision, mel, vic, client_of):
    services.edit_decision(
        decision, by=mel, version=None, fields={"undoing": "irreversible", "reach": "wide"}
    )
    url = at("decision-review", decision)
    html = page(client_of(mel), url)
    for place in (
        at("decision-matrix", decision),
        at("section-edit", decision, "context"),
        at("section-edit", decision, "confirmation"),
        at("review-plan", decision),
        at("prediction-create", decision),
        at("trigger-create", decision),
    ):
        assert f'"{place}"' in html.split('class="demands')[1].split("</ul>")[0]
    assert "<a" not in page(client_of(vic), url).split('class="demands')[1].split("</ul>")[0]


def test_the_tier_stands_on_the_record_with_what_it_asks_for(decision, mel, client_of):
    words = plain(page(client_of(mel), decision.get_absolute_url()))
    assert "Not said: counts as 1, one reviewer" in words
    services.edit_decision(
        decision, by=mel, version=None, fields={"undoing": "irreversible", "reach": "local"}
    )
    words = plain(page(client_of(mel), decision.get_absolute_url()))
    assert "What this tier asks for 2 approvals, none the author's" in words


def test_the_two_due_dates_have_their_own_names(in_review, lena, vic, client_of):
    day = TODAY + datetime.timedelta(days=30)
    Decision.objects.update(due_on=day)
    services.plan_review(
        in_review, by=lena, version=0, rule="count", needed=1, today=TODAY,
        due_on=TODAY + datetime.timedelta(days=7),
    )  # fmt: skip
    rail = plain(page(client_of(vic), in_review.get_absolute_url()).split('class="aside')[1])
    assert "Decide by" in rail
    assert "Answers due" in rail


def test_a_viewer_reads_who_can_do_it(in_review, vic, mel, lena, client_of):
    words = plain(page(client_of(vic), in_review.get_absolute_url()))
    assert "You read here. Lena and Mel can write. Accepted by a lead: Lena." in words


def test_a_refusal_names_people_who_can(in_review, vic, mel, lena, root, client_of):
    answer = client_of(vic).get(at("decision-accept", in_review))
    assert answer.status_code == 403
    words = "you need the role lead. Lena has it. An administrator gives it: ask Root."
    assert words in plain(answer.content.decode())


PAGES = ("decision-detail", "decision-matrix", "decision-robustness", "decision-review",
         "decision-consequences", "decision-follow-up", "decision-history")  # fmt: skip


@pytest.mark.parametrize("state", ["decision", "in_review", "accepted"])
@pytest.mark.parametrize("name", PAGES)
def test_a_viewer_meets_no_link_or_form_that_is_refused(
    request, state, name, vic, ada, lena, client_of
):
    decision = request.getfixturevalue(state)
    services.add_trigger(decision, by=lena, kind="assumption", text="Traffic stays low.")
    browser = client_of(vic)
    html = page(browser, at(name, decision)).split("<main")[1].split("</main>")[0]
    links = {url for url in re.findall(r'href="(/[^"#?]*)', html) if not url.startswith("/static")}
    refused = [url for url in links if browser.get(url).status_code == 403]
    assert refused == []
    posts = set(re.findall(r'<form[^>]*method="post"[^>]*action="([^"]*)', html))
    assert [url for url in posts if browser.post(url).status_code == 403] == []


def test_history_tells_rules_and_numbers_in_words(scored, make_item, mel, lena, vic, client_of):
    services.plan_review(scored, by=mel, version=0, rule="count", needed=2, today=TODAY)
    row = services.add_prediction(
        scored, by=mel, follows="", text="It is faster", due_on=TODAY, chance=0.7, quality="",
        unit="", comparison="", limit=None, p10=None, p50=None, p90=None,
    )  # fmt: skip
    item = make_item(title="Move")
    services.edit_prediction(
        row, by=mel, version=None, follows=f"roadmaps.item:{item.pk}:done",
        fields={"text": "It is faster", "chance": 0.8, "due_on": TODAY},
    )  # fmt: skip
    words = plain(page(client_of(vic), at("decision-history", scored)))
    assert "Who has to approve: A number of those asked" in words
    assert "It is faster: chance of yes: 70 % 80 %" in words
    assert "It is faster: follows: nothing a published number" in words
    assert "figure type" not in words
    assert "roadmaps.item" not in words


def test_roles_above_the_needed_one_are_named_the_nearest_first(product, vic, mel, ada, lena):
    from tpm.roles import named_with

    assert named_with(Level.PLANNER, product) == ["Ada", "Lena"]
    Role.objects.filter(person=ada.person).delete()
    assert named_with(Level.PLANNER, product) == ["Lena"]


def test_a_bound_cell_that_changed_is_told_without_ids(in_review, make_item, mel, lena, client_of):
    from tpm import figures

    item = make_item(title="Move")
    figures.publish_all([
        figures.figure(item, "p50", float(TODAY.toordinal() + 24), product=item.product,
                       unit="day", as_of=timezone.now())
    ])  # fmt: skip
    in_review.criteria.filter(name="Cost").update(unit="d", worst=100, best=0)
    services.review(in_review, by=lena, version=None, verdict="object", reason="Too dear.")
    services.bind_cell(
        in_review.options.get(name="Outbox"), in_review.criteria.get(name="Cost"), by=mel,
        version=None, code=f"roadmaps.item:{item.pk}:p50",
    )  # fmt: skip
    words = plain(page(client_of(mel), at("decision-review", in_review)))
    assert f"follows the P50 of an item, read {TODAY:%-d %b %Y}" in words
    assert "figure type" not in words
    assert "figure id" not in words


def test_an_imported_record_without_options_shows_no_empty_matrix(product, lena, vic, client_of):
    data = b"# 1. The database is the queue\n\n## Status\n\nAccepted\n\n## Context\n\nLost.\n"
    import_services.import_records(
        product, import_services.Source("adr", [("0001-a.md", data)]), by=lena
    )
    decision = Decision.objects.get()
    words = plain(page(client_of(vic), decision.get_absolute_url()))
    assert "From a file that names no options: it stands here as it was written." in words
    for odd in ("Nothing is scored yet", "Its file names no", "Tier not said", "Totals"):
        assert odd not in words
    assert "Imported by lena" in words
    assert "No options" in plain(page(client_of(vic), "/p/PAY/decisions/"))
