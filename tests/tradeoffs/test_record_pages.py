import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tpm import figures
from tradeoffs import services
from tradeoffs.models import Decision
from tradeoffs.views import tabs


def at(name, decision, *args):
    return reverse(f"tradeoffs:{name}", args=[decision.key, *args])


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def moves(html):
    """The bar that offers the next moves."""
    return html.split('class="statebar"')[1].split('class="tabs"')[0]


def test_the_record_shows_its_parts_in_order(scored, vic, client_of):
    services.edit_decision(
        scored,
        by=scored.author,
        version=scored.version,
        fields={
            "context": "Orders get lost.",
            "consequences": "Another table.",
            "confirmation": "Count them.",
        },
    )
    html = page(client_of(vic), at("decision-detail", scored))
    places = [
        html.index(part)
        for part in (
            "Which queue carries orders?</h1>",
            'id="context"',
            'id="options"',
            'id="matrix"',
            'id="outcome"',
            'id="consequences"',
            'id="check"',
            'id="activity"',
        )
    ]
    assert places == sorted(places)


def test_every_tab_has_an_address_and_marks_itself(scored, vic, client_of):
    for name, label in (("detail", "Decision"), ("review", "Review"), ("history", "History")):
        url = at(f"decision-{name}", scored)
        assert f'<a href="{url}" aria-current="page">{label}' in page(client_of(vic), url)


def test_a_tab_without_a_view_is_not_in_the_strip(monkeypatch, scored, vic, client_of):
    monkeypatch.setattr(tabs, "TABS", (*tabs.TABS, ("nowhere", "Nowhere")))
    assert "Nowhere" not in page(client_of(vic), at("decision-detail", scored))


def test_the_history_tells_the_changes_and_the_review_what_was_said(accepted, vic, client_of):
    browser = client_of(vic)
    assert "asked for review" in page(browser, at("decision-history", accepted))
    assert "Cheapest that is fast enough." in page(browser, at("decision-review", accepted))


def test_the_record_says_who_leads_and_what_would_change_it(scored, vic, client_of):
    html = page(client_of(vic), at("decision-detail", scored))
    assert "Outbox leads by 0.25" in html
    assert "<b>Scalability</b> weighs at most <b>75 %</b>" in html


def test_a_cell_without_a_score_says_so_and_the_total_is_an_interval(
    decision, score, vic, client_of
):
    score(decision, "Outbox", "Cost", 9)
    html = page(client_of(vic), at("decision-matrix", decision))
    assert html.count('class="none">Not scored') == 3
    assert "0.50 to 1.00" in html


def test_a_viewer_is_offered_no_move(in_review, vic, client_of):
    html = moves(page(client_of(vic), at("decision-detail", in_review)))
    for step in ("submit", "review", "withdraw", "edit"):
        assert at(f"decision-{step}", in_review) not in html


@pytest.mark.parametrize(
    ("state", "offered", "held_back"),
    [
        ("decision", ["submit", "edit"], ["review", "withdraw", "deprecate", "reopen"]),
        ("in_review", ["review", "edit", "withdraw"], ["submit", "deprecate", "reopen"]),
        ("accepted", ["deprecate"], ["submit", "review", "withdraw", "edit", "reopen"]),
    ],
)
def test_only_the_allowed_moves_are_offered(request, lena, client_of, state, offered, held_back):
    decision = request.getfixturevalue(state)
    html = moves(page(client_of(lena), at("decision-detail", decision)))
    assert all(f'"{at(f"decision-{step}", decision)}"' in html for step in offered)
    assert not any(f'"{at(f"decision-{step}", decision)}"' in html for step in held_back)


def test_text_of_people_is_escaped_everywhere(make_decision, score, lena, client_of, product):
    nasty = "<b>&\"'"
    decision = make_decision(title=nasty, options=[nasty, "B"], criteria=[nasty])
    score(decision, nasty, nasty, 5, note=nasty)
    browser = client_of(lena)
    for url in (
        at("decision-detail", decision),
        at("decision-edit", decision),
        reverse("tradeoffs:decision-list", args=[product.key]),
    ):
        html = page(browser, url)
        assert nasty not in html
        assert "&lt;b&gt;&amp;" in html


