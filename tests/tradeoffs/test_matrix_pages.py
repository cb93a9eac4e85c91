"""The tabs Matrix and Robustness, the weights wizard, and cells as text."""

import io
import json
import re
import time

import pytest
from django.urls import reverse

from tradeoffs import services
from tradeoffs.maths import robustness, tables
from tradeoffs.models import Decision, Robustness, Score, Weighting
from tradeoffs.views.tabs import exists


def at(name, *args):
    return reverse(f"tradeoffs:{name}", args=[getattr(args[0], "key", args[0]), *args[1:]])


def page(browser, url, **data):
    answer = browser.post(url, data) if data else browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def drawn(scored):
    services.refresh_robustness(scored.pk)
    return scored


def test_both_tabs_exist():
    assert exists("matrix")
    assert exists("robustness")


# Robustness


def test_the_page_says_the_verdict_and_what_follows_from_the_draws(drawn, vic, client_of):
    html = page(client_of(vic), at("decision-robustness", drawn))
    for part in ("<b>Clear.</b>", "What would have to be true for Kafka", "Second opinion",
                 "Agrees.", "Dirichlet, κ 20", "10,000", "±"):  # fmt: skip
        assert part in html


def test_before_the_draws_are_made_the_closed_form_stands_alone(scored, vic, client_of):
    html = page(client_of(vic), at("decision-robustness", scored))
    assert "The draws of this matrix are being made" in html
    assert "Outbox leads by 0.25" in html


def test_an_empty_matrix_offers_the_way_to_it(decision, vic, client_of):
    assert "Nothing is scored yet" in page(client_of(vic), at("decision-robustness", decision))


def test_stored_weights_give_the_stored_result_in_the_preview(drawn, vic, client_of):
    stored = Robustness.objects.get().result
    weights = {f"weight-{c.pk}": c.weight * 100 for c in drawn.criteria.all()}
    answer = client_of(vic).post(at("robustness-preview", drawn), weights)
    found = answer.context["found"]
    assert found.verdict.first == stored["ranks"][0][0]
    assert answer.context["matrix"].inputs == Robustness.objects.get().inputs


def test_moved_weights_answer_with_the_fragment_and_write_nothing(drawn, vic, client_of):
    first, second = drawn.criteria.values_list("pk", flat=True)
    data = {f"weight-{first}": 95, f"weight-{second}": 5}
    headers = {"HX-Request": "true"}
    answer = client_of(vic).post(at("robustness-preview", drawn), data, headers=headers)
    html = answer.content.decode()
    whole = page(client_of(vic), at("decision-robustness", drawn))
    wanted = re.search(r'hx-select-oob="([^"]+)"', whole)[1].replace("#", "").split(",")
    assert len(wanted) == 6 + 3 * 2
    assert [html.count(f'id="{name}"') for name in wanted] == [1] * len(wanted)
    assert "<form" not in html  # what the slider belongs to stays in hand
    assert "Kafka leads by" in html
    assert "These are not the stored weights" in html
    assert list(drawn.criteria.values_list("weight", flat=True)) == [0.5, 0.5]


@pytest.mark.parametrize("value", ["0", "-3", "nan", "many", "1e400"])
def test_weights_of_nothing_or_of_nonsense_break_nothing(drawn, vic, client_of, value):
    data = {f"weight-{pk}": value for pk in drawn.criteria.values_list("pk", flat=True)}
    answer = client_of(vic).post(at("robustness-preview", drawn), data)
    assert answer.status_code in (200, 302)


@pytest.mark.parametrize("tried", [False, True])
def test_the_weights_of_the_sliders_can_be_saved(drawn, mel, client_of, tried):
    browser = client_of(mel)
    weights = {f"weight-{c.pk}": 10 + 5 * n for n, c in enumerate(drawn.criteria.all())}
    page = browser.get(at("decision-robustness", drawn))
    if tried:
        page = browser.post(at("robustness-preview", drawn), weights)
    said = dict(re.findall(r'name="(method|version)" value="([^"]+)"', page.content.decode()))
    answer = browser.post(at("weights-edit", drawn), said | weights)
    assert answer.status_code == 302, answer.content.decode()
    shares = [round(c.weight * sum(weights.values())) for c in drawn.criteria.all()]
    assert shares == list(weights.values())


