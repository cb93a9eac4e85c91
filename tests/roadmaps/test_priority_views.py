"""The pages of priorities: what they say, with and without scripts."""

import json

import pytest
from django.urls import reverse

from roadmaps import services
from roadmaps.forecasting.formula import MOST_INPUTS
from roadmaps.models import Item, PriorityFormula, PriorityInput, Scenario, ValueCurve
from roadmaps.services.estimates import estimate_from_text
from roadmaps.services.ordering import order_items
from roadmaps.services.proposals import newest


@pytest.fixture
def rice(product, ada):
    services.set_formula(product, by=ada, version=0, method="rice")


@pytest.fixture
def ranked_item(make_item, team, ada, rice):
    def make(reach="100", impact="1", confidence="100", days="5", **fields):
        item = make_item(team=team, **fields)
        if days:
            estimate_from_text(item, by=ada, text=days)
        for name, text in (("reach", reach), ("impact", impact), ("confidence", confidence)):
            if text:
                services.set_input(item, by=ada, name=name, text=text, version=None)
        return item

    return make


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def page(client_of, user, query="") -> str:
    response = client_of(user).get(reverse("roadmaps:priorities", args=["PAY"]) + query)
    assert response.status_code == 200
    return text_of(response)


def test_an_empty_plan_says_what_the_page_is_for(product, client_of, ada, vic):
    assert "Add the first item" in page(client_of, ada)
    assert "A planner adds the first item" in page(client_of, vic)


def test_without_a_formula_a_planner_is_offered_one(product, client_of, ada, vic, make_item):
    make_item()
    assert "Choose a formula" in page(client_of, ada)
    assert "Choose a formula" not in page(client_of, vic)


def test_items_stand_by_score_with_how_sure_that_is(product, client_of, ada, ranked_item):
    low, high = ranked_item(title="Low"), ranked_item(title="High", reach="90..100..5000")
    bare = ranked_item(title="Bare", impact="", confidence="")
    services.refresh_priorities(product.pk)
    html = page(client_of, ada)
    assert html.index(">High<") < html.index(">Low<") < html.index(">Bare<")
    assert "lacks impact, confidence" in html
    assert "2 items have a score; 1 lacks an input and has none." in html
    assert f"{high.key} is first in" in html
    assert low.key in html
    assert bare.key in html


def test_a_title_of_a_person_is_escaped(product, client_of, ada, ranked_item):
    ranked_item(title="<b>&\"'")
    services.refresh_priorities(product.pk)
    assert "&lt;b&gt;&amp;&quot;" in page(client_of, ada)


def test_the_filter_narrows_and_says_when_nothing_is_left(product, client_of, ada, ranked_item):
    one, two = ranked_item(title="Cat"), ranked_item(title="Dog")
    html = page(client_of, ada, "?q=cat")
    assert one.key in html
    assert f'/i/{two.key}/"' not in html
    assert "took away the last rows" in page(client_of, ada, "?q=cat+score>999999")


@pytest.mark.thorough
def test_a_viewer_gets_no_fields(product, client_of, vic, mel, ranked_item):
    item = ranked_item()
    assert f"/i/{item.key}/priority/reach/" not in page(client_of, vic)
    assert f"/i/{item.key}/priority/reach/" in page(client_of, mel)
    assert f'href="/i/{item.key}/value/"' not in page(client_of, mel)