def test_two_options_are_compared_by_address(make_decision, score, vic, client_of):
    decision = make_decision(options=["A", "B", "C"], criteria=["Cost"])
    for name, value in (("A", 9), ("B", 5), ("C", 1)):
        score(decision, name, "Cost", value)
    b, c = (decision.options.get(name=name).pk for name in "BC")
    html = page(client_of(vic), at("decision-matrix", decision) + f"?a={c}&b={b}")
    assert "C against B" in html
    assert "−0.500" in html


def test_saving_the_text_with_an_old_version_answers_409_and_changes_nothing(
    decision, mel, client_of
):
    form = client_of(mel).get(at("decision-edit", decision)).context["form"]
    fields = {name: value for name, value in form.initial.items() if value is not None}
    services.edit_decision(decision, by=mel, version=None, fields={"situation": "theirs"})
    answer = client_of(mel).post(at("decision-edit", decision), fields | {"situation": "mine"})
    assert answer.status_code == 409
    assert "theirs" in answer.content.decode()
    assert Decision.objects.get().situation == "theirs"


def test_the_text_of_a_draft_is_edited_by_a_member(decision, mel, client_of):
    answer = client_of(mel).post(
        at("decision-edit", decision),
        {"title": "Another question?", "version": decision.version, "tier": 2},
    )
    assert answer.status_code == 302
    assert Decision.objects.get().title == "Another question?"


def test_an_empty_question_comes_back_with_its_error(decision, mel, client_of):
    answer = client_of(mel).post(
        at("decision-edit", decision), {"title": " ", "version": decision.version}
    )
    assert answer.status_code == 422
    assert Decision.objects.get().title == "Which queue carries orders?"


def test_a_cell_is_scored_from_its_form(decision, mel, client_of):
    option, criterion = decision.options.first(), decision.criteria.first()
    url = at("score-edit", decision, option.pk, criterion.pk)
    answer = client_of(mel).post(url, {"value": "3..5..8", "note": "a guess", "version": 0})
    assert answer.status_code == 302
    stored = option.scores.get()
    assert (stored.p10, stored.p50, stored.p90, stored.note) == (3, 5, 8, "a guess")