def test_a_preview_answers_soon(make_decision, mel, vic, client_of):
    """8 options on 12 criteria with ranges: the whole answer, database and drawing included."""
    options, criteria = [f"O{i}" for i in range(8)], [f"C{j}" for j in range(12)]
    decision = make_decision(options=options, criteria=criteria)
    rows = [
        Score(option=o, criterion=c, p10=2 + i % 3, p50=4 + (i * j) % 4, p90=8, by=mel)
        for i, o in enumerate(decision.options.all())
        for j, c in enumerate(decision.criteria.all())
    ]
    Score.objects.bulk_create(rows)
    browser = client_of(vic)
    data = {f"weight-{c.pk}": 5 + j for j, c in enumerate(decision.criteria.all())}
    took = []
    for _ in range(6):
        began = time.process_time()
        browser.post(at("robustness-preview", decision), data, headers={"HX-Request": "true"})
        took.append(time.process_time() - began)
    assert min(took) < 0.25


def test_everything_can_be_reproduced_from_its_file(drawn, vic, client_of):
    answer = client_of(vic).get(at("robustness-reproduce", drawn))
    assert f'filename="{drawn.key}-robustness.json"' in answer["Content-Disposition"]
    found = json.loads(answer.content)
    assert robustness.reproduced(found["inputs"]) == found["outputs"]


def test_the_frozen_copy_can_be_reproduced_too(accepted, vic, client_of):
    url = at("robustness-reproduce", accepted) + "?frozen"
    assert json.loads(client_of(vic).get(url).content)["outputs"]["draws"]["ranks"]


def test_nothing_scored_cannot_be_reproduced(decision, vic, client_of):
    assert client_of(vic).get(at("robustness-reproduce", decision)).status_code == 409


# The matrix


def test_criteria_stand_in_groups_with_their_weight(scored, mel, vic, client_of):
    for criterion in scored.criteria.all():
        fields = {"group": "Run it"}
        services.edit_criterion(criterion, by=mel, version=None, fields=fields)
    html = page(client_of(vic), at("decision-matrix", scored))
    assert '<th scope="rowgroup">Run it</th><td colspan="2">100 %</td>' in html


def test_a_switch_of_the_winner_between_horizons_is_named(
    make_decision, score, mel, vic, client_of
):
    decision = make_decision(criteria=["Cost now", "Cost later"])
    for criterion, months in zip(decision.criteria.all(), (3, 24), strict=True):
        services.edit_criterion(criterion, by=mel, version=None, fields={"horizon": months})
    for option, now, later in (("Outbox", 9, 2), ("Kafka", 3, 8)):
        score(decision, option, "Cost now", now)
        score(decision, option, "Cost later", later)
    html = page(client_of(vic), at("decision-matrix", decision))
    assert "Outbox leads over 3 months, Kafka over 24: the longer view changes the winner." in html


def test_a_beaten_option_is_grey_and_says_by_whom(make_decision, score, vic, client_of):
    decision = make_decision(criteria=["Cost"])
    score(decision, "Outbox", "Cost", 9)
    score(decision, "Kafka", "Cost", 2)
    html = page(client_of(vic), at("decision-matrix", decision))
    assert "beaten by Outbox" in html
    assert " is-beaten" in html


def test_evidence_is_linked_with_its_age(scored, mel, vic, client_of):
    option, criterion = scored.options.first(), scored.criteria.first()
    score = option.scores.get(criterion=criterion)
    data = {"value": "5", "version": score.version, "evidence": "https://example.org/bench",
            "evidence_on": "2026-11-01"}  # fmt: skip
    answer = client_of(mel).post(at("score-edit", scored, option.pk, criterion.pk), data)
    assert answer.status_code == 302
    html = page(client_of(vic), at("decision-matrix", scored))
    assert 'href="https://example.org/bench"' in html
    assert "evidence from 1 Nov" in html


