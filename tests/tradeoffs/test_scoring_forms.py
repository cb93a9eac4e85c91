"""Forms of the matrix lose nothing: chips, the short form of a cell, pasted cells, and Cancel."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests.tradeoffs.test_matrix_pages import at, page
from tradeoffs import evidence, glossary, services
from tradeoffs.maths import weights
from tradeoffs.models import Anchor, Score

# Chips of the catalogue


@pytest.fixture
def add(decision, mel, client_of):
    def post(**data):
        return page(client_of(mel), at("criterion-create", decision), **data)

    return post


def value_of(html, name):
    tag = html.split(f'name="{name}"')[1].split(">")[0]
    return tag.split('value="')[1].split('"')[0] if 'value="' in tag else ""


def test_a_chip_fills_what_is_empty(decision, add):
    html = add(offer="Run cost", name="", measure="", unit="EUR", worst="900", best="0")
    assert value_of(html, "name") == "Run cost"
    assert value_of(html, "measure") == "What it costs to run; 9 is cheapest"
    assert (value_of(html, "unit"), value_of(html, "worst")) == ("EUR", "900")
    assert decision.criteria.count() == 2


def test_a_chip_leaves_what_was_typed(add):
    html = add(offer="Run cost", name="Cost in year one", measure="All invoices", unit="")
    assert value_of(html, "name") == "Cost in year one"
    assert value_of(html, "measure") == "All invoices"
    assert "This field is required" not in html


def test_another_chip_takes_the_place_of_the_first(add):
    typed = {"name": "Run cost", "measure": "Our own words", "group": "Time and money"}
    html = add(offer="Lock-in", offered="Run cost", **typed)
    assert value_of(html, "name") == "Lock-in"
    assert value_of(html, "group") == "Room to change"
    assert value_of(html, "measure") == "Our own words"


# The short form of a cell


@pytest.fixture
def cell_url(scored):
    option, criterion = scored.options.get(name="Kafka"), scored.criteria.get(name="Cost")
    return at("score-edit", scored, option.pk, criterion.pk)


def test_evidence_opens_the_whole_form_with_what_is_typed(scored, cell_url, mel, client_of):
    browser, typed = client_of(mel), {"value": "3..5..8", "note": "by Ann & Bo", "more": "1"}
    answer = browser.post(cell_url, typed, headers={"HX-Request": "true"})
    assert browser.post(cell_url, typed).url == answer["HX-Redirect"]
    html = page(browser, answer["HX-Redirect"])
    assert value_of(html, "value") == "3..5..8"
    assert value_of(html, "note") == "by Ann &amp; Bo"
    assert Score.objects.get(option__name="Kafka", criterion__name="Cost").p50 == 2


def test_each_form_of_a_cell_tells_how_a_range_is_typed(cell_url, mel, client_of):
    browser = client_of(mel)
    assert "low..likely..high such as 3..5..8" in page(browser, cell_url)
    short = browser.get(cell_url, headers={"HX-Request": "true"}).content.decode()
    assert "low..likely..high" in short


# Evidence


def test_evidence_may_be_any_reference(scored, cell_url, mel, client_of):
    browser = client_of(mel)
    data = {"value": "2", "evidence": "load-test.csv, row 14", "version": "1"}
    assert browser.post(cell_url, data).status_code == 302
    html = page(browser, at("decision-matrix", scored))
    assert "load-test.csv, row 14</div>" in html


def test_evidence_that_is_a_key_leads_to_the_record_of_whoever_may_see_it(
    scored, make_item, mel, vic, client_of
):
    item = make_item()
    for option, key in (("Kafka", item.key), ("Outbox", "OPS-9999")):
        services.score_cell(
            scored.options.get(name=option), scored.criteria.get(name="Cost"), by=mel,
            version=None, p50=5, evidence=key,
        )  # fmt: skip
    html = page(client_of(vic), at("decision-matrix", scored))
    assert f'<a href="{item.get_absolute_url()}">{item.key}</a>' in html
    assert "> OPS-9999</div>" in html.replace("</svg>", ">")


def test_a_key_leads_nowhere_for_whoever_may_not_see_it(make_item, vic, grace):
    item = make_item()
    assert evidence.pages(vic, [item.key, "a file"]) == {item.key: item.get_absolute_url()}
    assert evidence.pages(grace, [item.key]) == {}


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://bench.example/run?id=4", True),
        ("HTTP://x.example", True),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("see https://x.example", False),
        ("run-2024.csv", False),
    ],
)
def test_only_addresses_of_the_web_are_links_out(text, is_one):
    assert evidence.is_address(text) == is_one


def test_a_reference_without_an_end_is_refused(scored, score):
    with pytest.raises(ValidationError, match="Keep it to 500 characters: these are 501"):
        score(scored, "Kafka", "Cost", 5, evidence="x" * 501)


def test_the_api_takes_a_plain_reference(scored, mel, client_of):
    body = {"option": "Kafka", "criterion": "Cost", "p50": 4, "evidence": "INC-7", "version": 1}
    url = f"/api/v1/decisions/{scored.key}/scores/"
    answer = client_of(mel).put(url, body, content_type="application/json")
    assert answer.status_code == 200
    assert Score.objects.get(evidence="INC-7").p50 == 4


# Comments on cells


def test_a_cell_with_comments_has_a_mark_with_their_number(scored, mel, vic, client_of):
    kafka, cost = scored.options.get(name="Kafka"), scored.criteria.get(name="Cost")
    rows = [
        services.comment_at(scored, by=mel, body=body, option=kafka, criterion=cost)
        for body in ("Really?", "Since when?")
    ]
    services.comment_at(scored, by=mel, body="Of the option alone.", option=kafka)
    services.settle_comment(rows[0].comment, by=mel, state=Anchor.State.RESOLVED)
    html = page(client_of(vic), at("decision-matrix", scored))
    assert html.count('class="ev cm"') == 1
    assert "2 comments on Kafka, Cost" in html
    assert f'href="{scored.get_absolute_url()}#comment-{rows[1].comment_id}"' in html


# Pasted cells


@pytest.fixture
def look(scored, mel, client_of):
    def post(text, **more):
        url = at("matrix-fill", scored)
        answer = client_of(mel).post(url, {"text": text, "step": "look"} | more)
        return answer.content.decode()

    return post


def rows_of(html):
    body = html.split("<tbody>")[1].split("</tbody>")[0]
    return [" ".join(cut(row).split()) for row in body.split("<tr>")[1:]]


def cut(html):
    while "<" in html:
        html = html[: html.index("<")] + " " + html[html.index(">") + 1 :]
    return html


TABLE = "\tOutbox\tKafka\nScalability\t4..5..6\tmany\nCost\t9..1..2\t12\nSpeed\t\t6"


def test_each_mistake_stands_at_its_cell_and_the_text_stays(look):
    html = look(TABLE)
    found = rows_of(html)
    assert (
        found[0]
        == "Kafka Scalability 7 → many Type one number, or low..likely..high, such as 3..5..10."
    )
    assert found[1] == "Outbox Cost 8 → 9..1..2 Order the range: low, likely, high."
    assert found[2] == "Kafka Cost 2 → 12 A score without a unit lies between 1 and 9."
    assert "3 have a mistake" in html
    assert "9..1..2\t12" in html
    assert 'value="fill"' not in html


def test_what_changes_stands_before_what_stays(look):
    html = look("\tOutbox\tKafka\nScalability\t4..5..6\t8\nCost\t\t2")
    assert rows_of(html) == [
        "Kafka Scalability 7 → 8", "Outbox Cost 8 → not scored",
        "Outbox Scalability 4..5..6, as it is", "Kafka Cost 2, as it is",
    ]  # fmt: skip
    assert "2 cells change" in html
    assert "2 stay as they are" in html


def test_a_mistake_is_not_filled_by_posting_it(scored, look):
    look(TABLE, step="fill", version=str(scored.version))
    assert Score.objects.count() == 4
    assert not scored.criteria.filter(name="Speed").exists()


def test_a_new_criterion_that_cannot_be_is_told(look):
    html = look("\tUnit\tWorst\tBest\tOutbox\nLatency\tms\t5\t5\t5")
    assert "Latency: The worst and the best value must differ." in html
    assert 'value="fill"' not in html


def test_a_matrix_that_moved_meanwhile_is_looked_at_again_with_the_text(scored, score, look):
    version = str(scored.version)
    score(scored, "Kafka", "Cost", 3)
    html = look("\tKafka\nCost\t4", step="fill", version=version)
    assert "The matrix changed since you looked" in html
    assert rows_of(html) == ["Kafka Cost 3 → 4"]
    assert Score.objects.get(option__name="Kafka", criterion__name="Cost").p50 == 3
    scored.refresh_from_db()
    assert f'name="version" value="{scored.version}"' in html


# Cancel


def cancel(html):
    return html.split('<a class="btn quiet" href="')[1].split('"')[0]


@pytest.mark.parametrize("tab", ["decision-detail", "decision-matrix", "decision-history"])
def test_cancel_leads_back_to_the_tab_one_came_from(scored, mel, client_of, tab):
    browser, came = client_of(mel), at(tab, scored)
    referer = {"Referer": f"http://testserver{came}"}
    html = browser.get(at("option-create", scored), headers=referer).content.decode()
    assert cancel(html) == came
    again = browser.post(at("option-create", scored), {"name": "", "back": came})
    assert cancel(again.content.decode()) == came


def test_without_a_page_before_the_matrix_is_where_its_forms_belong(scored, mel, client_of):
    assert cancel(page(client_of(mel), at("option-create", scored))) == at(
        "decision-matrix", scored
    )
    html = page(client_of(mel), at("decision-edit", scored))
    assert cancel(html) == scored.get_absolute_url()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_cancel_never_leads_to_another_site(scored, mel, client_of, back):
    browser, url = client_of(mel), at("option-create", scored)
    html = browser.post(url, {"name": "", "back": back}).content.decode()
    assert cancel(html) == at("decision-matrix", scored)
    html = browser.get(url, headers={"Referer": "https://evil.example/x"}).content.decode()
    assert cancel(html) == at("decision-matrix", scored)


def test_an_old_address_of_a_chip_still_begins_with_it(decision, mel, client_of):
    url = reverse("tradeoffs:criterion-create", args=[decision.key]) + "?name=Lock-in"
    assert value_of(page(client_of(mel), url), "measure").startswith("How freely one can leave")


# Words


@pytest.mark.parametrize("word", ["SMAA", "Rank acceptability", "Dirichlet, κ", "TOPSIS"])
def test_the_words_of_robustness_are_explained_where_they_stand(scored, vic, client_of, word):
    html = page(client_of(vic), at("decision-robustness", scored))
    assert f"<dt>{word}</dt>" in html.split('id="words"')[1]


@pytest.mark.parametrize(("method", "word"), [("rank", "ROC"), ("ahp", "Consistency ratio")])
def test_the_words_of_a_way_of_weighing_are_explained(scored, mel, client_of, method, word):
    html = page(client_of(mel), at("weights-edit", scored) + f"?method={method}")
    assert f"<dt>{word}</dt>" in html
    assert "What these words mean" not in page(
        client_of(mel), at("weights-edit", scored) + "?method=direct"
    )


def test_the_guide_explains_every_word():
    guide = (Path(__file__).resolve().parents[2] / "docs/decisions-guide.md").read_text()
    assert [word for word in glossary.WORDS if f"**{word}**" not in guide] == []


def test_the_centroids_are_those_that_the_glossary_names():
    assert [f"{100 * w:.0f}" for w in weights.from_order([1, 2, 3])] == ["61", "28", "11"]


# Much, and nothing


def test_what_many_options_would_need_is_folded(make_decision, score, vic, client_of):
    names = [f"Option {i}" for i in range(6)]
    many = make_decision(options=names, criteria=["Cost", "Speed"])
    for place, name in enumerate(names):
        score(many, name, "Cost", 3 + place / 2, p10=1, p90=9)
        score(many, name, "Speed", 5, p10=1, p90=9)
    services.refresh_robustness(many.pk)
    html = page(client_of(vic), at("decision-robustness", many))
    shown, folded = html.split('id="wins"')[1].split("<details", 1)
    assert shown.count("to win?") == 3
    assert folded.split("</details>")[0].count("to win?") == 2
    assert "for 2 more options" in folded


def test_a_long_row_of_options_ends_with_how_many_more(make_decision, vic, client_of):
    many = make_decision(options=[f"Option {i}" for i in range(10)])
    html = page(client_of(vic), at("decision-robustness", many))
    assert "Option 7 or 2 more" in " ".join(html.split("sub-h1")[1].split("</p>")[0].split())


def test_without_criteria_there_is_nothing_to_weigh(make_decision, mel, client_of):
    html = page(client_of(mel), at("weights-edit", make_decision(criteria=[])))
    assert "There is nothing to weigh yet." in html
    assert "Save weights</button><button" not in html.split("</nav>")[1]