def test_a_cell_scored_with_htmx_answers_with_the_whole_matrix(decision, mel, client_of):
    option, criterion = decision.options.first(), decision.criteria.first()
    url = at("score-edit", decision, option.pk, criterion.pk)
    answer = client_of(mel).post(url, {"value": "5", "version": 0}, headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert html.lstrip().startswith('<div id="weighed">')
    assert "0.25 to 0.75" in html


@pytest.mark.parametrize("text", ["many", "9..1..2", "1..2", "nan", "12"])
def test_a_score_that_makes_no_sense_is_refused_in_its_cell(decision, mel, client_of, text):
    option, criterion = decision.options.first(), decision.criteria.first()
    url = at("score-edit", decision, option.pk, criterion.pk)
    answer = client_of(mel).post(url, {"value": text, "version": 0}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == f"#cell-{option.pk}-{criterion.pk}"
    assert not option.scores.exists()


def test_leaving_a_cell_fetches_the_weighed_part_alone(decision, mel, client_of):
    url = at("decision-matrix", decision) + "?part=weighed"
    answer = client_of(mel).get(url, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div id="weighed">')
    assert "</html>" in page(client_of(mel), url)


def test_an_emptied_cell_is_not_scored_again(scored, mel, client_of):
    option, criterion = scored.options.first(), scored.criteria.first()
    url = at("score-edit", scored, option.pk, criterion.pk)
    client_of(mel).post(url, {"value": "", "version": 1})
    assert not option.scores.filter(criterion=criterion).exists()


def test_two_people_who_score_the_same_cell_meet_a_409(decision, mel, ada, client_of):
    option, criterion = decision.options.first(), decision.criteria.first()
    url = at("score-edit", decision, option.pk, criterion.pk)
    assert client_of(mel).post(url, {"value": "5", "version": 0}).status_code == 302
    assert client_of(ada).post(url, {"value": "7", "version": 0}).status_code == 409
    assert option.scores.get().p50 == 5


def test_weights_of_any_size_are_scaled_and_the_page_says_so(decision, mel, client_of):
    ids = list(decision.criteria.values_list("pk", flat=True))
    points = {f"weight-{ids[0]}": 30, f"weight-{ids[1]}": 10, "version": 2, "method": "direct"}
    answer = client_of(mel).post(at("weights-edit", decision), points, follow=True)
    assert "added to 40; scaled to 100 %: Scalability 75 %, Cost 25 %." in answer.content.decode()


def test_weights_of_nothing_are_refused(decision, mel, client_of):
    ids = decision.criteria.values_list("pk", flat=True)
    points = {f"weight-{pk}": 0 for pk in ids} | {"version": 2, "method": "direct"}
    answer = client_of(mel).post(at("weights-edit", decision), points)
    assert answer.status_code == 422
    assert "At least one criterion must weigh something." in answer.content.decode()


def test_stale_weights_answer_409_and_can_then_be_saved(decision, mel, client_of):
    ids = list(decision.criteria.values_list("pk", flat=True))
    services.set_weights(decision, by=mel, weights={ids[0]: 1, ids[1]: 3}, version=2)
    points = {f"weight-{ids[0]}": 60, f"weight-{ids[1]}": 40, "version": 2, "method": "direct"}
    answer = client_of(mel).post(at("weights-edit", decision), points)
    assert answer.status_code == 409
    assert 'name="version" value="4"' in answer.content.decode()
    assert (
        client_of(mel).post(at("weights-edit", decision), points | {"version": 4}).status_code
        == 302
    )


def test_options_and_criteria_are_added_changed_and_removed(decision, mel, client_of):
    browser = client_of(mel)
    browser.post(at("option-create", decision), {"name": "A queue"})
    browser.post(
        at("criterion-create", decision), {"name": "Lock-in", "unit": "d", "worst": 60, "best": 0}
    )
    option, criterion = decision.options.get(name="A queue"), decision.criteria.get(name="Lock-in")
    assert [round(c.weight, 3) for c in decision.criteria.all()] == [0.333, 0.333, 0.333]
    edit = {"name": "A managed queue", "version": option.version}
    assert browser.post(at("option-edit", decision, option.pk), edit).status_code == 302
    browser.post(at("criterion-edit", decision, criterion.pk), {"remove": "1"})
    assert list(decision.options.values_list("name", flat=True))[-1] == "A managed queue"
    assert sum(decision.criteria.values_list("weight", flat=True)) == pytest.approx(1)


def test_the_catalogue_is_offered_until_it_is_used(decision, mel, client_of):
    html = page(client_of(mel), at("criterion-create", decision))
    assert 'name="offer" value="Security"' in html
    assert 'name="offer" value="Cost"' not in html


def test_the_review_page_judges_with_a_reason(in_review, lena, client_of):
    chosen = in_review.options.get(name="Outbox").pk
    data = {
        "verdict": "approve", "reason": "Cheap.", "chosen": chosen, "version": in_review.version
    }  # fmt: skip
    assert client_of(lena).post(at("decision-review", in_review), data).status_code == 302
    in_review.refresh_from_db()
    assert (in_review.state, in_review.chosen.name) == ("accepted", "Outbox")


@pytest.mark.parametrize("left_out", ["reason", "chosen"])
def test_an_approval_needs_a_reason_and_an_option(in_review, lena, client_of, left_out):
    chosen = in_review.options.get(name="Outbox").pk
    data = {
        "verdict": "approve", "reason": "Cheap.", "chosen": chosen, "version": in_review.version
    }  # fmt: skip
    answer = client_of(lena).post(at("decision-review", in_review), data | {left_out: ""})
    assert answer.status_code == 422
    in_review.refresh_from_db()
    assert in_review.state == "in_review"


def test_approving_a_version_that_was_not_seen_answers_409(in_review, mel, lena, client_of, score):
    seen = in_review.version
    score(in_review, "Kafka", "Cost", 9)
    chosen = in_review.options.get(name="Outbox").pk
    data = {"verdict": "approve", "reason": "Cheap.", "chosen": chosen, "version": seen}
    assert client_of(lena).post(at("decision-review", in_review), data).status_code == 409
    in_review.refresh_from_db()
    assert in_review.state == "in_review"


def test_a_frozen_decision_refuses_an_edit_in_words(accepted, lena, client_of):
    data = {"title": "Changed", "version": accepted.version}
    answer = client_of(lena).post(at("decision-edit", accepted), data)
    assert answer.status_code == 422
    assert "is accepted: its text is frozen" in answer.content.decode()


def test_moves_that_need_a_reason_ask_for_it(accepted, lena, client_of):
    url = at("decision-deprecate", accepted)
    answer = client_of(lena).post(url, {"version": accepted.version, "why": ""})
    assert answer.status_code == 422
    answer = client_of(lena).post(url, {"version": accepted.version, "why": "Orders moved away."})
    assert answer.status_code == 302
    accepted.refresh_from_db()
    assert accepted.state == "deprecated"


def test_a_decision_with_one_option_is_not_submitted(make_decision, mel, client_of):
    decision = make_decision(options=["Outbox"])
    answer = client_of(mel).post(at("decision-submit", decision), {"version": decision.version})
    assert answer.status_code == 422
    assert "Name at least two options" in answer.content.decode()


def test_links_to_items_are_kept_and_shown(decision, make_item, mel, client_of):
    item = make_item(title="Order events")
    data = {"items": [item.pk], "version": decision.version}
    assert client_of(mel).post(at("decision-links", decision), data).status_code == 302
    assert "Order events" in page(client_of(mel), at("decision-detail", decision))


def test_a_linked_item_shows_its_published_p85(decision, make_item, mel, client_of):
    item = make_item()
    day = datetime.date(2030, 3, 19)
    shown = {"product": item.product, "as_of": timezone.now(), "unit": "day"}
    figures.publish_all([figures.figure(item, "p85", day.toordinal(), **shown)])
    services.link_decision(decision, by=mel, version=None, items=[item], components=[])
    assert 'P85 <time datetime="2030-03-19"' in page(
        client_of(mel), at("decision-detail", decision)
    )


def test_an_item_of_another_product_cannot_be_linked(
    decision, make_item, other_product, mel, client_of
):
    item = make_item(in_product=other_product)
    data = {"items": [item.pk], "version": decision.version}
    assert client_of(mel).post(at("decision-links", decision), data).status_code == 422


def test_the_record_downloads_as_markdown(scored, vic, client_of):
    answer = client_of(vic).get(at("decision-export", scored))
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert f'filename="{scored.key}.md"' in answer["Content-Disposition"]
    assert "# Which queue carries orders?" in answer.content.decode()


def test_the_record_takes_the_same_queries_however_large_the_matrix(
    make_decision, score, vic, client_of, django_assert_max_num_queries
):
    for size in (2, 8):
        names = [f"Option {i}" for i in range(size)]
        decision = make_decision(options=names, criteria=[f"C{i}" for i in range(size)])
        for name in names:
            score(decision, name, "C0", 5)
        browser = client_of(vic)
        with django_assert_max_num_queries(24):
            page(browser, at("decision-detail", decision))


def test_finished_work_shows_its_day_and_no_forecast(scored, vic, make_item, client_of):
    item = make_item(state="done", on=datetime.date(2026, 3, 3))
    scored.items.add(item)
    far = datetime.date(2026, 12, 14).toordinal()
    figures.publish_all(
        [figures.figure(item, "p85", far, product=scored.product, as_of=timezone.now())]
    )
    html = page(client_of(vic), at("decision-detail", scored))
    assert '<span class="end">Done <time datetime="2026-03-03"' in html
    assert "14 Dec" not in html


def test_asking_for_changes_is_confirmed(in_review, lena, client_of):
    words = {"verdict": "ask_for_changes", "reason": "Score the cost.",
             "version": in_review.version}  # fmt: skip
    answer = client_of(lena).post(at("decision-review", in_review), words, follow=True)
    assert "goes back to its author" in answer.content.decode()


def test_the_weights_of_a_closed_decision_are_no_form(accepted, mel, client_of):
    answer = client_of(mel).get(at("weights-edit", accepted))
    assert answer.status_code == 403
    assert "its matrix stays as it was judged" in answer.content.decode()