def test_evidence_without_a_day_says_so(scored, score, vic, client_of):
    score(scored, "Kafka", "Cost", 2, evidence="load-test.csv")
    html = page(client_of(vic), at("decision-matrix", scored))
    assert "load-test.csv" in html
    assert "evidence of no stated day" in html


def test_evidence_that_is_a_script_is_refused(scored, mel, client_of):
    option, criterion = scored.options.first(), scored.criteria.first()
    data = {"value": "5", "version": 1, "evidence": "javascript:alert(1)"}
    answer = client_of(mel).post(at("score-edit", scored, option.pk, criterion.pk), data)
    assert answer.status_code == 422


def test_the_csv_reads_back_as_it_was(scored, mel, vic, client_of):
    answer = client_of(vic).get(at("matrix-csv", scored))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0] == "Criterion,Weight,Unit,Worst,Best,Outbox,Kafka"
    found = tables.titled(text)
    assert not found.problems
    cells = [services.Fill(c.option, c.criterion, c.value) for c in found.cells]
    assert services.fill_cells(scored, by=mel, cells=cells, version=None) == 0


TABLE = "\tOutbox\tKafka\tNATS\nCost\t3..5..8\t\t7\nLatency\t6\t7\t8"


def test_a_table_is_looked_at_before_it_fills_anything(scored, mel, client_of):
    browser, url = client_of(mel), at("matrix-fill", scored)
    html = page(browser, url, text=TABLE, step="look")
    assert "New options:" in html
    assert "NATS" in html
    assert "Latency" in html
    assert not scored.options.filter(name="NATS").exists()
    answer = browser.post(url, {"text": TABLE, "step": "fill", "version": scored.version})
    assert answer.status_code == 302
    assert scored.options.get(name="NATS").scores.count() == 2
    assert not Score.objects.filter(option__name="Kafka", criterion__name="Cost").exists()


def test_a_file_is_read_like_a_text(scored, mel, client_of):
    file = io.BytesIO(b"\xef\xbb\xbfCriterion;Outbox;Kafka\r\nCost;4;6\r\n")
    file.name = "matrix.csv"
    html = page(client_of(mel), at("matrix-fill", scored), file=file, step="look")
    assert "2 cells" in html
    assert "Criterion;Outbox;Kafka" in html


def test_a_pasted_block_begins_at_its_cell(scored, mel, client_of):
    option, criterion = scored.options.last(), scored.criteria.first()
    data = {"text": "4\n3..5..6", "at": f"{option.pk}:{criterion.pk}", "step": "fill",
            "version": scored.version}  # fmt: skip
    client_of(mel).post(at("matrix-fill", scored), data)
    assert [s.p50 for s in option.scores.order_by("criterion")] == [4, 5]


def test_a_cell_that_is_no_number_is_named_and_the_text_is_kept(scored, mel, client_of):
    browser, url = client_of(mel), at("matrix-fill", scored)
    data = {"text": "x\tOutbox\nCost\tabc", "step": "fill", "version": scored.version}
    html = page(browser, url, **data)
    assert "Outbox, Cost: “abc”." in html
    assert "abc</textarea>" in html
    assert scored.options.get(name="Outbox").scores.get(criterion__name="Cost").p50 == 8


@pytest.mark.parametrize("text", ["", "one", "a\tb", "x" * 1_000_001, "a,b\n" * 100])
def test_what_is_no_table_is_refused_in_place(scored, mel, client_of, text):
    answer = client_of(mel).post(at("matrix-fill", scored), {"text": text, "step": "look"})
    assert answer.status_code == 422


def test_a_quick_round_sets_signs_as_scores(decision, mel, client_of):
    outbox, kafka = decision.options.all()
    cost = decision.criteria.get(name="Cost")
    html = page(client_of(mel), at("decision-matrix", decision) + f"?view=pugh&datum={kafka.pk}")
    assert "Against Kafka" in html
    data = {f"sign-{outbox.pk}-{cost.pk}": "+", "datum": kafka.pk, "version": decision.version}
    client_of(mel).post(at("pugh-fill", decision), data)
    found = Score.objects.order_by("option").values_list("option__name", "p50", "note")
    assert list(found) == [
        ("Outbox", 7, "Quick round, against Kafka"), ("Kafka", 5, "Quick round, against Kafka"),
    ]  # fmt: skip