@pytest.mark.thorough
def test_twice_the_rows_take_the_same_queries(
    product, client_of, ada, ranked_item, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser, url = client_of(ada), reverse("roadmaps:priorities", args=["PAY"])

    def queries() -> int:
        services.refresh_priorities(product.pk)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            browser.get(url)
        return len(seen)

    for _ in range(2):
        ranked_item()
    browser.get(url)
    before = queries()
    for _ in range(4):
        ranked_item()
    assert queries() == before


# -- inputs ------------------------------------------------------------------------------------


def test_an_input_is_typed_in_its_cell(product, client_of, ada, ranked_item):
    item = ranked_item()
    url = reverse("roadmaps:item-input", args=[item.key, "reach"])
    browser = client_of(ada)
    field = text_of(browser.get(url, headers={"HX-Request": "true"}))
    assert 'value="100"' in field
    assert "<html" not in field
    version = PriorityInput.objects.get(name="reach").version
    answer = browser.post(
        url, {"text": "50..80..100", "version": version}, headers={"HX-Request": "true"}
    )
    assert "50–80–100" in text_of(answer)
    assert "priorities-changed" in answer.headers["HX-Trigger"]


def test_without_a_script_an_input_is_a_page_that_leads_back(client_of, ada, ranked_item):
    item = ranked_item()
    url = reverse("roadmaps:item-input", args=[item.key, "reach"])
    browser = client_of(ada)
    assert "Save" in text_of(browser.get(url))
    answer = browser.post(url, {"text": "7", "version": "", "back": "/p/PAY/priorities/?q=x"})
    assert answer.headers["Location"] == "/p/PAY/priorities/?q=x"
    assert PriorityInput.objects.get(name="reach").p50 == 7


def test_a_wrong_input_stays_typed_beside_its_sentence(client_of, ada, ranked_item):
    item = ranked_item()
    url = reverse("roadmaps:item-input", args=[item.key, "impact"])
    answer = client_of(ada).post(url, {"text": "<9>", "version": ""})
    assert answer.status_code == 422
    assert 'value="&lt;9&gt;"' in text_of(answer)
    assert "is no value" in text_of(answer)


def test_an_old_cell_gets_theirs_and_mine(client_of, ada, lena, ranked_item):
    item = ranked_item()
    services.set_input(item, by=lena, name="reach", text="55", version=None)
    url = reverse("roadmaps:item-input", args=[item.key, "reach"])
    assert client_of(ada).post(url, {"text": "60", "version": 1}).status_code == 409


def test_a_name_that_the_formula_does_not_have_is_no_page(client_of, ada, ranked_item):
    url = reverse("roadmaps:item-input", args=[ranked_item().key, "urgency"])
    assert client_of(ada).get(url).status_code == 404


# -- formula and value -------------------------------------------------------------------------


def test_a_formula_of_ones_own_is_typed(product, client_of, ada):
    url = reverse("roadmaps:priority-formula", args=["PAY"])
    body = {
        "method": "own", "combine": "sum", "by_effort": "on", "unit": "points", "version": 0,
        "own-0-label": "Joy", "own-0-weight": "2", "own-0-low": "1", "own-0-high": "5",
        "own-1-label": "Reach", "own-1-weight": "1",
    }  # fmt: skip
    assert client_of(ada).post(url, body).status_code == 302
    row = PriorityFormula.objects.get()
    assert [each["name"] for each in row.own["inputs"]] == ["joy", "reach"]
    body |= {"own-0-label": "Delight", "version": row.version}
    client_of(ada).post(url, body)
    row.refresh_from_db()
    # What was typed under the old name stays its own.
    assert row.own["inputs"][0]["name"] == "joy"
    assert row.own["inputs"][0]["label"] == "Delight"


def test_the_form_keeps_all_inputs_that_a_formula_may_have(product, client_of, ada):
    inputs = [{"name": f"n{k}", "label": f"N{k}", "weight": 1.0} for k in range(MOST_INPUTS)]
    inputs = [each | {"low": 0.0, "high": 5.0} for each in inputs]
    own = {"combine": "sum", "by_effort": False, "inputs": inputs}
    services.set_formula(product, by=ada, version=0, method="own", own=own)
    url = reverse("roadmaps:priority-formula", args=["PAY"])
    browser = client_of(ada)
    form = browser.get(url).context["form"]
    body = {each.html_name: each.value() for each in form if each.value() not in (None, False)}
    assert browser.post(url, body).status_code == 302
    assert PriorityFormula.objects.get().own == own


def test_money_without_a_currency_is_refused_and_nothing_typed_is_lost(product, client_of, ada):
    url = reverse("roadmaps:priority-formula", args=["PAY"])
    body = {"method": "rice", "unit": "money", "rice-reach": "0.5", "version": 0}
    answer = client_of(ada).post(url, body)
    assert answer.status_code == 422
    assert "Say which money" in text_of(answer)
    assert 'value="0.5"' in text_of(answer)


def test_weights_are_kept_while_a_formula_of_ones_own_is_tried(product, client_of, ada):
    services.set_formula(product, by=ada, version=0, method="rice", weights={"reach": 0.5})
    url, browser = reverse("roadmaps:priority-formula", args=["PAY"]), client_of(ada)

    def choose(method: str, **more) -> None:
        form = browser.get(url).context["form"]
        body = {each.html_name: each.value() for each in form if each.value() is not None}
        assert browser.post(url, body | {"method": method} | more).status_code == 302

    choose("own", **{"own-0-label": "Joy"})
    choose("")
    choose("rice")
    assert PriorityFormula.objects.get().weights == {"reach": 0.5}
    choose("rice", **{"rice-reach": 1})
    assert PriorityFormula.objects.get().weights == {}


def test_each_formula_keeps_its_weights_while_another_is_used(product, client_of, ada):
    url, browser = reverse("roadmaps:priority-formula", args=["PAY"]), client_of(ada)

    def choose(method: str, **more) -> None:
        form = browser.get(url).context["form"]
        body = {each.html_name: each.value() for each in form if each.value() is not None}
        assert browser.post(url, body | {"method": method} | more).status_code == 302

    choose("rice", **{"rice-reach": 0.5})
    choose("wsjf", **{"wsjf-risk": 3})
    assert PriorityFormula.objects.get().weights == {"reach": 0.5, "risk": 3.0}
    assert browser.get(url).context["form"]["rice-reach"].value() == 0.5
    choose("wsjf", **{"wsjf-risk": 1})
    choose("rice")
    assert PriorityFormula.objects.get().weights == {"reach": 0.5}


def test_the_value_of_an_item_and_of_an_objective_is_said(product, client_of, ada, make_item):
    item = make_item()
    aim = services.create_objective(product, by=ada, title="Fast")
    browser = client_of(ada)
    url = reverse("roadmaps:item-value", args=[item.key])
    assert browser.post(url, {"kind": "linear", "amount": "30", "version": 0}).status_code == 302
    url = reverse("roadmaps:objective-value", args=["PAY", aim.pk])
    answer = browser.post(url, {"kind": "step", "amount": "3..5..9", "version": 0})
    assert answer.status_code == 422
    assert "Say the day of the deadline." in text_of(answer)
    assert 'value="3..5..9"' in text_of(answer)
    assert ValueCurve.objects.exclude(kind="").get().item == item


def test_the_page_of_an_item_says_its_score_and_its_cost(product, client_of, ada, ranked_item):
    item = ranked_item()
    services.set_curve(item, by=ada, version=0, kind="linear", amount="40")
    services.refresh_forecast(product.pk)
    services.refresh_priorities(product.pk)
    html = text_of(client_of(ada).get(item.get_absolute_url()))
    assert 'id="priority"' in html
    assert "40 points lost each week" in html
    why = text_of(client_of(ada).get(reverse("roadmaps:item-priority", args=[item.key])))
    assert "Sean McBride" in why
    assert "2,000 draws" in why


# -- two items, and orders ---------------------------------------------------------------------


def test_two_items_are_compared(product, client_of, vic, ranked_item):
    one, two = ranked_item(reach="50..100..200"), ranked_item(reach="20..40..80")
    bare = ranked_item(days="")
    browser, url = client_of(vic), reverse("roadmaps:priority-pair", args=["PAY"])
    html = text_of(browser.get(url, {"a": two.key, "b": one.key}))
    assert html.index(f">{one.key}<") < html.index("outranks in") < html.index(f">{two.key}<")
    html = text_of(browser.get(url, {"a": bare.key, "b": one.key}))
    assert "lacks an estimate" in html
    assert browser.get(url, {"a": "PAY-999", "b": one.key}).status_code == 422
    same = text_of(browser.get(url, {"a": one.key, "b": one.key}))
    assert "Name two different items" in same


def test_two_items_that_cannot_be_compared_for_another_reason_say_it(
    product, client_of, ada, make_item
):
    row = {"weight": 5.0, "low": None, "high": None}
    inputs = [row | {"name": name, "label": name.upper()} for name in ("a", "b")]
    own = {"combine": "product", "by_effort": False, "inputs": inputs}
    services.set_formula(product, by=ada, version=0, method="own", own=own)
    items = [make_item(), make_item()]
    for item in items:
        for name in ("a", "b"):
            services.set_input(item, by=ada, name=name, text="1000000", version=0)
    url = reverse("roadmaps:priority-pair", args=["PAY"])
    html = text_of(client_of(ada).get(url, {"a": items[0].key, "b": items[1].key}))
    assert "A score is too large to count" in html


@pytest.fixture
def compared(product, client_of, ada, make_item, make_team):
    """A finished comparison of orders of two items for one person."""
    alone = make_team(product, people=1)
    items = [make_item(team=alone) for _ in range(2)]
    for item, cost in zip(items, ("1", "90"), strict=True):
        estimate_from_text(item, by=ada, text="4..5..7")
        services.set_curve(item, by=ada, version=0, kind="linear", amount=cost)
    services.refresh_forecast(product.pk)
    client_of(ada).post(reverse("roadmaps:proposals-new", args=["PAY"]))
    job = newest(product)
    services.run_proposals_job(job.pk)
    return job, items


def test_an_order_is_seen_taken_and_undone(product, client_of, ada, compared):
    job, items = compared
    browser, url = client_of(ada), reverse("roadmaps:proposals", args=["PAY", job.pk])
    html = text_of(browser.get(url))
    assert "of expected loss." in html
    assert "no order whatever can end before" in html
    take = reverse("roadmaps:proposals-take", args=["PAY", job.pk])
    answer = browser.post(take, {"name": "value"}, follow=True)
    assert "ordered anew" in text_of(answer)
    assert Item.objects.order_by("rank").first() == items[1]
    html = text_of(browser.get(url))
    assert "none of these can be taken" in html
    assert "took this order" in html
    assert "Nothing is kept yet" not in html
    browser.post(reverse("tpm:undo", args=["PAY"]))
    assert "took this order" not in text_of(browser.get(url))
    assert Item.objects.order_by("rank").first() == items[0]


def test_who_may_not_compare_again_is_not_told_to(product, client_of, ada, mel, compared):
    job, items = compared
    services.set_curve(items[0], by=ada, version=None, kind="linear", amount="2")
    url = reverse("roadmaps:proposals", args=["PAY", job.pk])
    assert "Have them compared again" in text_of(client_of(ada).get(url))
    html = text_of(client_of(mel).get(url))
    assert "none of these can be taken" in html
    assert "Have them compared again" not in html


def test_the_shortest_plan_stands_beside_the_present_one(product, client_of, ada, compared):
    job, _items = compared
    kept = next(row for row in job_report(job) if row["name"] == "shortest")["bound"]
    assert kept["bound"] <= kept["finish"] <= kept["now"]
    html = text_of(client_of(ada).get(reverse("roadmaps:proposals", args=["PAY", job.pk])))
    assert "In the present order of ranks it would end on" in html


def job_report(job) -> list[dict]:
    job.refresh_from_db()
    return job.report["proposals"]


def test_the_page_of_orders_asks_for_itself_until_they_are_there(product, client_of, ada, compared):
    job, _items = compared
    waiting = services.request_proposals(product, by=ada)
    urls = [reverse("roadmaps:proposals", args=["PAY", each.pk]) for each in (waiting, job)]
    html = text_of(client_of(ada).get(urls[0]))
    assert f'hx-get="{urls[0]}" hx-trigger="load delay:2s" hx-select="#compared"' in html
    assert reverse("tpm:job-detail", args=[waiting.pk]) + '" hx-trigger' not in html
    html = text_of(client_of(ada).get(urls[1]))
    assert 'id="compared"' in html
    assert f'hx-get="{urls[1]}"' not in html


def test_an_order_is_kept_as_a_scenario(product, client_of, mel, compared):
    job, items = compared
    url = reverse("roadmaps:proposals-try", args=["PAY", job.pk])
    answer = client_of(mel).post(url, {"name": "value"}, follow=True)
    assert f"{items[1].key}, {items[0].key} in this order" in text_of(answer)
    assert Scenario.objects.get().by == mel


def test_the_page_shows_the_proposed_place(product, client_of, ada, compared):
    _job, items = compared
    html = page(client_of, ada)
    assert "Proposed" in html
    assert items[1].key in html


def test_the_address_of_the_button_leads_back_to_the_priorities(product, client_of, ada):
    answer = client_of(ada).get(reverse("roadmaps:proposals-new", args=["PAY"]))
    assert answer.headers["Location"] == reverse("roadmaps:priorities", args=["PAY"])
    assert newest(product) is None


def test_a_name_that_is_no_proposal_is_404(client_of, ada, compared):
    url = reverse("roadmaps:proposals-take", args=["PAY", compared[0].pk])
    assert client_of(ada).post(url, {"name": "luck"}).status_code == 404


def test_the_formula_says_how_many_items_would_have_a_score(product, client_of, ada, ranked_item):
    ranked_item()
    ranked_item(impact="")
    html = text_of(client_of(ada).get(reverse("roadmaps:priority-formula", args=["PAY"])))
    assert "1 of 2 open items have all inputs" in html
    assert "0 of 2 open items have all inputs" in html  # of WSJF


def test_the_history_says_formula_and_order_in_words(product, client_of, ada, ranked_item):
    first, last = ranked_item(), ranked_item()
    order_items(product, by=ada, keys=[last.key, first.key])
    services.set_formula(product, by=ada, version=None, method="wsjf")
    html = text_of(client_of(ada).get(reverse("tpm:history-list", args=["PAY"])))
    assert "moved in the order" in html
    assert "rank " not in html.partition("<main")[2].partition("</main>")[0]
    assert "WSJF" in html
    assert "wsjf" not in html


# -- elsewhere ---------------------------------------------------------------------------------


def test_the_list_has_columns_terms_and_order_of_priorities(product, client_of, ada, ranked_item):
    low, high = ranked_item(reach="10"), ranked_item(reach="1000")
    bare = ranked_item(impact="")
    services.refresh_priorities(product.pk)
    browser, url = client_of(ada), reverse("roadmaps:item-list", args=["PAY"])
    html = text_of(browser.get(url + "?cols=score,cost&sort=-score"))
    assert html.index(f">{high.key}<") < html.index(f">{low.key}<") < html.index(f">{bare.key}<")
    html = text_of(browser.get(url + "?q=score>1000"))
    assert f">{high.key}<" in html
    assert f">{low.key}<" not in html
    none = text_of(browser.get(url + "?q=score:none"))
    assert f">{bare.key}<" in none
    assert f">{high.key}<" not in none


def test_files_of_the_list_carry_score_and_cost(product, client_of, ada, ranked_item):
    item = ranked_item(reach="400")
    services.refresh_priorities(product.pk)
    answer = client_of(ada).get(reverse("roadmaps:item-export-json", args=["PAY"]))
    told = json.loads(b"".join(answer.streaming_content))
    (row,) = next(value for value in told.values() if isinstance(value, list))
    assert row["key"] == item.key
    assert row["score"] > 0
    assert row["cost_of_week"] is None