def test_even_swaps_strike_and_put_back_by_address(make_decision, score, vic, client_of):
    decision = make_decision(options=["A", "B", "C"], criteria=["Cost", "Speed"])
    for name, cost, speed in (("A", 9, 3), ("B", 3, 9), ("C", 2, 8)):
        score(decision, name, "Cost", cost)
        score(decision, name, "Speed", speed)
    url = at("decision-matrix", decision) + "?view=swaps"
    html = page(client_of(vic), url)
    assert "<s>C</s>" in html
    assert "B is at least as good" in html
    kept = page(client_of(vic), url + "&keep=option-2")
    assert "Strike again" in kept
    assert "<s>C</s>" not in kept
    a, (cost, speed) = decision.options.first(), decision.criteria.all()
    swapped = page(client_of(vic), url + f"&swap={a.pk}:{cost.pk}:3:{speed.pk}:7")
    assert "A: Cost to 3, Speed to 7" in swapped
    assert "B is the one that is left." in swapped


@pytest.mark.parametrize(
    "rest", ["&swap=x", "&swap=1:2:3:4:5", "&keep=option-99", "&keep=a", "&swap=::::"]
)
def test_an_address_of_nonsense_breaks_no_swap(scored, vic, client_of, rest):
    page(client_of(vic), at("decision-matrix", scored) + "?view=swaps" + rest)


def test_the_matrix_takes_the_same_queries_however_large(
    make_decision, score, vic, client_of, django_assert_max_num_queries
):
    for size in (2, 8):
        names = [f"Option {i}" for i in range(size)]
        decision = make_decision(options=names, criteria=[f"C{i}" for i in range(size)])
        for name in names:
            score(decision, name, "C0", 5)
        browser = client_of(vic)
        with django_assert_max_num_queries(22):
            page(browser, at("decision-matrix", decision))


# The weights wizard


def test_every_method_has_its_form(scored, mel, client_of):
    browser = client_of(mel)
    assert "Give that 100" in page(browser, at("weights-edit", scored))
    assert "1 is most important" in page(browser, at("weights-edit", scored) + "?method=rank")
    html = page(browser, at("weights-edit", scored) + "?method=ahp")
    assert "Scalability against Cost" in html


def test_pairs_are_checked_before_they_are_saved(make_decision, mel, client_of):
    decision = make_decision(criteria=["A", "B", "C", "D"])
    ids = list(decision.criteria.values_list("pk", flat=True))
    said = ["2", "3", "1/5", "2", "5", "2"]
    names = [f"pair-{ids[i]}-{ids[j]}" for i in range(4) for j in range(i + 1, 4)]
    data = dict(zip(names, said, strict=True)) | {"method": "ahp", "version": 4}
    html = page(client_of(mel), at("weights-edit", decision), **data, step="check")
    assert "with the random index of Saaty 2005" in html
    assert "Look again at <b>A against D</b>" in html
    assert not Weighting.objects.exists()
    assert client_of(mel).post(at("weights-edit", decision), data).status_code == 302
    assert Weighting.objects.get().ratio > 0.1


def test_swings_without_one_of_100_come_back_with_the_reason(scored, mel, client_of):
    ids = scored.criteria.values_list("pk", flat=True)
    data = {f"weight-{pk}": 50 for pk in ids} | {"version": 2, "method": "swing"}
    answer = client_of(mel).post(at("weights-edit", scored), data)
    assert answer.status_code == 422
    assert "Give 100 points to the swing that is worth most." in answer.content.decode()


def test_the_verdict_stands_on_the_list_and_in_the_export(drawn, vic, client_of, product):
    html = page(client_of(vic), reverse("tradeoffs:decision-list", args=[product.key]))
    assert ">Clear</span>" in html
    answer = client_of(vic).get(at("decision-export", drawn))
    assert "Clear. Outbox leads by 0.25" in answer.content.decode()
    assert Decision.objects.count() == 1


def pairs_of(decision, said):
    """Posted fields of pairs that contradict each other, for four criteria."""
    ids = list(decision.criteria.values_list("pk", flat=True))
    names = [f"pair-{ids[i]}-{ids[j]}" for i in range(4) for j in range(i + 1, 4)]
    version = services.weights_version(decision.criteria.all())
    return dict(zip(names, said, strict=True)) | {"method": "ahp", "version": version}


CONTRARY = ["2", "3", "1/5", "2", "5", "2"]


@pytest.fixture
def four(make_decision):
    return make_decision(criteria=["A", "B", "C", "D"])


def test_contrary_pairs_are_told_once_saved_and_beside_the_weights(four, mel, client_of):
    browser = client_of(mel)
    data = pairs_of(four, CONTRARY)
    answer = browser.post(at("weights-edit", four), data, follow=True)
    html = answer.content.decode()
    assert "over 0.10: the pairs behind these weights contradict each other" in html
    assert "most of all <b>A against D</b>" in html
    again = page(browser, at("weights-edit", four) + "?method=ahp")
    assert "Look again at <b>A against D</b>" in again
    robust = page(browser, at("decision-robustness", four))
    assert "Consistency ratio" not in robust  # nothing is scored: there is no answer yet


def test_the_warning_goes_with_the_pairs(four, mel, client_of):
    browser = client_of(mel)
    browser.post(at("weights-edit", four), pairs_of(four, CONTRARY))
    ids = [criterion.pk for criterion in four.criteria.all()]
    services.set_weights(four, by=mel, weights=dict.fromkeys(ids, 1), version=None)
    assert "contradict" not in page(browser, at("decision-matrix", four))
    browser.post(at("weights-edit", four), pairs_of(four, ["1"] * 6))
    assert "contradict" not in page(browser, at("decision-matrix", four))


def field(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]


def test_each_way_of_weighing_keeps_what_was_typed_while_another_is_looked_at(
    scored, mel, client_of
):
    browser, url = client_of(mel), at("weights-edit", scored)
    one, two = scored.criteria.values_list("pk", flat=True)
    typed = {"method": "swing", "version": 2, f"weight-{one}": "100", f"weight-{two}": "35"}
    answer = browser.post(url, typed | {"to": "direct"})
    assert answer.url == f"{url}?method=direct"
    browser.post(url, {"method": "direct", "version": 2, f"weight-{one}": "7", "to": "swing"})
    assert field(page(browser, url + "?method=swing"), f"weight-{two}") == "35"
    assert field(page(browser, url + "?method=direct"), f"weight-{one}") == "7"
    assert not Weighting.objects.exists()


def test_saving_by_another_way_leaves_the_points_given_before(scored, mel, client_of):
    browser, url = client_of(mel), at("weights-edit", scored)
    one, two = scored.criteria.values_list("pk", flat=True)
    said = {str(one): 100.0, str(two): 40.0}
    services.weigh_by(scored, by=mel, method="swing", said=said, version=None)
    version = services.weights_version(scored.criteria.all())
    browser.post(url, {"method": "ahp", "version": version, f"pair-{one}-{two}": "3"})
    assert Weighting.objects.get().method == "ahp"
    assert field(page(browser, url + "?method=swing"), f"weight-{two}") == "40"


def test_what_somebody_saved_since_comes_before_what_was_typed(scored, mel, ada, client_of):
    browser, url = client_of(mel), at("weights-edit", scored)
    one, two = scored.criteria.values_list("pk", flat=True)
    typed = {"method": "swing", "version": 2, f"weight-{one}": "100", f"weight-{two}": "35"}
    browser.post(url, typed | {"to": "direct"})
    said = {str(one): 100.0, str(two): 60.0}
    services.weigh_by(scored, by=ada, method="swing", said=said, version=None)
    assert field(page(browser, url + "?method=swing"), f"weight-{two}") == "60"
